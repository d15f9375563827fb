/**
 * Durable timers: things to do at a time, which survive every restart.
 *
 * A due timer is taken in one transaction that sets it again a minute later, so that it comes back should this node die; then it is done
 * (the network may be asked), and its last transaction removes it. Thus it is done at least begun once, and its effect is committed once.
 * The same sweep gives back lapsed leases, does what time does to callbacks (`sweep-callbacks.ts`), folds like cases into incidents
 * (`fold-incidents.ts`), and takes up conversations another node left behind.
 */

import { takeBack } from "../act/take-back.ts";
import { followLapsed } from "../act/tell-customer.ts";
import type { TurnWorld } from "../act/world.ts";
import { lookAgain } from "../conversation/look-again.ts";
import { HANDBACK_TIMER } from "../conversation/takeover.ts";
import type { RewordKind } from "../language-model/help.ts";
import type { Timer } from "../ports/store.ts";
import { coverageGaps, localDay } from "../queue/shifts.ts";
import { foldIncidents } from "./fold-incidents.ts";
import { createPromiseGuard } from "./guard-promises.ts";
import { sweepCallbacks } from "./sweep-callbacks.ts";

/** Longest sleep between two looks. */
const MOST_SLEEP_MS = 1000;
const LEAST_SLEEP_MS = 20;
const IDLE_SLEEP_MS = 250;
/** A taken timer comes back after this when nobody finished it. */
const RETAKE_MS = 60_000;
const RESUME_EVERY_MS = 5000;
const GUARD_EVERY_MS = 5000;
const GAPS_AHEAD_MS = 7 * 86_400_000;
const MOST_GAPS = 20;
const CALENDAR_AHEAD_MS = 14 * 86_400_000;

export interface Sweep {
  stop(): Promise<void>;
}

export function startSweep(world: TurnWorld, resume: () => Promise<unknown>, sleep: (ms: number) => Promise<void>): Sweep {
  let stopping = false;
  let resumedAt = world.clock.now();
  const guard = createPromiseGuard(world);
  nameGaps(world);
  // A clock that was put back must not stop it either: hence the distance.
  let guardedAt = Number.NEGATIVE_INFINITY;
  const loop = async (): Promise<void> => {
    while (!stopping) {
      try {
        await world.store.queue.sweepLapsed(world.clock.now());
        const changes = await sweepCallbacks(world);
        if (Math.abs(world.clock.now() - guardedAt) >= GUARD_EVERY_MS) {
          guardedAt = world.clock.now();
          await guard.look();
          // What goes wrong here must not keep the timers waiting.
          await foldIncidents(world).catch((error: unknown) => {
            world.log.warn({ error: error instanceof Error ? error.message : String(error) }, "incidents not looked at");
          });
        }
        await followLapsed(world);
        while (!stopping && (await fireOne(world))) {
          // Until none is due.
        }
        if (world.clock.now() - resumedAt >= RESUME_EVERY_MS) {
          resumedAt = world.clock.now();
          await resume();
        }
        const next = await Promise.all([world.store.timers.nextDue(), world.store.callbacks.nextDue()]);
        const soonest = Math.min(...next.map((at) => at ?? Number.POSITIVE_INFINITY));
        // Something is due that cannot be done yet (another node has it, an agent holds it): no race round the clock for it.
        const least = soonest <= world.clock.now() && changes === 0 ? IDLE_SLEEP_MS : LEAST_SLEEP_MS;
        await sleep(Math.max(least, Math.min(MOST_SLEEP_MS, soonest - world.clock.now())));
      } catch (error) {
        world.log.warn({ error: error instanceof Error ? error.message : String(error) }, "sweep failed; it goes on");
        await sleep(MOST_SLEEP_MS);
      }
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopping = true;
      await running;
    },
  };
}

/** A line that nobody on the roster covers breaks promises whatever the engine does: it is said before it happens. */
function nameGaps({ policy, clock, log }: TurnWorld): void {
  const { knownTo } = policy.roster;
  if (knownTo !== undefined && localDay(clock.now() + CALENDAR_AHEAD_MS, policy.timeZone).date > knownTo)
    log.warn({ knownTo }, "the roster's calendar knows no holidays after this day; days after it count by the weekday alone");
  for (const { skill, language, from, to } of coverageGaps(clock.now(), clock.now() + GAPS_AHEAD_MS, policy).slice(0, MOST_GAPS))
    log.warn(
      { skill, language, from: new Date(from).toISOString(), to: new Date(to).toISOString() },
      "nobody on the roster covers this line then",
    );
}

async function fireOne(world: TurnWorld): Promise<boolean> {
  const now = world.clock.now();
  const timer = await world.store.transaction(async (repositories) => {
    const due = await repositories.timers.takeDue(now);
    if (!due) return undefined;
    const taken = {
      ...due,
      fireAt: new Date(now + RETAKE_MS).toISOString(),
      data: { ...due.data, dueAt: due.data.dueAt ?? due.fireAt },
    };
    await repositories.timers.set(taken);
    return taken;
  });
  if (!timer) return false;
  try {
    await fire(world, timer);
  } catch (error) {
    world.log.error(
      { timer: timer.id, kind: timer.kind, error: error instanceof Error ? error.message : String(error) },
      "timer failed; it comes back in a minute",
    );
  }
  return true;
}

async function fire(world: TurnWorld, timer: Timer): Promise<void> {
  if (timer.kind === ("reword_summary" satisfies RewordKind)) {
    // In the background: no promise waits for a model. Without one any more there is nothing to do.
    if (world.languageHelp) world.languageHelp.reword(timer);
    else await world.store.timers.cancel(timer.id);
    return;
  }
  const { conversationId, intent, orderNo, dueAt, promisedAt, tries } = timer.data;
  if (timer.kind === HANDBACK_TIMER && typeof conversationId === "string") return takeBack(world, conversationId, timer);
  if (timer.kind !== "recheck" || typeof conversationId !== "string" || typeof intent !== "string" || typeof orderNo !== "string") {
    world.log.error({ timer: timer.id, kind: timer.kind }, "unknown timer removed");
    await world.store.timers.cancel(timer.id);
    return;
  }
  const promised = [promisedAt, dueAt].find((at) => typeof at === "string") ?? timer.fireAt;
  await lookAgain(world, {
    timer: { id: timer.id, fireAt: timer.fireAt },
    conversationId,
    intent,
    orderNo,
    promisedAt: Date.parse(String(promised)),
    tries: typeof tries === "number" ? tries : 0,
  });
}
