/**
 * The waiting range. Until thirty talks are known: queue length (`estimate-wait.ts`). From then on the live queue is replayed, and the range is
 * what eight of ten futures lie in, widened or narrowed by the desk's own record (`wait-record.ts`). Nothing is said when nobody is there, when too
 * many futures do not reach the end, or when it is too long to name.
 */
import type { Policy } from "../policy/policy.ts";
import type { Language, Skill } from "../policy/words.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Agent, Store } from "../ports/store.ts";
import { estimateWait, type WaitRange } from "./estimate-wait.ts";
import { ENOUGH_TALKS, isAtWork, lineOf, type Present, readPresent, replayOf, seeded } from "./forecast.ts";
import { quantile, type ReplayEntry, replay } from "./replay.ts";
import { readRecord, type WaitRecord } from "./wait-record.ts";

/** Looked at again after this; a desk that asks for twelve lines asks the store once. */
const FRESH_MS = 1000;
const RECORD_FRESH_MS = 10_000;
const RECORD_SIZE = 200;
const DRAWS = 40;
const HANDLED = 200;
const LOW = 0.1;
const HIGH = 0.9;

interface Look {
  readonly at: number;
  readonly present: Promise<Present>;
  waits?: Promise<ReadonlyMap<string, readonly number[]>>;
  readonly tails: Map<string, Promise<readonly number[]>>;
}

/** A range with what the replay alone said, for the record. */
export interface Guess {
  readonly range: WaitRange;
  readonly guess: WaitRange;
}

export interface WaitEstimates {
  /** Of whoever stands behind `ahead` others in that line. */
  estimate(skill: Skill, language: Language, ahead: number): Promise<WaitRange | undefined>;
  /** Of somebody who joins now, exactly at his place. */
  joining(newcomer: ReplayEntry, ahead: number, present: Present): Promise<Guess | undefined>;
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
      return rangeOf(waits, policy, known)?.range;
    },
    joining: async (newcomer, ahead, present) => {
      const { skill, language } = newcomer;
      const agents = ableTo(present.agents, skill, language);
      const handled = present.snapshot.handled.get(skill) ?? [];
      if (agents.length === 0) return undefined;
      const known = await recordNow();
      if (handled.length < ENOUGH_TALKS) {
        const seconds = handled.map((ms) => ms / 1000);
        const range = withCoverage(byLength(agents, seconds, ahead), known);
        return range && { range, guess: range };
      }
      return rangeOf(draw(present, clock.now(), [newcomer]).get(newcomer.id) ?? [], policy, known);
    },
  };
}

const TAIL = "~tail";

function withCoverage(range: WaitRange | undefined, { coverage }: WaitRecord): WaitRange | undefined {
  return range && coverage !== undefined ? { ...range, coverage } : range;
}

/** @param waits ms, shortest first. @returns undefined when it is too uncertain or too long to be told. */
export function rangeOf(
  waits: readonly number[],
  { estimate }: Pick<Policy, "estimate">,
  { stretch, coverage }: WaitRecord,
): Guess | undefined {
  const [low, high] = [quantile(waits, LOW) / 1000, quantile(waits, HIGH) / 1000];
  if (!Number.isFinite(high)) return undefined;
  const between = (by: number): WaitRange => {
    const lowSeconds = Math.max(0, Math.floor(low - by * (high - low)));
    return { lowSeconds, highSeconds: Math.max(lowSeconds + estimate.shortestRangeSeconds, Math.ceil(high + by * (high - low))) };
  };
  const range = withCoverage(between(stretch), coverage === undefined ? { stretch } : { stretch, coverage });
  return !range || range.highSeconds > estimate.hideAboveSeconds ? undefined : { range, guess: between(0) };
}
