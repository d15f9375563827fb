import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TurnWorld } from "../act/world.ts";
import type { TurnPipeline } from "../ports/channel.ts";
import type { Activity } from "./activity.ts";
import { openTestWorld, type TestWorld, until } from "./fixtures/test-world.ts";
import { FRAGMENT_MOST_MS, FRAGMENT_PAUSE_MS } from "./fragments.ts";
import { createReceiver, MOST_CHARACTERS, type Receiver } from "./receive.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

interface Waiting {
  readonly ms: number;
  readonly work: () => void;
}

/** A receiver whose pauses last until the test ends them, and whose turns may be held up. */
function aReceiver(change: Partial<TurnWorld> = {}): { inbox: Receiver; waiting: Waiting[]; open(): Promise<string> } {
  const waiting: Waiting[] = [];
  const inbox = createReceiver(
    { ...world, ...change },
    {
      after: (ms, work) => {
        const one = { ms, work };
        waiting.push(one);
        return () => void (waiting.includes(one) && waiting.splice(waiting.indexOf(one), 1));
      },
    },
  );
  return { inbox, waiting, open: async () => (await inbox.open({ channel: "directline", userId: "dl_1", locale: "zh-CN" })).id };
}

/** Turns wait at the gate; `most` is how many ever stood in it at once. */
function gated(): { pipeline: TurnPipeline; gate: { entered: number; most: number; open(): void } } {
  let release: () => void = () => {};
  let closed = new Promise<void>((resolve) => {
    release = resolve;
  });
  let inside = 0;
  const gate = {
    entered: 0,
    most: 0,
    open: () => {
      release();
      closed = Promise.resolve();
    },
  };
  const pipeline: TurnPipeline = {
    run: async (incoming, handler) => {
      inside += 1;
      gate.entered += 1;
      gate.most = Math.max(gate.most, inside);
      await closed;
      const replies = await world.pipeline.run(incoming, handler);
      inside -= 1;
      return replies;
    },
  };
  return { pipeline, gate };
}

const sure = (text: string): void => world.means(text, { intents: ["thanks"] });
const say = (inbox: Receiver, id: string, text: string, externalId?: string) =>
  inbox.receive(id, { type: "message", text, ...(externalId === undefined ? {} : { externalId }) });
const took = async (id: string) => (await world.store.conversations.turns(id)).map((turn) => turn.took);
const answered = (id: string) => until(async () => (await world.store.conversations.pending(id)).length === 0);
const botSaid = async (id: string): Promise<readonly Activity[]> =>
  (await world.store.conversations.log(id, 0, 500)).map(({ activity }) => activity).filter(({ from }) => from.role === "bot");

describe("one turn at a time", () => {
  it("what comes during a turn waits and is answered together in the next", async () => {
    const { pipeline, gate } = gated();
    const { inbox, open } = aReceiver({ pipeline });
    const id = await open();
    for (const text of ["一", "二", "三"]) sure(text);
    sure("二\n三");
    const first = await say(inbox, id, "一");
    await until(() => gate.entered === 1);
    const [second, third] = [await say(inbox, id, "二"), await say(inbox, id, "三")];
    expect(await took(id)).toEqual([]);
    gate.open();
    await answered(id);
    expect(gate.most).toBe(1);
    expect(await took(id)).toEqual([[first.seq], [second.seq, third.seq]]);
  });

  it("two conversations do not wait for each other", async () => {
    const { pipeline, gate } = gated();
    const { inbox, open } = aReceiver({ pipeline });
    const ids = [await open(), await open()];
    sure("一");
    await Promise.all(ids.map((id) => say(inbox, id, "一")));
    await until(() => gate.most === 2);
    gate.open();
    await Promise.all(ids.map(answered));
  });

  it("a burst is taken up to a bound, told beyond it, and nothing that was taken is lost", async () => {
    const { inbox, waiting, open } = aReceiver();
    const id = await open();
    const texts = Array.from({ length: 400 }, (_, index) => `第${index}条`);
    const results = await Promise.allSettled(texts.map((text) => say(inbox, id, text, text)));
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused.length).toBeGreaterThan(100);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "too_many_messages" });
    await until(() => waiting.length > 0);
    for (const one of waiting.splice(0)) one.work();
    await answered(id);
    const seqs = results.flatMap((result) => (result.status === "fulfilled" ? [result.value.seq] : []));
    expect((await took(id)).flat().sort((a, b) => a - b)).toEqual(seqs.sort((a, b) => a - b));
    sure("之后");
    await say(inbox, id, "之后");
    await answered(id);
  });
});

describe("the same message twice", () => {
  it("is the same message and the same turn, also when both come at once", async () => {
    const { inbox, open } = aReceiver();
    const id = await open();
    sure("谢谢");
    const [one, two] = await Promise.all([say(inbox, id, "谢谢", "x1"), say(inbox, id, "谢谢", "x1")]);
    await answered(id);
    const three = await say(inbox, id, "谢谢", "x1");
    expect(new Set([one.id, two.id, three.id]).size).toBe(1);
    expect([one.repeated, two.repeated].sort()).toEqual([false, true]);
    expect(three.repeated).toBe(true);
    expect(await took(id)).toEqual([[one.seq]]);
  });
  it("under another id is another message; in another conversation too", async () => {
    const { inbox, open } = aReceiver();
    const [a, b] = [await open(), await open()];
    sure("谢谢");
    const all = [await say(inbox, a, "谢谢", "x1"), await say(inbox, a, "谢谢", "x2"), await say(inbox, b, "谢谢", "x1")];
    expect(all.map(({ repeated }) => repeated)).toEqual([false, false, false]);
    await Promise.all([a, b].map(answered));
  });
});

describe("what is not taken", () => {
  it("is a message over the limit, counted as people count", async () => {
    const { inbox, open } = aReceiver();
    const id = await open();
    await expect(say(inbox, id, "好".repeat(MOST_CHARACTERS + 1))).rejects.toMatchObject({ code: "message_too_long" });
    await expect(say(inbox, id, "😀".repeat(MOST_CHARACTERS))).resolves.toMatchObject({ repeated: false });
    await answered(id);
  });
  it("is one for a conversation that does not exist", async () => {
    await expect(say(aReceiver().inbox, "conv_none", "你好")).rejects.toMatchObject({ code: "conversation_unknown" });
  });
  it("is the sign that somebody types: it leaves no trace", async () => {
    const { inbox, open } = aReceiver();
    const id = await open();
    await inbox.receive(id, { type: "typing" });
    expect(await world.store.conversations.log(id, 0, 10)).toHaveLength(1);
  });
});

it("masks before anything is stored: the words, a file's name, a button's value, what the client adds; not the client's own id", async () => {
  const { inbox, open } = aReceiver();
  const id = await open();
  const secret = "JTDM-7K2P-Q9XW-4M3Z";
  await inbox.receive(id, {
    type: "message",
    text: `卡密 ${secret} 打不开`,
    value: `卡密 ${secret}`,
    attachments: [{ fileId: "file_1", name: `${secret}.png`, contentType: "image/png", size: 3 }],
    channelData: { note: secret, clientActivityID: "k3j2h4g5f6d7s8a9q1" },
  });
  await answered(id);
  const everything = JSON.stringify([
    await world.sql("select * from activities"),
    await world.sql("select * from turns"),
    await world.sql("select * from conversations"),
    world.lines,
  ]);
  expect(everything).not.toContain("Q9XW");
  const stored = (await world.store.conversations.log(id, 1, 1))[0]?.activity;
  expect(stored).toMatchObject({
    text: "卡密 JTDM-•••• 打不开",
    channelData: { clientActivityID: "k3j2h4g5f6d7s8a9q1", masked: ["card_key"] },
  });
});

describe("fragments", () => {
  it("wait for each other and are read as one turn, which begins the moment it makes sense", async () => {
    const { inbox, waiting, open } = aReceiver();
    const id = await open();
    world.means("我昨天\n充的那个\n还没到", { intents: ["paid_not_delivered"] });
    world.means("我昨天\n充的那个\n还没到\nKM7777-A", { intents: ["paid_not_delivered"], entities: [["order_number", "KM7777-A"]] });
    await say(inbox, id, "我昨天");
    await until(() => waiting.length === 1);
    expect(waiting[0]?.ms).toBe(FRAGMENT_PAUSE_MS);
    world.clock.set(world.clock.now() + 500);
    await say(inbox, id, "充的那个");
    await until(() => waiting.length === 1);
    expect(await took(id)).toEqual([]);
    // Understood, but what it is about may come in the next line.
    await say(inbox, id, "还没到");
    await until(() => waiting.length === 1);
    expect(await took(id)).toEqual([]);
    await say(inbox, id, "KM7777-A");
    await answered(id);
    expect(await took(id)).toHaveLength(1);
    expect((await world.store.conversations.get(id))?.state.said).toEqual(["我昨天 充的那个 还没到 KM7777-A"]);
    expect(waiting).toEqual([]);
  });
  it("are answered as they are when nothing follows", async () => {
    const { inbox, waiting, open } = aReceiver();
    const id = await open();
    await say(inbox, id, "那个");
    await until(() => waiting.length === 1);
    waiting[0]?.work();
    await answered(id);
    expect((await botSaid(id)).at(-1)?.text).toMatch(/没看明白/u);
  });
  it("never wait longer than the most, however they dribble in", async () => {
    const { inbox, waiting, open } = aReceiver();
    const id = await open();
    let before: Waiting | undefined;
    for (let piece = 0; piece * 1000 < FRAGMENT_MOST_MS; piece += 1) {
      await say(inbox, id, `呃${piece}`);
      await until(() => waiting.length === 1 && waiting[0] !== before);
      before = waiting[0];
      expect(before?.ms).toBe(Math.min(FRAGMENT_PAUSE_MS, FRAGMENT_MOST_MS - piece * 1000));
      world.clock.set(world.clock.now() + 1000);
    }
    await say(inbox, id, "呃");
    await answered(id);
    expect(await took(id)).toHaveLength(1);
  });
});

describe("after a crash", () => {
  it("what was acknowledged and not answered is answered, once", async () => {
    const id = await aReceiver().open();
    sure("谢谢");
    const activity = {
      ...(await world.store.conversations.log(id, 0, 1))[0]?.activity,
      id: "act_lost",
      from: { id: "dl_1", role: "user" },
      text: "谢谢",
    } as Activity;
    await world.store.conversations.append(id, activity, { awaitsTurn: true });
    const { inbox } = aReceiver();
    expect(await inbox.resume()).toBe(1);
    await answered(id);
    expect(await inbox.resume()).toBe(0);
    expect(await took(id)).toHaveLength(1);
  });
});

describe("a turn that fails", () => {
  /** Fails as often as told, then works. */
  function failing(times: number): TurnPipeline {
    let left = times;
    return {
      run: (incoming, handler) => (left-- > 0 ? Promise.reject(new Error("the pipeline broke")) : world.pipeline.run(incoming, handler)),
    };
  }
  it("leaves its messages pending and is tried again after a pause, the next message with it", async () => {
    const { inbox, waiting, open } = aReceiver({ pipeline: failing(1) });
    const id = await open();
    for (const text of ["谢谢", "谢谢\n再见"]) sure(text);
    await say(inbox, id, "谢谢");
    await until(() => waiting.length === 1);
    expect(waiting[0]?.ms).toBe(200);
    expect(await world.store.conversations.pending(id)).toHaveLength(1);
    expect(JSON.stringify(world.lines)).not.toContain("谢谢");
    waiting[0]?.work();
    await answered(id);
  });
  it("is left to the sweep after the last pause, which takes it up", async () => {
    const { inbox, waiting, open } = aReceiver({ pipeline: failing(4) });
    const id = await open();
    sure("谢谢");
    await say(inbox, id, "谢谢");
    const pauses: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await until(() => waiting.length === 1);
      const [one] = waiting.splice(0);
      pauses.push(one?.ms ?? 0);
      one?.work();
    }
    await until(() => world.lines.filter((line) => line.level === "error").length === 4);
    expect(pauses).toEqual([200, 1000, 3000]);
    expect(waiting).toEqual([]);
    await inbox.resume();
    await answered(id);
  });
});

describe("drain", () => {
  it("waits for the turn that runs, begins no other, and leaves the rest for the next start", async () => {
    const { pipeline, gate } = gated();
    const { inbox, waiting, open } = aReceiver({ pipeline });
    const [busy, idle] = [await open(), await open()];
    for (const text of ["一", "二"]) sure(text);
    await say(inbox, busy, "一");
    await until(() => gate.entered === 1);
    await say(inbox, idle, "那个");
    await until(() => waiting.length === 1);
    await say(inbox, busy, "二");
    let drained = false;
    const drain = inbox.drain().then(() => {
      drained = true;
    });
    expect(waiting).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(drained).toBe(false);
    gate.open();
    await drain;
    expect(await took(busy)).toHaveLength(1);
    sure("那个\n二");
    await say(inbox, idle, "二");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await took(idle)).toEqual([]);
    expect((await world.store.conversations.withPending(10)).toSorted()).toEqual([busy, idle].toSorted());
    await aReceiver().inbox.resume();
    await Promise.all([busy, idle].map(answered));
  });
});

it("tells whoever follows that the log grew, until he stops", async () => {
  const { inbox, open } = aReceiver();
  const id = await open();
  let calls = 0;
  const stop = inbox.follow(id, () => {
    calls += 1;
  });
  sure("谢谢");
  await say(inbox, id, "谢谢");
  await answered(id);
  await until(() => calls >= 2);
  stop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const before = calls;
  await say(inbox, id, "谢谢");
  await answered(id);
  expect(calls).toBe(before);
});

it("greets by name in the customer's language, and ties an identity to a conversation only once", async () => {
  const { inbox, open } = aReceiver();
  const named = await inbox.open({
    channel: "directline",
    userId: "dl_2",
    locale: "en-SG",
    identity: { customerId: "u1002", name: "Alex Tan" },
  });
  expect((await botSaid(named.id))[0]?.text).toMatch(/^Hi Alex Tan, /u);
  const id = await open();
  expect(await inbox.identify(id, { customerId: "u1001" })).toBe(true);
  expect(await inbox.identify(id, { customerId: "u1001" })).toBe(true);
  expect(await inbox.identify(id, { customerId: "u1002" })).toBe(false);
  expect((await inbox.find(id))?.identity?.customerId).toBe("u1001");
  await expect(inbox.identify("conv_none", { customerId: "u1001" })).rejects.toMatchObject({ code: "conversation_unknown" });
});
