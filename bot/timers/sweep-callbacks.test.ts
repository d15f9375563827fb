import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MINUTE, openTestWorld, type Talk, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { NOW } from "../decide/fixtures/heard.ts";
import { createDeskServices } from "../desk/desk-services.ts";
import type { Caller, DeskServices } from "../http/services.ts";
import { sweepCallbacks } from "./sweep-callbacks.ts";

let world: TestWorld;
let desk: DeskServices;
beforeAll(async () => {
  world = await openTestWorld();
  desk = createDeskServices(world);
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const SECOND = 1000;
const agent = (agentId: string): Caller => ({ kind: "agent", agentId, role: "agent", name: `agent:${agentId}` });
const said = async (talk: Talk): Promise<string[]> =>
  (await world.store.conversations.log(talk.id, 0, 100)).flatMap(({ activity }) =>
    activity.from.role === "bot" && activity.text ? [activity.text] : [],
  );
/** The clock goes there, and everything due is done. */
async function at(seconds: number): Promise<void> {
  world.clock.set(NOW + seconds * SECOND);
  await sweepCallbacks(world);
}
const callbackOf = async (talk: Talk) => {
  const found = (await desk.listCallbacks({ limit: 10, caseId: (await talk.case()).id })).items[0];
  if (!found) throw new Error("no callback");
  return found;
};

/** A known customer in line, told that he will be rung, with an agent who could take him but does not come. */
async function held(): Promise<Talk> {
  await world.agent("a1", { skills: ["orders", "general"] });
  const talk = await world.talk({ customer: "u1001" });
  await talk.say("转人工", { intents: ["human_agent"] });
  await world.sql("update queue_entries set promised = true");
  return talk;
}

describe("fifteen minutes and three", () => {
  it("makes one callback at minute 15, tells the number and the clock time, and shows it on the card", async () => {
    const talk = await held();
    const before = (await said(talk)).length;
    await at(899);
    expect((await said(talk)).length).toBe(before);
    await at(900);
    await at(901);
    const news = (await said(talk)).slice(before);
    expect(news).toHaveLength(1);
    expect(news[0]).toMatch(/^让您等到现在还没接通，抱歉。位置给您留着，改由我们打给您：20:59 前拨 ··· 1001。/u);
    const callback = await callbackOf(talk);
    expect(callback).toMatchObject({ kind: "promise", state: "due", promised: true, phone: "+8613800001001" });
    expect(callback.dueBy).toBe(new Date(NOW + 1080 * SECOND).toISOString());
    expect(news[0]).toContain(`专员先报暗号 ${callback.codes.says}`);
    const card = (await world.store.conversations.log(talk.id, 0, 100)).at(-1)?.activity.channelData?.jietong?.callback;
    expect(card).toMatchObject({ state: "due", dueBy: callback.dueBy, phone: "··· 1001" });
    const view = await desk.getCase((await talk.case()).id, agent("a1"));
    expect(view.callback).toEqual({ id: callback.id, state: "due", dueBy: callback.dueBy, deadline: callback.deadline });
  });

  it("asks for the number when there is none, and rings it once it is told", async () => {
    await world.agent("a1", { skills: ["general"] });
    const talk = await world.talk();
    await talk.say("转人工", { intents: ["human_agent"] });
    await world.sql("update queue_entries set promised = true");
    await at(900);
    expect((await said(talk)).at(-1)).toMatch(/请把要接听的号码发给我，20:59 前拨打/u);
    const { id } = await callbackOf(talk);
    await expect(desk.dialCallback(id, undefined, agent("a1"))).rejects.toMatchObject({ code: "phone_unknown" });
    await talk.say("13800138000", { entities: [["phone", "+8613800138000"]] });
    expect(await desk.dialCallback(id, undefined, agent("a1"))).toMatchObject({
      callback: { state: "dialling", phone: "+8613800138000" },
      attempt: 1,
      ringing: "by_hand",
    });
  });

  it("warns the supervisor at +120 s and records the breach at +180 s, each once, and says so to the customer", async () => {
    const talk = await held();
    await at(900);
    await at(1019);
    expect((await desk.audit(9)).map(({ action }) => action)).not.toContain("callback.warn");
    expect((await desk.listCallbacks({ limit: 5, warned: true })).items).toEqual([]);
    await at(1020);
    await at(1079);
    expect((await callbackOf(talk)).breachedAt).toBeUndefined();
    expect((await desk.listCallbacks({ limit: 5, warned: true })).items).toMatchObject([
      { warnedAt: new Date(NOW + 1020 * SECOND).toISOString() },
    ]);
    await at(1080);
    await at(1090);
    const actions = (await desk.audit(20)).map(({ action }) => action);
    expect(actions.filter((action) => action === "callback.warn")).toHaveLength(1);
    expect(actions.filter((action) => action === "callback.breach")).toHaveLength(1);
    expect((await said(talk)).at(-1)).toMatch(/^说好 20:59 前打给您，还没有打，是我们没做到，抱歉，已记为失约/u);
    const { caseId, breachedAt } = await callbackOf(talk);
    expect(breachedAt).toBe(new Date(NOW + 1080 * SECOND).toISOString());
    const types = (await desk.timeline(caseId, agent("a1"))).map(({ type }) => type);
    expect(types.filter((type) => type === "promise.breached")).toHaveLength(1);
    expect((await desk.listCallbacks({ limit: 5, breached: true })).items).toHaveLength(1);
  });

  it("dialled in time: nothing is warned of and nothing is broken", async () => {
    const talk = await held();
    await at(900);
    const { id } = await callbackOf(talk);
    world.clock.set(NOW + 930 * SECOND);
    await desk.dialCallback(id, undefined, agent("a1"));
    await expect(desk.dialCallback(id, undefined, agent("a1"))).rejects.toMatchObject({ code: "already_dialling" });
    await expect(desk.dialCallback(id, undefined, { kind: "integration", keyId: "main", name: "key:main" })).rejects.toMatchObject({
      code: "already_dialling",
    });
    const held2 = await desk.answeredCallback(id, agent("a1"));
    expect(held2).toMatchObject({ callback: { state: "connected" }, entry: { state: "connected" } });
    expect((await talk.case()).status).toBe("in_progress");
    await at(935);
    await desk.complete(held2.entry.id, held2.lease.fence, { disposition: "solved" }, agent("a1"));
    await at(2000);
    const done = await callbackOf(talk);
    expect(done).toMatchObject({ state: "done", reason: "solved" });
    expect([done.warnedAt, done.breachedAt]).toEqual([undefined, undefined]);
  });

  it("missed: tells when it is tried again, three times in all, then goes on in writing", async () => {
    const talk = await held();
    await at(900);
    const { id } = await callbackOf(talk);
    const dialAndMiss = async (): Promise<void> => {
      await desk.dialCallback(id, undefined, agent("a1"));
      await desk.missedCallback(id, agent("a1"));
    };
    await dialAndMiss();
    expect((await said(talk)).at(-1)).toMatch(/^20:56 给您打了电话，没有接通。20:57 再打一次/u);
    await expect(desk.dialCallback(id, undefined, agent("a1"))).rejects.toMatchObject({ code: "state_conflict" });
    await at(960);
    await dialAndMiss();
    expect(await callbackOf(talk)).toMatchObject({ state: "missed", nextTryAt: new Date(NOW + 1560 * SECOND).toISOString() });
    await at(1560);
    await dialAndMiss();
    expect(await callbackOf(talk)).toMatchObject({ state: "expired", attempts: 3 });
    expect((await said(talk)).at(-1)).toMatch(/^打了 3 次都没有接通/u);
    expect((await talk.case()).status).toBe("waiting_customer");
  });

  it("does not ring who is on the do-not-call list; he is told, and the case goes on in writing", async () => {
    const talk = await held();
    await desk.blockNumber("138 0000 1001", "asked for it", { kind: "integration", keyId: "main", name: "key:main" });
    await at(900);
    expect((await said(talk)).at(-1)).toMatch(/不要致电/u);
    expect((await talk.case()).status).toBe("open");
    expect(await callbackOf(talk)).toMatchObject({ state: "cancelled", reason: "do_not_call" });
  });

  it("is cancelled on request, and when the case is solved without a call", async () => {
    const talk = await held();
    await at(900);
    const { id } = await callbackOf(talk);
    expect(await desk.cancelCallback(id, undefined, agent("a1"))).toMatchObject({ state: "cancelled", reason: "asked" });
    expect((await talk.case()).status).toBe("open");
    await expect(desk.cancelCallback(id, undefined, agent("a1"))).rejects.toMatchObject({ code: "state_conflict" });
  });
});

describe("time that jumps", () => {
  it("a desk that was away over minute 15 and 18 makes the callback once, breaks the promise openly, and tells it once", async () => {
    const talk = await held();
    const before = (await said(talk)).length;
    await at(3000);
    await at(3001);
    const news = (await said(talk)).slice(before);
    expect(news).toHaveLength(1);
    expect(news[0]).toMatch(/^说好 20:59 前打给您，没有做到，抱歉，已记为失约/u);
    expect(await callbackOf(talk)).toMatchObject({
      state: "due",
      dueBy: new Date(NOW + 1080 * SECOND).toISOString(),
      breachedAt: new Date(NOW + 3000 * SECOND).toISOString(),
    });
  });

  it("a clock that is put back does nothing twice", async () => {
    const talk = await held();
    await at(900);
    await at(100);
    await at(900);
    await at(901);
    expect((await desk.listCallbacks({ limit: 10 })).items).toHaveLength(1);
    expect((await said(talk)).filter((text) => text.includes("改由我们打给您"))).toHaveLength(1);
  });

  it("three sweeps at once, on many entries, make one each and tell each once", async () => {
    for (const id of ["b1", "b2", "b3", "b4", "b5", "b6"]) await world.agent(id, { skills: ["general"] });
    const talks = [];
    for (let count = 0; count < 5; count += 1) talks.push(await held());
    world.clock.set(NOW + 15 * MINUTE);
    await Promise.all([sweepCallbacks(world), sweepCallbacks(world), sweepCallbacks(world)]);
    expect((await desk.listCallbacks({ limit: 50 })).items).toHaveLength(5);
    for (const talk of talks) expect((await said(talk)).filter((text) => text.includes("改由我们打给您"))).toHaveLength(1);
  });
});

describe("a callback by API", () => {
  const PBX: Caller = { kind: "integration", keyId: "main", name: "key:main" };

  it("for a case in no line: it joins one; with the same key it is made once", async () => {
    const value = await desk.openCase({ channel: "mail", language: "zh", customer: { phone: "+8613800001001" } }, PBX);
    const key = { scope: "s", key: "k1", requestHash: "h" };
    const made = await desk.createCallback({ caseId: value.id }, PBX, key);
    expect(made).toMatchObject({ kind: "asked", state: "due", phone: "+8613800001001" });
    expect((await desk.createCallback({ caseId: value.id }, PBX, key)).id).toBe(made.id);
    await expect(desk.createCallback({ caseId: value.id }, PBX, { ...key, requestHash: "other" })).rejects.toMatchObject({
      code: "idempotency_mismatch",
    });
    expect((await desk.getCase(value.id, PBX)).entry).toMatchObject({ state: "waiting" });
  });

  it("at a time: in a quarter of an hour with room, not before it, moved when it is asked again", async () => {
    await world.agent("a1", { skills: ["orders"] });
    const value = await desk.openCase({ channel: "mail", language: "zh", skill: "orders", customer: { phone: "+8613800001001" } }, PBX);
    const made = await desk.createCallback({ caseCode: value.code, at: "2026-11-20T13:40:00Z" }, PBX);
    expect(made).toMatchObject({
      state: "scheduled",
      startsAt: "2026-11-20T13:30:00.000Z",
      dueBy: "2026-11-20T13:45:00.000Z",
      promised: true,
    });
    await expect(desk.dialCallback(made.id, undefined, PBX)).rejects.toMatchObject({ code: "state_conflict" });
    // Night: the first quarter of the next morning.
    const moved = await desk.createCallback({ caseId: value.id, at: "2026-11-20T19:00:00Z", phone: "+65 8000 1002" }, PBX);
    expect(moved).toMatchObject({ id: made.id, startsAt: "2026-11-21T01:00:00.000Z", phone: "+6580001002" });
    world.clock.set(Date.parse("2026-11-21T01:00:00Z"));
    await sweepCallbacks(world);
    expect(await desk.getCallback(made.id)).toMatchObject({ state: "due" });
    expect((await desk.dialCallback(made.id, undefined, PBX)).entry).toMatchObject({ agentId: "key:main" });
  });

  it("is refused with a reason", async () => {
    const value = await desk.openCase({ channel: "mail", language: "zh" }, PBX);
    await expect(desk.createCallback({ caseId: value.id, phone: "110" }, PBX)).rejects.toMatchObject({ code: "phone_invalid" });
    await expect(desk.createCallback({ caseId: "case_none" }, PBX)).rejects.toMatchObject({ code: "case_unknown" });
    await expect(desk.createCallback({ caseCode: "12345678" }, PBX)).rejects.toMatchObject({ code: "case_code_invalid" });
    // Nobody works there: no time can be kept.
    await expect(desk.createCallback({ caseId: value.id, at: "2026-11-20T13:30:00Z" }, PBX)).rejects.toMatchObject({ code: "no_slot" });
    await expect(desk.getCallback("callback_none")).rejects.toMatchObject({ code: "callback_unknown" });
  });
});
