/**
 * The operator's platform over HTTP, as the contract's "Platform port" has it. Every call ends within its deadline; what does not fit is a
 * `PlatformFault`, never an exception.
 *
 * 404 → `not_found` · refused, reset, too slow, 401, 409, 429, 3xx, 5xx → `unavailable` · not the JSON the contract names, or about somebody
 * else than was asked → `malformed`. Unknown fields are ignored; null counts as absent.
 */
import { z } from "zod";
import type { AccountPlatform, Looked, PlatformFault } from "../ports/account-platform.ts";

export interface AccountPlatformOptions {
  /** Base address, e.g. `http://127.0.0.1:4001`; a path is kept. */
  readonly url: string;
  readonly key: string;
  /** Deadline of one look-up, its retry included. Milliseconds. */
  readonly timeoutMs?: number;
}

const MOST_BODY_BYTES = 256 * 1024;

const text = z.string().min(1).max(500);
const instant = z.iso.datetime({ offset: true }).transform((value) => new Date(value).toISOString());
const money = z.object({ amount: z.string().regex(/^-?\d{1,15}(\.\d{1,6})?$/u), currency: z.string().regex(/^[A-Z]{3}$/u) });

const customerSchema = z.object({
  id: text,
  name: text,
  tier: text,
  verified: z.boolean(),
  phone: z.exactOptional(text),
  frozen: z.boolean(),
});
const balanceSchema = z.object({ balance: money });
const transactionSchema = z.object({
  id: text,
  at: instant,
  kind: z.enum(["topup", "purchase", "refund", "withdrawal", "card_payment"]),
  amount: money,
  channel: z.exactOptional(text),
  orderNo: z.exactOptional(text),
  note: z.exactOptional(text),
});
const orderSchema = z.object({
  orderNo: text,
  customerId: text,
  kind: z.enum(["direct_topup", "phone_credit", "card_key", "membership", "software_licence", "trade"]),
  product: text,
  amount: money,
  state: z.enum(["unpaid", "processing", "delivered", "failed", "refunded", "disputed", "cancelled"]),
  channel: z.exactOptional(text),
  paymentSerial: z.exactOptional(text),
  targetAccount: z.exactOptional(text),
  paidAt: z.exactOptional(instant),
  deliveredAt: z.exactOptional(instant),
  refundedAt: z.exactOptional(instant),
});
const traceSchema = z.object({
  orderNo: text,
  steps: z
    .array(
      z.object({
        stage: z.enum(["payment", "platform", "supplier", "game"]),
        state: z.enum(["done", "running", "waiting", "failed"]),
        at: z.exactOptional(instant),
        note: z.exactOptional(text),
      }),
    )
    .max(50),
  normalMinutes: z.number().positive().max(100_000),
});
const keySchema = z.object({ orderNo: text, key: text, revealedBefore: z.boolean() });
const withdrawalSchema = z.object({
  id: text,
  customerId: text,
  amount: money,
  state: z.enum(["submitted", "paid", "failed"]),
  submittedAt: instant,
  account: z.exactOptional(text),
});
const freezeSchema = z.object({ frozenAt: instant });
const list = <S extends z.ZodType>(item: S): z.ZodObject<{ items: z.ZodArray<S> }> => z.object({ items: z.array(item).max(1000) });

interface Asked<S extends z.ZodType, T> {
  readonly schema: S;
  /** Whether the answer is about what was asked for. */
  readonly fits?: (value: z.output<S>) => boolean;
  readonly pick: (value: z.output<S>) => T;
  readonly post?: { readonly body: unknown; readonly idempotencyKey: string };
}

/** @param options.timeoutMs default 2,500 */
export function accountPlatform({ url, key, timeoutMs = 2500 }: AccountPlatformOptions): AccountPlatform {
  const base = url.replace(/\/+$/u, "");

  const look = async <S extends z.ZodType, T>(path: readonly string[], query: string, asked: Asked<S, T>): Promise<Looked<T>> => {
    // A part that is empty or climbs ("..") would change the address itself.
    if (path.some((part) => part === "" || part === "." || part === ".." || part.length > 200)) return failed("not_found");
    const address = `${base}/${path.map(encodeURIComponent).join("/")}${query}`;
    const answer = await call(address, key, timeoutMs, asked.post);
    if (!answer.ok) return answer;
    const parsed = asked.schema.safeParse(answer.value);
    if (!parsed.success || asked.fits?.(parsed.data) === false) return failed("malformed");
    return { ok: true, value: asked.pick(parsed.data) };
  };

  const items = <T>(value: { items: T[] }): readonly T[] => value.items;
  return {
    customer: (id) => look(["customers", id], "", { schema: customerSchema, fits: (value) => value.id === id, pick: (value) => value }),
    balance: (id) => look(["customers", id, "balance"], "", { schema: balanceSchema, pick: (value) => value.balance }),
    transactions: (id, limit) =>
      look(["customers", id, "transactions"], `?limit=${limit}`, { schema: list(transactionSchema), pick: items }),
    orders: (id, limit) =>
      look(["customers", id, "orders"], `?limit=${limit}`, {
        schema: list(orderSchema),
        fits: (value) => value.items.every((order) => order.customerId === id),
        pick: items,
      }),
    order: (orderNo) =>
      look(["orders", orderNo], "", { schema: orderSchema, fits: (value) => value.orderNo === orderNo, pick: (value) => value }),
    trace: (orderNo) =>
      look(["orders", orderNo, "trace"], "", { schema: traceSchema, fits: (value) => value.orderNo === orderNo, pick: (value) => value }),
    keys: (orderNo) =>
      look(["orders", orderNo, "keys"], "", {
        schema: list(keySchema),
        fits: (value) => value.items.every((item) => item.orderNo === orderNo),
        pick: items,
      }),
    withdrawal: (id) =>
      look(["withdrawals", id], "", { schema: withdrawalSchema, fits: (value) => value.id === id, pick: (value) => value }),
    freeze: (id, reason, idempotencyKey) =>
      look(["customers", id, "freeze"], "", { schema: freezeSchema, pick: (value) => value, post: { body: { reason }, idempotencyKey } }),
  };
}

function failed(fault: PlatformFault): { ok: false; fault: PlatformFault } {
  return { ok: false, fault };
}

/** One call, and for a GET whose connection was cut a second one within the same deadline. */
async function call(address: string, key: string, timeoutMs: number, post: Asked<z.ZodType, unknown>["post"]): Promise<Looked<unknown>> {
  const signal = AbortSignal.timeout(timeoutMs);
  const init: RequestInit = {
    method: post ? "POST" : "GET",
    headers: {
      authorization: `Bearer ${key}`,
      accept: "application/json",
      ...(post ? { "content-type": "application/json", "idempotency-key": post.idempotencyKey } : {}),
    },
    ...(post ? { body: JSON.stringify(post.body) } : {}),
    // A redirect could carry the key elsewhere.
    redirect: "manual",
    signal,
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(address, init);
      if (!response.ok) {
        await response.body?.cancel();
        return failed(response.status === 404 ? "not_found" : "unavailable");
      }
      return parseJson(await readBody(response));
    } catch (error) {
      if (attempt === 1 && !post && !signal.aborted && wasCut(error)) continue;
      return failed("unavailable");
    }
  }
}

/** @returns undefined when there is more than 256 kB of it */
async function readBody(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MOST_BODY_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(body: string | undefined): Looked<unknown> {
  if (body === undefined) return failed("malformed");
  try {
    return { ok: true, value: JSON.parse(body, (_, value: unknown) => (value === null ? undefined : value)) };
  } catch {
    return failed("malformed");
  }
}

function wasCut(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && "code" in cause && (cause.code === "ECONNRESET" || cause.code === "UND_ERR_SOCKET");
}
