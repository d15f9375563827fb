import { SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openConversation } from "./direct-line.contract.ts";
import { type BareHost, IDENTITY_SECRET, INTEGRATION_KEY, SECRET_KEY, startBareHost } from "./fixtures/bare-host.ts";
import { call } from "./fixtures/call.ts";
import { createTokens } from "./tokens.ts";

const HOUR = 3600;
let host: BareHost;
let now = Date.UTC(2026, 10, 20, 12);

beforeEach(async () => {
  now = Date.UTC(2026, 10, 20, 12);
  host = await startBareHost({ clock: { now: () => now } });
});
afterEach(() => host.stop());

const tokensAt = (offset: number) => createTokens(SECRET_KEY, { now: () => now + offset }, { next: () => "t", random: () => 0 });
const identity = (claims: Record<string, unknown>, secret = IDENTITY_SECRET, expiresIn = HOUR) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(Math.floor(now / 1000) + expiresIn)
    .sign(secret);
const activities = (id: string) => `/v3/directline/conversations/${id}/activities`;
const message = (text: string) => ({ type: "message", text, from: { id: "anybody" } });

describe("tokens", () => {
  it("are made with the integration key only, for a user whose id starts with dl_", async () => {
    const path = "/v3/directline/tokens/generate";
    expect((await call(host, "POST", path)).status).toBe(401);
    expect((await call(host, "POST", path, { token: "wrong" })).body.code).toBe("unauthorized");
    expect((await call(host, "POST", path, { token: INTEGRATION_KEY, body: { user: { id: "u1" } } })).status).toBe(400);
    const made = await call(host, "POST", path, { token: INTEGRATION_KEY, body: { user: { id: "dl_u1" }, unknown: true } });
    expect(made).toMatchObject({ status: 200, body: { conversationId: expect.any(String), token: expect.any(String), expires_in: 3600 } });
    const started = await call(host, "POST", "/v3/directline/conversations", {
      token: made.body.token ?? "",
      body: { user: { id: "somebody-else" } },
    });
    expect(started).toMatchObject({
      status: 201,
      body: { conversationId: made.body.conversationId, expires_in: 3600, streamUrl: expect.stringMatching(/^ws:/) },
    });
    expect(host.inbox.conversations.get(made.body.conversationId ?? "")?.userId).toBe("dl_u1");
  });

  it("are refreshed while valid, also without a body but with a JSON content type", async () => {
    const { token, conversationId } = await openConversation(host.url);
    const fresh = await call(host, "POST", "/v3/directline/tokens/refresh", {
      token,
      raw: "",
      headers: { "content-type": "application/json" },
    });
    expect(fresh).toMatchObject({ status: 200, body: { conversationId, token: expect.any(String) } });
    expect(fresh.body.token).not.toBe(token);
    now += 2 * HOUR * 1000;
    expect(await call(host, "POST", "/v3/directline/tokens/refresh", { token })).toMatchObject({
      status: 403,
      body: { code: "token_expired" },
    });
  });

  it("expired 403, forged 401, of another conversation 403, of another kind 401, of a lost conversation 404", async () => {
    const { conversationId } = await openConversation(host.url);
    const other = await openConversation(host.url);
    const send = async (token: string, id = conversationId) => {
      const answer = await call(host, "POST", activities(id), { token, body: message("你好") });
      return [answer.status, answer.body.code];
    };
    expect(await send(await tokensAt(-2 * HOUR * 1000).issue("conversation", conversationId, "dl_x"))).toEqual([403, "token_expired"]);
    const forged = await createTokens(
      new TextEncoder().encode("another key of the same length 32"),
      { now: () => now },
      { next: () => "t", random: () => 0 },
    );
    expect(await send(await forged.issue("conversation", conversationId, "dl_x"))).toEqual([401, "unauthorized"]);
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify({ conv: conversationId, user: "x", jti: "1", aud: "jietong:conversation", exp: 9e9 })).toString("base64url")}.`;
    expect(await send(none)).toEqual([401, "unauthorized"]);
    expect(await send(other.token)).toEqual([403, "token_expired"]);
    expect(await send(await tokensAt(0).issue("stream", conversationId, "dl_x"))).toEqual([401, "unauthorized"]);
    expect(await send(await tokensAt(0).issue("conversation", "lost", "dl_x"), "lost")).toEqual([404, "conversation_unknown"]);
    expect(host.inbox.received).toEqual([]);
  });
});

describe("the widget's way in", () => {
  const session = (body?: unknown) => call(host, "POST", "/api/widget/session", body === undefined ? {} : { body });

  it("is open to an anonymous customer", async () => {
    const opened = await session();
    expect(opened.status).toBe(201);
    expect(host.inbox.conversations.get(opened.body.conversationId ?? "")?.identity).toBeUndefined();
  });

  it("takes the identity the platform signed, and no other", async () => {
    const claims = { sub: "u1001", name: "林晓", phone: "+8613800001001", tier: "standard", extra: 1 };
    const opened = await session({ identityToken: await identity(claims), locale: "zh-CN" });
    expect(host.inbox.conversations.get(opened.body.conversationId ?? "")?.identity).toEqual({
      customerId: "u1001",
      name: "林晓",
      phone: "+8613800001001",
      tier: "standard",
    });
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify({ ...claims, exp: 9e9 })).toString("base64url")}.`;
    const hs512 = await new SignJWT(claims).setProtectedHeader({ alg: "HS512" }).setExpirationTime(9e9).sign(new Uint8Array(64));
    const noEnd = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(IDENTITY_SECRET);
    const bad = [
      await identity(claims, new TextEncoder().encode("not the platform's secret at all!")),
      await identity(claims, IDENTITY_SECRET, -60),
      await identity({ name: "nobody" }),
      await identity({ sub: "" }),
      noEnd,
      hs512,
      none,
      "rubbish",
    ];
    for (const identityToken of bad)
      expect(await session({ identityToken })).toMatchObject({ status: 401, body: { code: "identity_invalid" } });
  });

  it("goes on with a conversation while its token is valid or ended within a day", async () => {
    const { conversationId, token } = await openConversation(host.url);
    now += 20 * HOUR * 1000;
    const resumed = await session({ conversationId, token });
    expect(resumed).toMatchObject({ status: 200, body: { conversationId } });
    expect(
      (await call(host, "POST", activities(conversationId), { token: resumed.body.token ?? "", body: message("我回来了") })).status,
    ).toBe(200);
    now += 6 * HOUR * 1000;
    expect(await session({ conversationId, token })).toMatchObject({ status: 403, body: { code: "token_expired" } });
    expect((await session({ conversationId, token: "rubbish" })).status).toBe(401);
    const other = await openConversation(host.url);
    expect((await session({ conversationId, token: other.token })).status).toBe(403);
  });

  it("ties the identity to the conversation when the customer signs in meanwhile; another customer gets a new one", async () => {
    const { conversationId, token } = await openConversation(host.url);
    const signedIn = await session({ conversationId, token, identityToken: await identity({ sub: "u1001" }) });
    expect(signedIn.body.conversationId).toBe(conversationId);
    expect(host.inbox.conversations.get(conversationId)?.identity).toEqual({ customerId: "u1001" });
    const other = await session({ conversationId, token, identityToken: await identity({ sub: "u1002" }) });
    expect(other.status).toBe(201);
    expect(other.body.conversationId).not.toBe(conversationId);
  });
});

describe("activities", () => {
  it("bad input is a clear problem and reaches nobody", async () => {
    const { conversationId, token } = await openConversation(host.url);
    const post = async (options: { body?: unknown; raw?: string; headers?: Record<string, string> }) => {
      const answer = await call(host, "POST", activities(conversationId), { token, ...options });
      return [answer.status, answer.body.code];
    };
    expect(await post({ body: { type: "conversationUpdate" } })).toEqual([400, "bad_request"]);
    expect(await post({ body: { type: "message", text: 5 } })).toEqual([400, "bad_request"]);
    expect(await post({ body: { type: "message", text: "  " } })).toEqual([400, "bad_request"]);
    expect(await post({ body: [] })).toEqual([400, "bad_request"]);
    expect(await post({ body: message("字".repeat(4001)) })).toEqual([413, "message_too_long"]);
    expect((await post({ raw: "{" }))[0]).toBe(400);
    expect((await post({ raw: JSON.stringify(message("x".repeat(300_000))) }))[0]).toBe(413);
    expect((await post({ raw: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } }))[0]).toBe(415);
    expect((await post({ raw: `{"type":"message","value":${"[".repeat(50_000)}${"]".repeat(50_000)}}` }))[0]).toBe(400);
    expect(host.inbox.received).toEqual([]);
    expect(await post({ body: message("😀".repeat(4000)) })).toEqual([200, undefined]);
  });

  it("a burst beyond thirty is told to wait, and the ones before are kept", async () => {
    const { conversationId, token } = await openConversation(host.url);
    const neighbour = await openConversation(host.url);
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, n) => call(host, "POST", activities(conversationId), { token, body: message(`第${n}条`) })),
    );
    expect(answers.filter((one) => one.status === 200)).toHaveLength(30);
    const refused = answers.find((one) => one.status === 429);
    expect(refused?.body.code).toBe("too_many_messages");
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(host.inbox.received).toHaveLength(30);
    expect((await call(host, "POST", activities(neighbour.conversationId), { token: neighbour.token, body: message("你好") })).status).toBe(
      200,
    );
  });

  it("are read from a watermark on", async () => {
    const { conversationId, token } = await openConversation(host.url);
    await call(host, "POST", activities(conversationId), { token, body: message("你好") });
    expect((await call(host, "GET", activities(conversationId), { token })).body).toMatchObject({ watermark: "3" });
    const rest = await call(host, "GET", `${activities(conversationId)}?watermark=2`, { token });
    expect(rest.body.activities).toHaveLength(1);
    expect((await call(host, "GET", `${activities(conversationId)}?watermark=3`, { token })).body).toEqual({
      activities: [],
      watermark: "3",
    });
    expect((await call(host, "GET", `${activities(conversationId)}?watermark=undefined`, { token })).body.activities).toHaveLength(3);
    expect((await call(host, "GET", `${activities(conversationId)}?watermark=-5`, { token })).status).toBe(400);
  });

  it("may be read and written by the operator's server, as the conversation's user", async () => {
    const { conversationId } = await openConversation(host.url);
    expect((await call(host, "POST", activities(conversationId), { token: INTEGRATION_KEY, body: message("代客户") })).status).toBe(200);
    expect(host.inbox.logs.get(conversationId)?.[1]?.activity.from.id).toMatch(/^dl_/);
  });

  it("a browser on any page may ask, with Direct Line's headers", async () => {
    const asked = await fetch(`${host.url}/v3/directline/conversations`, {
      method: "OPTIONS",
      headers: {
        origin: "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-ms-bot-agent",
      },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe("*");
    expect(asked.headers.get("access-control-allow-headers")).toMatch(/x-ms-bot-agent/);
  });
});
