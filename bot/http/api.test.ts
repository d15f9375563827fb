import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_KEY, type DeskHost, startDeskHost } from "./fixtures/desk-host.ts";
import { entry } from "./fixtures/memory-services.ts";

let host: DeskHost;
let supervisor: string;
let agent: string;

beforeAll(async () => {
  host = await startDeskHost({ limits: { lookups: 5, signIns: 6, refusals: 20 } });
  supervisor = await host.signIn("admin");
  agent = await host.signIn("a1");
});
afterAll(() => host.stop());
beforeEach(() => {
  host.services.calls.length = 0;
});

const api = (method: string, path: string, options: Parameters<DeskHost["call"]>[2] = {}) =>
  host.call(method, `/api/v1${path}`, { token: API_KEY, ...options });
const last = () => host.services.calls.at(-1);
const problem = (status: number, code: string) => ({
  status,
  body: { status, code, type: `/api/docs#error-${code}`, requestId: expect.any(String) },
});

describe("who may call", () => {
  it("nobody without a valid key or token", async () => {
    expect(await host.call("GET", "/api/v1/cases")).toMatchObject(problem(401, "unauthorized"));
    for (const token of ["wrong", `${API_KEY}x`, `${agent}x`, "a.b.c"])
      expect(await api("GET", "/cases", { token })).toMatchObject(problem(401, "unauthorized"));
    expect(
      (await host.call("GET", "/api/v1/cases", { headers: { authorization: `Basic ${API_KEY}` } })).headers.get("www-authenticate"),
    ).toBe("Bearer");
  });

  it("a key or desk user, until the token ends after eight hours", async () => {
    expect((await api("GET", "/cases")).status).toBe(200);
    expect((await api("GET", "/cases", { token: agent })).status).toBe(200);
    expect(last()?.args.at(-1)).toMatchObject({ kind: "agent", agentId: "a1", role: "agent", name: "agent:a1" });
    host.now += 8 * 3600 * 1000 + 1000;
    expect((await api("GET", "/cases", { token: agent })).status).toBe(401);
    host.now -= 8 * 3600 * 1000 + 1000;
  });

  it("an agent sets his own state only; the audit list is for supervisors and integrations", async () => {
    expect(await api("PUT", "/agents/a1/state", { token: agent, body: { state: "ready" } })).toMatchObject({
      status: 200,
      body: { id: "a1", state: "ready" },
    });
    expect(await api("PUT", "/agents/admin/state", { token: agent, body: { state: "offline" } })).toMatchObject(problem(403, "forbidden"));
    expect((await api("PUT", "/agents/a1/state", { token: supervisor, body: { state: "break" } })).status).toBe(200);
    expect(await api("PUT", "/agents/nobody/state", { body: { state: "break" } })).toMatchObject(problem(404, "agent_unknown"));
    expect(await api("GET", "/audit", { token: agent })).toMatchObject(problem(403, "forbidden"));
    expect(await api("GET", "/audit", { token: supervisor })).toMatchObject({ status: 200, body: { items: [{ who: "agent:a1" }] } });
  });

  it("sign-in tells nothing about which of both was wrong, and never sends a hash", async () => {
    const wrong = await host.call("POST", "/api/v1/desk/sign-in", { body: { user: "admin", password: "x" } });
    const nobody = await host.call("POST", "/api/v1/desk/sign-in", { body: { user: "nobody", password: "x" } });
    expect([wrong.status, Reflect.get(Object(wrong.body), "code")]).toEqual([401, "sign_in_failed"]);
    expect({ ...Object(nobody.body), requestId: 0 }).toEqual({ ...Object(wrong.body), requestId: 0 });
    const right = await host.call("POST", "/api/v1/desk/sign-in", { body: { user: "admin", password: "correct horse" } });
    expect(right).toMatchObject({ status: 200, body: { token: expect.any(String), agent: { id: "admin", role: "supervisor" } } });
    expect((await api("GET", "/agents")).text + right.text).not.toMatch(/scrypt|passwordHash/);
    await host.call("POST", "/api/v1/desk/sign-in", { body: { user: "admin", password: "x" } });
    const slowed = await host.call("POST", "/api/v1/desk/sign-in", { body: { user: "admin", password: "correct horse" } });
    expect(slowed).toMatchObject(problem(429, "rate_limited"));
    expect(Number(slowed.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("understanding", () => {
  it("is given without what only the desk needs", async () => {
    const answer = await api("POST", "/understand", { body: { text: "充值没到账", locale: "zh-CN", extra: 1 } });
    expect(answer).toMatchObject({
      status: 200,
      body: { language: "zh", intents: [{ name: "paid_not_delivered", confidence: 0.9 }], mood: { label: "calm" } },
    });
    expect(answer.body).not.toHaveProperty("certainty");
    expect(last()?.args).toEqual(["充值没到账", "zh-CN"]);
    expect(await api("POST", "/contacts/check", { body: { text: "400-000-1243" } })).toMatchObject({
      status: 200,
      body: { verdict: "unknown", matches: [] },
    });
  });

  it("names the field that does not fit", async () => {
    expect(await api("POST", "/understand", { body: { text: "" } })).toMatchObject({
      status: 400,
      body: { code: "bad_request", errors: [{ field: "body.text", message: expect.any(String) }] },
    });
    expect(await api("POST", "/understand", { body: { text: "字".repeat(4001) } })).toMatchObject(problem(400, "bad_request"));
    expect(await api("POST", "/understand", { body: { text: "a\u0000b" } })).toMatchObject(problem(400, "bad_request"));
    expect(await api("POST", "/understand")).toMatchObject(problem(400, "bad_request"));
  });
});

describe("cases", () => {
  it("are opened with the caller's idempotency key, bound to the request", async () => {
    const body = { channel: "ivr", language: "zh", customer: { phone: "+86 138 0000 1001" }, summary: { wants: "到账" }, enqueue: true };
    const opened = await api("POST", "/cases", { body, headers: { "idempotency-key": "call-1" } });
    expect(opened).toMatchObject({
      status: 201,
      body: { id: "case-1", status: "queued", customer: { phone: "+86 138 0000 1001", verified: false } },
    });
    expect([opened.headers.get("location"), opened.headers.get("etag")]).toEqual(["/api/v1/cases/case-1", '"1"']);
    const key = last()?.args[2];
    expect(key).toEqual({ scope: "key:first POST /api/v1/cases", key: "call-1", requestHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const { enqueue, ...rest } = body;
    await api("POST", "/cases", { body: { enqueue, ...rest }, headers: { "idempotency-key": "call-1" } });
    expect(last()?.args[2]).toEqual(key);
    await api("POST", "/cases", { body: rest, headers: { "idempotency-key": "call-1" } });
    expect(last()?.args[2]).not.toEqual(key);
    await api("POST", "/cases", { body: rest });
    expect(last()?.args[2]).toBeUndefined();
    expect(await api("POST", "/cases", { body, headers: { "idempotency-key": "has spaces in it" } })).toMatchObject(
      problem(400, "bad_request"),
    );
    expect(await api("POST", "/cases", { body: { ...body, priority: "urgent" } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: "body.priority" }] },
    });
  });

  it("are listed in pages with filters", async () => {
    const listed = await api("GET", "/cases?limit=1&status=open&priority=high&since=2026-11-01T00:00:00Z&cursor=abc");
    expect(listed).toMatchObject({ status: 200, body: { items: [{ id: "case-1" }], nextCursor: "next" } });
    expect(last()?.args.slice(0, 3)).toEqual([{ status: "open", priority: "high", since: "2026-11-01T00:00:00Z" }, 1, "abc"]);
    expect(await api("GET", "/cases?limit=0")).toMatchObject(problem(400, "bad_request"));
    expect(await api("GET", "/cases?status=lost")).toMatchObject({ status: 400, body: { errors: [{ field: "querystring.status" }] } });
  });

  it("are changed only on the version that was seen", async () => {
    const change = { priority: "high", reason: "第三次来电" };
    expect(await api("PATCH", "/cases/case-1", { body: change })).toMatchObject(problem(428, "version_required"));
    expect(await api("PATCH", "/cases/case-1", { body: change, headers: { "if-match": '"9"' } })).toMatchObject(
      problem(412, "version_conflict"),
    );
    expect(await api("PATCH", "/cases/case-1", { body: change, headers: { "if-match": "*" } })).toMatchObject(problem(400, "bad_request"));
    const changed = await api("PATCH", "/cases/case-1", { body: change, headers: { "if-match": '"1"' } });
    expect(changed).toMatchObject({ status: 200, body: { priority: "high", version: 2 } });
    expect(changed.headers.get("etag")).toBe('"2"');
    for (const bad of [{ priority: "high" }, {}, { reason: "x" }, { disposition: "whatever" }]) {
      expect(await api("PATCH", "/cases/case-1", { body: bad, headers: { "if-match": '"2"' } })).toMatchObject(problem(400, "bad_request"));
    }
  });

  it("show summary, masked transcript and timeline; an unknown case is 404", async () => {
    expect(await api("GET", "/cases/case-1/summary")).toMatchObject({ status: 200, body: { wants: "到账或退款", text: "充值未到账" } });
    expect(await api("GET", "/cases/case-1/transcript")).toMatchObject({ status: 200, body: { items: [{ seq: 1, speaker: "customer" }] } });
    expect(await api("GET", "/cases/case-1/timeline")).toMatchObject({
      status: 200,
      body: { items: [{ type: "case.opened", data: { priority: "normal" } }] },
    });
    await api("GET", "/cases/case-1/transcript?order=newest&limit=7&cursor=90");
    expect(last()).toMatchObject({ method: "transcript", args: ["case-1", { order: "newest", limit: 7, at: 90 }, {}, undefined] });
    await api("GET", "/cases/case-1/transcript?language=en");
    expect(last()).toMatchObject({ method: "transcript", args: ["case-1", { order: "oldest" }, {}, "en"] });
    await api("GET", "/cases/case-1/summary?language=zh");
    expect(last()).toMatchObject({ method: "summary", args: ["case-1", {}, "zh"] });
    for (const path of ["summary", "transcript"])
      expect(await api("GET", `/cases/case-1/${path}?language=fr`)).toMatchObject({ status: 400, body: { code: "bad_request" } });
    for (const query of ["limit=501", "limit=0", "order=best", "after=x", "after=3&cursor=4", "after=3&order=newest"])
      expect(await api("GET", `/cases/case-1/transcript?${query}`), query).toMatchObject({ status: 400, body: { code: "bad_request" } });
    for (const path of ["", "/summary", "/transcript", "/timeline"])
      expect(await api("GET", `/cases/none${path}`)).toMatchObject(problem(404, "case_unknown"));
  });

  it("hand out the customer's files so that no browser runs them", async () => {
    const file = await api("GET", "/cases/case-1/files/file-1", { token: agent });
    expect([file.status, file.text, file.headers.get("content-type")]).toEqual([200, "PNG", "image/png"]);
    expect(file.headers.get("content-security-policy")).toMatch(/^sandbox/);
    expect(file.headers.get("content-disposition")).toBe("inline; filename*=UTF-8''%E5%87%AD%E8%AF%81%201.png");
    expect(await api("GET", "/cases/case-1/files/other")).toMatchObject(problem(404, "file_unknown"));
    expect(await host.call("GET", "/api/v1/cases/case-1/files/file-1")).toMatchObject(problem(401, "unauthorized"));
  });

  it("are looked up by code or phone, not by both, and not by guessing", async () => {
    expect(await api("GET", "/cases/lookup?code=48213377")).toMatchObject({ status: 200, body: { id: "case-found" } });
    expect(await api("GET", "/cases/lookup?code=48213378")).toMatchObject(problem(422, "case_code_invalid"));
    expect(await api("GET", "/cases/lookup?phone=%2B8613800001001")).toMatchObject({ status: 200 });
    expect(last()?.args[0]).toEqual({ phone: "+8613800001001" });
    expect(await api("GET", "/cases/lookup")).toMatchObject(problem(400, "bad_request"));
    expect(await api("GET", "/cases/lookup?code=1&phone=12345")).toMatchObject(problem(400, "bad_request"));
    const statuses = await Promise.all(Array.from({ length: 6 }, () => api("GET", "/cases/lookup?code=48213377")));
    expect(statuses.at(-1)).toMatchObject(problem(429, "rate_limited"));
    expect((await api("GET", "/cases/lookup?code=48213377", { token: agent })).status).toBe(200);
  });
});

describe("the queue", () => {
  it("shows itself and its estimates", async () => {
    expect(await api("GET", "/queues")).toMatchObject({ status: 200, body: { items: [{ skill: "orders", waiting: 2, longestWait: 61 }] } });
    expect(await api("GET", "/queues/orders/estimate?priority=high&language=en")).toMatchObject({
      status: 200,
      body: { position: 3, low: 120, high: 480 },
    });
    expect(last()?.args).toEqual(["orders", "high", "en"]);
    await api("GET", "/queues/orders/estimate");
    expect(last()?.args).toEqual(["orders", "normal", "zh"]);
    expect(await api("GET", "/queues/cooking/estimate")).toMatchObject(problem(400, "bad_request"));
  });

  it("gives the next entry with its case and lease, or 204", async () => {
    const none = await api("POST", "/queues/claim", { token: agent, headers: { "content-type": "application/json" }, raw: "" });
    expect([none.status, none.text]).toEqual([204, ""]);
    host.services.waitingEntries.push(entry("e1", "case-1"));
    expect(await api("GET", "/entries", { token: agent })).toMatchObject({
      status: 200,
      body: { items: [{ entry: { id: "e1" }, case: { id: "case-1" } }] },
    });
    const claimed = await api("POST", "/queues/claim", {
      token: agent,
      body: { skills: ["orders"] },
      headers: { "idempotency-key": "c1" },
    });
    expect(claimed).toMatchObject({
      status: 200,
      body: { entry: { id: "e1", agentId: "a1" }, case: { id: "case-1" }, lease: { fence: 1 } },
    });
    expect(last()?.args[2]).toMatchObject({ scope: "agent:a1 POST /api/v1/queues/claim", key: "c1" });
    expect(await api("GET", "/desk/me", { token: agent })).toMatchObject({
      status: 200,
      body: { agent: { id: "a1" }, held: [{ entry: { id: "e1" }, lease: { fence: 1 } }] },
    });
    expect(await api("GET", "/desk/me")).toMatchObject(problem(403, "forbidden"));
  });

  it("an agent claims for himself only; an integration may name him", async () => {
    expect(await api("POST", "/queues/claim", { token: agent, body: { agentId: "admin" } })).toMatchObject(problem(403, "forbidden"));
    expect((await api("POST", "/queues/claim", { body: { agentId: "a1" } })).status).toBe(204);
    expect(last()?.args[0]).toEqual({ agentId: "a1" });
  });

  it("takes every step of an entry's life with its fence", async () => {
    const step = (name: string, body: unknown) => api("POST", `/entries/e1/${name}`, { token: agent, body });
    expect(await step("renew", { fence: 1 })).toMatchObject({ status: 200, body: { lease: { fence: 1 } } });
    expect(await step("accept", { fence: 1 })).toMatchObject({ status: 200 });
    expect(await step("renew", { fence: 0 })).toMatchObject(problem(409, "lease_lost"));
    expect(await step("renew", {})).toMatchObject({ status: 400, body: { errors: [{ field: "body.fence" }] } });
    expect(await step("complete", { fence: 1 })).toMatchObject(problem(400, "bad_request"));
    expect(await step("complete", { fence: 1, disposition: "solved", note: "已到账" })).toMatchObject({
      status: 200,
      body: { entry: { state: "done", disposition: "solved" } },
    });
    expect(await step("release", { fence: 1 })).toMatchObject({ status: 200, body: { entry: { state: "waiting" } } });
    expect(await step("transfer", { fence: 1, skill: "payments" })).toMatchObject({ status: 200, body: { entry: { skill: "payments" } } });
    expect(await step("abandon", undefined)).toMatchObject({ status: 200, body: { entry: { state: "abandoned" } } });
    expect(last()?.args.slice(0, 2)).toEqual(["e1", undefined]);
    expect(await api("POST", "/entries/none/renew", { body: { fence: 1 } })).toMatchObject(problem(404, "entry_unknown"));
    expect(await api("POST", "/entries/e1/renew", { token: supervisor, body: { fence: 1 } })).toMatchObject(problem(409, "lease_lost"));
  });
});
