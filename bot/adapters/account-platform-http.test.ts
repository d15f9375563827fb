import { createServer, type RequestListener, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type DemoPlatform, startDemoPlatform } from "../demo-platform/demo-platform.ts";
import type { AccountPlatform } from "../ports/account-platform.ts";
import { accountPlatform } from "./account-platform-http.ts";

const START = Date.parse("2026-11-20T12:41:00Z");
const KEY = "adapter-test-key";

describe("against the demo platform", () => {
  let demo: DemoPlatform;
  let platform: AccountPlatform;
  beforeAll(async () => {
    demo = await startDemoPlatform({ key: KEY, now: () => START });
    platform = accountPlatform({ url: `${demo.url}/`, key: KEY, timeoutMs: 400 });
  });
  afterEach(() => demo.setFault("none"));
  afterAll(() => demo.stop());

  test("every look-up brings what the port says", async () => {
    expect(await platform.customer("u1002")).toEqual({
      ok: true,
      value: { id: "u1002", name: "Alex Tan", tier: "vip", verified: true, phone: "+6580001002", frozen: false },
    });
    expect(await platform.customer("u1003")).toEqual({
      ok: true,
      value: { id: "u1003", name: "周雨", tier: "standard", verified: false, frozen: false },
    });
    expect(await platform.balance("u1001")).toEqual({ ok: true, value: { amount: "268.50", currency: "CNY" } });
    const moves = await platform.transactions("u1002", 2);
    expect(moves.ok && moves.value.map(({ id }) => id)).toEqual(["PAY1002-X", "PAY1002-W"]);
    const orders = await platform.orders("u1001", 3);
    expect(orders.ok && orders.value.map(({ orderNo }) => orderNo)).toEqual(["KM1001-B", "KM1001-A", "KM1001-C"]);
    expect(await platform.order("KM1001-A")).toMatchObject({
      ok: true,
      value: { paidAt: "2026-11-20T09:41:00.000Z", state: "processing" },
    });
    expect(await platform.trace("KM1001-A")).toMatchObject({ ok: true, value: { normalMinutes: 30 } });
    expect(await platform.keys("KM1001-C")).toEqual({
      ok: true,
      value: [{ orderNo: "KM1001-C", key: "JTDM-7K2P-Q9XW-4M3Z", revealedBefore: false }],
    });
    expect(await platform.withdrawal("W1001-1")).toMatchObject({ ok: true, value: { state: "submitted", customerId: "u1001" } });
  });

  test("a freeze is a reversible hold, and the same one when repeated", async () => {
    const first = await platform.freeze("u1004", "account_stolen", "freeze-a");
    expect(first).toEqual({ ok: true, value: { frozenAt: "2026-11-20T12:41:00.000Z" } });
    expect(await platform.freeze("u1004", "account_stolen", "freeze-a")).toEqual(first);
    expect(await platform.freeze("u1004", "another", "freeze-a")).toEqual({ ok: false, fault: "unavailable" });
    expect(await platform.customer("u1004")).toMatchObject({ value: { frozen: true } });
    expect(demo.lift("u1004")).toBe(true);
  });

  test("what is not there is not_found; ids cannot climb out of their place", async () => {
    for (const id of ["u9999", "", ".", "..", "u1001/balance", "../orders/KM1001-A", "u1001?x=1", "u1001#", "x".repeat(300)])
      expect(await platform.customer(id), id).toEqual({ ok: false, fault: "not_found" });
    expect(await platform.order("KM1001-A/trace")).toEqual({ ok: false, fault: "not_found" });
    expect(await platform.withdrawal("W1001-2")).toEqual({ ok: false, fault: "not_found" });
  });

  test("a wrong key is unavailable: no customer is told that he does not exist", async () => {
    expect(await accountPlatform({ url: demo.url, key: "wrong" }).customer("u1001")).toEqual({ ok: false, fault: "unavailable" });
  });

  test.each([
    ["error", "unavailable"],
    ["malformed", "malformed"],
    ["slow", "unavailable"],
    ["not_found", "not_found"],
  ] as const)("%s → %s, on every look-up, then all is well again", async (fault, expected) => {
    const lookUps: readonly (() => Promise<{ ok: boolean }>)[] = [
      () => platform.customer("u1001"),
      () => platform.balance("u1001"),
      () => platform.transactions("u1001", 5),
      () => platform.orders("u1001", 5),
      () => platform.order("KM1001-A"),
      () => platform.trace("KM1001-A"),
      () => platform.keys("KM1001-C"),
      () => platform.withdrawal("W1001-1"),
      () => platform.freeze("u1003", "test", `freeze-${fault}`),
    ];
    demo.setFault(fault, { times: lookUps.length, delayMs: 3000 });
    expect(await Promise.all(lookUps.map((look) => look()))).toEqual(lookUps.map(() => ({ ok: false, fault: expected })));
    expect(await platform.balance("u1001")).toMatchObject({ ok: true });
    demo.lift("u1003");
  });

  test("a cut connection is tried once more, for a read and not for a write", async () => {
    demo.setFault("reset");
    expect(await platform.balance("u1001")).toMatchObject({ ok: true });
    demo.setFault("reset", { times: 2 });
    expect(await platform.balance("u1001")).toEqual({ ok: false, fault: "unavailable" });
    demo.setFault("reset");
    const before = demo.calls.length;
    expect(await platform.freeze("u1003", "test", "freeze-cut")).toEqual({ ok: false, fault: "unavailable" });
    expect(demo.calls.length - before).toBe(1);
  });

  test("slow answers keep to the deadline", async () => {
    demo.setFault("slow", { delayMs: 5000 });
    const began = performance.now();
    await platform.balance("u1001");
    expect(performance.now() - began).toBeLessThan(1500);
  });
});

describe("against servers that do not keep to the contract", () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function platformThat(listener: RequestListener): Promise<AccountPlatform> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    const address = server.address();
    return accountPlatform({
      url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/base`,
      key: KEY,
      timeoutMs: 400,
    });
  }
  const saying = (body: unknown, status = 200): Promise<AccountPlatform> =>
    platformThat((_, response) => {
      response.writeHead(status, { "content-type": "application/json" }).end(typeof body === "string" ? body : JSON.stringify(body));
    });

  test.each([
    ["a float", { balance: { amount: 268.5, currency: "CNY" } }],
    ["words for money", { balance: { amount: "many", currency: "CNY" } }],
    ["no currency", { balance: { amount: "268.50" } }],
    ["a list", [1, 2]],
    ["null", null],
    ["HTML", "<html>login</html>"],
    ["nothing", ""],
    ["half an object", '{"balance": {"amount": "1'],
  ])("%s is malformed", async (_, body) => {
    expect(await (await saying(body)).balance("u1001")).toEqual({ ok: false, fault: "malformed" });
  });

  test("unknown fields are ignored, null counts as absent, times come out in UTC", async () => {
    const order = {
      orderNo: "K1",
      customerId: "u1",
      kind: "card_key",
      product: "p",
      amount: { amount: "1.00", currency: "CNY", extra: 1 },
      state: "delivered",
      channel: null,
      deliveredAt: "2026-11-20T20:41:00+08:00",
      warehouse: { any: "thing" },
    };
    expect(await (await saying(order)).order("K1")).toEqual({
      ok: true,
      value: {
        orderNo: "K1",
        customerId: "u1",
        kind: "card_key",
        product: "p",
        amount: { amount: "1.00", currency: "CNY" },
        state: "delivered",
        deliveredAt: "2026-11-20T12:41:00.000Z",
      },
    });
    expect(await (await saying({ ...order, state: "lost" })).order("K1")).toEqual({ ok: false, fault: "malformed" });
    expect(await (await saying({ ...order, deliveredAt: "yesterday" })).order("K1")).toEqual({ ok: false, fault: "malformed" });
  });

  test("an answer about somebody else is malformed, never shown", async () => {
    const platform = await saying({ id: "u2", name: "x", tier: "t", verified: true, frozen: false });
    expect(await platform.customer("u1")).toEqual({ ok: false, fault: "malformed" });
    const orders = await saying({
      items: [{ orderNo: "K1", customerId: "u2", kind: "trade", product: "p", amount: { amount: "1", currency: "CNY" }, state: "unpaid" }],
    });
    expect(await orders.orders("u1", 5)).toEqual({ ok: false, fault: "malformed" });
  });

  test("more than 256 kB is not read to its end", async () => {
    let sent = 0;
    const platform = await platformThat((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const chunk = `"${"x".repeat(65_536)}",`;
      const pump = (): void => {
        while (sent < 400 && response.writable) {
          sent += 1;
          if (!response.write(chunk)) {
            response.once("drain", pump);
            return;
          }
        }
        response.end();
      };
      pump();
    });
    expect(await platform.orders("u1", 5)).toEqual({ ok: false, fault: "malformed" });
    expect(sent).toBeLessThan(400);
  });

  test("a body that never ends is cut at the deadline", async () => {
    const platform = await platformThat((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).write('{"items": [');
    });
    expect(await platform.orders("u1", 5)).toEqual({ ok: false, fault: "unavailable" });
  });

  test("a redirect is not followed: the key stays here", async () => {
    let followed = false;
    const platform = await platformThat((request, response) => {
      if (request.url?.includes("elsewhere")) followed = true;
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    expect(await platform.balance("u1")).toEqual({ ok: false, fault: "unavailable" });
    expect(followed).toBe(false);
  });

  test("nobody there is unavailable", async () => {
    expect(await accountPlatform({ url: "http://127.0.0.1:1", key: KEY }).balance("u1")).toEqual({ ok: false, fault: "unavailable" });
  });
});
