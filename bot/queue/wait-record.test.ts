import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadPolicy } from "../policy/load-policy.ts";
import type { ToldRange } from "../ports/store.ts";
import { seeded } from "./forecast.ts";
import { guessOf } from "./wait-estimates.ts";
import { coverageOf, readRecord, STATED_SHARE, type WaitGuess, type WaitOf } from "./wait-record.ts";

const line: WaitOf = { skill: "orders", language: "zh", priority: "normal" };
const guess: WaitGuess = { low: 240, likely: 300, high: 390 };
const outcome = (waited: number, change: Partial<ToldRange> = {}): ToldRange => ({
  ...line,
  toldLow: 240,
  toldHigh: 390,
  guessLow: 240,
  guessLikely: 300,
  guessHigh: 390,
  waited,
  ...change,
});
const record = (waits: readonly number[], change: Partial<ToldRange> = {}) => waits.map((waited) => outcome(waited, change));
/** Log-normal around the guess. */
function worldOf(seed: number, sigma: number, bias: number, count: number): number[] {
  const random = seeded(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: count }, () => 330 * Math.exp(bias + sigma * normal()) - 30);
}

describe("the record of waits", () => {
  it("widens somewhat before thirty are known, and says nothing of its coverage", () => {
    const young = readRecord(record(Array(29).fill(900)));
    expect(young.coverage).toBeUndefined();
    expect(young.range(guess, line)).toEqual(readRecord([]).range(guess, line));
    expect(young.range(guess, line).high).toBeGreaterThan(guess.high);
    expect(young.range(guess, line).high).toBeLessThan(guess.high * 1.3);
  });

  it("holds the stated share of what follows, however wrong the guesses were: too narrow, too wide, too short, too long", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0.05, max: 0.35, noNaN: true }),
        fc.double({ min: -0.25, max: 0.25, noNaN: true }),
        (seed, sigma, bias) => {
          const waits = worldOf(seed, sigma, bias, 900).filter((wait) => wait >= 60);
          const { low, high } = readRecord(record(waits.slice(0, 400))).range(guess, line);
          const later = waits.slice(400);
          const inside = later.filter((wait) => wait >= low && wait <= high).length / later.length;
          // A stretch has limits on either side: wilder worlds are not tried, and calmer ones have no upper bound.
          expect(inside).toBeGreaterThan(STATED_SHARE - 0.12);
          if (sigma > 0.2) expect(inside).toBeLessThan(STATED_SHARE + 0.12);
        },
      ),
      { numRuns: 60, seed: 4 },
    );
  });

  it("learns each end on its own", () => {
    const late = readRecord(record(worldOf(7, 0.2, 0.5, 300))).range(guess, line);
    const early = readRecord(record(worldOf(7, 0.2, -0.5, 300).map((wait) => Math.max(61, wait)))).range(guess, line);
    expect(late.high).toBeGreaterThan(500);
    expect(late.low).toBeGreaterThan(240);
    expect(early.low).toBeLessThan(200);
    expect(early.high).toBeLessThan(390);
  });

  it("counts the like for more: the same line and priority, and the newer ones", () => {
    const late = record(Array(100).fill(700));
    const punctual = record(Array(100).fill(300), { skill: "fraud", priority: "high" });
    const mixed = readRecord(late.flatMap((one, index) => [one, punctual[index] ?? one]));
    expect(mixed.range(guess, line).high).toBeGreaterThan(mixed.range(guess, { ...line, skill: "fraud", priority: "high" }).high * 0.99);
    const newer = readRecord([...record(Array(450).fill(300)), ...record(Array(50).fill(700))]).range(guess, line);
    const older = readRecord([...record(Array(450).fill(700)), ...record(Array(50).fill(300))]).range(guess, line);
    expect(newer.high).toBeLessThan(older.high);
  });

  it("keeps critical ones apart, both ways", () => {
    const critical = readRecord(record(Array(60).fill(2000), { priority: "critical" }));
    expect(critical.range(guess, line)).toEqual(readRecord([]).range(guess, line));
    expect(critical.range(guess, { ...line, priority: "critical" }).high).toBeGreaterThan(700);
  });

  it("counts as held only what was told to somebody who then waited", () => {
    expect(coverageOf(record(Array(29).fill(300)))).toBeUndefined();
    const { toldLow: _low, toldHigh: _high, ...hidden } = outcome(9000);
    const answeredAtOnce = record(Array(50).fill(0));
    expect(coverageOf([...record([...Array(30).fill(300), ...Array(10).fill(400)]), ...answeredAtOnce, hidden, hidden])).toBe(0.75);
  });
});

describe("what is told", () => {
  const { estimate } = loadPolicy("bot/policy");
  const draws = (from: number, to: number) => Array.from({ length: 41 }, (_, index) => (from + ((to - from) * index) / 40) * 1000);
  const told = (from: number, to: number) => guessOf(draws(from, to), line, { estimate }, readRecord([]));
  it("is a range around the likely wait", () => {
    const { range } = told(300, 500) ?? {};
    expect(range?.likelySeconds).toBe(400);
    expect(range?.lowSeconds).toBeLessThan(400);
    expect(range?.highSeconds).toBeGreaterThan(400);
  });
  it("is nothing when it would say nothing: too wide, too long, or not reached; the guess is remembered", () => {
    expect(told(60, 2400)?.range).toBeUndefined();
    expect(told(60, 2400)?.guess.likely).toBe(1230);
    expect(told(5000, 6500)?.range).toBeUndefined();
    expect(told(2400, 3600)?.range).toBeDefined();
    expect(
      guessOf([...draws(60, 100).slice(0, 30), ...Array(10).fill(Number.POSITIVE_INFINITY)], line, { estimate }, readRecord([])),
    ).toBeUndefined();
  });
});
