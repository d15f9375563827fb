/** When an order is late, and when to look at it again. */
import type { Order, Trace } from "../../ports/account-platform.ts";

const MINUTE = 60_000;
/** Nobody is told to wait for less than this. */
const SOONEST_RECHECK = 5 * MINUTE;

/** Milliseconds since the epoch; from the trace when the order itself does not say. */
export function paidAtOf(order: Order, trace: Trace): number | undefined {
  const at = order.paidAt ?? trace.steps.find((step) => step.stage === "payment" && step.state === "done")?.at;
  return at === undefined ? undefined : Date.parse(at);
}

/** Paid, still under way, and past the time that is normal for it. */
export function isLate(order: Order, trace: Trace, now: number): boolean {
  const paidAt = paidAtOf(order, trace);
  return order.state === "processing" && paidAt !== undefined && now - paidAt > trace.normalMinutes * MINUTE;
}

/** One minute after the normal time is over, and not before five minutes from now. Milliseconds since the epoch. */
export function recheckAt(order: Order, trace: Trace, now: number): number {
  const due = (paidAtOf(order, trace) ?? now) + (trace.normalMinutes + 1) * MINUTE;
  return Math.max(due, now + SOONEST_RECHECK);
}
