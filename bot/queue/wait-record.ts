/**
 * What the desk learns from the ranges it told: how far a replay's guess must be widened (or may be narrowed) on either side, so that the stated
 * share of the waits that follow lies inside. Pure; the record is read from the store, so a restart forgets nothing.
 *
 * Split conformal prediction on the log ratio of what came to what was guessed, in units of the guess's own spread (Romano, Patterson, Candès 2019,
 * "Conformalized quantile regression", arXiv 1905.03222). A tenth of the record may lie beyond each end. Waits that resemble the present one count
 * for more: of the same line, the same priority, a guess of the same size, and the newer ones (localised weights, L. Guan 2023, "Localized
 * conformal prediction", doi 10.1093/biomet/asac040; for drift Barber et al. 2023, arXiv 2202.13415). Lines with a short record borrow from the
 * others by the same weights.
 */
import type { Language, Priority, Skill } from "../policy/words.ts";
import type { ToldRange } from "../ports/store.ts";

/** What a range is meant to hold. */
export const STATED_SHARE = 0.8;
const EACH_SIDE = (1 - STATED_SHARE) / 2;
/** Waits that must be known before the record says anything. */
const ENOUGH = 30;
/** Somebody answered sooner than this did not wait; nobody needs a range for it, and it would only flatter the record. */
const NO_WAIT_SECONDS = 60;
/** Added before ratios are taken: 10 s instead of 20 s is no error worth a factor of two. */
const SOFTEN_SECONDS = 30;
/** Least spread, as a log ratio: draws that all agree know less than they seem to. */
const LEAST_SPREAD = 0.15;
/** Until the record says more: replays are somewhat too sure of themselves, above all upwards (measured by `npm run simulate`). */
const UNKNOWN = { up: 1.35, down: 1.1 };
/** Of the guess's own spread. */
const LIMITS = { least: 0.3, most: 3.5 };
/** The share that is shown is that of so many newest waits. */
const SHOWN = 200;
/** Records after which one counts half. */
const HALF_LIFE = 150;
const OTHER_LINE = 0.6;
const OTHER_PRIORITY = 0.4;

/** Seconds; what the replay alone says: one of ten futures below, half, nine of ten. */
export interface WaitGuess {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/** Whose wait it is. */
export interface WaitOf {
  readonly skill: Skill;
  readonly language: Language;
  readonly priority: Priority;
}

export interface WaitRecord {
  /** Share of the ranges told to people who then waited that held, 0..1; absent while too few are known. */
  readonly coverage?: number;
  /** The range that holds the stated share, in seconds, not rounded. */
  range(guess: WaitGuess, of: WaitOf): { readonly low: number; readonly high: number };
}

interface Outcome {
  readonly told: ToldRange;
  readonly age: number;
  readonly size: number;
  /** How far it came out above (below, negative) the guess, in spreads. */
  readonly up: number;
  readonly down: number;
}

/** @param told newest first */
export function readRecord(told: readonly ToldRange[]): WaitRecord {
  const waited = told.filter((one) => one.waited >= NO_WAIT_SECONDS);
  const outcomes = waited.map((one, age): Outcome => {
    const spread = spreadOf({ low: one.guessLow, likely: one.guessLikely, high: one.guessHigh });
    const error = log(one.waited) - log(one.guessLikely);
    return { told: one, age, size: log(one.guessLikely), up: error / spread.up, down: error / spread.down };
  });
  const byUp = [...outcomes].sort((a, b) => a.up - b.up);
  const byDown = [...outcomes].sort((a, b) => b.down - a.down);
  const coverage = coverageOf(waited.slice(0, SHOWN));
  return {
    ...(coverage === undefined ? {} : { coverage }),
    range: (guess, of) => {
      const spread = spreadOf(guess);
      const weight = (one: Outcome): number => likeness(one, log(guess.likely), of);
      const isKnown = outcomes.filter(({ told: { priority } }) => isComparable(priority, of.priority)).length >= ENOUGH;
      const up = isKnown ? clamp(quantile(byUp, weight, ({ up: score }) => score)) : UNKNOWN.up;
      const down = isKnown ? clamp(-quantile(byDown, weight, ({ down: score }) => score)) : UNKNOWN.down;
      return { low: unlog(log(guess.likely) - down * spread.down), high: unlog(log(guess.likely) + up * spread.up) };
    },
  };
}

/** Share of the ranges that were told to people who then waited that held. Undefined while fewer than thirty are known. */
export function coverageOf(record: readonly ToldRange[]): number | undefined {
  const told = record.filter(({ toldHigh, waited }) => toldHigh !== undefined && waited >= NO_WAIT_SECONDS);
  const held = told.filter(({ toldLow = 0, toldHigh = 0, waited }) => waited >= toldLow && waited <= toldHigh).length;
  return told.length < ENOUGH ? undefined : Math.round((held / told.length) * 100) / 100;
}

function log(seconds: number): number {
  return Math.log(Math.max(0, seconds) + SOFTEN_SECONDS);
}

function unlog(size: number): number {
  return Math.max(0, Math.exp(size) - SOFTEN_SECONDS);
}

function spreadOf({ low, likely, high }: WaitGuess): { up: number; down: number } {
  return { up: Math.max(LEAST_SPREAD, log(high) - log(likely)), down: Math.max(LEAST_SPREAD, log(likely) - log(low)) };
}

function clamp(stretch: number): number {
  return Math.min(LIMITS.most, Math.max(LIMITS.least, stretch));
}

/** Critical ones are served before everybody: their waits say nothing about the others', nor the other way round. */
function isComparable(a: Priority, b: Priority): boolean {
  return (a === "critical") === (b === "critical");
}

function likeness({ told, age, size }: Outcome, wanted: number, { skill, language, priority }: WaitOf): number {
  if (!isComparable(told.priority, priority)) return 0;
  const line = told.skill === skill && told.language === language ? 1 : OTHER_LINE;
  const rank = told.priority === priority ? 1 : OTHER_PRIORITY;
  return 0.5 ** (age / HALF_LIFE) * line * rank * Math.exp(-Math.abs(size - wanted));
}

/** The score up to which nine tenths of the weight lie; the wait that is to come weighs one itself, and may lie anywhere. */
function quantile(sorted: readonly Outcome[], weightOf: (one: Outcome) => number, scoreOf: (one: Outcome) => number): number {
  const weights = sorted.map(weightOf);
  const wanted = (1 - EACH_SIDE) * (weights.reduce((sum, weight) => sum + weight, 0) + 1);
  let sum = 0;
  for (const [index, one] of sorted.entries()) {
    sum += weights[index] ?? 0;
    if (sum >= wanted) return scoreOf(one);
  }
  const last = sorted.at(-1);
  return last ? scoreOf(last) : 0;
}
