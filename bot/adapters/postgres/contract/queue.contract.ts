import { describe, expect, test } from "vitest";
import type { QueueEntry, Skill } from "../../../ports/store.ts";
import type { DeskUnderTest } from "./desk-under-test.ts";
import { aCase, anEntry, at, claimant, inLine, NOON, unique } from "./fixtures.ts";

const LEASE = 15_000;

export function queueContract(desk: DeskUnderTest): void {
  const queue = () => desk.store().queue;
  const claim = (agentId: string, change: Parameters<typeof claimant>[1] = {}, now = NOON) =>
    queue().claim(claimant(agentId, change), now, LEASE);
  const types = async (caseId: string) => (await desk.store().events.forCase(caseId)).map(({ type }) => type);
  /** Nobody else's entries in the line. */
  const clear = () =>
    desk.sql("update queue_entries set state = 'abandoned', lease_until = null where state in ('waiting', 'offered', 'connected')");

  describe("queue: joining and looking", () => {
    test("an entry comes back as it joined; a case is in the line once", async () => {
      const entry = await inLine(desk.store(), { modifiers: ["calming"], lane: 1 });
      expect(await queue().get(entry.id)).toEqual(entry);
      expect(await queue().openFor(entry.caseId)).toEqual(entry);
      await expect(queue().join(anEntry(entry.caseId))).rejects.toMatchObject({ code: "state_conflict" });
      await queue().abandon(entry.id, undefined, NOON);
      expect(await queue().openFor(entry.caseId)).toBeUndefined();
      await queue().join(anEntry(entry.caseId));
      expect(await types(entry.caseId)).toEqual(["entry.queued", "entry.abandoned", "entry.queued"]);
      await expect(queue().join(anEntry("case_none"))).rejects.toThrow();
    });

    test("who dropped out and comes back within half an hour has his place again; later, or in another line, he has not", async () => {
      const entry = await inLine(desk.store(), { dueAt: at(300) });
      await queue().abandon(entry.id, undefined, NOON + 60_000);
      const back = anEntry(entry.caseId, { joinedAt: at(1800), dueAt: at(2400) });
      await queue().join(back);
      expect(await queue().get(back.id)).toMatchObject({ dueAt: at(300), joinedAt: at(1800), state: "waiting" });
      await queue().abandon(back.id, undefined, NOON + 1_900_000);
      const other = anEntry(entry.caseId, { skill: "fraud", joinedAt: at(2000), dueAt: at(2600) });
      await queue().join(other);
      expect(await queue().get(other.id)).toMatchObject({ dueAt: at(2600) });
      await queue().abandon(other.id, undefined, NOON + 2_000_000);
      const late = anEntry(entry.caseId, { joinedAt: at(9000), dueAt: at(9600) });
      await queue().join(late);
      expect(await queue().get(late.id)).toMatchObject({ dueAt: at(9600) });
    });

    test("the ranges that were told are held against what came, by hour", async () => {
      const day = NOON + 40 * 86_400_000;
      const told = async (joined: number, waited: number, range: { toldLow?: number; toldHigh?: number }) => {
        await clear();
        const guess = { guessLow: 60, guessLikely: 120, guessHigh: 200 };
        const joinedAt = new Date(day + joined * 1000).toISOString();
        const entry = await inLine(desk.store(), { joinedAt, dueAt: joinedAt, ...guess, ...range });
        const held = await claim(unique("a"), {}, day + (joined + waited) * 1000);
        await queue().accept(entry.id, held?.fence ?? 0, day + (joined + waited) * 1000, LEASE);
      };
      await told(0, 100, { toldLow: 60, toldHigh: 200 });
      await told(10, 300, { toldLow: 60, toldHigh: 200 });
      await told(20, 500, {});
      await told(30, 5, { toldLow: 0, toldHigh: 60 });
      await told(3600, 90, { toldLow: 60, toldHigh: 90 });
      expect(await queue().toldByHour(day, day + 7_200_000)).toEqual([
        { hour: new Date(day).toISOString(), waited: 3, told: 2, held: 1 },
        { hour: new Date(day + 3_600_000).toISOString(), waited: 1, told: 1, held: 1 },
      ]);
      const [newest, unsure] = (await queue().toldRecord(500)).filter(({ guessLikely }) => guessLikely === 120);
      expect(newest).toMatchObject({ toldLow: 60, toldHigh: 90, waited: 90, skill: "orders", priority: "normal" });
      expect(unsure).toEqual({
        skill: "orders",
        language: "zh",
        priority: "normal",
        guessLow: 60,
        guessLikely: 120,
        guessHigh: 200,
        waited: 500,
      });
    });

    test("position counts those ahead in the same pool, by lane, deadline and id", async () => {
      await clear();
      const slow = await inLine(desk.store(), { dueAt: at(600) });
      const quick = await inLine(desk.store(), { dueAt: at(120) });
      const critical = await inLine(desk.store(), { lane: 0, dueAt: at(900) });
      await inLine(desk.store(), { language: "en", dueAt: at(1) });
      await inLine(desk.store(), { skill: "fraud", dueAt: at(1) });
      const places = () => Promise.all([critical, quick, slow].map(({ id }) => queue().position(id)));
      expect(await places()).toEqual([1, 2, 3]);
      expect(await queue().ahead({ skill: "orders", language: "zh", lane: 2, dueAt: at(120) })).toBe(2);
      expect(await queue().ahead({ skill: "orders", language: "zh", lane: 0, dueAt: at(1) })).toBe(0);
      expect((await queue().waiting("orders", "zh", 2)).map(({ id }) => id)).toEqual([critical.id, quick.id]);
      expect((await queue().listWaiting(10)).map(({ lane, dueAt }) => [lane, dueAt])[0]).toEqual([0, at(900)]);
      expect(await queue().listWaiting(10)).toHaveLength(5);
      await claim("a-position");
      expect(await places()).toEqual([undefined, 1, 2]);
      expect(await queue().position("entry_none")).toBeUndefined();
      const counts = await queue().counts(NOON + 42_000);
      expect(counts).toEqual([
        { skill: "fraud", language: "zh", waiting: 1, longestWaitMs: 42_000 },
        { skill: "orders", language: "en", waiting: 1, longestWaitMs: 42_000 },
        { skill: "orders", language: "zh", waiting: 2, longestWaitMs: 42_000 },
      ]);
    });

    test("raising moves forward only, and only who waits", async () => {
      await clear();
      const entry = await inLine(desk.store());
      expect(await queue().raise(entry.id, "critical", 0, at(30), "fraud")).toMatchObject({
        priority: "critical",
        lane: 0,
        dueAt: at(30),
        skill: "fraud",
        joinedAt: entry.joinedAt,
      });
      expect(await queue().raise(entry.id, "low", 2, at(900))).toMatchObject({
        priority: "critical",
        lane: 0,
        dueAt: at(30),
        skill: "fraud",
      });
      expect((await queue().get(entry.id))?.modifiers).toEqual([]);
      expect(await queue().raise(entry.id, "critical", 0, at(30), "fraud", ["senior"])).toMatchObject({ modifiers: ["senior"] });
      await claim("a-raise", { skills: ["fraud"] });
      expect(await queue().raise(entry.id, "critical", 0, at(1))).toBeUndefined();
      expect(await types(entry.caseId)).toEqual(["entry.queued", "entry.raised", "entry.raised", "entry.raised", "entry.offered"]);
    });
  });

  describe("queue: claiming", () => {
    test("lane before deadline before id, within skills and languages", async () => {
      await clear();
      const wanted = await Promise.all([
        inLine(desk.store(), { id: "entry_c_1", lane: 0, dueAt: at(900) }),
        inLine(desk.store(), { id: "entry_c_2", lane: 1, dueAt: at(10) }),
        inLine(desk.store(), { id: "entry_c_3", dueAt: at(100), skill: "payments" }),
        inLine(desk.store(), { id: "entry_c_4", dueAt: at(200), language: "en" }),
        inLine(desk.store(), { id: "entry_c_5", dueAt: at(200) }),
      ]);
      await inLine(desk.store(), { lane: 0, dueAt: at(1), skill: "fraud" });
      const all = { skills: ["orders", "payments"] as Skill[], languages: ["zh", "en"] as const, capacity: 10 };
      for (const { id } of wanted) expect((await claim("a-order", all))?.id).toBe(id);
      expect(await claim("a-order", all)).toBeUndefined();
      expect((await queue().heldBy("a-order")).map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
    });

    test("a claim leases: agent, until, a higher fence, one attempt more, one event", async () => {
      await clear();
      const entry = await inLine(desk.store());
      const claimed = await claim("a-lease");
      expect(claimed).toEqual({ ...entry, state: "offered", agentId: "a-lease", leaseUntil: at(15), fence: 1, attempt: 1 });
      const [, offered] = await desk.store().events.forCase(entry.caseId);
      expect(offered).toMatchObject({ type: "entry.offered", entryId: entry.id, at: at(0), data: { agent: "a-lease", fence: 1 } });
    });

    test("hands that are full take nothing, also when they reach out several times at once", async () => {
      await clear();
      for (let entry = 0; entry < 6; entry++) await inLine(desk.store());
      const taken = await Promise.all(Array.from({ length: 6 }, () => claim("a-full", { capacity: 2 })));
      expect(taken.filter((entry) => entry !== undefined)).toHaveLength(2);
      expect(await claim("a-none", { capacity: 0 })).toBeUndefined();
      // A lease that has lapsed does not fill a hand.
      expect(await claim("a-full", { capacity: 2 }, NOON + 20_000)).toBeDefined();
    });

    test("eight at once empty the line: nobody gets what another has, nobody goes away while something is left", async () => {
      await clear();
      const ids = new Set<string>();
      for (let entry = 0; entry < 60; entry++) ids.add((await inLine(desk.store(), { dueAt: at(entry % 7) })).id);
      const second = await desk.another();
      try {
        const taken: string[] = [];
        const work = async (agentId: string, node: typeof second) => {
          for (;;) {
            const entry = await node.queue.claim(claimant(agentId, { capacity: 100 }), NOON, LEASE);
            if (!entry) return;
            taken.push(entry.id);
          }
        };
        await Promise.all(Array.from({ length: 8 }, (_, index) => work(`a-crowd-${index}`, index % 2 ? second : desk.store())));
        expect(taken).toHaveLength(60);
        expect(new Set(taken)).toEqual(ids);
      } finally {
        await second.close();
      }
    });

    test("an entry that another transaction is just claiming is passed over, and comes back when that fails", async () => {
      await clear();
      const first = await inLine(desk.store(), { dueAt: at(1) });
      const next = await inLine(desk.store(), { dueAt: at(2) });
      await expect(
        desk.store().transaction(async ({ queue: inside }) => {
          expect((await inside.claim(claimant("a-one"), NOON, LEASE))?.id).toBe(first.id);
          expect((await claim("a-two"))?.id).toBe(next.id);
          throw new Error("no");
        }),
      ).rejects.toThrow("no");
      expect((await claim("a-three"))?.id).toBe(first.id);
      expect(await types(first.caseId)).toEqual(["entry.queued", "entry.offered"]);
    });
  });

  describe("queue: holding", () => {
    const offered = async (agentId: string): Promise<QueueEntry> => {
      await clear();
      await inLine(desk.store());
      const entry = await claim(agentId);
      if (!entry) throw new Error("nothing to claim");
      return entry;
    };

    test("accept, renew, complete; the time in between is a handle time", async () => {
      const { id, fence, caseId } = await offered("a-hold");
      expect(await queue().accept(id, fence, NOON + 5_000, LEASE)).toMatchObject({ state: "connected", leaseUntil: at(20) });
      expect(await queue().accept(id, fence, NOON + 6_000, LEASE)).toMatchObject({ state: "connected", leaseUntil: at(21) });
      expect(await queue().renew(id, fence, NOON + 20_000, LEASE)).toMatchObject({ leaseUntil: at(35) });
      const done = await queue().complete(id, fence, NOON + 30_500, "resolved");
      expect(done).toMatchObject({ state: "done", disposition: "resolved", agentId: "a-hold" });
      expect(done?.leaseUntil).toBeUndefined();
      expect((await queue().handleTimes("orders", 1))[0]).toBe(25.5);
      expect(await queue().complete(id, fence, NOON + 31_000, "resolved")).toBeUndefined();
      expect(await queue().heldBy("a-hold")).toEqual([]);
      expect(await types(caseId)).toEqual(["entry.queued", "entry.offered", "entry.accepted", "entry.completed"]);
    });

    test("an offered entry cannot be completed before it is accepted", async () => {
      const { id, fence } = await offered("a-early");
      expect(await queue().complete(id, fence, NOON, "resolved")).toBeUndefined();
    });

    test("release gives it back to its old place; an old fence does nothing after that", async () => {
      const { id, fence, dueAt, caseId } = await offered("a-release");
      const back = await queue().release(id, fence, NOON + 1_000);
      expect(back).toMatchObject({ state: "waiting", dueAt, fence, attempt: 1 });
      expect(back?.agentId).toBeUndefined();
      const again = await claim("a-next");
      expect(again).toMatchObject({ id, fence: fence + 1, attempt: 2 });
      for (const late of [
        queue().renew(id, fence, NOON, LEASE),
        queue().accept(id, fence, NOON, LEASE),
        queue().complete(id, fence, NOON, "resolved"),
        queue().release(id, fence, NOON),
        queue().transfer(id, fence, NOON, { skill: "fraud" }),
        queue().abandon(id, fence, NOON),
        queue().renew("entry_none", fence, NOON, LEASE),
      ]) {
        expect(await late).toBeUndefined();
      }
      expect(await queue().get(id)).toEqual(again);
      expect(await types(caseId)).toEqual(["entry.queued", "entry.offered", "entry.released", "entry.offered"]);
    });

    test("transfer puts it into another line with its old deadline", async () => {
      const { id, fence, caseId, joinedAt, dueAt } = await offered("a-transfer");
      await queue().accept(id, fence, NOON, LEASE);
      expect(await queue().transfer(id, fence, NOON + 1_000, { skill: "disputes" })).toMatchObject({
        state: "waiting",
        skill: "disputes",
        language: "zh",
        joinedAt,
        dueAt,
      });
      expect(await claim("a-transfer")).toBeUndefined();
      expect(await claim("a-english", { skills: ["disputes"] })).toMatchObject({ id, fence: 2 });
      expect(await queue().transfer(id, 2, NOON, { skill: "disputes", language: "en" })).toMatchObject({ language: "en" });
      const events = await desk.store().events.forCase(caseId);
      expect(events.filter(({ type }) => type === "entry.transferred").map(({ data }) => [data.agent, data.fromSkill, data.fence])).toEqual(
        [
          ["a-transfer", "orders", 1],
          ["a-english", "disputes", 2],
        ],
      );
    });

    test("abandon: without a fence who waits, with it who is held", async () => {
      const { id, fence } = await offered("a-abandon");
      expect(await queue().abandon(id, undefined, NOON)).toBeUndefined();
      expect(await queue().abandon(id, fence + 1, NOON)).toBeUndefined();
      expect(await queue().abandon(id, fence, NOON)).toMatchObject({ state: "abandoned" });
      expect(await queue().abandon(id, fence, NOON)).toBeUndefined();
    });

    test("a lapsed lease: its holder can do nothing, the next claim takes it unswept", async () => {
      const { id, fence, caseId } = await offered("a-asleep");
      await queue().accept(id, fence, NOON, LEASE);
      const late = NOON + LEASE + 1;
      expect(await queue().renew(id, fence, NOON + LEASE, LEASE)).toBeDefined();
      const later = late + LEASE;
      expect(await queue().renew(id, fence, later, LEASE)).toBeUndefined();
      expect(await queue().complete(id, fence, later, "resolved")).toBeUndefined();
      expect(await queue().claim(claimant("a-awake"), later, LEASE)).toMatchObject({
        id,
        agentId: "a-awake",
        state: "offered",
        fence: fence + 1,
      });
      const last = (await desk.store().events.forCase(caseId)).at(-1);
      expect(last).toMatchObject({ type: "entry.offered", data: { lapsedFrom: "a-asleep" } });
    });

    test("the sweep gives lapsed entries back, once, and leaves living leases alone", async () => {
      await clear();
      const entries = [await inLine(desk.store()), await inLine(desk.store()), await inLine(desk.store())];
      for (let index = 0; index < 3; index++) await claim(`a-swept-${index}`);
      const alive = await queue().renew(entries[2]?.id ?? "", 1, NOON + 10_000, LEASE);
      expect(alive).toBeDefined();
      expect(await queue().sweepLapsed(NOON + LEASE)).toBe(0);
      const second = await desk.another();
      const swept = await Promise.all([queue().sweepLapsed(NOON + LEASE + 1), second.queue.sweepLapsed(NOON + LEASE + 1)]).finally(() =>
        second.close(),
      );
      expect(swept.reduce((sum, count) => sum + count, 0)).toBe(2);
      const states = await Promise.all(entries.map(async ({ id }) => (await queue().get(id))?.state));
      expect(states).toEqual(["waiting", "waiting", "offered"]);
      const events = await desk.store().events.forCase(entries[0]?.caseId ?? "");
      expect(events.at(-1)).toMatchObject({ type: "entry.released", data: { agent: "a-swept-0", reason: "lapsed" } });
    });

    test("the customer of a lapsed, unswept entry may leave", async () => {
      const { id } = await offered("a-gone");
      expect(await queue().abandon(id, undefined, NOON + LEASE + 1)).toMatchObject({ state: "abandoned" });
    });

    test("a lease from before the database's last start holds for one lease more; then it lapses", async () => {
      const { id, fence } = await offered("a-outage");
      // As if the server had started just now: the lease was taken a moment before.
      await desk.sql(
        "update queue_entries set leased_at = pg_postmaster_start_time() - interval '1 s', lease_ms = 86400000 where id = $1",
        [id],
      );
      const afterOutage = NOON + 10 * LEASE;
      expect(await queue().sweepLapsed(afterOutage)).toBe(0);
      expect(await claim("a-thief", {}, afterOutage)).toBeUndefined();
      expect(await queue().renew(id, fence, afterOutage, LEASE)).toMatchObject({ agentId: "a-outage" });
      await desk.sql("update queue_entries set leased_at = pg_postmaster_start_time() - interval '1 s', lease_ms = 1 where id = $1", [id]);
      expect(await claim("a-heir", {}, afterOutage + LEASE + 1)).toMatchObject({ id });
    });

    test("handle times are the newest of their skill", async () => {
      const skill: Skill = "accounts";
      for (const [index, seconds] of [100, 200, 300].entries()) {
        await inLine(desk.store(), { skill });
        const entry = await claim(unique("a"), { skills: [skill] });
        const start = NOON + index * 1_000_000;
        await queue().renew(entry?.id ?? "", 1, NOON, 10_000_000);
        await queue().accept(entry?.id ?? "", 1, start, 10_000_000);
        await queue().complete(entry?.id ?? "", 1, start + seconds * 1000, "resolved");
      }
      expect(await queue().handleTimes(skill, 2)).toEqual([300, 200]);
    });

    test("case, entry and turn go together or not at all", async () => {
      const value = aCase();
      const failing = desk.store().transaction(async ({ cases, queue: inside }) => {
        await cases.insert(value);
        await inside.join(anEntry(value.id));
        throw new Error("late");
      });
      await expect(failing).rejects.toThrow("late");
      expect(await desk.store().cases.get(value.id)).toBeUndefined();
      expect(await desk.store().events.forCase(value.id)).toEqual([]);
    });
  });
}
