import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JietongChannelData } from "../conversation/activity.ts";
import { MINUTE, openTestWorld, type Talk, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { NOW, policy } from "../decide/fixtures/heard.ts";
import type { Caller, DeskServices, Held } from "../http/services.ts";
import { createDeskServices } from "./desk-services.ts";

let world: TestWorld;
let desk: DeskServices;
beforeAll(async () => {
  world = await openTestWorld();
  desk = createDeskServices(world);
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const PBX: Caller = { kind: "integration", keyId: "main", name: "key:main" };
const agent = (agentId: string, role: "agent" | "supervisor" = "agent"): Caller => ({
  kind: "agent",
  agentId,
  role,
  name: `agent:${agentId}`,
});
const key = (name: string, requestHash = "h1") => ({ scope: "s", key: name, requestHash });

/** Somebody who waits for an agent. */
async function waiting(text = "转人工", intent = "human_agent"): Promise<Talk> {
  const talk = await world.talk();
  await talk.say(text, { intents: [intent] });
  return talk;
}

/** The agent with the call in his hands. */
async function holding(talk: Talk, id = "a1"): Promise<{ me: Caller; held: Held }> {
  const { skill } = await talk.case();
  await world.agent(id, { skills: [skill] });
  const held = await desk.claim({}, agent(id));
  if (!held) throw new Error("nothing to claim");
  return { me: agent(id), held };
}

const heard = async (talk: Talk): Promise<string | undefined> =>
  (await world.store.conversations.log(talk.id, 0, 100)).at(-1)?.activity.text;

/** What the customer's case card was told last. */
const card = async (talk: Talk): Promise<JietongChannelData | undefined> =>
  (await world.store.conversations.log(talk.id, 0, 100)).flatMap(({ activity }) => activity.channelData?.jietong ?? []).at(-1);

describe("a call", () => {
  it("is claimed, accepted and completed, and the case and the customer go along", async () => {
    const talk = await waiting();
    const { me, held } = await holding(talk);
    expect(held).toMatchObject({
      entry: { state: "offered", agentId: "a1", fence: 1 },
      case: { status: "queued" },
      lease: { fence: 1, until: new Date(NOW + policy.lease.ms).toISOString() },
    });

    world.clock.set(NOW + 5000);
    const accepted = await desk.accept(held.entry.id, held.lease.fence, me);
    expect(accepted).toMatchObject({
      entry: { state: "connected" },
      lease: { until: new Date(NOW + 5000 + policy.lease.ms).toISOString() },
    });
    expect((await talk.case()).status).toBe("in_progress");
    expect(await heard(talk)).toMatch(/专员已经接手/u);
    expect(await card(talk)).toMatchObject({ caseState: "connected" });

    const done = await desk.complete(
      held.entry.id,
      held.lease.fence,
      { disposition: "refunded", note: "卡密 JTDM-7K2P-Q9XW-4M3Z 已换" },
      me,
    );
    expect(done).toMatchObject({ state: "done", disposition: "refunded" });
    const value = await talk.case();
    expect(value).toMatchObject({ status: "resolved", disposition: "refunded", notes: [{ by: "agent:a1", text: "卡密 JTDM-•••• 已换" }] });
    const last = (await world.store.conversations.log(talk.id, 0, 100)).slice(-2).map(({ activity }) => activity.text);
    expect(last).toEqual([expect.stringMatching(/处理完/u), expect.stringMatching(/分/u)]);
    expect(await card(talk)).toMatchObject({ caseState: "done" });
    expect((await desk.timeline(value.id, me)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(["case.opened", "entry.queued", "entry.accepted", "case.resolved"]),
    );
    expect((await desk.audit(10)).map(({ action, who }) => `${who} ${action}`).toSorted()).toEqual([
      "agent:a1 entry.accept",
      "agent:a1 entry.claim",
      "agent:a1 entry.complete",
    ]);
  });

  it("given back waits at its old place, and somebody else may have it", async () => {
    const talk = await waiting();
    const before = await talk.entry();
    const { me, held } = await holding(talk);
    await desk.accept(held.entry.id, held.lease.fence, me);
    await desk.release(held.entry.id, held.lease.fence, me);
    expect(await talk.entry()).toMatchObject({ state: "waiting", joinedAt: before.joinedAt, dueAt: before.dueAt });
    expect((await talk.case()).status).toBe("queued");
    expect(await card(talk)).toMatchObject({ caseState: "waiting", queue: { position: 1 } });
    await world.agent("a2", { skills: ["general"] });
    expect((await desk.claim({}, agent("a2")))?.entry).toMatchObject({ id: before.id, agentId: "a2", fence: 2 });
  });

  it("transferred waits in the other line with its case and a note, not for those without the skill", async () => {
    const talk = await waiting();
    const { me, held } = await holding(talk);
    await desk.accept(held.entry.id, held.lease.fence, me);
    await desk.transfer(held.entry.id, held.lease.fence, { skill: "payments", note: "要查流水" }, me);
    expect(await talk.entry()).toMatchObject({ state: "waiting", skill: "payments" });
    expect(await talk.case()).toMatchObject({ status: "queued", skill: "payments", notes: [{ text: "要查流水" }] });
    expect(await desk.claim({}, me)).toBeUndefined();
    await world.agent("a2", { skills: ["payments"] });
    expect((await desk.claim({}, agent("a2")))?.case.code).toBe((await talk.case()).code);
  });

  it("whose lease lapsed and which somebody else claims before the sweep waits for him, case and all", async () => {
    const talk = await waiting();
    const { me, held } = await holding(talk);
    await desk.accept(held.entry.id, held.lease.fence, me);
    world.clock.set(NOW + policy.lease.ms + 1);
    await world.agent("a2", { skills: ["general"] });
    expect((await desk.claim({}, agent("a2")))?.case.status).toBe("queued");
    expect((await talk.case()).status).toBe("queued");
    expect(await card(talk)).toMatchObject({ caseState: "waiting" });
  });

  it("abandoned leaves the case open for another time", async () => {
    const talk = await waiting();
    const { id } = await talk.entry();
    expect(await desk.abandon(id, undefined, PBX)).toMatchObject({ state: "abandoned" });
    expect((await talk.case()).status).toBe("open");
    await expect(desk.abandon(id, undefined, PBX)).rejects.toMatchObject({ code: "state_conflict" });
  });

  it("that somebody holds is not abandoned over his head", async () => {
    const talk = await waiting();
    const { held } = await holding(talk);
    await expect(desk.abandon(held.entry.id, undefined, PBX)).rejects.toMatchObject({ code: "state_conflict" });
    expect((await talk.entry()).state).toBe("offered");
    await desk.abandon(held.entry.id, held.lease.fence, PBX);
    expect((await talk.case()).status).toBe("open");
  });

  it("opened by API, with no conversation behind it, goes the same way", async () => {
    const value = await desk.openCase({ channel: "ivr", language: "en", intent: "withdrawal_delayed", enqueue: true }, PBX);
    await world.agent("a1", { skills: ["payments"], languages: ["en"] });
    const held = await desk.claim({}, agent("a1"));
    expect(held?.case.id).toBe(value.id);
    await desk.accept(value.entry?.id ?? "", 1, agent("a1"));
    await desk.complete(value.entry?.id ?? "", 1, { disposition: "solved" }, agent("a1"));
    expect((await desk.getCase(value.id, PBX)).status).toBe("resolved");
  });
});

describe("a lease", () => {
  it("that lapsed or went to another lets nothing more be written", async () => {
    const talk = await waiting();
    const { me, held } = await holding(talk);
    const { id } = held.entry;
    world.clock.set(NOW + policy.lease.ms + 1);
    await world.store.queue.sweepLapsed(world.clock.now());
    for (const late of [
      () => desk.renew(id, 1, me),
      () => desk.accept(id, 1, me),
      () => desk.release(id, 1, me),
      () => desk.complete(id, 1, { disposition: "x" }, me),
      () => desk.transfer(id, 1, { skill: "fraud" }, me),
    ])
      await expect(late()).rejects.toMatchObject({ code: "lease_lost" });
    await world.agent("a2", { skills: ["general"] });
    await desk.claim({}, agent("a2"));
    await expect(desk.complete(id, 2, { disposition: "x" }, me)).rejects.toMatchObject({ code: "lease_lost" });
    // A supervisor may touch all, but not with an old fence.
    await expect(desk.complete(id, 1, { disposition: "x" }, agent("s", "supervisor"))).rejects.toMatchObject({ code: "lease_lost" });
    expect(await talk.case()).toMatchObject({ status: "queued", notes: [] });
  });
  it("is renewed while he works on", async () => {
    const { me, held } = await holding(await waiting());
    world.clock.set(NOW + policy.lease.ms - 1000);
    expect((await desk.renew(held.entry.id, 1, me)).lease.until).toBe(new Date(NOW + 2 * policy.lease.ms - 1000).toISOString());
  });
});

describe("who may do what", () => {
  it("an agent touches no entry but his own; a supervisor and a key may", async () => {
    const talk = await waiting();
    const { held } = await holding(talk);
    const { id } = held.entry;
    for (const foreign of [
      () => desk.renew(id, 1, agent("a2")),
      () => desk.accept(id, 1, agent("a2")),
      () => desk.release(id, 1, agent("a2")),
      () => desk.complete(id, 1, { disposition: "x" }, agent("a2")),
      () => desk.transfer(id, 1, { skill: "fraud" }, agent("a2")),
      () => desk.abandon(id, 1, agent("a2")),
    ])
      await expect(foreign()).rejects.toMatchObject({ code: "lease_lost" });
    expect((await talk.entry()).state).toBe("offered");
    await expect(desk.accept(id, 1, agent("s", "supervisor"))).resolves.toMatchObject({ entry: { state: "connected" } });
    await expect(desk.release(id, 1, PBX)).resolves.toMatchObject({ state: "waiting" });
  });
  it("nobody touches an entry that does not exist", async () => {
    await expect(desk.accept("entry_none", 1, PBX)).rejects.toMatchObject({ code: "entry_unknown" });
    await expect(desk.claim({ agentId: "nobody" }, PBX)).rejects.toMatchObject({ code: "agent_unknown" });
  });
  it("an agent claims by his own skills and languages however many he names, and one call at a time", async () => {
    await waiting("冻结了", "account_frozen");
    await world.agent("a1", { skills: ["general"] });
    expect(await desk.claim({ skills: ["accounts", "general"] }, agent("a1"))).toBeUndefined();
    await waiting();
    await waiting();
    expect(await desk.claim({ skills: ["accounts", "general"] }, agent("a1"))).toBeDefined();
    expect(await desk.claim({}, agent("a1"))).toBeUndefined();
    expect((await desk.me("a1")).held).toHaveLength(1);
    await expect(desk.setAgentState("a1", "offline", agent("a1"))).rejects.toMatchObject({ code: "state_conflict" });
  });
});

describe("the order changed by hand", () => {
  const line = async () => (await world.store.queue.waiting("general", "zh", 20)).map(({ id }) => id);
  it("is the supervisor's, with a reason that stays written; the time he joined stays", async () => {
    const entries = [];
    for (const [index, text] of ["转人工", "转人工一", "转人工二"].entries()) {
      world.clock.set(NOW + index * MINUTE);
      entries.push(await (await waiting(text)).entry());
    }
    const [first, second, third] = entries.map(({ id }) => id) as [string, string, string];
    expect(await line()).toEqual([first, second, third]);
    await expect(desk.reorder(third, { reason: "x" }, agent("a1"))).rejects.toMatchObject({ code: "forbidden" });
    const moved = await desk.reorder(third, { before: second, reason: "断线两次 13800138000" }, agent("s1", "supervisor"));
    expect(await line()).toEqual([first, third, second]);
    expect(moved.joinedAt).toBe(entries[2]?.joinedAt);
    await desk.reorder(second, { reason: "told so" }, PBX);
    expect(await line()).toEqual([second, first, third]);
    const [last, before] = await desk.audit(2);
    expect(last).toMatchObject({ action: "entry.reorder", subject: second, who: "key:main", data: { reason: "told so" } });
    expect(before).toMatchObject({ subject: third, who: "agent:s1" });
    const types = (await desk.timeline(moved.caseId, PBX)).filter(({ type }) => type === "entry.reordered");
    expect(types).toMatchObject([{ data: { by: "agent:s1", before: second, dueBefore: entries[2]?.dueAt } }]);
  });
  it("puts nobody before critical ones, into another line, or out of an agent's hands", async () => {
    const talk = await waiting();
    const { id } = await talk.entry();
    const other = await (await waiting("登不上 转人工", "human_agent")).entry();
    await world.sql(`update queue_entries set lane = 0 where id = '${other.id}'`);
    const by = agent("s1", "supervisor");
    await expect(desk.reorder(id, { before: other.id, reason: "x" }, by)).rejects.toMatchObject({ code: "state_conflict" });
    await world.sql(`update queue_entries set lane = 2, skill = 'fraud' where id = '${other.id}'`);
    await expect(desk.reorder(id, { before: other.id, reason: "x" }, by)).rejects.toMatchObject({ code: "bad_request" });
    await expect(desk.reorder("entry_none", { reason: "x" }, by)).rejects.toMatchObject({ code: "entry_unknown" });
    await holding(talk);
    await expect(desk.reorder(id, { reason: "x" }, by)).rejects.toMatchObject({ code: "state_conflict" });
    expect((await desk.audit(20)).filter(({ action }) => action === "entry.reorder")).toEqual([]);
  });
});

describe("the same claim sent twice", () => {
  it("is the same call, and nothing of another's", async () => {
    const [first] = [await waiting(), await waiting(), await waiting()];
    await world.agent("a1", { skills: ["general"], capacity: 2 });
    const one = await desk.claim({}, agent("a1"), key("k1"));
    const two = await desk.claim({}, agent("a1"), key("k1"));
    expect([one?.entry.id, two?.entry.id, two?.lease.fence]).toEqual([(await first.entry()).id, one?.entry.id, 1]);
    expect((await desk.me("a1")).held).toHaveLength(1);
    await world.agent("a2", { skills: ["general"], capacity: 2 });
    const both = await Promise.all([1, 2].map(() => desk.claim({}, agent("a2"), key("k2"))));
    expect(new Set(both.map((held) => held?.entry.id)).size).toBe(1);
    await expect(desk.claim({}, agent("a1"), key("k1", "h2"))).rejects.toMatchObject({ code: "idempotency_mismatch" });
  });
  it("after the call lapsed and went to somebody else is a new claim", async () => {
    const [first, second] = [await waiting(), await waiting()];
    await world.agent("a1", { skills: ["general"] });
    await world.agent("a2", { skills: ["general"] });
    await desk.claim({}, agent("a1"), key("k1"));
    world.clock.set(NOW + policy.lease.ms + 1);
    await world.store.queue.sweepLapsed(world.clock.now());
    expect((await desk.claim({}, agent("a2")))?.entry.id).toBe((await first.entry()).id);
    expect((await desk.claim({}, agent("a1"), key("k1")))?.entry).toMatchObject({ id: (await second.entry()).id, agentId: "a1" });
  });
});

it("shows every line with who waits and who could serve it", async () => {
  await waiting();
  world.clock.set(NOW + MINUTE);
  await waiting();
  await world.agent("a1", { skills: ["general"], languages: ["zh"] });
  await world.agent("a2", { skills: ["general"], state: "break" });
  const rows = await desk.queues();
  expect(rows).toHaveLength(12);
  expect(rows.find(({ skill, language }) => skill === "general" && language === "zh")).toMatchObject({
    waiting: 2,
    longestWait: 60,
    agentsReady: 1,
    estimate: { position: 3 },
  });
  expect(rows.filter((row) => row.waiting > 0)).toHaveLength(1);
  expect((await desk.estimate("general", "critical", "zh")).position).toBe(1);
  expect((await desk.estimate("general", "low", "zh")).position).toBe(3);
  expect((await desk.waiting(10, PBX)).map(({ case: value }) => value.status)).toEqual(["queued", "queued"]);
});
