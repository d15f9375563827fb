import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCustomer } from "./customer.ts";
import { openTestHouse, type TestHouse } from "./test-desk.ts";

type TestDesk = Awaited<ReturnType<TestHouse["open"]>>;

let house: TestHouse;
let desk: TestDesk;

beforeAll(async () => {
  house = await openTestHouse();
  desk = await house.open();
}, 60_000);

afterAll(async () => {
  await desk?.close();
  await house?.close();
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly code?: string; readonly items?: Record<string, unknown>[] };
}

async function api(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(`${desk.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${desk.apiKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Answer["body"]) };
}

const identity = (claims: Readonly<Record<string, unknown>>, secret = desk.identitySecret, expiresIn = 600): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(Math.floor(desk.now() / 1000) + expiresIn)
    .sign(new TextEncoder().encode(secret));

describe("from the customer's message to the agent's next call", () => {
  it("a queued case is claimed, accepted and completed, and the customer sees it", async () => {
    const customer = await openCustomer(desk.url, { locale: "zh-CN" });
    await customer.say("我的号被盗了,余额正在被转走");
    const claimed = await api("POST", "/api/v1/queues/claim", {}, { "idempotency-key": "claim-1" });
    expect(claimed.status).toBe(200);
    const {
      entry,
      case: found,
      lease,
    } = claimed.body as unknown as {
      entry: { id: string; state: string };
      case: { id: string; code: string; priority: string; summary: { text: string } };
      lease: { fence: number };
    };
    expect(found).toMatchObject({ priority: "critical", conversationId: customer.conversationId });
    expect(found.summary.text).toContain("我的号被盗了");
    // The same key, the same answer: a PBX that lost the reply does not take a second call.
    expect((await api("POST", "/api/v1/queues/claim", {}, { "idempotency-key": "claim-1" })).body).toMatchObject({
      entry: { id: entry.id },
    });

    const step = (name: string, body: object): Promise<Answer> =>
      api("POST", `/api/v1/entries/${entry.id}/${name}`, { fence: lease.fence, ...body });
    expect((await step("renew", {})).status).toBe(200);
    expect((await step("accept", {})).status).toBe(200);
    expect((await api("GET", `/api/v1/cases/${found.id}`)).body).toMatchObject({ status: "in_progress" });
    expect((await step("complete", { disposition: "solved", note: "已核实并解冻" })).status).toBe(200);
    expect((await api("GET", `/api/v1/cases/${found.id}`)).body).toMatchObject({ status: "resolved", disposition: "solved" });
    const told = (await customer.log()).map((activity) => activity.text ?? "").join("\n");
    expect(told).toContain("专员已经接手");
    expect(told).toContain("专员已经处理完");

    const transcript = (await api("GET", `/api/v1/cases/${found.id}/transcript`)).body.items ?? [];
    expect(transcript.map((line) => line.speaker)).toContain("customer");
    const timeline = (await api("GET", `/api/v1/cases/${found.id}/timeline`)).body.items ?? [];
    expect(timeline.map((event) => event.type)).toEqual(
      expect.arrayContaining(["case.opened", "entry.queued", "entry.offered", "entry.accepted", "entry.completed", "case.resolved"]),
    );
    expect((await api("GET", `/api/v1/cases/lookup?code=${found.code}`)).body).toMatchObject({ id: found.id });
    const wrong = found.code.slice(0, 7) + ((Number(found.code[7]) + 1) % 10);
    expect(await api("GET", `/api/v1/cases/lookup?code=${wrong}`)).toMatchObject({ status: 422, body: { code: "case_code_invalid" } });
  });

  it("a case from elsewhere queues in the same transaction, once for one key", async () => {
    const body = {
      channel: "ivr",
      language: "en",
      intent: "payment_problem",
      customer: { phone: "+6580001009" },
      summary: { wants: "charged twice, card 4111 1111 1111 1111" },
      enqueue: true,
    };
    const first = await api("POST", "/api/v1/cases", body, { "idempotency-key": "ivr-1" });
    expect(first).toMatchObject({
      status: 201,
      body: { status: "queued", priority: "high", skill: "payments", entry: { state: "waiting" } },
    });
    expect(JSON.stringify(first.body)).not.toContain("4111 1111");
    expect((await api("POST", "/api/v1/cases", body, { "idempotency-key": "ivr-1" })).body.id).toBe(first.body.id);
    expect(await api("POST", "/api/v1/cases", { ...body, language: "zh" }, { "idempotency-key": "ivr-1" })).toMatchObject({
      status: 409,
      body: { code: "idempotency_mismatch" },
    });
  });

  it("a lapsed lease is lost to its holder, and the entry goes to the next", async () => {
    await api("POST", "/api/v1/cases", { channel: "mail", language: "zh", intent: "invoice", skill: "accounts", enqueue: true });
    const claimed = (await api("POST", "/api/v1/queues/claim", { skills: ["accounts"] })).body as unknown as {
      entry: { id: string };
      lease: { fence: number };
    };
    desk.advance(60_000);
    expect(await api("POST", `/api/v1/entries/${claimed.entry.id}/accept`, { fence: claimed.lease.fence })).toMatchObject({
      status: 409,
      body: { code: "lease_lost" },
    });
    const next = (await api("POST", "/api/v1/queues/claim", { skills: ["accounts"] })).body as unknown as {
      entry: { id: string };
      lease: { fence: number };
    };
    expect(next.entry.id).toBe(claimed.entry.id);
    expect(next.lease.fence).toBeGreaterThan(claimed.lease.fence);
    await api("POST", `/api/v1/entries/${next.entry.id}/accept`, { fence: next.lease.fence });
    await api("POST", `/api/v1/entries/${next.entry.id}/complete`, { fence: next.lease.fence, disposition: "solved" });
  });

  it("a top-up still in its time is looked at again when promised, and the customer is told", async () => {
    const customer = await openCustomer(desk.url, {
      locale: "zh-CN",
      signIn: { secret: desk.identitySecret, now: desk.now(), claims: { sub: "u1001", name: "林晓", tier: "standard" } },
    });
    await customer.say("话费KM1001-B还没到");
    desk.advance(45 * 60_000);
    await expect
      .poll(async () => (await customer.log()).map((activity) => activity.text ?? "").join("\n"), { timeout: 8000 })
      .toMatch(/说好.*再查的订单 KM1001-B/u);
  });
});

describe("bad input", () => {
  it.each([
    ["no key", "GET", "/api/v1/cases", undefined, { authorization: "" }, 401, "unauthorized"],
    ["a wrong key", "GET", "/api/v1/cases", undefined, { authorization: "Bearer nonsense" }, 401, "unauthorized"],
    ["invalid JSON", "POST", "/api/v1/understand", "{not json", {}, 400, "json_invalid"],
    ["a missing field", "POST", "/api/v1/understand", {}, {}, 400, "bad_request"],
    ["an unknown queue entry", "POST", "/api/v1/entries/entry_nothing/accept", { fence: 1 }, {}, 404, "entry_unknown"],
    ["an unknown case", "GET", "/api/v1/cases/case_nothing", undefined, {}, 404, "case_unknown"],
    ["an unknown address", "GET", "/api/v1/nothing", undefined, {}, 404, "not_found"],
  ] as const)("%s is a clear problem answer", async (_what, method, path, body, headers, status, code) => {
    const answer = await api(method, path, body, headers);
    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.body.remedy).toBeTruthy();
  });

  it("refuses a forged and an expired identity", async () => {
    for (const token of [
      await identity({ sub: "u1001" }, "x".repeat(43)),
      await identity({ sub: "u1001" }, desk.identitySecret, -10),
      "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MTAwMSJ9.",
    ]) {
      const answer = await api("POST", "/api/widget/session", { identityToken: token });
      expect(answer).toMatchObject({ status: 401, body: { code: "identity_invalid" } });
    }
  });

  it("refuses a message of more than 4,000 characters and an unknown conversation, and stays up", async () => {
    const customer = await openCustomer(desk.url, { locale: "zh-CN" });
    const long = await customer.post("长".repeat(4001));
    expect(long.status).toBe(413);
    expect(await long.json()).toMatchObject({ code: "message_too_long" });
    expect((await customer.post("长".repeat(4000))).status).toBe(200);
    const other = await fetch(`${desk.url}/v3/directline/conversations/conv_nothing/activities`, {
      headers: { authorization: `Bearer ${customer.token}` },
    });
    expect([403, 404]).toContain(other.status);
    expect((await fetch(`${desk.url}/healthz`)).status).toBe(200);
  });

  it("takes 10,000 activities in a burst without losing an acknowledged one or falling over", { timeout: 60_000 }, async () => {
    const customer = await openCustomer(desk.url, { locale: "zh-CN" });
    const acknowledged: string[] = [];
    const refused = new Set<number>();
    for (let batch = 0; batch < 100; batch += 1) {
      await Promise.all(
        Array.from({ length: 100 }, async (_, index) => {
          const text = `第${batch * 100 + index}条`;
          const response = await customer.post(text);
          if (response.ok) acknowledged.push(text);
          else refused.add(response.status);
          await response.arrayBuffer();
        }),
      );
    }
    expect(acknowledged.length).toBeGreaterThan(0);
    expect([...refused]).toEqual([429]);
    const log = new Set((await customer.log()).map((activity) => activity.text));
    expect(acknowledged.filter((text) => !log.has(text))).toEqual([]);
    expect((await fetch(`${desk.url}/readyz`)).status).toBe(200);
  });

  it.each(["slow", "error", "malformed", "reset"] as const)(
    "a platform that is %s is told to the customer, and the case queues",
    async (fault) => {
      const customer = await openCustomer(desk.url, {
        locale: "zh-CN",
        signIn: { secret: desk.identitySecret, now: desk.now(), claims: { sub: "u1001", name: "林晓", tier: "standard" } },
      });
      desk.demo?.setFault(fault, { times: 20, delayMs: 6000 });
      try {
        const replies = await customer.say("订单KM1001-A充值一直没到账");
        const text = replies.map((reply) => reply.text ?? "").join("\n");
        expect(text).toMatch(/查不到|没查到|暂时/u);
        expect(replies.at(-1)?.channelData?.jietong).toMatchObject({ decision: "escalate" });
        const { items } = (await api("GET", `/api/v1/cases?conversationId=${customer.conversationId}`)).body;
        expect(items).toMatchObject([{ status: "queued", skill: "orders" }]);
      } finally {
        desk.demo?.setFault("none");
      }
    },
  );
});
