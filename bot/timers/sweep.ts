/**
 * Durable timers: things to do at a time, which survive every restart.
 *
 * A due timer is taken in one transaction that sets it again a minute later, so that it comes back should this node die; then it is done
 * (the network may be asked), and its last transaction removes it. Thus it is done at least begun once, and its effect is committed once.
 * The same sweep gives back lapsed leases and takes up conversations another node left behind.
 */
import type { TurnWorld } from "../act/world.ts";
import { lookAgain } from "../conversation/look-again.ts";
import type { Timer } from "../ports/store.ts";

/** Longest sleep between two looks. */
const MOST_SLEEP_MS = 1000;
/** A taken timer comes back after this when nobody finished it. */
const RETAKE_MS = 60_000;
const RESUME_EVERY_MS = 5000;

export interface Sweep {
  stop(): Promise<void>;
}

export function startSweep(world: TurnWorld, resume: () => Promise<unknown>, sleep: (ms: number) => Promise<void>): Sweep {
  let stopping = false;
  let resumedAt = world.clock.now();
  const loop = async (): Promise<void> => {
    while (!stopping) {
      try {
        await world.store.queue.sweepLapsed(world.clock.now());
        while (!stopping && (await fireOne(world))) {
          // Until none is due.
        }
        if (world.clock.now() - resumedAt >= RESUME_EVERY_MS) {
          resumedAt = world.clock.now();
          await resume();
        }
        const next = await world.store.timers.nextDue();
        await sleep(Math.max(20, Math.min(MOST_SLEEP_MS, (next ?? Number.POSITIVE_INFINITY) - world.clock.now())));
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

async function fireOne(world: TurnWorld): Promise<boolean> {
  const now = world.clock.now();
  const timer = await world.store.transaction(async (repositories) => {
    const due = await repositories.timers.takeDue(now);
    if (due)
      await repositories.timers.set({
        ...due,
        fireAt: new Date(now + RETAKE_MS).toISOString(),
        data: { ...due.data, dueAt: due.data.dueAt ?? due.fireAt },
      });
    return due;
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
  const { conversationId, intent, orderNo, dueAt } = timer.data;
  if (timer.kind !== "recheck" || typeof conversationId !== "string" || typeof intent !== "string" || typeof orderNo !== "string") {
    world.log.error({ timer: timer.id, kind: timer.kind }, "unknown timer removed");
    await world.store.timers.cancel(timer.id);
    return;
  }
  const due = typeof dueAt === "string" ? dueAt : timer.fireAt;
  await lookAgain(world, { timerId: timer.id, conversationId, intent, orderNo, dueAt: Date.parse(due) });
}
