/**
 * The phone queue: what a new entry looks like, where an entry stands, and how long the wait is. It knows nothing of talk: a case opened by
 * API with no conversation behind it queues just the same. The life of an entry is in `queue-entry.ts`.
 */
import type { Policy } from "../policy/policy.ts";
import type { Instant, Language, Modifier, Priority, Skill } from "../policy/words.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Agent, Repositories, Store } from "../ports/store.ts";
import type { CallbackDraft } from "./callback.ts";
import { meanHandleSeconds, type WaitRange } from "./estimate-wait.ts";
import { readPresent, replayOf, seeded } from "./forecast.ts";
import { inTurnCallback } from "./make-callback.ts";
import { closing, isOpen, opening } from "./phone-hours.ts";
import { type Admission, admit, type Told } from "./promise.ts";
import type { QueueEntry } from "./queue-entry.ts";
import { replay } from "./replay.ts";
import { leavesIn as leaves, onDuty, staffed } from "./shifts.ts";
import { freeSlot, type Slot } from "./slots.ts";
import { createWaitEstimates, type Guessed } from "./wait-estimates.ts";

export interface JoinRequest {
  readonly caseId: string;
  readonly priority: Priority;
  readonly skill: Skill;
  readonly language: Language;
  readonly modifiers: readonly Modifier[];
  readonly vip: boolean;
  readonly upset: boolean;
  readonly earlierContacts: number;
}

/** Where an entry stands: 1 = next. The range is absent when nothing honest can be said. */
export interface Standing {
  readonly position: number;
  readonly range?: WaitRange;
}

/** How an entry joins: with what it is told. */
export interface Joining {
  readonly entry: QueueEntry;
  readonly admission: Admission;
  readonly standing: Standing;
  /** Made with the entry when an honest time is told instead of the promise. */
  readonly callback?: CallbackDraft;
}

export interface PhoneQueue {
  /** A new entry, not yet stored: deadline = joined + target of the priority, brought forward by the credits of `queues.yaml`. */
  draft(request: JoinRequest, now: number): QueueEntry;
  /** The deadline an entry would have at another priority; the join time stays. */
  dueAt(joinedAt: Instant, request: Pick<JoinRequest, "priority" | "vip" | "upset" | "earlierContacts">): Instant;
  /**
   * What may be told to somebody who joins now: 15 + 3 while it can be kept, else an honest time with a callback, else no time. Out of hours
   * nothing is told. The entry comes back with what was told in it.
   * @param phone the number to ring, if it is known
   */
  joining(entry: QueueEntry, phone: string | undefined, now: number): Promise<Joining>;
  standing(entry: QueueEntry, repositories?: Repositories): Promise<Standing>;
  estimate(skill: Skill, language: Language, ahead: number): Promise<WaitRange | undefined>;
  /** Whether phone agents work at that moment by `queues.yaml`. */
  isOpen(now: number): boolean;
  /** The first moment from then on at which they do. */
  opening(from: number): number;
  /** ms until the agent's shift ends, his break begins or the phones close. */
  leavesIn(agent: Pick<Agent, "id">, now: number): number;
  /** The slot for a callback at `wanted`, or the next that has room. Undefined: none in sight. */
  slot(pool: Pick<QueueEntry, "skill" | "language">, wanted: number, now: number): Promise<Slot | undefined>;
}

/** What the entry keeps of it, in whole seconds. */
function rememberedOf({ range, guess }: Guessed): Partial<QueueEntry> {
  return {
    ...(range ? { toldLow: range.lowSeconds, toldHigh: range.highSeconds } : {}),
    guessLow: Math.round(guess.low),
    guessLikely: Math.round(guess.likely),
    guessHigh: Math.round(guess.high),
  };
}

export function laneOf(priority: Priority): QueueEntry["lane"] {
  return priority === "critical" ? 0 : 2;
}

export function createPhoneQueue(store: Store, policy: Policy, ids: Ids, clock: Clock): PhoneQueue {
  const dueAt: PhoneQueue["dueAt"] = (joinedAt, { priority, vip, upset, earlierContacts }) => {
    const { credits } = policy;
    const credit = Math.min(
      credits.atMost,
      (vip ? credits.vip : 0) + (upset ? credits.upset : 0) + credits.perEarlierContact * earlierContacts,
    );
    return new Date(Date.parse(joinedAt) + policy.targetMs[priority] * (1 - credit)).toISOString();
  };

  /** Of somebody who is not on the roster, or works beyond it, we know only that the phones close. */
  const leavesIn: PhoneQueue["leavesIn"] = (agent, now) =>
    Math.min(closing(now, policy) - now, leaves(agent.id, now, policy.roster, policy.timeZone) ?? Number.POSITIVE_INFINITY);
  const waits = createWaitEstimates(store, policy, ids, clock, (agent) => leavesIn(agent, clock.now()));
  const { estimate } = waits;

  return {
    draft: (request, now) => {
      const joinedAt = new Date(now).toISOString();
      return {
        id: ids.next("entry"),
        caseId: request.caseId,
        skill: request.skill,
        language: request.language,
        priority: request.priority,
        modifiers: request.modifiers,
        lane: laneOf(request.priority),
        state: "waiting",
        joinedAt,
        dueAt: dueAt(joinedAt, request),
        fence: 0,
        attempt: 0,
        // Out of hours nobody is held: the line is served from the opening on.
        ...(isOpen(now, policy)
          ? {
              holdUntil: new Date(now + policy.promise.holdMs).toISOString(),
              finalBy: new Date(now + policy.promise.holdMs + policy.promise.callbackMs).toISOString(),
            }
          : {}),
      };
    },
    dueAt,
    joining: async (entry, phone, now) => {
      const ahead = await store.queue.ahead(entry);
      if (!isOpen(now, policy)) return { entry, admission: { kind: "unknown" }, standing: { position: ahead + 1 } };
      // The line as it is at this moment, not as it was a second ago: two who join one after the other must not both take the last room.
      const present = await readPresent(store, now);
      const newcomer = {
        id: entry.id,
        skill: entry.skill,
        language: entry.language,
        lane: entry.lane,
        dueAt: Date.parse(entry.dueAt),
        holds: true,
      };
      const guessed = await waits.joining(newcomer, entry.priority, ahead, present);
      const standing: Standing = { position: ahead + 1, ...(guessed?.range ? { range: guessed.range } : {}) };
      const told = guessed ? rememberedOf(guessed) : {};
      // A critical one is served first whatever happens: to tell him a quarter of an hour would frighten, not help.
      if (entry.finalBy === undefined || entry.lane === 0)
        return { entry: { ...entry, ...told }, admission: { kind: "unknown" }, standing };
      const future = replay(
        replayOf(present, now, policy, [newcomer], { leavesIn: (agent) => leavesIn(agent, now) }),
        policy.promise.draws,
        seeded(ids.random(2 ** 31)),
      );
      const others = present.snapshot.waiting.flatMap(({ id, finalBy }): Told[] => (finalBy === undefined ? [] : [{ id, finalBy }]));
      const own = { id: entry.id, finalBy: Date.parse(entry.finalBy) };
      const admission = admit(own, future, others, now, closing(now, policy), policy.promise, staffed(entry, now, policy));
      if (admission.kind === "promised") return { entry: { ...entry, ...told, promised: true }, admission, standing };
      if (admission.kind === "unknown") return { entry: { ...entry, ...told }, admission, standing };
      const callback = inTurnCallback(entry, "honest", phone, { now, dueBy: admission.by, promised: true }, policy, ids);
      return { entry: { ...entry, ...told, finalBy: callback.dueBy }, admission, standing, callback };
    },
    standing: async (entry, repositories = store) => {
      const position = (await repositories.queue.position(entry.id)) ?? 1;
      const range = await estimate(entry.skill, entry.language, position - 1);
      return { position, ...(range ? { range } : {}) };
    },
    estimate,
    isOpen: (now) => isOpen(now, policy),
    leavesIn,
    opening: (from) => opening(from, policy),
    slot: async (pool, wanted, now) => {
      const { slotMs, slotShare, daysAhead } = policy.callbacks;
      const [all, agreed, handled] = await Promise.all([
        store.agents.list(),
        store.callbacks.agreed(pool, now, now + (daysAhead + 1) * 86_400_000, slotMs),
        store.queue.handleTimes(pool.skill, 200),
      ]);
      const agents = all.filter((agent) => agent.skills.includes(pool.skill) && agent.languages.includes(pool.language));
      return freeSlot({
        wanted,
        now,
        slotMs,
        slotShare,
        daysAhead,
        hours: policy,
        meanHandleMs: meanHandleSeconds(handled, policy.estimate.assumedHandleSeconds) * 1000,
        agentsAt: (at) => (policy.roster.agents.length === 0 ? agents.length : onDuty(pool, at, policy.roster, policy.timeZone)),
        agreedAt: (from) => agreed.get(from) ?? 0,
      });
    },
  };
}
