import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { API_KEY, type DeskHost, startDeskHost } from "./fixtures/desk-host.ts";

let host: DeskHost;
let dist: string;

beforeAll(async () => {
  dist = mkdtempSync(join(tmpdir(), "jietong-pages-"));
  mkdirSync(join(dist, "assets"));
  writeFileSync(join(dist, "index.html"), "<!doctype html><title>shop</title>");
  writeFileSync(join(dist, "desk.html"), "<!doctype html><title>desk</title>");
  writeFileSync(join(dist, "widget.js"), "console.info(1)");
  writeFileSync(join(dist, "assets", "desk-Bx7Qk29a.js"), "1");
  writeFileSync(join(dist, "assets", "desk-Bx7Qk29a.js.gz"), "gz");
  host = await startDeskHost({ staticDir: dist, limits: { refusals: 30 } });
});
afterAll(async () => {
  await host.stop();
  rmSync(dist, { recursive: true });
});

const problem = (status: number, code: string) => ({ status, body: { status, code } });

describe("what goes wrong", () => {
  it("is always a problem with code, remedy and the request's id", async () => {
    const answer = await host.call("GET", "/nowhere");
    expect(answer).toMatchObject(problem(404, "not_found"));
    expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(Reflect.get(Object(answer.body), "requestId")).toBe(answer.headers.get("x-request-id"));
    expect((await host.call("GET", "/nowhere", { headers: { "x-request-id": "from-the-proxy-1" } })).headers.get("x-request-id")).toBe(
      "from-the-proxy-1",
    );
  });

  it("tells a wrong method from a wrong address", async () => {
    const answer = await host.call("DELETE", "/api/v1/cases/c1");
    expect(answer).toMatchObject(problem(405, "method_not_allowed"));
    expect(answer.headers.get("allow")?.split(", ").sort()).toEqual(["GET", "HEAD", "PATCH"]);
    expect(await host.call("GET", "/api/v1/understand")).toMatchObject(problem(405, "method_not_allowed"));
    expect(await host.call("GET", "/api/v1/cases/c1/nothing")).toMatchObject(problem(404, "not_found"));
    expect(await host.call("GET", "/%zz")).toMatchObject(problem(404, "not_found"));
  });

  it("broken JSON, too much of it, other kinds, a key meant to poison", async () => {
    const post = (raw: string, headers?: Record<string, string>) =>
      host.call("POST", "/api/v1/understand", { token: API_KEY, raw, ...(headers ? { headers } : {}) });
    expect(await post("{")).toMatchObject(problem(400, "json_invalid"));
    expect(await post(`{"text":"${"x".repeat(300_000)}"}`)).toMatchObject(problem(413, "body_too_large"));
    expect(await post("text=1", { "content-type": "application/x-www-form-urlencoded" })).toMatchObject(
      problem(415, "media_type_unsupported"),
    );
    expect((await post('{"text":"a","__proto__":{"x":1}}')).status).toBe(400);
  });

  it("what is not HTTP gets a problem as well", async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(host.url).port), "127.0.0.1", () => socket.write("NONSENSE\r\n\r\n"));
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*application\/problem\+json[\s\S]*"code":"bad_request"/);
  });

  it("on our side says nothing of what broke, and the log has its kind and place but not its words", async () => {
    host.services.fault = Object.assign(new Error("value 卡密JTDM-7K2P of the customer"), { code: "22P02" });
    const broken = await host.call("GET", "/api/v1/queues", { token: API_KEY });
    expect(broken).toMatchObject(problem(500, "internal"));
    expect(broken.text).not.toContain("JTDM");
    const line = host.logged.find((one) => one.includes("22P02"));
    expect(line).toContain("server.test.ts");
    expect(host.logged.join("")).not.toContain("JTDM");
    host.services.fault = Object.assign(new Error("connect"), { code: "ECONNREFUSED", syscall: "connect" });
    const away = await host.call("GET", "/api/v1/queues", { token: API_KEY });
    expect(away).toMatchObject(problem(503, "unavailable"));
    expect(away.headers.get("retry-after")).toBe("2");
    expect(await host.call("GET", "/readyz")).toMatchObject(problem(503, "unavailable"));
    expect(await host.call("GET", "/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
    host.services.fault = undefined;
    expect(await host.call("GET", "/readyz")).toMatchObject({ status: 200, body: { status: "ready" } });
  });
});

describe("the log", () => {
  it("has method, path and result, never a body, a header or a query", async () => {
    host.logged.length = 0;
    await host.call("POST", "/api/v1/understand", { token: API_KEY, body: { text: "我的卡密是JTDM-7K2P" } });
    await host.call("GET", "/api/v1/cases/lookup?phone=13800001001", { token: API_KEY });
    await host.call("GET", "/v3/directline/conversations/c1/files/f1?t=secret-token");
    const all = host.logged.join("\n");
    expect(all).toContain('"path":"/api/v1/cases/lookup"');
    expect(all).toMatch(/"method":"POST","path":"\/api\/v1\/understand","status":200,"milliseconds":/);
    for (const secret of [API_KEY, "JTDM", "13800001001", "secret-token"]) expect(all).not.toContain(secret);
  });
});

describe("guards", () => {
  it("strict policy for pages, no CORS for the API, any origin for the widget", async () => {
    const page = await host.call("GET", "/desk", { headers: { origin: "https://evil.example" } });
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self' ws: wss:");
    expect(policy).not.toMatch(/unsafe|upgrade-insecure/);
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    const api = await host.call("GET", "/api/v1/queues", { token: API_KEY, headers: { origin: "https://evil.example" } });
    expect(api.headers.get("access-control-allow-origin")).toBeNull();
    const widget = await host.call("POST", "/api/widget/session", { body: {}, headers: { origin: "https://shop.example" } });
    expect([widget.status, widget.headers.get("access-control-allow-origin")]).toEqual([201, "*"]);
  });

  it("guessing keys is slowed down, a valid key is not", async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => host.call("GET", "/api/v1/queues", { token: `guess-${n}` })));
    const codes = new Set(answers.map((one) => one.status));
    expect([...codes].sort()).toEqual([401, 429]);
    expect(Number(answers.find((one) => one.status === 429)?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await host.call("GET", "/api/v1/queues", { token: API_KEY })).status).toBe(200);
  });

  it("each key and desk user has a limit of its own", async () => {
    const small = await startDeskHost({ limits: { requests: 3 } });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await small.call("GET", "/api/v1/queues", { token: API_KEY })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await small.call("GET", "/api/v1/queues", { token: await small.signIn("a1") })).status).toBe(200);
    await small.stop();
  });

  it("an upgrade to an address without sockets is hung up", async () => {
    const code = await new Promise<number>((resolve) => {
      const socket = new WebSocket(`${host.url.replace("http", "ws")}/healthz`);
      socket.on("close", resolve);
      socket.on("error", () => {});
    });
    expect(code).toBeGreaterThan(0);
  });
});

describe("pages", () => {
  it("are served with ETag; only hashed assets are kept for ever", async () => {
    expect((await host.call("GET", "/")).text).toContain("shop");
    const desk = await host.call("GET", "/desk");
    expect(desk.text).toContain("desk");
    expect(desk.headers.get("cache-control")).toBe("no-cache");
    const etag = desk.headers.get("etag") ?? "";
    // Node's fetch adds `Cache-Control: no-cache` to such a request, which asks for the whole again.
    expect((await host.app.inject({ url: "/desk", headers: { "if-none-match": etag } })).statusCode).toBe(304);
    const widget = await host.call("GET", "/widget.js");
    expect([widget.headers.get("cache-control"), widget.headers.get("cross-origin-resource-policy")]).toEqual([
      "public, max-age=300",
      "cross-origin",
    ]);
    const asset = await fetch(`${host.url}/assets/desk-Bx7Qk29a.js`, { headers: { "accept-encoding": "identity" } });
    expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(asset.headers.get("access-control-allow-origin")).toBe("*");
    const packed = await host.app.inject({ url: "/assets/desk-Bx7Qk29a.js", headers: { "accept-encoding": "gzip" } });
    expect([packed.headers["content-encoding"], packed.headers["content-type"], packed.headers["cache-control"]]).toEqual([
      "gzip",
      expect.stringMatching(/javascript/),
      "public, max-age=31536000, immutable",
    ]);
    expect((await host.call("GET", "/assets/../../package.json")).status).toBe(404);
  });
});

describe("/api/docs", () => {
  it("describes every route in OpenAPI 3.1 with limits, and as a page that loads nothing from elsewhere", async () => {
    const spec = await host.call("GET", "/api/docs/openapi.json");
    const paths = Object(Reflect.get(Object(spec.body), "paths"));
    expect(Reflect.get(Object(spec.body), "openapi")).toBe("3.1.0");
    expect(Object.keys(paths).sort()).toEqual([
      "/api/v1/agents",
      "/api/v1/agents/{id}",
      "/api/v1/agents/{id}/state",
      "/api/v1/audit",
      "/api/v1/callbacks",
      "/api/v1/callbacks/{id}",
      "/api/v1/callbacks/{id}/answered",
      "/api/v1/callbacks/{id}/cancel",
      "/api/v1/callbacks/{id}/dial",
      "/api/v1/callbacks/{id}/missed",
      "/api/v1/cases",
      "/api/v1/cases/lookup",
      "/api/v1/cases/{id}",
      "/api/v1/cases/{id}/files/{fileId}",
      "/api/v1/cases/{id}/reveal",
      "/api/v1/cases/{id}/summary",
      "/api/v1/cases/{id}/timeline",
      "/api/v1/cases/{id}/transcript",
      "/api/v1/contacts/check",
      "/api/v1/conversations/{id}",
      "/api/v1/conversations/{id}/handback",
      "/api/v1/conversations/{id}/messages",
      "/api/v1/conversations/{id}/takeover",
      "/api/v1/desk/me",
      "/api/v1/desk/sign-in",
      "/api/v1/do-not-call/{phone}",
      "/api/v1/entries",
      "/api/v1/entries/{id}/abandon",
      "/api/v1/entries/{id}/accept",
      "/api/v1/entries/{id}/complete",
      "/api/v1/entries/{id}/release",
      "/api/v1/entries/{id}/renew",
      "/api/v1/entries/{id}/reorder",
      "/api/v1/entries/{id}/transfer",
      "/api/v1/incidents",
      "/api/v1/incidents/{id}/close",
      "/api/v1/incidents/{id}/update",
      "/api/v1/queues",
      "/api/v1/queues/claim",
      "/api/v1/queues/ranges",
      "/api/v1/queues/{skill}/estimate",
      "/api/v1/roster/gaps",
      "/api/v1/understand",
    ]);
    const understand = paths["/api/v1/understand"].post;
    expect(understand.requestBody.content["application/json"].schema.properties.text.maxLength).toBe(4000);
    expect(understand.responses.default.content["application/problem+json"].schema.$ref).toBe("#/components/schemas/Problem");
    const page = await host.call("GET", "/api/docs");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.text).toContain("/api/v1/queues/claim");
    expect(page.text).toContain('id="error-lease_lost"');
    expect(page.text).not.toMatch(/<script|<style|style=|https?:\/\//);
    expect((await host.call("GET", "/api/docs/docs.css")).headers.get("content-type")).toBe("text/css; charset=utf-8");
  });
});

describe("closing", () => {
  it("ends the sockets for a restart and frees the port at once", async () => {
    const short = await startDeskHost();
    const { body } = await short.call("POST", "/api/widget/session", { body: {} });
    const token = String(Reflect.get(Object(body), "token"));
    const started = await short.call("POST", "/v3/directline/conversations", { token });
    const socket = new WebSocket(String(Reflect.get(Object(started.body), "streamUrl")));
    const closed = new Promise<number>((resolve) => socket.on("close", resolve));
    await new Promise((resolve) => socket.on("message", resolve));
    const begin = performance.now();
    await short.stop();
    expect(await closed).toBe(1012);
    expect(performance.now() - begin).toBeLessThan(2000);
    await expect(fetch(`${short.url}/healthz`)).rejects.toThrow();
  });
});
