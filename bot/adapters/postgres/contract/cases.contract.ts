import { describe, expect, test } from "vitest";
import type { DeskUnderTest } from "./desk-under-test.ts";
import { aCase, aConversation, at, unique } from "./fixtures.ts";

export function casesContract(desk: DeskUnderTest): void {
  const repository = () => desk.store().cases;

  describe("cases", () => {
    test("come back as they were, by id, by code and by phone", async () => {
      const full = aCase({
        customer: { id: unique("u"), verified: true, name: "林晓", phone: "+8613800001001" },
        disposition: "resolved",
        notes: [{ at: at(5), by: "admin", text: "已回电" }],
      });
      const bare = aCase({ promise: { resolveBy: at(86_400) } });
      await repository().insert(full);
      await repository().insert(bare);
      expect(await repository().get(full.id)).toEqual(full);
      expect(await repository().get(bare.id)).toEqual(bare);
      expect(await repository().byCode(full.code)).toEqual(full);
      expect(await repository().get("case_none")).toBeUndefined();
      expect(await repository().byCode("00000000")).toBeUndefined();
    });

    test("a phone finds the open case before newer closed ones", async () => {
      const phone = `+658000${unique("").slice(-4)}`;
      const customer = { verified: false, phone };
      const open = aCase({ customer, createdAt: at(0) });
      await repository().insert(open);
      await repository().insert(aCase({ customer, status: "closed", createdAt: at(50) }));
      expect(await repository().byPhone(phone)).toEqual(open);
      expect(await repository().byPhone("+0")).toBeUndefined();
    });

    test("a taken code is refused and the transaction goes on with another", async () => {
      const first = aCase();
      await repository().insert(first);
      const second = aCase();
      await desk.store().transaction(async ({ cases }) => {
        await expect(cases.insert({ ...second, code: first.code })).rejects.toMatchObject({
          code: "state_conflict",
          detail: "The case code is taken.",
        });
        await cases.insert(second);
      });
      expect(await repository().get(second.id)).toEqual(second);
    });

    test("a conversation has one open case; when that is resolved it may have another", async () => {
      const conversation = aConversation();
      await desk.store().conversations.create(conversation);
      const first = aCase({ conversationId: conversation.id });
      await repository().insert(first);
      const second = aCase({ conversationId: conversation.id });
      await expect(repository().insert(second)).rejects.toMatchObject({ code: "state_conflict" });
      expect(await repository().openFor(conversation.id)).toEqual(first);
      expect(await repository().update({ ...first, version: 2, status: "resolved" })).toBe(true);
      expect(await repository().openFor(conversation.id)).toBeUndefined();
      await repository().insert(second);
      expect(await repository().openFor(conversation.id)).toEqual(second);
    });

    test("an update needs the version before it; of two at once one wins", async () => {
      const value = aCase();
      await repository().insert(value);
      const change = (text: string) => repository().update({ ...value, version: 2, notes: [{ at: at(1), by: "a", text }] });
      expect((await Promise.all([change("1"), change("2"), change("3")])).toSorted()).toEqual([false, false, true]);
      expect(await repository().update({ ...value, version: 2 })).toBe(false);
      expect(await repository().update({ ...value, version: 3, priority: "high", updatedAt: at(9) })).toBe(true);
      expect(await repository().get(value.id)).toMatchObject({ version: 3, priority: "high", updatedAt: at(9) });
    });

    test("earlier contacts are counted by intent or by order", async () => {
      const id = unique("u");
      const customer = { id, verified: true };
      await repository().insert(aCase({ customer, createdAt: at(-10) }));
      await repository().insert(aCase({ customer, intent: "refund_request", createdAt: at(10) }));
      await repository().insert(aCase({ customer, intent: "refund_request", facts: [], createdAt: at(20) }));
      const count = (about: { intent?: string; orderNo?: string }, since = at(0)) => repository().countSince(id, since, about);
      expect(await count({ intent: "refund_request" })).toBe(2);
      expect(await count({ intent: "paid_not_delivered" }, at(-20))).toBe(1);
      expect(await count({ orderNo: "KM1001-A" })).toBe(1);
      expect(await count({ intent: "refund_request", orderNo: "KM1001-A" }, at(-20))).toBe(3);
      expect(await count({})).toBe(2);
      expect(await count({ orderNo: "KM" })).toBe(0);
    });

    test("lists go page by page, newest first, each case once, even with equal times", async () => {
      const id = unique("u");
      const made = Array.from({ length: 7 }, (_, index) =>
        aCase({ customer: { id, verified: true }, updatedAt: at(index < 3 ? 1 : index) }),
      );
      for (const value of made) await repository().insert(value);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await repository().list({ customerId: id }, 2, cursor);
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items.map((value) => value.id));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      const expected = made.toSorted((a, b) => (a.updatedAt === b.updatedAt ? (a.id < b.id ? 1 : -1) : a.updatedAt < b.updatedAt ? 1 : -1));
      expect(seen).toEqual(expected.map((value) => value.id));
      const whole = await repository().list({ customerId: id }, 7);
      expect(whole.items).toHaveLength(7);
      expect(whole.nextCursor).toBeUndefined();
    });

    test("filters join with and; a cursor that is not ours is a bad request", async () => {
      const id = unique("u");
      const customer = { id, verified: true };
      const match = aCase({ customer, status: "queued", priority: "critical", skill: "fraud", updatedAt: at(100) });
      await repository().insert(match);
      await repository().insert(aCase({ customer, status: "queued", priority: "low", skill: "fraud", updatedAt: at(100) }));
      const filter = { customerId: id, status: "queued", priority: "critical", skill: "fraud", since: at(100) } as const;
      expect((await repository().list(filter, 10)).items).toEqual([match]);
      expect((await repository().list({ ...filter, since: at(101) }, 10)).items).toEqual([]);
      for (const cursor of ["x", "", Buffer.from('["x","y"]').toString("base64url"), Buffer.from("[1]").toString("base64url")]) {
        await expect(repository().list({}, 10, cursor)).rejects.toMatchObject({ code: "bad_request" });
      }
    });
  });
}
