import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { workingDaysAfter } from "../act/tools/working-days.ts";
import { DEMO_CUSTOMERS } from "./demo-customers.ts";
import { demoData } from "./demo-data.ts";
import { type DemoPlatform, startDemoPlatform } from "./demo-platform.ts";
import { balanceOf, orderAt, traceOf } from "./demo-reckoning.ts";
import { workingDaysBefore } from "./demo-time.ts";

const START = Date.parse("2026-11-20T12:41:00Z");
const MINUTE = 60_000;
const KEY = "demo-test-key";
let demo: DemoPlatform;
let now = START;

beforeAll(async () => {
  demo = await startDemoPlatform({ key: KEY, now: () => now, startedAt: START });
});
afterAll(() => demo.stop());

async function call(path: string, init: RequestInit = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(demo.url + path, { ...init, headers: { authorization: `Bearer ${KEY}`, ...init.headers } });
  const json: unknown = await response.json();
  return { status: response.status, body: typeof json === "object" && json !== null ? Object.fromEntries(Object.entries(json)) : {} };
}

const post = (body: unknown, key: string): RequestInit => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "idempotency-key": key },
});

describe("the seeded data", () => {
  const data = demoData(START);

  test("every order state occurs", () => {
    expect(new Set(data.orders.map(({ state }) => state))).toEqual(
      new Set(["unpaid", "processing", "delivered", "failed", "refunded", "disputed", "cancelled"]),
    );
  });

  test("the books add up to the balances of the contract", () => {
    expect(DEMO_CUSTOMERS.map(({ id }) => balanceOf(id, data.transactions))).toEqual(["268.50", "1204.00", "0.00", "35.20"]);
  });

  test("what the contract fixes is there", () => {
    const order = (orderNo: string) => data.orders.find((candidate) => candidate.orderNo === orderNo);
    expect(order("KM1001-A")).toMatchObject({
      customerId: "u1001",
      kind: "direct_topup",
      amount: { amount: "500.00", currency: "CNY" },
      channel: "alipay",
      paymentSerial: "2026ALI0001001A",
      targetAccount: "lx_8866",
      state: "processing",
      paidAt: new Date(START - 180 * MINUTE).toISOString(),
    });
    expect(order("KM1001-B")).toMatchObject({
      amount: { amount: "30.00" },
      channel: "wechat",
      state: "processing",
      paidAt: new Date(START - 4 * MINUTE).toISOString(),
    });
    expect(order("KM1001-D")).toMatchObject({ amount: { amount: "25.00" }, state: "refunded" });
    expect(order("KM1002-A")).toMatchObject({ kind: "software_licence", amount: { amount: "699.00" }, state: "delivered" });
    expect(order("KM1004-A")).toMatchObject({ kind: "trade", amount: { amount: "8000.00" }, state: "disputed" });
    expect(data.keys.map(({ key }) => key)).toEqual(["JTDM-7K2P-Q9XW-4M3Z", "JTDL-55TR-8YHN-2QAZ"]);
    expect(data.withdrawals[0]).toMatchObject({ id: "W1001-1", amount: { amount: "200.00" }, state: "submitted" });
    expect(data.orders.filter(({ customerId }) => customerId === "u1003")).toEqual([]);
    const charges = data.transactions.filter(
      ({ kind, amount, at }) => kind === "card_payment" && amount.amount === "699.00" && Date.parse(at) > START - 86_400_000,
    );
    expect(charges.map(({ id, orderNo }) => [id, orderNo])).toEqual([
      ["PAY1002-X", undefined],
      ["PAY1002-W", "KM1002-B"],
    ]);
  });

  test.each(["2026-11-20T12:41:00Z", "2026-11-21T15:59:00Z", "2026-11-22T16:00:30Z", "2026-11-23T00:00:00Z"])(
    "times fit together when it starts at %s",
    (startsAt) => {
      const start = Date.parse(startsAt);
      const { orders, transactions, withdrawals } = demoData(start);
      for (const { at } of transactions) expect(Date.parse(at)).toBeLessThanOrEqual(start);
      for (const { paidAt, deliveredAt, refundedAt } of orders)
        for (const end of [deliveredAt, refundedAt]) if (end) expect(Date.parse(end)).toBeGreaterThan(Date.parse(paidAt ?? ""));
      // The second charge is of today, in China, and after the first.
      const charged = transactions.filter(({ amount }) => amount.amount === "699.00").slice(0, 2);
      const day = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" });
      for (const { at } of charged) expect(day.format(Date.parse(at))).toBe(day.format(start));
      const submitted = Date.parse(withdrawals[0]?.submittedAt ?? "");
      expect(submitted).toBe(workingDaysBefore(start, 5));
      expect(workingDaysAfter(submitted, 3, "Asia/Shanghai")).toBeLessThan(start);
    },
  );

  test("working days back and forth agree on every hour of two weeks", () => {
    for (let hour = 0; hour < 14 * 24; hour += 1) {
      const at = START + hour * 60 * MINUTE;
      const back = workingDaysBefore(at, 5);
      const weekday = new Date(at + 8 * 60 * MINUTE).getUTCDay();
      if (weekday === 0 || weekday === 6) expect(workingDaysAfter(back, 5, "Asia/Shanghai")).toBeGreaterThan(at);
      else expect(workingDaysAfter(back, 5, "Asia/Shanghai")).toBe(at);
    }
  });

  test("a trace goes as far as the order has come", () => {
    const states = (orderNo: string): string[] => {
      const order = data.orders.find((candidate) => candidate.orderNo === orderNo);
      return order ? traceOf(order).steps.map(({ state }) => state) : [];
    };
    expect(states("KM1001-A")).toEqual(["done", "done", "running", "waiting"]);
    expect(states("KM1001-C")).toEqual(["done", "done", "done", "done"]);
    expect(states("KM1002-C")).toEqual(["done", "done", "failed", "waiting"]);
    expect(states("KM1001-E")).toEqual(["waiting", "waiting", "waiting", "waiting"]);
  });

  test("the small top-up arrives just before its re-check", () => {
    const order = data.orders.find(({ orderNo }) => orderNo === "KM1001-B");
    if (!order) throw new Error("no KM1001-B");
    expect(orderAt(order, START + 24 * MINUTE).state).toBe("processing");
    expect(orderAt(order, START + 27 * MINUTE)).toMatchObject({
      state: "delivered",
      deliveredAt: new Date(START + 25 * MINUTE).toISOString(),
    });
  });
});

describe("the server", () => {
  test("answers every address of the platform port", async () => {
    for (const path of [
      "/customers/u1001",
      "/customers/u1001/balance",
      "/customers/u1001/transactions?limit=2",
      "/customers/u1001/orders?limit=2",
      "/orders/KM1001-A",
      "/orders/KM1001-A/trace",
      "/orders/KM1001-C/keys",
      "/withdrawals/W1001-1",
    ])
      expect((await call(path)).status, path).toBe(200);
    expect((await call("/customers/u1001/orders?limit=2")).body.items).toHaveLength(2);
  });

  test("what is not there is 404, what is not allowed 401, a bad limit 400", async () => {
    for (const path of ["/customers/u9", "/orders/KM9", "/orders/KM1001-A/cake", "/withdrawals/W9", "/", "/customers", "/a/b/c/d"])
      expect(await call(path)).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect((await fetch(`${demo.url}/customers/u1001`)).status).toBe(401);
    expect((await fetch(`${demo.url}/customers/u1001`, { headers: { authorization: "Bearer wrong" } })).status).toBe(401);
    expect((await call("/customers/u1001/orders?limit=0")).status).toBe(400);
    expect((await call("/customers/%E0%A4%A")).status).toBe(400);
    expect((await call("/orders/KM1001-A", { method: "DELETE" })).status).toBe(405);
  });

  test("a freeze needs an Idempotency-Key, holds, is the same when repeated, and can be lifted", async () => {
    expect((await call("/customers/u1004/freeze", { method: "POST", body: "{}" })).body.code).toBe("idempotency_key_required");
    const first = await call("/customers/u1004/freeze", post({ reason: "account_stolen" }, "freeze-1"));
    now += MINUTE;
    expect(await call("/customers/u1004/freeze", post({ reason: "account_stolen" }, "freeze-1"))).toEqual(first);
    expect((await call("/customers/u1004/freeze", post({ reason: "other" }, "freeze-1"))).status).toBe(409);
    expect((await call("/customers/u1004")).body.frozen).toBe(true);
    expect(demo.books.holds.get("u1004")).toMatchObject({ reason: "account_stolen", frozenAt: new Date(START).toISOString() });
    expect(demo.lift("u1004")).toBe(true);
    expect((await call("/customers/u1004")).body.frozen).toBe(false);
    now = START;
  });

  test("keys of a held account are not given out", async () => {
    await call("/customers/u1002/freeze", post({ reason: "account_stolen" }, "freeze-2"));
    expect(await call("/orders/KM1002-A/keys")).toMatchObject({ status: 409, body: { code: "account_frozen" } });
    demo.lift("u1002");
  });

  test("a refund request is recorded once, for the owner's order only", async () => {
    const wanted = { customerId: "u1002", orderNo: "KM1002-C", reason: "failed" };
    const first = await call("/refunds/requests", post(wanted, "refund-1"));
    expect(first).toMatchObject({ status: 201, body: { state: "requested", orderNo: "KM1002-C" } });
    expect(await call("/refunds/requests", post(wanted, "refund-1"))).toEqual(first);
    expect(demo.books.refundRequests).toHaveLength(1);
    expect((await call("/refunds/requests", post({ ...wanted, customerId: "u1001" }, "refund-2"))).status).toBe(404);
    expect((await call("/refunds/requests", post({ ...wanted, orderNo: "KM1002-D" }, "refund-3"))).status).toBe(409);
    expect((await call("/refunds/requests", { ...post({}, "refund-4"), body: "nonsense" })).body.code).toBe("json_invalid");
  });

  test("a body that is too large is 413", async () => {
    expect((await call("/refunds/requests", post({ reason: "x".repeat(70_000) }, "refund-5"))).status).toBe(413);
  });
});
