import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestWorld, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { createDeskServices } from "../desk/desk-services.ts";
import { createAuth } from "./auth.ts";
import { buildServer } from "./server.ts";

let world: TestWorld;
let app: FastifyInstance;
beforeAll(async () => {
  world = await openTestWorld();
  const { clock, log, ids } = world;
  const auth = createAuth({ integrationKeys: [{ id: "main", key: "key-of-the-test" }], secretKey: new Uint8Array(32), clock });
  app = await buildServer({ services: createDeskServices(world), auth, log, ids });
});
afterAll(async () => {
  await app.close();
  await world.close();
});
beforeEach(() => world.reset());

async function call(method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: object, headers: Record<string, string> = {}) {
  const response = await app.inject({
    method,
    url: `/api/v1${url}`,
    headers: { authorization: "Bearer key-of-the-test", ...headers },
    ...(body ? { payload: body } : {}),
  });
  return { status: response.statusCode, body: response.body === "" ? undefined : response.json() };
}
const newCase = async (): Promise<string> =>
  (await call("POST", "/cases", { channel: "ivr", language: "zh", customer: { phone: "+86 138 0000 1001" }, enqueue: true })).body.id;

describe("callbacks over HTTP", () => {
  it("make, dial once, miss, and find it in the list and in the case", async () => {
    await world.agent("a1", { skills: ["general"] });
    const caseId = await newCase();
    const made = await call("POST", "/callbacks", { caseId }, { "idempotency-key": "once" });
    expect(made).toMatchObject({
      status: 201,
      body: { caseId, kind: "asked", state: "due", codes: { says: expect.stringMatching(/^\d{4}$/u) } },
    });
    expect((await call("POST", "/callbacks", { caseId }, { "idempotency-key": "once" })).body.id).toBe(made.body.id);
    const id: string = made.body.id;
    const dialled = await call("POST", `/callbacks/${id}/dial`, { agentId: "a1" });
    expect(dialled).toMatchObject({
      status: 200,
      body: { callback: { state: "dialling", dialBy: "a1" }, attempt: 1, ringing: "by_hand", lease: { fence: 1 }, case: { id: caseId } },
    });
    expect(await call("POST", `/callbacks/${id}/dial`)).toMatchObject({ status: 409, body: { code: "already_dialling" } });
    expect(await call("POST", `/callbacks/${id}/missed`)).toMatchObject({
      status: 200,
      body: { state: "missed", nextTryAt: expect.any(String) },
    });
    expect(await call("POST", `/callbacks/${id}/answered`)).toMatchObject({ status: 409, body: { code: "lease_lost" } });
    expect((await call("GET", "/callbacks?state=missed")).body.items).toMatchObject([{ id }]);
    expect((await call("GET", "/callbacks?breached=true")).body.items).toEqual([]);
    expect((await call("GET", `/cases/${caseId}`)).body).toMatchObject({ callback: { id, state: "missed" }, entry: { state: "parked" } });
    expect(await call("POST", `/callbacks/${id}/cancel`, { reason: "by mail" })).toMatchObject({
      status: 200,
      body: { state: "cancelled" },
    });
    expect((await call("GET", `/callbacks/${id}`)).body).toMatchObject({ reason: "by mail" });
  });

  it("refuses what cannot be, by the codes of the table", async () => {
    const caseId = await newCase();
    expect(await call("POST", "/callbacks", {})).toMatchObject({ status: 400, body: { code: "bad_request" } });
    expect(await call("POST", "/callbacks", { caseId, phone: "12315" })).toMatchObject({ status: 422, body: { code: "phone_invalid" } });
    expect(await call("POST", "/callbacks", { caseId, at: "2026-11-20T13:30:00Z" })).toMatchObject({
      status: 409,
      body: { code: "no_slot" },
    });
    expect(await call("POST", "/callbacks/callback_none/dial")).toMatchObject({ status: 404, body: { code: "callback_unknown" } });
    expect((await call("PUT", "/do-not-call/+8613800001001", { reason: "asked for it" })).status).toBe(204);
    expect(await call("POST", "/callbacks", { caseId, phone: "13800001001" })).toMatchObject({
      status: 409,
      body: { code: "do_not_call" },
    });
    expect((await call("DELETE", "/do-not-call/+8613800001001")).status).toBe(204);
    expect((await call("DELETE", "/do-not-call/+8613800001001")).status).toBe(404);
    expect((await call("GET", "/roster/gaps")).body).toEqual({ items: [] });
  });

  it("a case queued by API has its limit and its promise in the entry", async () => {
    await world.agent("a1", { skills: ["general"] });
    await newCase();
    const [queued] = (await call("GET", "/entries")).body.items;
    expect(queued.entry).toMatchObject({ promised: true, holdUntil: "2026-11-20T12:56:00.000Z", finalBy: "2026-11-20T12:59:00.000Z" });
  });
});
