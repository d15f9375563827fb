/**
 * Every five seconds, and when somebody logs off: reserves places for those whose time comes near, and looks ahead whether every time that was
 * told will be kept. Who will most likely not be reached by minute 18 is told so before minute 15, with a time that can be kept; the supervisor
 * hears which line lacks people.
 */
import { callbackNotice, clockTime } from "../act/say-callback.ts";
import { tellCase } from "../act/tell-case.ts";
import type { QueueWorld } from "../act/world.ts";
import type { QueueSnapshot } from "../ports/store.ts";
import { isAtWork, type Present, readPresent, replayOf, seeded } from "../queue/forecast.ts";
import { inTurnCallback } from "../queue/make-callback.ts";
import { closing, isOpen } from "../queue/phone-hours.ts";
import { honestTime, inDoubt } from "../queue/promise.ts";
import { quantile, type ReplayInput, replay } from "../queue/replay.ts";
import { toReserve } from "../queue/reserve.ts";
import { staffed } from "../queue/shifts.ts";

type Waiting = QueueSnapshot["waiting"][number];

/** The same line is not alarmed again within this. */
const ALARM_EVERY_MS = 60_000;
/** A promise is taken back when more futures than this break it. */
const HOPELESS = 0.5;
/** Too late for another word: the callback itself follows. */
const LAST_WORD_MS = 30_000;

export interface PromiseGuard {
  /** @returns entries moved to lane 1, promises taken back */
  look(): Promise<{ readonly reserved: number; readonly withdrawn: number }>;
}

export function createPromiseGuard(world: QueueWorld): PromiseGuard {
  const alarmed = new Map<string, number>();
  const { store, policy, clock } = world;

  return {
    look: async () => {
      const now = clock.now();
      if (!isOpen(now, policy)) return { reserved: 0, withdrawn: 0 };
      const present = await readPresent(store, now);
      if (present.snapshot.waiting.every(({ finalBy, holdUntil }) => finalBy === undefined && holdUntil === undefined))
        return { reserved: 0, withdrawn: 0 };
      const input = replayOf(present, now, policy, [], { leavesIn: (agent) => world.queue.leavesIn(agent, now) });
      const reserved = await store.queue.promote(reservations(present, input, now, policy), now);
      const told = present.snapshot.waiting.flatMap((entry) => (entry.finalBy === undefined ? [] : [{ ...entry, finalBy: entry.finalBy }]));
      if (told.length === 0) return { reserved, withdrawn: 0 };
      const waits = replay(input, policy.promise.draws, seeded(world.ids.random(2 ** 31)));
      const doubtful = new Set(inDoubt(waits, told, now, policy.promise).map(({ id }) => id));
      let withdrawn = 0;
      for (const entry of told) {
        if (!doubtful.has(entry.id)) continue;
        await alarm(entry, now);
        const own = waits.get(entry.id) ?? [];
        const isHopeless = now + quantile(own, HOPELESS) > entry.finalBy - policy.promise.dialMs;
        const isEarly = entry.holdUntil !== undefined && now < entry.holdUntil - LAST_WORD_MS;
        if (entry.promised && entry.callbackId === undefined && isHopeless && isEarly && (await takeBack(entry, own, now))) withdrawn += 1;
      }
      return { reserved, withdrawn };
    },
  };

  async function alarm(entry: Waiting, now: number): Promise<void> {
    const line = `${entry.skill} ${entry.language}`;
    if (now - (alarmed.get(line) ?? Number.NEGATIVE_INFINITY) < ALARM_EVERY_MS) return;
    alarmed.set(line, now);
    await store.events.append({
      type: "promise.at_risk",
      at: new Date(now).toISOString(),
      caseId: entry.caseId,
      entryId: entry.id,
      data: { skill: entry.skill, language: entry.language, finalBy: new Date(entry.finalBy ?? now).toISOString() },
    });
  }

  /** The honest time instead, with a callback for it, told in the same transaction. */
  async function takeBack(entry: Waiting & { finalBy: number }, waits: readonly number[], now: number): Promise<boolean> {
    const honest = honestTime(waits, now, closing(now, policy), staffed(entry, now, policy));
    if (honest.kind !== "honest" || honest.by <= entry.finalBy) return false;
    return store.transaction(async (repositories) => {
      if (!(await repositories.queue.withdrawPromise(entry.id, now))) return false;
      const value = await repositories.cases.get(entry.caseId);
      if (!value) return false;
      const times = { now, dueBy: honest.by, promised: true };
      const draft = inTurnCallback(entry, "honest", value.customer.phone, times, policy, world.ids);
      const callback = await repositories.callbacks.create(draft, now);
      if (!callback) return false;
      const [before, by] = [entry.finalBy, honest.by].map((at) => clockTime(at, now, policy, value.language));
      const text = policy.say("promise.withdrawn", value.language, { before: before ?? "", by: by ?? "" });
      await tellCase(repositories, value, text, world, { callback: callbackNotice(callback, value, "due") });
      return true;
    });
  }
}

function reservations({ snapshot, agents }: Present, input: ReplayInput, now: number, policy: QueueWorld["policy"]): readonly string[] {
  const means = new Map(
    Object.entries(input.handle).map(([skill, times]) => [skill, times.reduce((sum, ms) => sum + ms, 0) / times.length]),
  );
  return toReserve({
    now,
    waiting: snapshot.waiting,
    agentsFor: ({ skill, language }) =>
      agents.filter((agent) => isAtWork(agent) && !agent.overflow && agent.skills.includes(skill) && agent.languages.includes(language))
        .length,
    meanHandleMs: ({ skill }) => means.get(skill) ?? policy.estimate.assumedHandleSeconds * 1000,
    dialMs: policy.promise.dialMs,
    reserveMs: policy.promise.reserveMs,
  });
}
