import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Priority, Skill } from "../policy/words.ts";
import { seeded } from "./forecast.ts";
import { admit, honestTime, inDoubt } from "./promise.ts";
import { assumedHandling, quantile, type ReplayAgent, type ReplayEntry, type ReplayInput, replay, replayOnce } from "./replay.ts";
import { toReserve } from "./reserve.ts";

const MINUTE = 60_000;
const every = (ms: number): Record<Skill, readonly number[]> => ({
  orders: [ms],
  payments: [ms],
  accounts: [ms],
  disputes: [ms],
  fraud: [ms],
  general: [ms],
});
const targetMs: Record<Priority, number> = { critical: MINUTE, high: 3 * MINUTE, normal: 10 * MINUTE, low: 15 * MINUTE };
const agent = (change: Partial<ReplayAgent> = {}): ReplayAgent => ({ skills: ["orders"], languages: ["zh"], ...change });
const entry = (id: string, change: Partial<ReplayEntry> = {}): ReplayEntry => ({
  id,
  skill: "orders",
  language: "zh",
  lane: 2,
  dueAt: 10 * MINUTE,
  ...change,
});
const of = (change: Partial<ReplayInput>): ReplayInput => ({
  now: 0,
  waiting: [],
  agents: [agent()],
  arrivals: [],
  handle: every(5 * MINUTE),
  targetMs,
  horizonMs: 180 * MINUTE,
  giveUpRate: 0,
  ...change,
});
const starts = (change: Partial<ReplayInput>) => Object.fromEntries(replayOnce(of(change), seeded(1)));

describe("one draw", () => {
  it("serves by lane, deadline and id, one after the other", () => {
    const waiting = [
      entry("b"),
      entry("a"),
      entry("late", { dueAt: 20 * MINUTE }),
      entry("reserved", { lane: 1, dueAt: 30 * MINUTE }),
      entry("stolen", { lane: 0 }),
    ];
    expect(starts({ waiting })).toEqual({
      stolen: 0,
      reserved: 5 * MINUTE,
      a: 10 * MINUTE,
      b: 15 * MINUTE,
      late: 20 * MINUTE,
    });
  });
  it("gives nobody to who lacks the skill or the language, and lane 2 not to overflow staff", () => {
    const waiting = [entry("zh"), entry("en", { language: "en" }), entry("fraud", { skill: "fraud" })];
    expect(starts({ waiting })).toEqual({ zh: 0 });
    expect(starts({ waiting: [entry("a"), entry("b", { lane: 1 })], agents: [agent({ overflow: true })] })).toEqual({ b: 0 });
  });
  it("knows what is left of a talk, and who leaves before", () => {
    expect(starts({ waiting: [entry("a")], agents: [agent({ busyFor: 2 * MINUTE, busyWith: "orders" })] })).toEqual({ a: 3 * MINUTE });
    expect(starts({ waiting: [entry("a"), entry("b")], agents: [agent({ leavesIn: 4 * MINUTE })] })).toEqual({ a: 0 });
  });
  it("lets those who come later and are due earlier go first", () => {
    const arrivals = [{ skill: "orders" as const, language: "zh" as const, priority: "critical" as const, rate: 1 / MINUTE }];
    const alone = starts({ waiting: [entry("a"), entry("b")] });
    const crowded = starts({ waiting: [entry("a"), entry("b")], arrivals });
    expect(alone.b).toBe(5 * MINUTE);
    expect(crowded.b ?? Number.POSITIVE_INFINITY).toBeGreaterThan(5 * MINUTE);
  });
  it("knows the wait of somebody who stays, though others give up", () => {
    const waiting = [entry("a", { holds: true }), entry("b", { holds: true }), entry("told")];
    const busy = [agent({ busyFor: 0, busyWith: "orders" as const })];
    // Everybody who holds has gone long before the first agent is free.
    expect(starts({ waiting, agents: busy, giveUpRate: 1 })).toEqual({ a: 5 * MINUTE, b: 5 * MINUTE, told: 5 * MINUTE });
  });
});

describe("many draws", () => {
  it("repeat with the same seed; more agents never make it longer, one more before me never shorter", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }), fc.nat(1000), (line, agents, seed) => {
        const waiting = Array.from({ length: line }, (_, index) => entry(`e${index}`, { dueAt: index }));
        const last = `e${line - 1}`;
        const draw = (input: Partial<ReplayInput>) => replay(of({ handle: every(5 * MINUTE), ...input }), 5, seeded(seed)).get(last);
        const staff = Array.from({ length: agents }, () => agent());
        expect(draw({ waiting, agents: staff })).toEqual(draw({ waiting, agents: staff }));
        const here = quantile(draw({ waiting, agents: staff }) ?? [], 0.5);
        expect(quantile(draw({ waiting, agents: [...staff, agent()] }) ?? [], 0.5)).toBeLessThanOrEqual(here);
        expect(quantile(draw({ waiting: [entry("first", { lane: 0 }), ...waiting], agents: staff }) ?? [], 0.5)).toBeGreaterThanOrEqual(
          here,
        );
      }),
    );
  });
  it("assumed talks have the mean they are said to have", () => {
    const times = assumedHandling(300_000, 0.85, 400);
    expect(times.reduce((sum, ms) => sum + ms, 0) / times.length).toBeGreaterThan(285_000);
    expect(times.reduce((sum, ms) => sum + ms, 0) / times.length).toBeLessThan(301_000);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });
});

describe("the promise", () => {
  const promise = { dialMs: 30_000, share: 0.9 };
  const told = { id: "me", finalBy: 18 * MINUTE };
  const waits = (ms: number, worst = ms) => [...Array(9).fill(ms), worst] as number[];
  it("is given while nine of ten futures reach him and everybody who was told a time", () => {
    const mine = (ms: number) =>
      new Map([
        ["me", waits(ms)],
        ["you", waits(MINUTE)],
      ]);
    expect(admit(told, mine(17 * MINUTE), [], 0, 600 * MINUTE, promise)).toEqual({ kind: "promised" });
    expect(admit(told, mine(18 * MINUTE), [], 0, 600 * MINUTE, promise)).toEqual({ kind: "honest", by: 25 * MINUTE });
    const broken = [{ id: "you", finalBy: MINUTE }];
    expect(admit(told, mine(MINUTE), broken, 0, 600 * MINUTE, promise)).toMatchObject({ kind: "honest" });
    expect(inDoubt(mine(MINUTE), [...broken, told], 0, promise)).toEqual(broken);
  });
  it("is not given past closing, and no time is told that was not reached", () => {
    const mine = new Map([["me", waits(MINUTE)]]);
    expect(admit(told, mine, [], 0, 17 * MINUTE, promise)).toEqual({ kind: "honest", by: 5 * MINUTE });
    expect(honestTime(waits(Number.POSITIVE_INFINITY), 0, 600 * MINUTE)).toEqual({ kind: "unknown" });
    expect(honestTime(waits(100 * MINUTE), 0, 100 * MINUTE)).toEqual({ kind: "unknown" });
    expect(admit(told, new Map(), [], 0, 600 * MINUTE, promise)).toEqual({ kind: "unknown" });
  });
});

describe("reservations", () => {
  const waiting = (id: string, change: object = {}) => ({
    id,
    caseId: id,
    skill: "orders" as const,
    language: "zh" as const,
    lane: 2 as const,
    dueAt: 0,
    holdUntil: 15 * MINUTE,
    finalBy: 18 * MINUTE,
    promised: true,
    ...change,
  });
  const reserve = (now: number, ...entries: ReturnType<typeof waiting>[]) =>
    toReserve({ now, waiting: entries, agentsFor: () => 2, meanHandleMs: () => 4 * MINUTE, dialMs: 30_000, reserveMs: MINUTE });
  it("come in time for the k-th of a line, not before", () => {
    // 15 min − 1 × 4 / 2 × 1.5 − 1 = 11 min for the first, three minutes earlier for the second.
    expect(reserve(8 * MINUTE - 1, waiting("a"), waiting("b"))).toEqual([]);
    expect(reserve(8 * MINUTE, waiting("a"), waiting("b"))).toEqual(["b"]);
    expect(reserve(11 * MINUTE, waiting("a"), waiting("b"))).toEqual(["a", "b"]);
  });
  it("go to nobody who was told nothing, or stands in front already", () => {
    const { finalBy: _, ...untold } = waiting("u");
    expect(
      toReserve({
        now: 20 * MINUTE,
        waiting: [untold, waiting("r", { lane: 1 })],
        agentsFor: () => 2,
        meanHandleMs: () => MINUTE,
        dialMs: 0,
        reserveMs: 0,
      }),
    ).toEqual([]);
  });
});
