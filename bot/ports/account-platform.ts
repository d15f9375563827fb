/**
 * The operator's platform, in our words. Every call has a deadline; what goes wrong is one of three `PlatformFault`s and is told to the customer
 * as "could not look it up just now" — the case still queues.
 */
import type { Instant, Money } from "../policy/words.ts";

/** `not_found` is an answer; `unavailable` covers refused, slow and 5xx; `malformed` an answer that does not fit the contract. */
export type PlatformFault = "not_found" | "unavailable" | "malformed";

export type Looked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: PlatformFault };

export type OrderState = "unpaid" | "processing" | "delivered" | "failed" | "refunded" | "disputed" | "cancelled";
export type OrderKind = "direct_topup" | "phone_credit" | "card_key" | "membership" | "software_licence" | "trade";

export interface Order {
  readonly orderNo: string;
  readonly customerId: string;
  readonly kind: OrderKind;
  readonly product: string;
  readonly amount: Money;
  readonly state: OrderState;
  readonly channel?: string;
  readonly paymentSerial?: string;
  readonly targetAccount?: string;
  readonly paidAt?: Instant;
  readonly deliveredAt?: Instant;
  readonly refundedAt?: Instant;
}

export interface TraceStep {
  readonly stage: "payment" | "platform" | "supplier" | "game";
  readonly state: "done" | "running" | "waiting" | "failed";
  readonly at?: Instant;
  readonly note?: string;
}

export interface Trace {
  readonly orderNo: string;
  readonly steps: readonly TraceStep[];
  /** Delivery counted as normal for this order, minutes after payment. */
  readonly normalMinutes: number;
}

export interface CardKey {
  readonly orderNo: string;
  readonly key: string;
  readonly revealedBefore: boolean;
}

export interface Transaction {
  /** For a payment its serial, for a withdrawal its number. */
  readonly id: string;
  readonly at: Instant;
  readonly kind: "topup" | "purchase" | "refund" | "withdrawal" | "card_payment";
  readonly amount: Money;
  /** What it was paid with, or refunded to: `balance`, `alipay`, `wechat`, `bank_card` … */
  readonly channel?: string;
  readonly orderNo?: string;
  readonly note?: string;
}

export interface Withdrawal {
  readonly id: string;
  readonly customerId: string;
  readonly amount: Money;
  readonly state: "submitted" | "paid" | "failed";
  readonly submittedAt: Instant;
  readonly account?: string;
}

export interface CustomerRecord {
  readonly id: string;
  readonly name: string;
  readonly tier: string;
  readonly verified: boolean;
  readonly phone?: string;
  readonly frozen: boolean;
}

export interface AccountPlatform {
  customer(customerId: string): Promise<Looked<CustomerRecord>>;
  balance(customerId: string): Promise<Looked<Money>>;
  transactions(customerId: string, limit: number): Promise<Looked<readonly Transaction[]>>;
  orders(customerId: string, limit: number): Promise<Looked<readonly Order[]>>;
  order(orderNo: string): Promise<Looked<Order>>;
  trace(orderNo: string): Promise<Looked<Trace>>;
  keys(orderNo: string): Promise<Looked<readonly CardKey[]>>;
  withdrawal(id: string): Promise<Looked<Withdrawal>>;
  /** A reversible hold. `key` makes a repeat the same freeze. */
  freeze(customerId: string, reason: string, key: string): Promise<Looked<{ readonly frozenAt: Instant }>>;
}
