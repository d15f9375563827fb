/** What the demo platform works out from its data when asked: balance, an order's present state, its trace. */
import type { Order, Trace, TraceStep } from "../ports/account-platform.ts";
import type { DemoData } from "./demo-data.ts";
import { iso, MINUTE } from "./demo-time.ts";

/**
 * Balance in CNY as the platform's books give it: top-ups, and refunds to the balance, less what was paid from it and what was withdrawn.
 * Payments by other channels do not touch it.
 */
export function balanceOf(customerId: string, transactions: DemoData["transactions"]): string {
  let cents = 0;
  for (const { customerId: owner, kind, amount, channel } of transactions) {
    if (owner !== customerId) continue;
    const value = Math.round(Number(amount.amount) * 100);
    if (kind === "topup") cents += value;
    else if (kind === "withdrawal") cents -= value;
    else if (channel === "balance") cents += kind === "refund" ? value : -value;
  }
  return (cents / 100).toFixed(2);
}

/** An order as it is at `now`: the phone credit of `KM1001-B` arrives 29 minutes after its payment, so that a re-check has something to tell. */
export function orderAt(order: Order, now: number): Order {
  if (order.orderNo !== "KM1001-B" || !order.paidAt) return order;
  const arrives = Date.parse(order.paidAt) + 29 * MINUTE;
  return now < arrives ? order : { ...order, state: "delivered", deliveredAt: iso(arrives) };
}

/** Delivery that counts as normal, minutes after payment: by kind, and longer for larger top-ups. */
export function normalMinutes({ kind, amount }: Order): number {
  if (kind === "trade") return 24 * 60;
  if (kind !== "direct_topup" && kind !== "phone_credit") return 5;
  const value = Number(amount.amount);
  if (value >= 2000) return 24 * 60;
  return value >= 1000 ? 120 : 30;
}

/** Payment → platform → supplier → game, as far as the order has come. @param note the supplier's remark */
export function traceOf(order: Order, note?: string): Trace {
  const paid = order.paidAt === undefined ? undefined : Date.parse(order.paidAt);
  const step = (stage: TraceStep["stage"], state: TraceStep["state"], at?: number): TraceStep => ({
    stage,
    state,
    ...(at === undefined ? {} : { at: iso(at) }),
  });
  const taken =
    paid === undefined
      ? []
      : [
          step("payment", "done", paid),
          step("platform", "done", Math.min(paid + 20_000, order.deliveredAt ? Date.parse(order.deliveredAt) : Infinity)),
        ];
  const ends: Readonly<Record<Order["state"], () => TraceStep[]>> = {
    unpaid: () => [step("payment", "waiting"), step("platform", "waiting"), step("supplier", "waiting"), step("game", "waiting")],
    cancelled: () => [step("payment", "waiting"), step("platform", "failed")],
    processing: () => [...taken, step("supplier", "running"), step("game", "waiting")],
    disputed: () => [...taken, step("supplier", "running"), step("game", "waiting")],
    delivered: () => {
      const arrived = Date.parse(order.deliveredAt ?? "");
      return [...taken, step("supplier", "done", arrived), step("game", "done", arrived)];
    },
    failed: () => [...taken, step("supplier", "failed", (paid ?? 0) + 6 * MINUTE), step("game", "waiting")],
    refunded: () => [...taken, step("supplier", "failed", Date.parse(order.refundedAt ?? "")), step("game", "waiting")],
  };
  const steps = ends[order.state]().map((one) => (one.stage === "supplier" && note !== undefined ? { ...one, note } : one));
  return { orderNo: order.orderNo, steps, normalMinutes: normalMinutes(order) };
}
