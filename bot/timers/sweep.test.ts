import { setImmediate as tick } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MoodLabel } from "../../intents/index.ts";
import type { TurnWorld } from "../act/world.ts";
import { MINUTE, openTestWorld, type Talk, type TestWorld, until } from "../conversation/fixtures/test-world.ts";
import { NOW, policy } from "../decide/fixtures/heard.ts";
import { createDeskServices } from "../desk/desk-services.ts";
import type { Caller } from "../http/services.ts";
import { type Sweep, startSweep } from "./sweep.ts";

let world: TestWorld;
const sweeps: Sweep[] = [];
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());
afterEach(async () => {
  await Promise.all(sweeps.splice(0).map((sweep) => sweep.stop()));
});

interface Swept {
  /** How long it wanted to sleep, newest last. */
  readonly slept: number[];
  resumed: number;
}

/** A sweep that sleeps no longer than a tick. */
function swept(change: Partial<TurnWorld> = {}): Swept {
  const seen: Swept = { slept: [], resumed: 0 };
  const resume = async (): Promise<void> => {
    seen.resumed += 1;
  };
  sweeps.push(
    startSweep({ ...world, ...change }, resume, async (ms) => {
      seen.slept.push(ms);
      await tick();
    }),
  );
  return seen;
}

const timers = async () =>
  (await world.sql("select id, fire_at as at from timers order by id")).map(({ id, at }) => ({
    id,
    at: new Date(String(at)).toISOString(),
  }));
const rounds = (seen: Swept, count: number) => {
  const from = seen.slept.length;
  return until(() => seen.slept.length >= from + count);
};
const reports = async (talk: Talk): Promise<string[]> =>
  (await world.store.conversations.log(talk.id, 0, 100)).flatMap(({ activity }) =>
    activity.text?.includes("再查的订单") ? [activity.text] : [],
  );

/** A customer who was told when his order will be looked at again. @returns when */
async function promised(mood: MoodLabel = "calm"): Promise<{ talk: Talk; due: number }> {
  const talk = await world.talk({ customer: "u1001" });
  await talk.say("KM1001-B还没到", { intents: ["paid_not_delivered"], entities: [["order_number", "KM1001-B"]], mood });
  const due = await world.store.timers.nextDue();
  if (due === undefined) throw new Error("no timer was set");
  return { talk, due };
}

describe("the promised second look", () => {
  it("comes at its time and not before, names the time that was promised, and comes once", async () => {
    const { talk, due } = await promised();
    world.clock.set(due - 1);
    const seen = swept();
    await rounds(seen, 5);
    expect(await reports(talk)).toEqual([]);
    world.clock.set(due);
    await until(async () => (await reports(talk)).length === 1);
    await rounds(seen, 5);
    const [report, ...others] = await reports(talk);
    expect(others).toEqual([]);
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" }).format(due);
    expect(report).toContain(`说好 ${clock} 再查的订单 KM1001-B，我查过了：`);
  });

  it("escalates by itself what went wrong meanwhile, with the facts, though nobody said a word", async () => {
    const { talk, due } = await promised("annoyed");
    world.clock.set(due);
    const order: TurnWorld["platform"]["order"] = async (orderNo) => {
      const looked = await world.platform.order(orderNo);
      return looked.ok ? { ok: true, value: { ...looked.value, state: "failed" } } : looked;
    };
    const seen = swept({ platform: { ...world.platform, order } });
    await until(async () => (await reports(talk)).length === 1);
    await rounds(seen, 3);
    const value = await talk.case();
    expect(value).toMatchObject({ status: "queued", intent: "paid_not_delivered", customer: { phone: "+8613800001001" } });
    expect(value.facts).toContainEqual(expect.objectContaining({ name: "order_number", value: "KM1001-B", source: "platform" }));
    expect(await timers()).toEqual([]);
    // He showed no mood now, so none may be recorded.
    expect(await world.sql("select data from events where type = 'conversation.mood_changed'")).toEqual([
      { data: { from: "calm", to: "annoyed" } },
    ]);
    expect((await talk.state()).moods).toHaveLength(1);
  });

  it("comes back a minute after it failed, and is still done only once", async () => {
    const { talk, due } = await promised();
    let fails = true;
    const pipeline: TurnWorld["pipeline"] = {
      run: (incoming, handler) => (fails ? Promise.reject(new Error("node died")) : world.pipeline.run(incoming, handler)),
    };
    world.clock.set(due);
    const seen = swept({ pipeline });
    for (const minutes of [1, 2]) {
      await until(() => world.lines.filter((line) => line.level === "error").length === minutes);
      expect(await timers()).toEqual([{ id: `recheck-${talk.id}-KM1001-B`, at: new Date(due + minutes * MINUTE).toISOString() }]);
      world.clock.set(due + minutes * MINUTE - (minutes === 2 ? 1 : 0));
    }
    fails = false;
    await rounds(seen, 5);
    expect(await reports(talk)).toEqual([]);
    world.clock.set(due + 2 * MINUTE);
    await until(async () => (await reports(talk)).length === 1);
    await rounds(seen, 5);
    // The time that was promised, not the time of the third try.
    expect((await reports(talk))[0]).toContain(
      `说好 ${new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" }).format(due)} `,
    );
    expect(await reports(talk)).toHaveLength(1);
  });

  it("waits for a conversation that somebody is changing, and lets one go that is no more", async () => {
    const { talk, due } = await promised();
    let races = 1;
    const pipeline: TurnWorld["pipeline"] = {
      run: async (incoming, handler) => {
        const replies = await world.pipeline.run(incoming, handler);
        if (races-- > 0) {
          const { state, version } = await talk.conversation();
          await world.store.conversations.saveState(talk.id, state, version);
        }
        return replies;
      },
    };
    await world.store.timers.set({
      id: "gone",
      fireAt: new Date(due).toISOString(),
      kind: "recheck",
      data: { conversationId: "conv_gone", intent: "paid_not_delivered", orderNo: "KM1001-B" },
    });
    world.clock.set(due);
    const seen = swept({ pipeline });
    await rounds(seen, 5);
    expect(await reports(talk)).toEqual([]);
    expect((await timers()).map(({ id }) => id)).toEqual([`recheck-${talk.id}-KM1001-B`]);
    world.clock.set(due + MINUTE);
    await until(async () => (await reports(talk)).length === 1);
  });

  it("is done by one node when two sweep", async () => {
    const { talk, due } = await promised();
    world.clock.set(due);
    const both = [swept(), swept()];
    await until(async () => (await reports(talk)).length > 0);
    await Promise.all(both.map((seen) => rounds(seen, 5)));
    expect(await reports(talk)).toHaveLength(1);
  });
});

it("removes a timer nobody knows, and says so", async () => {
  await world.store.timers.set({ id: "odd", fireAt: new Date(NOW).toISOString(), kind: "odd", data: { a: 1 } });
  await world.store.timers.set({ id: "half", fireAt: new Date(NOW).toISOString(), kind: "recheck", data: { conversationId: 7 } });
  const seen = swept();
  await until(async () => (await timers()).length === 0);
  await rounds(seen, 2);
  expect(world.lines.filter(({ message }) => message === "unknown timer removed").map(({ fields }) => fields.timer)).toEqual([
    "half",
    "odd",
  ]);
});

it("goes on when the store fails for a while", async () => {
  let fails = 3;
  const broken = {
    ...world.store,
    queue: {
      ...world.store.queue,
      sweepLapsed: (now: number) => (fails-- > 0 ? Promise.reject(new Error("store away")) : world.store.queue.sweepLapsed(now)),
    },
  };
  await world.store.timers.set({ id: "odd", fireAt: new Date(NOW).toISOString(), kind: "odd", data: {} });
  swept({ store: broken });
  await until(async () => (await timers()).length === 0);
  expect(world.lines.filter(({ message }) => message.startsWith("sweep failed"))).toHaveLength(3);
});

it("takes the case of a lapsed call back into the line, tells the customer once, and leaves live calls alone", async () => {
  const talk = await world.talk();
  await talk.say("转人工", { intents: ["human_agent"] });
  const other = await world.talk();
  await other.say("转人工", { intents: ["human_agent"] });
  const desk = createDeskServices(world);
  await world.agent("a1", { skills: ["general"] });
  await world.agent("a2", { skills: ["general"] });
  const [me, live] = (["a1", "a2"] as const).map(
    (agentId): Caller => ({ kind: "agent", agentId, role: "agent", name: `agent:${agentId}` }),
  );
  for (const caller of [me, live]) {
    const held = caller && (await desk.claim({}, caller));
    if (held && caller) await desk.accept(held.entry.id, held.lease.fence, caller);
  }
  const cardOf = async (one: Talk) =>
    (await world.store.conversations.log(one.id, 0, 100)).flatMap(({ activity }) => activity.channelData?.jietong?.caseState ?? []);
  expect((await talk.case()).status).toBe("in_progress");
  expect(await cardOf(talk)).toEqual(["connected"]);

  world.clock.set(NOW + policy.lease.ms - 1);
  if (live) await desk.renew((await other.entry()).id, (await other.entry()).fence, live);
  world.clock.set(NOW + policy.lease.ms + 1);
  const both = [swept(), swept()];
  await until(async () => (await talk.case()).status === "queued");
  await Promise.all(both.map((seen) => rounds(seen, 5)));
  const entry = await talk.entry();
  expect(entry.state).toBe("waiting");
  expect(await cardOf(talk)).toEqual(["connected", "waiting"]);
  const last = (await world.store.conversations.log(talk.id, 0, 100)).at(-1)?.activity;
  expect(last?.text).toMatch(/连接断了.*还在原来的位置/u);
  expect(last?.channelData?.jietong).toMatchObject({ caseState: "waiting", queue: { position: 1 } });
  expect(await other.case()).toMatchObject({ status: "in_progress" });
  expect(await cardOf(other)).toEqual(["connected"]);
  expect((await talk.case()).promise.answerBy).toBe(entry.dueAt);
});

it("gives back lapsed leases, takes up what others left behind, and sleeps no longer than to the next timer", async () => {
  const talk = await world.talk();
  await talk.say("转人工", { intents: ["human_agent"] });
  await world.store.queue.claim({ agentId: "a", skills: ["general"], languages: ["zh"], capacity: 1 }, NOW, 15_000);
  await world.store.timers.set({ id: "later", fireAt: new Date(NOW + 20_300).toISOString(), kind: "odd", data: {} });
  const seen = swept();
  await rounds(seen, 3);
  expect((await talk.entry()).state).toBe("offered");
  expect([seen.resumed, seen.slept.at(-1)]).toEqual([0, 1000]);
  world.clock.set(NOW + 20_000);
  await until(async () => (await talk.entry()).state === "waiting");
  await rounds(seen, 2);
  expect([seen.resumed, seen.slept.at(-1)]).toEqual([1, 300]);
});
