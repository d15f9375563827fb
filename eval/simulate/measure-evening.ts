/**
 * What an evening is judged by. Counts and sums, so that several seeds can be added up; what nobody was asked about stays unmeasured.
 */
import { type Share, share } from "../scorers.ts";
import { type CallRecord, type Evening, START } from "./engine-evening.ts";

export interface CallbackRow {
  readonly entry: string;
  readonly kind: string;
  readonly promised: boolean;
  readonly created: number;
  readonly breached: number | null;
}

/** Sum of relative errors over so many waits. */
interface Errors {
  readonly sum: number;
  readonly of: number;
}

export interface EveningFigures {
  readonly calls: number;
  readonly critical: number;
  readonly criticalIn60: number;
  /** Hung up of themselves before the 60 s were over: counted apart, as service levels usually do. */
  readonly criticalGone: number;
  readonly abandoned: number;
  /** Held longer than 900 s: neither taken, nor given up, nor told that he is rung. */
  readonly heldTooLong: number;
  readonly promised: number;
  readonly promisesBroken: number;
  readonly promisesTakenBack: number;
  readonly honest: number;
  readonly honestBroken: number;
  /** Not answered by minute 15; and those of them who had been told a time before. */
  readonly past15: number;
  readonly past15Told: number;
  /** Waits of a minute or more, critical ones apart, that were told a range: the figures of the estimate. */
  readonly waits: number;
  /** The same, told a range or not. */
  readonly waitsInAll: number;
  readonly inside: number;
  readonly naiveInside: number;
  readonly likely: Errors;
  /** (calls ahead in line + 1) × mean talk ÷ all agents, and ÷ the agents who could take it. */
  readonly naiveAll: Errors;
  readonly naiveAble: Errors;
  /** By hour of the evening: told and inside. */
  readonly byHour: readonly { readonly waits: number; readonly inside: number }[];
  readonly slowestGuardMs: number;
}

const MINUTE = 60_000;
/** As `estimate-wait.ts` draws a range around the naive figure. */
const NAIVE_RANGE = { low: 0.6, high: 1.6 };

export function measureEvening(evening: Evening, callbacks: readonly CallbackRow[]): EveningFigures {
  const { records } = evening;
  const byEntry = new Map(callbacks.map((row) => [row.entry, row]));
  const of = (record: CallRecord): CallbackRow | undefined => byEntry.get(record.entryId);
  const relative = (at: number, record: CallRecord): number => at - START - record.call.at;
  const heldFor = (record: CallRecord): number => {
    const callback = of(record);
    const ends = [record.taken, record.abandoned, callback && relative(callback.created, record)].filter((end) => end !== undefined);
    return ends.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...ends);
  };
  const isBroken = (record: CallRecord): boolean => of(record)?.promised === true && of(record)?.breached !== null;
  const critical = records.filter(({ call }) => call.priority === "critical");
  const promised = records.filter(({ admission }) => admission === "promised");
  const honest = records.filter(({ admission }) => admission === "honest");
  const late = records.filter(
    ({ taken, abandoned }) => Math.min(taken ?? Number.POSITIVE_INFINITY, abandoned ?? Number.POSITIVE_INFINITY) > 15 * MINUTE,
  );
  const waited = records.filter(({ taken, call }) => taken !== undefined && taken >= MINUTE && call.priority !== "critical");
  const told = waited.filter(({ high }) => high !== undefined);
  const meanTalk = records.reduce((sum, { call }) => sum + call.talkMs, 0) / Math.max(1, records.length);
  const naive = ({ ahead }: CallRecord, agents: number): number => ((ahead + 1) * meanTalk) / agents;
  const errors = (guess: (record: CallRecord) => number): Errors => ({
    sum: told.reduce((sum, record) => sum + Math.abs(guess(record) - (record.taken ?? 0)) / (record.taken ?? 1), 0),
    of: told.length,
  });
  const isInside = ({ taken = 0, low = 0, high = 0 }: CallRecord): boolean => taken >= low * 1000 && taken <= high * 1000;
  const isNaiveInside = (record: CallRecord): boolean => {
    const guess = naive(record, record.able);
    return (record.taken ?? 0) >= guess * NAIVE_RANGE.low && (record.taken ?? 0) <= Math.max(MINUTE, guess * NAIVE_RANGE.high);
  };
  const hours = Math.ceil((Math.max(0, ...records.map(({ call }) => call.at)) + 1) / (60 * MINUTE));
  return {
    calls: records.length,
    critical: critical.length,
    criticalIn60: critical.filter(({ taken }) => taken !== undefined && taken <= MINUTE).length,
    criticalGone: critical.filter(({ abandoned }) => abandoned !== undefined && abandoned < MINUTE).length,
    abandoned: records.filter(({ abandoned }) => abandoned !== undefined).length,
    heldTooLong: records.filter((record) => heldFor(record) > 901_000).length,
    promised: promised.length,
    promisesBroken: promised.filter(isBroken).length,
    promisesTakenBack: evening.withdrawn,
    honest: honest.length,
    honestBroken: honest.filter(isBroken).length,
    past15: late.length,
    past15Told: late.filter((record) => record.admission !== "unknown" || of(record)?.promised === true).length,
    waits: told.length,
    waitsInAll: waited.length,
    inside: told.filter(isInside).length,
    naiveInside: told.filter(isNaiveInside).length,
    likely: errors(({ likely = 0 }) => likely * 1000),
    naiveAll: errors((record) => naive(record, evening.agents)),
    naiveAble: errors((record) => naive(record, record.able)),
    byHour: Array.from({ length: hours }, (_, hour) => {
      const own = told.filter(({ call }) => Math.floor(call.at / (60 * MINUTE)) === hour);
      return { waits: own.length, inside: own.filter(isInside).length };
    }),
    slowestGuardMs: Math.round(evening.guardMs),
  };
}

/** One figure of the table, as `eval` has them too: a share of so many, or a number; undefined: not measured. */
export type Figure = Share | number | undefined;

/** Several seeds of one scenario together, under the names the bars have. */
export function figuresOf(evenings: readonly EveningFigures[]): ReadonlyMap<string, Figure> {
  const sum = (pick: (one: EveningFigures) => number): number => evenings.reduce((total, one) => total + pick(one), 0);
  const mape = (pick: (one: EveningFigures) => Errors): number | undefined => {
    const of = sum((one) => pick(one).of);
    return of === 0 ? undefined : sum((one) => pick(one).sum) / of;
  };
  const naive = [mape((one) => one.naiveAll), mape((one) => one.naiveAble)].filter((one) => one !== undefined);
  const best = naive.length === 0 ? undefined : Math.min(...naive);
  const likely = mape((one) => one.likely);
  const calls = sum((one) => one.calls);
  return new Map<string, Figure>([
    [
      "critical_in_60",
      share(
        sum((one) => one.criticalIn60),
        sum((one) => one.critical - one.criticalGone),
      ),
    ],
    [
      "critical_in_60_with_hang_ups",
      share(
        sum((one) => one.criticalIn60),
        sum((one) => one.critical),
      ),
    ],
    ["held_beyond_900_without_callback", calls === 0 ? undefined : sum((one) => one.heldTooLong)],
    [
      "promises_broken",
      share(
        sum((one) => one.promisesBroken),
        sum((one) => one.promised),
      ),
    ],
    [
      "honest_times_broken",
      share(
        sum((one) => one.honestBroken),
        sum((one) => one.honest),
      ),
    ],
    [
      "past_15_told_a_time",
      share(
        sum((one) => one.past15Told),
        sum((one) => one.past15),
      ),
    ],
    ["wait_error", likely],
    ["wait_error_to_naive", likely === undefined || best === undefined ? undefined : likely / best],
    [
      "range_held",
      share(
        sum((one) => one.inside),
        sum((one) => one.waits),
      ),
    ],
    [
      "range_held_naive",
      share(
        sum((one) => one.naiveInside),
        sum((one) => one.waits),
      ),
    ],
    [
      "told_a_range",
      share(
        sum((one) => one.waits),
        sum((one) => one.waitsInAll),
      ),
    ],
    [
      "abandoned",
      share(
        sum((one) => one.abandoned),
        calls,
      ),
    ],
  ]);
}
