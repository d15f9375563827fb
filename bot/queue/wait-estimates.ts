/**
 * The waiting range. Until thirty talks are known: queue length (`estimate-wait.ts`). From then on the live queue is replayed, and the range is
 * what eight of ten futures lie in, widened or narrowed by the desk's own record (`wait-record.ts`). Nothing is said when nobody is there, when too
 * many futures do not reach the end, or when the range is too wide or too long to help anybody.
 */
import type { Policy } from "../policy/policy.ts";
import type { Language, Priority, Skill } from "../policy/words.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Agent, Store } from "../ports/store.ts";
import { estimateWait, type WaitRange } from "./estimate-wait.ts";
import { ENOUGH_TALKS, isAtWork, lineOf, type Present, readPresent, replayOf, seeded } from "./forecast.ts";
import { quantile, type ReplayEntry, replay } from "./replay.ts";
import { readRecord, type WaitGuess, type WaitOf, type WaitRecord } from "./wait-record.ts";

/** Looked at again after this; a desk that asks for twelve lines asks the store once. */
const FRESH_MS = 1000;
const RECORD_FRESH_MS = 10_000;
const RECORD_SIZE = 500;
const DRAWS = 40;
const HANDLED = 200;
const LOW = 0.1;
const HALF = 0.5;
const HIGH = 0.9;

interface Look {
  readonly at: number;
  readonly present: Promise<Present>;
  waits?: Promise<ReadonlyMap<string, readonly number[]>>;
  readonly tails: Map<string, Promise<readonly number[]>>;
}

/** What may be told, and what the replay alone said, for the record. Nothing is told when it is too uncertain or too long. */
export interface Guessed {
  readonly range?: WaitRange;
  readonly guess: WaitGuess;
}

export interface WaitEstimates {
  /** Of whoever stands behind `ahead` others in that line. */
  estimate(skill: Skill, language: Language, ahead: number): Promise<WaitRange | undefined>;
  /** Of somebody who joins now, exactly at his place. Undefined: nobody is there, or the replay does not reach him. */
  joining(newcomer: ReplayEntry, priority: Priority, ahead: number, present: Present): Promise<Guessed | undefined>;
}

/** @param leavesIn ms until an agent's shift ends or his break begins */
export function createWaitEstimates(
  store: Store,
  policy: Policy,
  ids: Ids,
  clock: Clock,
  leavesIn: (agent: Agent) => number | undefined,
): WaitEstimates {
  let last: Look | undefined;
  let record: { readonly at: number; readonly read: Promise<WaitRecord> } | undefined;

  const look = (): Look => {
    const now = clock.now();
    if (!last || now < last.at || now - last.at >= FRESH_MS) {
      const fresh: Look = { at: now, present: readPresent(store, now), tails: new Map() };
      // A reading that failed is not kept.
      fresh.present.catch(() => {
        if (last === fresh) last = undefined;
      });
      last = fresh;
    }
    return last;
  };

  const recordNow = async (): Promise<WaitRecord> => {
    const now = clock.now();
    if (!record || now < record.at || now - record.at >= RECORD_FRESH_MS)
      record = { at: now, read: store.queue.toldRecord(RECORD_SIZE).then(readRecord) };
    const { read } = record;
    return read.catch((error: unknown) => {
      record = undefined;
      throw error;
    });
  };

  const draw = (present: Present, at: number, newcomers: readonly ReplayEntry[]) =>
    replay(replayOf(present, at, policy, newcomers, { leavesIn, withGivingUp: true }), DRAWS, seeded(ids.random(2 ** 31)));

  const waitsBehind = async (from: Look, skill: Skill, language: Language, ahead: number): Promise<readonly number[]> => {
    const present = await from.present;
    const there = lineOf(present.snapshot, skill, language)[ahead];
    if (there) {
      from.waits ??= Promise.resolve().then(() => draw(present, from.at, []));
      return (await from.waits).get(there.id) ?? [];
    }
    const key = `${skill} ${language}`;
    const newcomer = { id: TAIL, skill, language, lane: 2, dueAt: from.at + policy.targetMs.normal };
    const tail = from.tails.get(key) ?? Promise.resolve().then(() => draw(present, from.at, [newcomer]).get(TAIL) ?? []);
    from.tails.set(key, tail);
    return tail;
  };

  const ableTo = (agents: readonly Agent[], skill: Skill, language: Language): readonly Agent[] =>
    agents.filter((agent) => isAtWork(agent) && !agent.overflow && agent.skills.includes(skill) && agent.languages.includes(language));

  const byLength = (agents: readonly Agent[], handleSeconds: readonly number[], ahead: number): WaitRange | undefined => {
    const ready = agents.filter((agent) => agent.state === "ready").length;
    return estimateWait({ ahead, agents: agents.length, ready, handleSeconds, ...policy.estimate });
  };

  return {
    estimate: async (skill, language, ahead) => {
      const [all, handled] = await Promise.all([store.agents.list(), store.queue.handleTimes(skill, HANDLED)]);
      const agents = ableTo(all, skill, language);
      if (agents.length === 0) return undefined;
      if (handled.length < ENOUGH_TALKS) return withCoverage(byLength(agents, handled, ahead), await recordNow());
      const [waits, known] = await Promise.all([waitsBehind(look(), skill, language, ahead), recordNow()]);
      return guessOf(waits, { skill, language, priority: "normal" }, policy, known)?.range;
    },
    joining: async (newcomer, priority, ahead, present) => {
      const { skill, language } = newcomer;
      const agents = ableTo(present.agents, skill, language);
      const handled = present.snapshot.handled.get(skill) ?? [];
      if (agents.length === 0) return undefined;
      const known = await recordNow();
      if (handled.length < ENOUGH_TALKS) {
        const seconds = handled.map((ms) => ms / 1000);
        const range = withCoverage(byLength(agents, seconds, ahead), known);
        if (!range) return undefined;
        const { lowSeconds: low, highSeconds: high, likelySeconds: likely = (low + high) / 2 } = range;
        return { range, guess: { low, likely, high } };
      }
      const waits = draw(present, clock.now(), [newcomer]).get(newcomer.id) ?? [];
      return guessOf(waits, { skill, language, priority }, policy, known);
    },
  };
}

const TAIL = "~tail";
/** A range as wide as the policy lets pass says something only when its end is not so many times its beginning. */
const VAGUE_TIMES = 3;

function withCoverage(range: WaitRange | undefined, { coverage }: WaitRecord): WaitRange | undefined {
  return range && coverage !== undefined ? { ...range, coverage } : range;
}

/** @param waits ms, shortest first. @returns undefined when the replays do not reach him. */
export function guessOf(
  waits: readonly number[],
  of: WaitOf,
  { estimate }: Pick<Policy, "estimate">,
  record: WaitRecord,
): Guessed | undefined {
  const guess = { low: quantile(waits, LOW) / 1000, likely: quantile(waits, HALF) / 1000, high: quantile(waits, HIGH) / 1000 };
  if (!Number.isFinite(guess.high)) return undefined;
  const calibrated = record.range(guess, of);
  const lowSeconds = Math.floor(calibrated.low);
  const highSeconds = Math.max(lowSeconds + estimate.shortestRangeSeconds, Math.ceil(calibrated.high));
  const isVague = highSeconds - lowSeconds > estimate.hideWiderSeconds && highSeconds > VAGUE_TIMES * lowSeconds;
  if (isVague || highSeconds > estimate.hideAboveSeconds) return { guess };
  const likelySeconds = Math.round(Math.min(highSeconds, Math.max(lowSeconds, guess.likely)));
  return { guess, range: withCoverage({ lowSeconds, likelySeconds, highSeconds }, record) as WaitRange };
}
