/** What the demo platform answers at each address of the platform port. Pure but for the books it writes freezes and refund requests into. */

import type { Order } from "../ports/account-platform.ts";
import { DEMO_CUSTOMERS, type DemoCustomer } from "./demo-customers.ts";
import { type DemoData, demoData } from "./demo-data.ts";
import { balanceOf, orderAt, traceOf } from "./demo-reckoning.ts";
import { iso } from "./demo-time.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A hold on an account: nothing leaves it until it is lifted. */
export interface DemoHold {
  readonly customerId: string;
  readonly reason: string;
  readonly frozenAt: string;
}

export interface DemoRefundRequest {
  readonly id: string;
  readonly customerId: string;
  readonly orderNo: string;
  readonly reason: string;
  readonly state: "requested";
  readonly requestedAt: string;
}

/** What becomes of an order while the demo runs. `note`: the supplier's remark in its trace. */
export type DemoOrderChange = Partial<Order> & { readonly note?: string };

export interface DemoBooks {
  readonly data: DemoData;
  /** By order number; above what the data say. */
  readonly changes: Map<string, DemoOrderChange>;
  /** By customer id. */
  readonly holds: Map<string, DemoHold>;
  readonly refundRequests: DemoRefundRequest[];
  /** Answers by Idempotency-Key, with the request they belong to. */
  readonly given: Map<string, { readonly request: string; readonly answer: Answer }>;
}

export interface Call {
  readonly method: string;
  /** Path and query as they came. */
  readonly path: string;
  readonly body: string;
  readonly idempotencyKey: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function openBooks(startedAt: number): DemoBooks {
  return { data: demoData(startedAt), changes: new Map(), holds: new Map(), refundRequests: [], given: new Map() };
}

/** RFC 9457 body. */
export function problem(status: number, code: string, title: string): Answer {
  return { status, body: { type: "about:blank", title, status, code } };
}

const NOT_FOUND = problem(404, "not_found", "There is no such thing.");

export function answerFor(books: DemoBooks, call: Call): Answer {
  const url = new URL(call.path, "http://demo");
  const parts = decodeParts(url.pathname);
  if (!parts) return problem(400, "bad_request", "The address is not valid.");
  const [kind, id, what] = parts;
  if (id === undefined || parts.length > 3) return NOT_FOUND;
  if (call.method === "POST") {
    if (kind === "customers" && what === "freeze") return once(books, call, (fields) => freeze(books, id, fields, call.now));
    if (kind === "refunds" && id === "requests" && what === undefined)
      return once(books, call, (fields) => requestRefund(books, fields, call.now));
    return NOT_FOUND;
  }
  if (call.method !== "GET") return problem(405, "method_not_allowed", "Only GET and POST are known here.");
  if (kind === "customers") return aboutCustomer(books, id, what, url.searchParams, call.now);
  if (kind === "orders") return aboutOrder(books, id, what, call.now);
  if (kind === "withdrawals" && what === undefined) return found(books.data.withdrawals.find((withdrawal) => withdrawal.id === id));
  return NOT_FOUND;
}

function aboutCustomer(books: DemoBooks, id: string, what: string | undefined, query: URLSearchParams, now: number): Answer {
  const customer = DEMO_CUSTOMERS.find((candidate) => candidate.id === id);
  if (!customer) return NOT_FOUND;
  const limit = limitOf(query);
  if (limit === undefined) return problem(400, "bad_request", "`limit` is a whole number from 1 to 100.");
  const { orders, transactions } = books.data;
  switch (what) {
    case undefined:
      return { status: 200, body: recordOf(customer, books.holds.has(id)) };
    case "balance":
      return { status: 200, body: { balance: { amount: balanceOf(id, transactions), currency: "CNY" } } };
    case "transactions": {
      const own = transactions.filter((transaction) => transaction.customerId === id).slice(0, limit);
      return { status: 200, body: { items: own.map(({ customerId: _own, ...transaction }) => transaction) } };
    }
    case "orders":
      return {
        status: 200,
        body: {
          items: orders
            .filter((order) => order.customerId === id)
            .slice(0, limit)
            .map((order) => asItIs(books, order, now)),
        },
      };
    default:
      return NOT_FOUND;
  }
}

function aboutOrder(books: DemoBooks, orderNo: string, what: string | undefined, now: number): Answer {
  const stored = books.data.orders.find((candidate) => candidate.orderNo === orderNo);
  if (!stored) return NOT_FOUND;
  const order = asItIs(books, stored, now);
  if (what === undefined) return { status: 200, body: order };
  if (what === "trace") return { status: 200, body: traceOf(order, books.changes.get(orderNo)?.note) };
  if (what !== "keys") return NOT_FOUND;
  if (books.holds.has(order.customerId)) return problem(409, "account_frozen", "The account is on hold; keys are not given out.");
  return { status: 200, body: { items: order.state === "delivered" ? books.data.keys.filter((key) => key.orderNo === orderNo) : [] } };
}

function asItIs(books: DemoBooks, stored: Order, now: number): Order {
  const changed = books.changes.get(stored.orderNo);
  if (!changed) return orderAt(stored, now);
  const { note: _note, ...order } = { ...stored, ...changed };
  return order;
}

function freeze(books: DemoBooks, customerId: string, fields: Readonly<Record<string, unknown>>, now: number): Answer {
  if (!DEMO_CUSTOMERS.some((customer) => customer.id === customerId)) return NOT_FOUND;
  const before = books.holds.get(customerId);
  const hold = before ?? { customerId, reason: text(fields.reason) ?? "not given", frozenAt: iso(now) };
  books.holds.set(customerId, hold);
  return { status: 200, body: hold };
}

function requestRefund(books: DemoBooks, fields: Readonly<Record<string, unknown>>, now: number): Answer {
  const [customerId, orderNo, reason] = [text(fields.customerId), text(fields.orderNo), text(fields.reason)];
  if (customerId === undefined || orderNo === undefined) return problem(400, "bad_request", "`customerId` and `orderNo` are needed.");
  const order = books.data.orders.find((candidate) => candidate.orderNo === orderNo && candidate.customerId === customerId);
  if (!order) return NOT_FOUND;
  if (!["processing", "delivered", "failed"].includes(asItIs(books, order, now).state))
    return problem(409, "state_conflict", "This order cannot be refunded in its present state.");
  const request: DemoRefundRequest = {
    id: `RR${books.refundRequests.length + 1}`,
    customerId,
    orderNo,
    reason: reason ?? "not given",
    state: "requested",
    requestedAt: iso(now),
  };
  books.refundRequests.push(request);
  return { status: 201, body: request };
}

/** A write needs an Idempotency-Key; a repeat with the same key gets the first answer, with another request a 409. */
function once(books: DemoBooks, call: Call, work: (fields: Readonly<Record<string, unknown>>) => Answer): Answer {
  if (!call.idempotencyKey) return problem(400, "idempotency_key_required", "Send an Idempotency-Key.");
  const fields = fieldsOf(call.body);
  if (!fields) return problem(400, "json_invalid", "The body is not a JSON object.");
  const request = `${call.path}\n${JSON.stringify(fields)}`;
  const before = books.given.get(call.idempotencyKey);
  if (before)
    return before.request === request
      ? before.answer
      : problem(409, "idempotency_mismatch", "This Idempotency-Key was used with another request.");
  const answer = work(fields);
  if (answer.status < 400) books.given.set(call.idempotencyKey, { request, answer });
  return answer;
}

function recordOf({ id, name, locale, tier, phone, verified }: DemoCustomer, frozen: boolean): Record<string, unknown> {
  return { id, name, locale, tier, verified, ...(phone === undefined ? {} : { phone }), frozen };
}

function found(value: unknown): Answer {
  return value === undefined ? NOT_FOUND : { status: 200, body: value };
}

function decodeParts(pathname: string): string[] | undefined {
  try {
    return pathname.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function limitOf(query: URLSearchParams): number | undefined {
  const value = query.get("limit") ?? "20";
  return /^\d{1,3}$/u.test(value) && Number(value) >= 1 && Number(value) <= 100 ? Number(value) : undefined;
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body === "" ? "{}" : body);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= 500 ? value : undefined;
}
