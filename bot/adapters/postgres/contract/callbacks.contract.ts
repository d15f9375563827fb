import { describe, expect, test } from "vitest";
import type { CallbackDraft, QueueEntry, Store } from "../../../ports/store.ts";
import type { DeskUnderTest } from "./desk-under-test.ts";
import { at, claimant, inLine, NOON, unique } from "./fixtures.ts";

const LEASES = { entryMs: 15_000, dialMs: 60_000 };
const PHONE = "+8613800001001";

export function callbacksContract(desk: DeskUnderTest): void {
  const callbacks = () => desk.store().callbacks;
  const queue = () => desk.store().queue;
  const types = async (caseId: string) => (await desk.store().events.forCase(caseId)).map(({ type }) => type);
  const clear = () =>
    desk.sql(
      "update queue_entries set state = 'abandoned', finished_at = joined_at, parked_until = null, lease_until = null where state in ('waiting', 'parked', 'offered', 'connected')",
    );
  const by = (agentId: string, capacity = 1) => ({ agentId, capacity });

  function draft(entry: QueueEntry, change: Partial<CallbackDraft> = {}): CallbackDraft {
    return {
      id: unique("callback"),
      entryId: entry.id,
      caseId: entry.caseId,
      kind: "promise",
      promised: true,
      phone: PHONE,
      startsAt: at(900),
      dueBy: at(1080),
      warnAt: at(1020),
      deadline: at(8280),
      says: "0417",
      answers: "9902",
      pressing: true,
      ...change,
    };
  }
  const held = (change: Partial<QueueEntry> = {}) => inLine(desk.store(), { holdUntil: at(900), finalBy: at(1080), ...change });
  /** An entry whose callback is due now. */
  async function due(change: Partial<CallbackDraft> = {}, now = NOON + 900_000) {
    const entry = await held();
    const callback = await callbacks().create(draft(entry, change), now);
    if (!callback) throw new Error("no callback");
    return { entry, callback };
  }
  const sweepOnce = (store: Store, now: number) =>
    store.transaction(async (inside) => {
      const entries = await inside.callbacks.heldTooLong(now, 50);
      const made = [];
      for (const entry of entries) made.push(await inside.callbacks.create(draft(entry), now));
      return made.filter((one) => one !== undefined);
    });

  describe("callbacks: the end of the longest hold", () => {
    test("comes at its time and not before, once, into lane 1 by the final deadline", async () => {
      await clear();
      const entry = await held({ priority: "low", dueAt: at(900) });
      expect(await callbacks().nextDue()).toBeLessThanOrEqual(NOON + 900_000);
      expect(await sweepOnce(desk.store(), NOON + 899_999)).toEqual([]);
      const [made, ...others] = await sweepOnce(desk.store(), NOON + 900_000);
      expect(others).toEqual([]);
      expect(made).toMatchObject({ entryId: entry.id, kind: "promise", state: "due", dueBy: at(1080), promised: true, attempts: 0 });
      expect(await queue().get(entry.id)).toMatchObject({ state: "waiting", lane: 1, dueAt: at(1080), callbackId: made?.id });
      expect(await sweepOnce(desk.store(), NOON + 10_000_000)).toEqual([]);
      expect(await types(entry.caseId)).toEqual(["entry.queued", "callback.created", "callback.due"]);
      expect(await callbacks().forEntry(entry.id)).toEqual(made);
    });

    test("two nodes that look at once make one for each", async () => {
      await clear();
      for (let count = 0; count < 8; count += 1) await held();
      const second = await desk.another();
      const made = await Promise.all([
        sweepOnce(desk.store(), NOON + 900_000),
        sweepOnce(second, NOON + 900_000),
        sweepOnce(second, NOON + 900_000),
      ]).finally(() => second.close());
      const entries = made.flat().map(({ entryId }) => entryId);
      expect(entries).toHaveLength(8);
      expect(new Set(entries).size).toBe(8);
    });

    test("leaves alone who is held by an agent; a critical one keeps lane 0", async () => {
      await clear();
      const talking = await held();
      await queue().claim(claimant("a-hold-1"), NOON, 10_000_000);
      expect(await sweepOnce(desk.store(), NOON + 900_000)).toEqual([]);
      await queue().release(talking.id, 1, NOON + 901_000);
      const critical = await held({ lane: 0, dueAt: at(60) });
      expect((await sweepOnce(desk.store(), NOON + 901_000)).map(({ entryId }) => entryId).toSorted()).toEqual(
        [talking.id, critical.id].toSorted(),
      );
      expect(await queue().get(critical.id)).toMatchObject({ lane: 0, dueAt: at(60) });
    });

    test("rolls back with what it was part of", async () => {
      await clear();
      const entry = await held();
      const failing = desk.store().transaction(async (inside) => {
        await inside.callbacks.create(draft(entry), NOON);
        throw new Error("late");
      });
      await expect(failing).rejects.toThrow("late");
      expect(await callbacks().forEntry(entry.id)).toBeUndefined();
      expect(await queue().get(entry.id)).toEqual(entry);
    });
  });

  describe("callbacks: dialling", () => {
    test("takes entry and dial lease together; nobody else can, until it lapses", async () => {
      await clear();
      const { entry, callback } = await due();
      const now = NOON + 910_000;
      const dialled = await callbacks().dial(callback.id, by("a-dial-1"), now, LEASES);
      expect(dialled).toMatchObject({
        callback: { state: "dialling", dialBy: "a-dial-1", attempts: 1, dialledAt: at(910), dialUntil: at(970) },
        entry: { id: entry.id, state: "offered", agentId: "a-dial-1", fence: 1 },
        attempt: 1,
        channelId: `${callback.id}-1`,
      });
      expect(await callbacks().dial(callback.id, by("a-dial-2"), now + 1, LEASES)).toBeUndefined();
      expect(await callbacks().dial(callback.id, by("a-dial-1"), now + 1, LEASES)).toBeUndefined();
      // The dial lapses, and so did the entry's lease.
      const later = now + 60_001;
      expect(await callbacks().dial(callback.id, by("a-dial-2"), later, LEASES)).toMatchObject({
        attempt: 2,
        entry: { agentId: "a-dial-2", fence: 2 },
        callback: { dialledAt: at(910) },
      });
      expect(await callbacks().answered(callback.id, "a-dial-1", later, 15_000)).toBeUndefined();
      const tries = await desk.sql("select attempt, by, outcome from callback_attempts where callback_id = $1 order by attempt", [
        callback.id,
      ]);
      expect(tries).toEqual([
        { attempt: 1, by: "a-dial-1", outcome: "lost" },
        { attempt: 2, by: "a-dial-2", outcome: null },
      ]);
    });

    test("eight who dial at once: one does", async () => {
      await clear();
      const { callback } = await due();
      const second = await desk.another();
      const nodes = [desk.store(), second];
      const all = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (nodes[index % 2] ?? second).callbacks.dial(callback.id, by(`a-race-${index}`), NOON + 901_000, LEASES),
        ),
      ).finally(() => second.close());
      expect(all.filter((one) => one !== undefined)).toHaveLength(1);
      expect(await desk.sql("select 1 from callback_attempts where callback_id = $1", [callback.id])).toHaveLength(1);
    });

    test("who claimed the entry dials it; who did not cannot; full hands cannot", async () => {
      await clear();
      const { entry, callback } = await due();
      const now = NOON + 901_000;
      const claimed = await queue().claim(claimant("a-claimed"), now, 15_000);
      expect(claimed?.id).toBe(entry.id);
      expect(await callbacks().dial(callback.id, by("a-other"), now, LEASES)).toBeUndefined();
      expect(await callbacks().dial(callback.id, by("a-claimed"), now, LEASES)).toMatchObject({ entry: { fence: 1, state: "offered" } });
      const { callback: next } = await due();
      expect(await callbacks().dial(next.id, by("a-claimed"), now, LEASES)).toBeUndefined();
      expect(await callbacks().dial(next.id, by("a-claimed", 2), now, LEASES)).toBeDefined();
    });

    test("without a number it waits for one; a blocked number is not dialled", async () => {
      await clear();
      const entry = await held();
      const { phone: _, ...numberless } = draft(entry);
      const callback = await callbacks().create(numberless, NOON + 900_000);
      const id = callback?.id ?? "";
      expect(await callbacks().dial(id, by("a-number"), NOON + 901_000, LEASES)).toBeUndefined();
      const value = await desk.store().cases.get(entry.caseId);
      if (!value) throw new Error("no case");
      await desk.store().cases.update({ ...value, version: 2, customer: { ...value.customer, phone: PHONE } });
      await callbacks().block(PHONE, NOON, "agent:a", "asked for it");
      expect(await callbacks().mayCall(PHONE)).toBe(false);
      expect(await callbacks().dial(id, by("a-number"), NOON + 901_000, LEASES)).toBeUndefined();
      expect(await callbacks().unblock(PHONE)).toBe(true);
      expect(await callbacks().dial(id, by("a-number"), NOON + 901_000, LEASES)).toMatchObject({ callback: { phone: PHONE } });
    });

    test("answered: connected, then done with its entry", async () => {
      await clear();
      const { entry, callback } = await due();
      await callbacks().dial(callback.id, by("a-answer"), NOON + 910_000, LEASES);
      const talk = await callbacks().answered(callback.id, "a-answer", NOON + 920_000, 15_000);
      expect(talk).toMatchObject({ callback: { state: "connected" }, entry: { state: "connected", leaseUntil: at(935) } });
      expect(await callbacks().answered(callback.id, "a-answer", NOON + 921_000, 15_000)).toBeUndefined();
      await queue().complete(entry.id, 1, NOON + 930_000, "solved");
      expect(await callbacks().get(callback.id)).toMatchObject({ state: "done", finishedAt: at(930), reason: "solved" });
      expect(await types(entry.caseId)).toEqual([
        "entry.queued",
        "callback.created",
        "callback.due",
        "callback.dialled",
        "entry.offered",
        "entry.accepted",
        "callback.answered",
        "entry.completed",
        "callback.done",
      ]);
    });

    test("missed: parked for the gap, due again after it, expired after the last", async () => {
      await clear();
      const { entry, callback } = await due();
      await callbacks().dial(callback.id, by("a-miss"), NOON + 910_000, LEASES);
      expect(await callbacks().missed(callback.id, "a-none", NOON + 930_000, NOON + 990_000)).toBeUndefined();
      expect(await callbacks().missed(callback.id, "a-miss", NOON + 930_000, NOON + 990_000)).toMatchObject({
        state: "missed",
        nextTryAt: at(990),
      });
      expect(await queue().get(entry.id)).toMatchObject({ state: "parked", parkedUntil: at(990) });
      expect(await queue().claim(claimant("a-parked"), NOON + 940_000, 15_000)).toBeUndefined();
      expect(await callbacks().dial(callback.id, by("a-early"), NOON + 940_000, LEASES)).toBeUndefined();
      expect(await callbacks().fallDue(NOON + 989_999, 50)).toEqual([]);
      expect((await callbacks().fallDue(NOON + 990_000, 50)).map(({ id }) => id)).toEqual([callback.id]);
      expect(await queue().get(entry.id)).toMatchObject({ state: "waiting", lane: 1, dueAt: at(1080) });
      await callbacks().dial(callback.id, by("a-miss"), NOON + 1_000_000, LEASES);
      expect(await callbacks().missed(callback.id, "a-miss", NOON + 1_010_000, undefined)).toMatchObject({
        state: "expired",
        reason: "unreached",
        attempts: 2,
      });
      expect(await queue().get(entry.id)).toMatchObject({ state: "expired" });
      expect(await queue().openFor(entry.caseId)).toBeUndefined();
    });

    test("an agent who claims and accepts has called: it is connected and kept", async () => {
      await clear();
      const { entry, callback } = await due();
      await queue().claim(claimant("a-tel"), NOON + 950_000, 15_000);
      await queue().accept(entry.id, 1, NOON + 960_000, 15_000);
      expect(await callbacks().get(callback.id)).toMatchObject({ state: "connected", dialBy: "a-tel", dialledAt: at(960), attempts: 1 });
      await queue().release(entry.id, 1, NOON + 961_000);
      expect(await callbacks().get(callback.id)).toMatchObject({ state: "due" });
    });

    test("a dial whose holder died is due again, once its lease lapsed", async () => {
      await clear();
      const { entry, callback } = await due();
      await callbacks().dial(callback.id, by("a-dead"), NOON + 910_000, LEASES);
      expect(await callbacks().fallDue(NOON + 970_000, 50)).toEqual([]);
      await queue().sweepLapsed(NOON + 970_001);
      expect((await callbacks().fallDue(NOON + 970_001, 50)).map(({ state }) => state)).toEqual(["due"]);
      expect(await queue().claim(claimant("a-heir"), NOON + 971_000, 15_000)).toMatchObject({ id: entry.id, fence: 2 });
    });
  });

  describe("callbacks: asked for, changed, called off", () => {
    test("at a later time: out of the line until then", async () => {
      await clear();
      const entry = await held();
      const later = { kind: "asked" as const, startsAt: at(3600), dueBy: at(4500), warnAt: at(4200), deadline: at(9000), pressing: false };
      const callback = await callbacks().create(draft(entry, later), NOON + 10_000);
      expect(callback).toMatchObject({ state: "scheduled" });
      expect(await queue().get(entry.id)).toMatchObject({ state: "parked", parkedUntil: at(3600), finalBy: at(4500) });
      expect(await sweepOnce(desk.store(), NOON + 900_000)).toEqual([]);
      expect(await callbacks().agreed(entry, NOON, NOON + 7_200_000, 900_000)).toEqual(new Map([[NOON + 3_600_000, 1]]));
      expect(await callbacks().agreed({ skill: "fraud", language: "zh" }, NOON, NOON + 7_200_000, 900_000)).toEqual(new Map());
      const sooner = { kind: "asked" as const, promised: true, startsAt: at(20), dueBy: at(600), warnAt: at(400), deadline: at(7000) };
      expect(await callbacks().change(callback?.id ?? "", { ...sooner, phone: "+6580001002" }, NOON + 20_000)).toMatchObject({
        state: "due",
        phone: "+6580001002",
        dueBy: at(600),
      });
      expect(await queue().get(entry.id)).toMatchObject({ state: "waiting", lane: 2 });
    });

    test("in its turn: the entry keeps its place", async () => {
      await clear();
      const entry = await held();
      const now = { kind: "asked" as const, startsAt: at(5), pressing: false };
      expect(await callbacks().create(draft(entry, now), NOON + 5_000)).toMatchObject({ state: "due" });
      expect(await queue().get(entry.id)).toMatchObject({ state: "waiting", lane: 2, dueAt: entry.dueAt });
    });

    test("a slot holds no more than its limit, also when two ask at once", async () => {
      await clear();
      const entries = await Promise.all([held(), held(), held()]);
      const second = await desk.another();
      const nodes = [desk.store(), second, second];
      const slot = { kind: "asked" as const, startsAt: at(3600), dueBy: at(4500), pressing: false, slotLimit: 2 };
      const made = await Promise.all(
        entries.map((entry, index) => (nodes[index] ?? second).callbacks.create(draft(entry, slot), NOON)),
      ).finally(() => second.close());
      expect(made.filter((one) => one !== undefined)).toHaveLength(2);
    });

    test("cancelled ends both, but not while somebody dials or talks", async () => {
      await clear();
      const { entry, callback } = await due();
      await callbacks().dial(callback.id, by("a-cancel"), NOON + 910_000, LEASES);
      expect(await callbacks().cancel(callback.id, NOON + 911_000, "customer")).toBeUndefined();
      await callbacks().missed(callback.id, "a-cancel", NOON + 912_000, NOON + 999_000);
      expect(await callbacks().cancel(callback.id, NOON + 913_000, "customer")).toMatchObject({ state: "cancelled", reason: "customer" });
      expect(await queue().get(entry.id)).toMatchObject({ state: "abandoned" });
      expect((await types(entry.caseId)).slice(-2).toSorted()).toEqual(["callback.cancelled", "entry.abandoned"]);
    });

    test("solved without a call: nobody is rung", async () => {
      await clear();
      const { entry, callback } = await due();
      const value = await desk.store().cases.get(entry.caseId);
      if (!value) throw new Error("no case");
      await desk.store().cases.update({ ...value, version: 2, status: "resolved", updatedAt: at(950) });
      expect(await queue().get(entry.id)).toMatchObject({ state: "abandoned" });
      expect(await callbacks().get(callback.id)).toMatchObject({ state: "cancelled", finishedAt: at(950) });
      expect(await callbacks().dial(callback.id, by("a-solved"), NOON + 960_000, LEASES)).toBeUndefined();
    });

    test("the customer left: cancelled with his entry", async () => {
      await clear();
      const { entry, callback } = await due();
      await queue().abandon(entry.id, undefined, NOON + 905_000);
      expect(await callbacks().get(callback.id)).toMatchObject({ state: "cancelled", reason: "left" });
    });
  });

  describe("callbacks: warned, broken, run out", () => {
    test("each mark is set once, at its time, unless it was dialled", async () => {
      await clear();
      const kept = await due();
      await callbacks().dial(kept.callback.id, by("a-kept"), NOON + 905_000, LEASES);
      const { callback } = await due();
      const late = await callbacks().warn(NOON + 1_020_000, 50);
      expect(late.map(({ id, warnedAt }) => [id, warnedAt])).toEqual([[callback.id, at(1020)]]);
      expect(await callbacks().warn(NOON + 1_021_000, 50)).toEqual([]);
      expect(await callbacks().breach(NOON + 1_079_999, 50)).toEqual([]);
      expect((await callbacks().breach(NOON + 1_080_000, 50)).map(({ id }) => id)).toEqual([callback.id]);
      expect(await callbacks().breach(NOON + 2_000_000, 50)).toEqual([]);
      // Rung after all: it stays written that it was late.
      await callbacks().dial(callback.id, by("a-late"), NOON + 1_100_000, LEASES);
      expect(await callbacks().get(callback.id)).toMatchObject({ breachedAt: at(1080), dialledAt: at(1100) });
      const breached = await callbacks().list({ breached: true }, 100);
      expect(breached.map(({ id }) => id)).toContain(callback.id);
      expect(breached.map(({ id }) => id)).not.toContain(kept.callback.id);
    });

    test("past its deadline it ends, and so does its entry", async () => {
      await clear();
      const { entry, callback } = await due();
      expect(await callbacks().expire(NOON + 8_280_000, 50)).toEqual([]);
      expect((await callbacks().expire(NOON + 8_280_001, 50)).map(({ id, reason }) => [id, reason])).toEqual([[callback.id, "too_late"]]);
      expect(await queue().get(entry.id)).toMatchObject({ state: "expired" });
    });

    test("the list pages by the newest", async () => {
      await clear();
      const made = [];
      for (let index = 0; index < 3; index += 1) made.push((await due({}, NOON + 20_000_000 + index)).callback);
      const first = await callbacks().list({ state: "due" }, 2);
      expect(first.map(({ id }) => id)).toEqual([made[2]?.id, made[1]?.id]);
      const last = first.at(-1);
      expect((await callbacks().list({ state: "due" }, 2, last))[0]?.id).toBe(made[0]?.id);
      expect(await callbacks().list({ caseId: made[1]?.caseId ?? "" }, 9)).toHaveLength(1);
    });
  });
}
