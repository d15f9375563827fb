/**
 * Whether 15 + 3 may be promised, and what is said when it may not.
 *
 * The test: with the newcomer in line, the queue is replayed. Everybody who was told a time, and the newcomer, must be reached `dial` before his
 * time in at least `share` of the draws (a low quantile of what the agents can do, for every set of people and every horizon at once, because the
 * replay serves them all). While anybody is in doubt nobody else is promised anything: it is the promises given that are kept.
 *
 * Otherwise an honest time: the replay's 90 % wait and a quarter more, rounded up to five minutes. One that lies beyond what was replayed, or
 * after closing, or at which nobody of the line works, is not told: a capped value is no forecast.
 */
import type { PromisePolicy } from "../policy/policy.ts";
import { quantile } from "./replay.ts";

export interface Told {
  readonly id: string;
  /** ms: dialled by then. */
  readonly finalBy: number;
}

export type Admission =
  /** `holdUntil` and `finalBy` are told. */
  | { readonly kind: "promised" }
  /** `by` (ms) is told; a callback is agreed for it at once. */
  | { readonly kind: "honest"; readonly by: number }
  | { readonly kind: "unknown" };

/** The honest time is this much longer than the replay's 90 % wait; measured as kept in 97 to 99 of 100 in the simulations of the design. */
const HONEST_FACTOR = 1.25;
const HONEST_STEP = 5 * 60_000;

/** Whether somebody of the line works up to that moment, ms. Nobody is told a time at which nobody is there. */
export type IsStaffed = (at: number) => boolean;

/** Those who will not be reached in time in the share of draws that is asked for. */
export function inDoubt(
  waits: ReadonlyMap<string, readonly number[]>,
  told: readonly Told[],
  now: number,
  promise: Pick<PromisePolicy, "dialMs" | "share">,
): readonly Told[] {
  return told.filter(({ id, finalBy }) => {
    const own = waits.get(id);
    return own !== undefined && now + quantile(own, promise.share) > finalBy - promise.dialMs;
  });
}

export function admit(
  newcomer: Told,
  waits: ReadonlyMap<string, readonly number[]>,
  told: readonly Told[],
  now: number,
  closesAt: number,
  promise: Pick<PromisePolicy, "dialMs" | "share">,
  isStaffed: IsStaffed = () => true,
): Admission {
  const own = waits.get(newcomer.id) ?? [];
  if (own.length === 0) return { kind: "unknown" };
  const isKept =
    newcomer.finalBy <= closesAt && isStaffed(newcomer.finalBy) && inDoubt(waits, [...told, newcomer], now, promise).length === 0;
  return isKept ? { kind: "promised" } : honestTime(own, now, closesAt, isStaffed);
}

/** The earliest time that can be told with a good conscience. */
export function honestTime(waits: readonly number[], now: number, closesAt: number, isStaffed: IsStaffed = () => true): Admission {
  const wait = quantile(waits, 0.9);
  if (!Number.isFinite(wait)) return { kind: "unknown" };
  const by = Math.ceil((now + wait * HONEST_FACTOR) / HONEST_STEP) * HONEST_STEP;
  return by > closesAt || !isStaffed(by) ? { kind: "unknown" } : { kind: "honest", by };
}
