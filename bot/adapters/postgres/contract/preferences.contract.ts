/** Who should rather take an entry: last agent, manner, level, ordinary staff before helpers; always for a bounded time. */
import { afterAll, describe, expect, test } from "vitest";
import type { Agent, QueueEntry } from "../../../ports/store.ts";
import type { DeskUnderTest } from "./desk-under-test.ts";
import { aCase, anEntry, at, inLine, NOON, unique } from "./fixtures.ts";

const LEASE = 15_000;
const YIELDS = { critical: 10_000, high: 20_000, normal: 30_000, low: 30_000 };

export function preferencesContract(desk: DeskUnderTest): void {
  const queue = () => desk.store().queue;
  const agent = async (name: string, change: Partial<Agent> = {}): Promise<string> => {
    const id = unique(name);
    await desk.store().agents.put({
      id,
      name,
      role: "agent",
      passwordHash: "x",
      skills: ["orders"],
      languages: ["zh"],
      modifiers: [],
      capacity: 1,
      state: "ready",
      ...change,
    });
    return id;
  };
  const claims = async (agentId: string, seconds = 0, change: object = {}): Promise<QueueEntry | undefined> =>
    queue().claim({ agentId, skills: ["orders"], languages: ["zh"], capacity: 1, yields: YIELDS, ...change }, NOON + seconds * 1000, LEASE);
  const clear = async (): Promise<void> => {
    await desk.sql(
      "update queue_entries set state = 'abandoned', finished_at = joined_at, parked_until = null, lease_until = null where state in ('waiting', 'parked', 'offered', 'connected')",
    );
    await desk.sql("update agents set state = 'offline'");
  };

  describe("queue: who should rather take it", () => {
    afterAll(async () => {
      await clear();
      await desk.sql("delete from agents");
    });

    test("a manner that is wanted: left to whoever has it, at work and within the time, then anybody takes it", async () => {
      await clear();
      const calming = await agent("calming", { modifiers: ["calming"], state: "busy" });
      const plain = await agent("plain");
      const entry = await inLine(desk.store(), { modifiers: ["calming"], priority: "high" });
      expect(await claims(plain)).toBeUndefined();
      // The time runs from the first who left it, not from each look.
      expect(await claims(plain, 19.9)).toBeUndefined();
      expect((await claims(plain, 20))?.id).toBe(entry.id);
      await clear();
      await desk.store().agents.setState(calming, "ready");
      await desk.store().agents.setState(plain, "ready");
      const second = await inLine(desk.store(), { modifiers: ["calming"] });
      expect(await claims(plain)).toBeUndefined();
      expect((await claims(calming, 1))?.id).toBe(second.id);
    });

    test("nobody better at work: taken at once; and who leaves one takes the next", async () => {
      await clear();
      await agent("calming", { modifiers: ["calming"], state: "break" });
      await agent("calming", { modifiers: ["calming"], languages: ["en"] });
      const plain = await agent("plain");
      const entry = await inLine(desk.store(), { modifiers: ["calming"] });
      expect((await claims(plain))?.id).toBe(entry.id);
      await clear();
      await desk.store().agents.setState(plain, "ready");
      await agent("senior", { modifiers: ["senior"] });
      const wanted = await inLine(desk.store(), { modifiers: ["senior"], dueAt: at(1) });
      const next = await inLine(desk.store(), { dueAt: at(2) });
      expect((await claims(plain))?.id).toBe(next.id);
      expect(await queue().get(wanted.id)).toMatchObject({ state: "waiting", preferUntil: at(30) });
    });

    test("the last agent comes before every manner; a promise at risk waits for nobody", async () => {
      await clear();
      const last = await agent("last", { state: "wrap_up" });
      const calming = await agent("calming", { modifiers: ["calming"] });
      const value = aCase({ status: "queued", customer: { id: unique("customer"), verified: true } });
      await desk.store().cases.insert(value);
      const first = anEntry(value.id);
      await queue().join(first);
      const held = await claims(last);
      await queue().accept(first.id, held?.fence ?? 0, NOON, LEASE);
      await queue().complete(first.id, held?.fence ?? 0, NOON + 1000, "solved");
      const later = aCase({ status: "queued", customer: value.customer });
      await desk.store().cases.insert(later);
      const again = anEntry(later.id, { modifiers: ["last_agent", "calming"], joinedAt: at(60), dueAt: at(240) });
      await queue().join(again);
      expect(await queue().get(again.id)).toMatchObject({ lastAgent: last });
      expect(await claims(calming, 61)).toBeUndefined();
      expect((await claims(last, 62))?.id).toBe(again.id);
      await clear();
      for (const id of [last, calming]) await desk.store().agents.setState(id, "ready");
      const other = aCase({ status: "queued", customer: value.customer });
      await desk.store().cases.insert(other);
      const pressing = anEntry(other.id, { modifiers: ["last_agent"], lane: 1, joinedAt: at(90) });
      await queue().join(pressing);
      expect((await claims(calming, 91))?.id).toBe(pressing.id);
      // Not wanted for him: not looked for.
      const plain = aCase({ status: "queued", customer: value.customer });
      await desk.store().cases.insert(plain);
      const ordinary = anEntry(plain.id, { joinedAt: at(100) });
      await queue().join(ordinary);
      expect((await queue().get(ordinary.id))?.lastAgent).toBeUndefined();
    });

    test("who knows the skill better is preferred while he is free, and only then", async () => {
      await clear();
      const expert = await agent("expert", { levels: { orders: 3 } });
      const usual = await agent("usual");
      const learner = await agent("learner", { levels: { orders: 1 } });
      const entry = await inLine(desk.store(), {});
      expect(await claims(learner)).toBeUndefined();
      expect(await claims(usual)).toBeUndefined();
      expect((await claims(expert))?.id).toBe(entry.id);
      const second = await inLine(desk.store(), {});
      // The expert talks now: the usual one is the best that is free.
      expect(await claims(learner, 1)).toBeUndefined();
      expect((await claims(usual, 2))?.id).toBe(second.id);
      const third = await inLine(desk.store(), {});
      expect((await claims(learner, 3))?.id).toBe(third.id);
      expect(await desk.store().agents.get(expert)).toMatchObject({ levels: { orders: 3 } });
    });

    test("a helper with another skill, and overflow staff, take over only what presses, and only when nobody with the skill is free", async () => {
      await clear();
      const helps = { skills: ["payments"], standsIn: { skills: ["orders"], criticalMs: 30_000, promiseMs: 120_000 } };
      const helper = await agent("helper", { skills: ["payments"] });
      const ordinary = await inLine(desk.store(), { dueAt: at(-100) });
      expect(await claims(helper, 0, helps)).toBeUndefined();
      const promised = await inLine(desk.store(), { lane: 1, dueAt: at(200) });
      const critical = await inLine(desk.store(), { lane: 0, priority: "critical", dueAt: at(60) });
      expect(await claims(helper, 29.9, helps)).toBeUndefined();
      expect((await claims(helper, 30, helps))?.id).toBe(critical.id);
      await desk.sql(`update queue_entries set state = 'done', lease_until = null where id = '${critical.id}'`);
      expect(await claims(helper, 79, helps)).toBeUndefined();
      expect((await claims(helper, 80, helps))?.id).toBe(promised.id);
      expect(await queue().get(ordinary.id)).toMatchObject({ state: "waiting" });
      await clear();
      await desk.store().agents.setState(helper, "ready");
      const usual = await agent("usual");
      const overflow = await agent("overflow", { overflow: true, role: "supervisor" });
      const late = await inLine(desk.store(), { lane: 0, priority: "critical", dueAt: at(10) });
      // One with the skill is free: ten seconds for him.
      expect(await claims(helper, 0, helps)).toBeUndefined();
      expect(await claims(overflow, 1, { overflow: true })).toBeUndefined();
      expect((await claims(overflow, 10, { overflow: true }))?.id).toBe(late.id);
      const more = await inLine(desk.store(), { lane: 0, priority: "critical", dueAt: at(20) });
      await desk.store().agents.setState(usual, "break");
      expect((await claims(helper, 11, helps))?.id).toBe(more.id);
    });

    test("overflow staff leave promises that are not due yet, so that one of them is free when somebody critical comes", async () => {
      await clear();
      const overflow = await agent("overflow", { overflow: true, role: "supervisor" });
      const promised = await inLine(desk.store(), { lane: 1, dueAt: at(600) });
      const limited = { overflow: true, overflowPromiseMs: 180_000 };
      expect(await claims(overflow, 419, limited)).toBeUndefined();
      expect((await claims(overflow, 420, limited))?.id).toBe(promised.id);
    });

    test("an exchange that chooses the agent itself takes what comes", async () => {
      await clear();
      await agent("senior", { modifiers: ["senior"] });
      const entry = await inLine(desk.store(), { modifiers: ["senior"] });
      const taken = await queue().claim({ agentId: "key:pbx", skills: ["orders"], languages: ["zh"], capacity: 9 }, NOON, LEASE);
      expect(taken?.id).toBe(entry.id);
    });
  });
}
