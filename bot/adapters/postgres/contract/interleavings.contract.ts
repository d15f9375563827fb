/** Random interleavings of everything that may happen to entries and callbacks, on two nodes, against a model written for this test alone. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { QueueEntry, Store } from "../../../ports/store.ts";
import type { DeskUnderTest } from "./desk-under-test.ts";
import { aCase, anEntry, NOON, unique } from "./fixtures.ts";

const LEASE = 15_000;
const DIAL = 60_000;
const HOLD = 900_000;
const AGENTS = ["m-1", "m-2", "m-3"];

type EntryState = QueueEntry["state"];

interface ModelCallback {
  id: string;
  state: "scheduled" | "due" | "dialling" | "connected" | "missed" | "done" | "cancelled" | "expired";
  dialBy: string | undefined;
  dialUntil: number;
  nextTry: number;
  attempts: number;
  dueBy: number;
}

interface ModelEntry {
  readonly id: string;
  readonly caseId: string;
  readonly holdUntil: number;
  lane: number;
  dueAt: number;
  skill: "orders" | "payments";
  state: EntryState;
  agent: string | undefined;
  leaseUntil: number;
  fence: number;
  callback?: ModelCallback;
}

type Step =
  | { readonly do: "join"; readonly critical: boolean; readonly target: number }
  | { readonly do: "claim" | "dial"; readonly agent: number; readonly entry: number }
  | { readonly do: "renew" | "accept" | "complete" | "release" | "transfer"; readonly entry: number; readonly stale: boolean }
  | { readonly do: "abandon" | "cancel" | "raise" | "later"; readonly entry: number }
  /** A node goes down and another one takes its place. */
  | { readonly do: "restart" }
  | { readonly do: "answered" | "missed"; readonly entry: number; readonly again: boolean }
  /** `pass`: no sweep has looked yet. */
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "pass"; readonly ms: number };

/** Few entries, so that things happen to the same one. */
const small = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("join" as const), critical: fc.boolean(), target: fc.integer({ min: 1, max: 900 }) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("claim" as const, "dial" as const), agent: fc.nat(2), entry: small }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("renew" as const, "accept" as const, "complete" as const, "release" as const, "transfer" as const),
      entry: small,
      stale: fc.nat(5).map((one) => one === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("abandon" as const, "cancel" as const, "raise" as const), entry: small }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("later" as const), entry: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("answered" as const, "missed" as const), entry: small, again: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(15_001, 60_001) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 5_000, 14_999, 15_001, 60_001, 300_000) }) },
);

/** Every run begins where it becomes interesting: three are held to the limit. */
const AT_MINUTE_15: readonly Step[] = [
  { do: "join", critical: false, target: 600 },
  { do: "join", critical: true, target: 60 },
  { do: "join", critical: false, target: 180 },
  { do: "wait", ms: HOLD },
];

class Model {
  now = NOON;
  readonly entries: ModelEntry[] = [];

  isHeld(entry: ModelEntry): boolean {
    return (entry.state === "offered" || entry.state === "connected") && entry.leaseUntil >= this.now;
  }
  isFree(agent: string): boolean {
    return !this.entries.some((entry) => entry.agent === agent && this.isHeld(entry));
  }
  /** Whom the claim must find. */
  next(): ModelEntry | undefined {
    return this.entries
      .filter((entry) => entry.state === "waiting" || ((entry.state === "offered" || entry.state === "connected") && !this.isHeld(entry)))
      .sort((a, b) => a.lane - b.lane || a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))[0];
  }
  take(entry: ModelEntry, agent: string, until: number): void {
    if (entry.state === "connected" && entry.callback?.state === "connected") entry.callback.state = "due";
    Object.assign(entry, { state: "offered", agent, leaseUntil: until, fence: entry.fence + 1 });
  }
  back(entry: ModelEntry): void {
    Object.assign(entry, { state: "waiting", agent: undefined });
    if (entry.callback?.state === "connected") entry.callback.state = "due";
  }
  finish(entry: ModelEntry, state: "done" | "abandoned" | "expired"): void {
    entry.state = state;
    if (entry.callback) entry.callback.state = state === "abandoned" ? "cancelled" : state;
  }
  connect(entry: ModelEntry): void {
    entry.state = "connected";
    const { callback } = entry;
    if (!callback || callback.state === "connected") return;
    Object.assign(callback, { state: "connected", dialBy: entry.agent, attempts: Math.max(1, callback.attempts) });
  }
}

export function interleavingsContract(desk: DeskUnderTest): void {
  describe("queue and callbacks: random interleavings on two nodes", () => {
    test("do what the model does, lose nobody, hold nobody twice", async () => {
      let other = await desk.another();
      const clear = () =>
        desk.sql(
          "update queue_entries set state = 'abandoned', finished_at = joined_at, parked_until = null, lease_until = null where state in ('waiting', 'parked', 'offered', 'connected')",
        );
      await fc
        .assert(
          fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 90 }), async (steps) => {
            await clear();
            const model = new Model();
            for (const [index, one] of [...AT_MINUTE_15, ...steps].entries()) {
              if (one.do === "restart") {
                await other.close();
                other = await desk.another();
              } else await run(one, model, index % 2 === 0 ? desk.store() : other);
              await compare(model, desk);
            }
            await compareEvents(model, desk);
          }),
          { numRuns: 30, seed: 20_261_120, endOnFailure: true },
        )
        .finally(() => other.close());
    }, 120_000);
  });
}

const iso = (at: number): string => new Date(at).toISOString();

async function join(model: Model, store: Store, critical: boolean, target: number): Promise<void> {
  const value = aCase({ status: "queued", customer: { verified: false, phone: "+8613800001001" } });
  const entry = anEntry(value.id, {
    lane: critical ? 0 : 2,
    joinedAt: iso(model.now),
    dueAt: iso(model.now + target * 1000),
    holdUntil: iso(model.now + HOLD),
    finalBy: iso(model.now + HOLD + 180_000),
    promised: true,
  });
  await store.transaction(async (inside) => {
    await inside.cases.insert(value);
    await inside.queue.join(entry);
  });
  const dueAt = model.now + target * 1000;
  const place = { id: entry.id, caseId: value.id, holdUntil: model.now + HOLD, lane: entry.lane, dueAt, skill: "orders" as const };
  model.entries.push({ ...place, state: "waiting", agent: undefined, leaseUntil: 0, fence: 0 });
}

async function run(one: Exclude<Step, { do: "restart" }>, model: Model, store: Store): Promise<void> {
  if (one.do === "join") return join(model, store, one.critical, one.target);
  if (one.do === "wait") return wait(one.ms, model, store);
  if (one.do === "pass") {
    model.now += one.ms;
    return;
  }
  const entry = model.entries[one.entry % Math.max(1, model.entries.length)];
  const { now } = model;
  if (one.do === "claim") {
    const agent = AGENTS[one.agent] ?? "m-1";
    const expected = model.isFree(agent) ? model.next() : undefined;
    const claimed = await store.queue.claim({ agentId: agent, skills: ["orders", "payments"], languages: ["zh"], capacity: 1 }, now, LEASE);
    expect(claimed?.id).toBe(expected?.id);
    if (expected) {
      model.take(expected, agent, now + LEASE);
      expect(claimed?.fence).toBe(expected.fence);
    }
    return;
  }
  if (!entry) return;
  const { callback } = entry;
  switch (one.do) {
    case "renew":
    case "accept":
    case "complete":
    case "release":
    case "transfer": {
      const fence = one.stale ? entry.fence - 1 : entry.fence;
      const may = !one.stale && model.isHeld(entry) && (one.do !== "complete" || entry.state === "connected");
      const calls = {
        renew: () => store.queue.renew(entry.id, fence, now, LEASE),
        accept: () => store.queue.accept(entry.id, fence, now, LEASE),
        complete: () => store.queue.complete(entry.id, fence, now, "solved"),
        release: () => store.queue.release(entry.id, fence, now),
        transfer: () => store.queue.transfer(entry.id, fence, now, { skill: entry.skill === "orders" ? "payments" : "orders" }),
      };
      expect((await calls[one.do]()) !== undefined, one.do).toBe(may);
      if (!may) return;
      if (one.do === "renew" || one.do === "accept") entry.leaseUntil = now + LEASE;
      if (one.do === "accept") model.connect(entry);
      if (one.do === "complete") model.finish(entry, "done");
      if (one.do === "transfer") entry.skill = entry.skill === "orders" ? "payments" : "orders";
      if (one.do === "release" || one.do === "transfer") model.back(entry);
      return;
    }
    case "raise": {
      const may = entry.state === "waiting";
      expect((await store.queue.raise(entry.id, "critical", 0, iso(entry.dueAt + 5000))) !== undefined, "raise").toBe(may);
      // Never backwards: the earlier deadline stands.
      if (may) entry.lane = 0;
      return;
    }
    case "later": {
      // A callback he asks for, ten minutes on: out of the line until then.
      const may = entry.state === "waiting" && callback === undefined;
      const [startsAt, dueBy] = [now + 600_000, now + 1_500_000];
      const draft = {
        id: unique("callback"),
        entryId: entry.id,
        caseId: entry.caseId,
        kind: "asked" as const,
        promised: true,
        pressing: false,
      };
      const times = { startsAt: iso(startsAt), dueBy: iso(dueBy), warnAt: iso(dueBy), deadline: iso(now + 1e9) };
      const made = await store.callbacks.create({ ...draft, ...times, says: "0001", answers: "0002" }, now);
      expect(made !== undefined, "later").toBe(may);
      if (!may) return;
      entry.state = "parked";
      entry.callback = { id: draft.id, state: "scheduled", dialBy: undefined, dialUntil: 0, nextTry: startsAt, attempts: 0, dueBy };
      return;
    }
    case "abandon": {
      const may = entry.state === "waiting" || ((entry.state === "offered" || entry.state === "connected") && !model.isHeld(entry));
      expect((await store.queue.abandon(entry.id, undefined, now)) !== undefined).toBe(may);
      if (may) model.finish(entry, "abandoned");
      return;
    }
    case "dial": {
      if (!callback) return;
      const agent = AGENTS[one.agent] ?? "m-1";
      const isHis = model.isHeld(entry) && entry.agent === agent;
      const isRipe = callback.state === "due" || (callback.state === "dialling" && callback.dialUntil < now);
      const isThere =
        entry.state === "waiting" || isHis || ((entry.state === "offered" || entry.state === "connected") && !model.isHeld(entry));
      const may = isRipe && isThere && (isHis || model.isFree(agent));
      const dialled = await store.callbacks.dial(callback.id, { agentId: agent, capacity: 1 }, now, { entryMs: LEASE, dialMs: DIAL });
      expect(dialled !== undefined, "dial").toBe(may);
      if (!may) return;
      if (isHis) entry.leaseUntil = Math.max(entry.leaseUntil, now + LEASE);
      else model.take(entry, agent, now + LEASE);
      Object.assign(callback, { state: "dialling", dialBy: agent, dialUntil: now + DIAL, attempts: callback.attempts + 1 });
      expect(dialled?.attempt).toBe(callback.attempts);
      return;
    }
    case "answered":
    case "missed": {
      if (!callback?.dialBy) return;
      const rings = callback.state === "dialling" && callback.dialUntil >= now;
      const isHolder = entry.agent === callback.dialBy && (entry.state === "offered" || entry.state === "connected");
      if (one.do === "answered") {
        const may = rings && isHolder && model.isHeld(entry);
        expect((await store.callbacks.answered(callback.id, callback.dialBy, now, LEASE)) !== undefined, "answered").toBe(may);
        if (may) {
          entry.leaseUntil = now + LEASE;
          entry.state = "connected";
          callback.state = "connected";
        }
        return;
      }
      const may = rings && isHolder;
      const retry = one.again ? now + 60_000 : undefined;
      expect((await store.callbacks.missed(callback.id, callback.dialBy, now, retry)) !== undefined, "missed").toBe(may);
      if (!may) return;
      Object.assign(entry, { state: one.again ? "parked" : "expired", agent: undefined });
      Object.assign(callback, { state: one.again ? "missed" : "expired", nextTry: now + 60_000 });
      return;
    }
    case "cancel": {
      if (!callback) return;
      const isQuiet = callback.state === "due" || callback.state === "missed" || callback.state === "scheduled";
      const may = isQuiet && (entry.state === "waiting" || entry.state === "parked");
      expect((await store.callbacks.cancel(callback.id, now, "asked")) !== undefined, "cancel").toBe(may);
      if (may) model.finish(entry, "abandoned");
    }
  }
}

/** Time passes, then one sweep as the desk makes it. */
async function wait(ms: number, model: Model, store: Store): Promise<void> {
  model.now += ms;
  const { now } = model;
  await store.queue.sweepLapsed(now);
  for (const entry of model.entries)
    if ((entry.state === "offered" || entry.state === "connected") && entry.leaseUntil < now) model.back(entry);
  await store.callbacks.fallDue(now, 100);
  for (const entry of model.entries) {
    const { callback } = entry;
    if (!callback) continue;
    const isLost = callback.state === "dialling" && callback.dialUntil < now && entry.state !== "connected";
    const isRipe = (callback.state === "missed" || callback.state === "scheduled") && callback.nextTry <= now;
    if (!isLost && !isRipe) continue;
    callback.state = "due";
    if (entry.state === "parked") entry.state = "waiting";
    press(entry);
  }
  await store.transaction(async (inside) => {
    for (const held of await inside.callbacks.heldTooLong(now, 100)) {
      const entry = model.entries.find(({ id }) => id === held.id);
      expect(entry && entry.state === "waiting" && entry.callback === undefined && entry.holdUntil <= now).toBe(true);
      if (!entry) continue;
      const dueBy = iso(entry.holdUntil + 180_000);
      const callback = await inside.callbacks.create(
        {
          id: unique("callback"),
          entryId: entry.id,
          caseId: entry.caseId,
          kind: "promise",
          promised: true,
          startsAt: iso(entry.holdUntil),
          dueBy,
          warnAt: dueBy,
          deadline: iso(now + 1e9),
          says: "0001",
          answers: "0002",
          pressing: true,
        },
        now,
      );
      expect(callback).toBeDefined();
      entry.callback = {
        id: callback?.id ?? "",
        state: "due",
        dialBy: undefined,
        dialUntil: 0,
        nextTry: 0,
        attempts: 0,
        dueBy: entry.holdUntil + 180_000,
      };
      press(entry);
    }
  });
  // Nobody waits beyond the limit without one.
  expect(model.entries.filter((entry) => entry.state === "waiting" && entry.callback === undefined && entry.holdUntil <= now)).toEqual([]);
}

function press(entry: ModelEntry): void {
  if (entry.lane === 0) return;
  entry.lane = 1;
  entry.dueAt = entry.callback?.dueBy ?? entry.dueAt;
}

async function compare(model: Model, desk: DeskUnderTest): Promise<void> {
  const rows = await desk.sql(
    `select e.id, e.state, e.fence, e.lane, e.skill, c.state as callback, c.attempts from queue_entries e left join callbacks c on c.id = e.callback_id
      where e.id = any($1::text[]) order by e.id`,
    [model.entries.map(({ id }) => id)],
  );
  const expected = model.entries.map(({ id, state, fence, lane, skill, callback }) => ({
    id,
    state,
    fence,
    lane,
    skill,
    callback: callback?.state ?? null,
    attempts: callback?.attempts ?? null,
  }));
  expect(rows).toEqual(expected.sort((a, b) => (a.id < b.id ? -1 : 1)));
}

async function compareEvents(model: Model, desk: DeskUnderTest): Promise<void> {
  for (const entry of model.entries) {
    const events = await desk.store().events.forCase(entry.caseId);
    expect(events.filter(({ type }) => type === "callback.created")).toHaveLength(entry.callback ? 1 : 0);
    expect(events.filter(({ type }) => type === "entry.offered")).toHaveLength(entry.fence);
  }
  const twice = await desk.sql("select callback_id from callback_attempts where outcome is null group by callback_id having count(*) > 1");
  expect(twice).toEqual([]);
}
