import { describe, expect, test } from "vitest";
import type { DeskUnderTest } from "./desk-under-test.ts";
import { aConversation, aMessage, aTurn, at, unique } from "./fixtures.ts";

export function conversationsContract(desk: DeskUnderTest): void {
  const repository = () => desk.store().conversations;
  const opened = async () => {
    const conversation = aConversation();
    await repository().create(conversation);
    return conversation;
  };
  const receive = (id: string, text: string, externalId?: string) =>
    repository().append(id, aMessage(id, text), externalId === undefined ? { awaitsTurn: true } : { awaitsTurn: true, externalId });

  describe("conversations", () => {
    test("come back as they were created, with and without identity", async () => {
      const plain = await opened();
      const signed = aConversation({ identity: { customerId: "u1001", name: "林晓", tier: "standard" } });
      await repository().create(signed);
      expect(await repository().get(plain.id)).toEqual(plain);
      expect(await repository().get(signed.id)).toEqual(signed);
      expect(await repository().get("conv_none")).toBeUndefined();
    });

    test("an identity is tied without touching the version; to an unknown conversation it is a problem", async () => {
      const { id, version } = await opened();
      await repository().identify(id, { customerId: "u1003" });
      expect(await repository().get(id)).toMatchObject({ identity: { customerId: "u1003" }, version });
      await expect(repository().identify("conv_none", { customerId: "u1003" })).rejects.toMatchObject({ code: "conversation_unknown" });
    });

    test("the log is numbered from 1 without gaps, in order, and read from any place", async () => {
      const { id } = await opened();
      for (const text of ["我昨天", "充的那个", "还没到"]) await receive(id, text);
      expect((await repository().logBefore(id, undefined, 1)).map(({ seq }) => seq)).toEqual([
        (await repository().log(id, 0, 10)).at(-1)?.seq,
      ]);
      const log = await repository().log(id, 0, 10);
      expect(log.map(({ seq, activity }) => [seq, activity.text])).toEqual([
        [1, "我昨天"],
        [2, "充的那个"],
        [3, "还没到"],
      ]);
      expect((await repository().log(id, 1, 1)).map(({ seq }) => seq)).toEqual([2]);
      expect(await receive("conv_none", "?")).toBeUndefined();
    });

    test("a repeat adds nothing and answers the first one", async () => {
      const { id } = await opened();
      const first = await receive(id, "余额", "client-1");
      expect(first).toMatchObject({ seq: 1, repeated: false });
      expect(await receive(id, "余额", "client-1")).toEqual({ seq: 1, id: first?.id, repeated: true });
      expect(await receive(id, "谢谢", "client-2")).toMatchObject({ seq: 2, repeated: false });
      const other = await opened();
      expect(await receive(other.id, "余额", "client-1")).toMatchObject({ seq: 1, repeated: false });
    });

    test("many at once, half of them repeats: no gap, no double", async () => {
      const { id } = await opened();
      const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => receive(id, `第${index % 20}条`, `client-${index % 20}`)));
      expect(new Set(answers.map((answer) => answer?.seq)).size).toBe(20);
      expect(answers.filter((answer) => answer?.repeated).length).toBe(20);
      expect((await repository().log(id, 0, 100)).map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    });

    test("text that PostgreSQL cannot hold is mended, not refused", async () => {
      const { id } = await opened();
      const odd = aMessage(id, "a\0b \ud83d c \\u0000 \u{1F600}");
      expect(await repository().append(id, odd, { externalId: "x\0y", awaitsTurn: true })).toMatchObject({ seq: 1 });
      const [logged] = await repository().log(id, 0, 1);
      expect(logged?.activity.text).toBe("a\uFFFDb \uFFFD c \\u0000 \u{1F600}");
    });

    test("a turn takes its messages, saves the state and appends the replies in one go", async () => {
      const conversation = await opened();
      const { id } = conversation;
      await receive(id, "余额");
      await receive(id, "还有订单");
      expect((await repository().pending(id)).map(({ seq }) => seq)).toEqual([1, 2]);
      expect(await repository().withPending(10_000)).toContain(id);
      const turn = aTurn(id, [1, 2]);
      const state = { ...conversation.state, misunderstood: 1, said: ["余额"] };
      const replies = [aMessage(id, "268.50 CNY"), aMessage(id, "订单已发货")];
      expect(await repository().commitTurn(turn, state, 1, replies)).toEqual([3, 4]);
      expect(await repository().get(id)).toMatchObject({ version: 2, state });
      expect(await repository().pending(id)).toEqual([]);
      expect(await repository().withPending(10_000)).not.toContain(id);
      expect(await repository().turns(id)).toEqual([turn]);
      expect((await repository().log(id, 2, 10)).map(({ activity }) => activity)).toEqual(replies);
      expect(await receive(id, "好")).toMatchObject({ seq: 5 });
    });

    test("a turn on an old version changes nothing; of two at once one wins", async () => {
      const { id, state } = await opened();
      await receive(id, "余额");
      const commit = () => repository().commitTurn(aTurn(id, [1]), state, 1, [aMessage(id, "好的")]);
      const results = await Promise.all([commit(), commit(), commit()]);
      expect(results.filter((result) => result !== undefined)).toEqual([[2]]);
      expect(await repository().turns(id)).toHaveLength(1);
      expect(await commit()).toBeUndefined();
      expect(await repository().saveState(id, state, 1)).toBe(false);
      expect(await repository().saveState(id, { ...state, handler: "agent" }, 2)).toBe(true);
      expect(await repository().get(id)).toMatchObject({ version: 3, state: { handler: "agent" } });
    });

    test("a turn without replies is kept, and messages that came meanwhile stay pending", async () => {
      const { id, state } = await opened();
      await receive(id, "在吗");
      await receive(id, "喂");
      expect(await repository().commitTurn(aTurn(id, [1]), state, 1, [])).toEqual([]);
      expect((await repository().pending(id)).map(({ seq }) => seq)).toEqual([2]);
    });

    test("inside a transaction a turn joins it, and goes with it", async () => {
      const { id, state } = await opened();
      await receive(id, "转人工");
      const failing = desk.store().transaction(async ({ conversations, timers }) => {
        expect(await conversations.commitTurn(aTurn(id, [1]), state, 1, [aMessage(id, "好的")])).toEqual([2]);
        await timers.set({ id: "gone", fireAt: at(0), kind: "test", data: {} });
        throw new Error("the rest failed");
      });
      await expect(failing).rejects.toThrow("the rest failed");
      expect(await repository().turns(id)).toEqual([]);
      expect(await repository().pending(id)).toHaveLength(1);
      expect(await repository().get(id)).toMatchObject({ version: 1 });
      const numbers = await desk
        .store()
        .transaction(({ conversations }) => conversations.commitTurn(aTurn(id, [1]), state, 1, [aMessage(id, "好的")]));
      expect(numbers).toEqual([2]);
    });

    test("files come back byte for byte", async () => {
      const { id } = await opened();
      const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
      const file = { id: unique("file"), conversationId: id, name: "凭证.png", contentType: "image/png", size: 300, bytes };
      await desk.store().files.put(file);
      const stored = await desk.store().files.get(file.id);
      expect({ ...stored, bytes: Uint8Array.from(stored?.bytes ?? []) }).toEqual(file);
      expect(await desk.store().files.get("file_none")).toBeUndefined();
    });

    test("files whose message was refused go, those a message names stay", async () => {
      const { id } = await opened();
      const [sent, unsent] = [unique("file"), unique("file")];
      for (const one of [sent, unsent])
        await desk
          .store()
          .files.put({ id: one, conversationId: id, name: "a.png", contentType: "image/png", size: 1, bytes: new Uint8Array([1]) });
      const message = { ...aMessage(id, "截图"), attachments: [{ contentType: "image/png", name: "a.png", contentUrl: sent }] };
      await repository().append(id, message, { awaitsTurn: true });
      expect(await desk.store().files.removeUnsent([sent, unsent, "file_none"])).toBe(1);
      expect(await desk.store().files.get(sent)).toBeDefined();
      expect(await desk.store().files.get(unsent)).toBeUndefined();
    });
  });
}
