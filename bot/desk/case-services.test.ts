import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MINUTE, openTestWorld, type Talk, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { NOW, policy } from "../decide/fixtures/heard.ts";
import type { Caller, DeskServices, NewCase } from "../http/services.ts";
import { createDeskServices } from "./desk-services.ts";

let world: TestWorld;
let desk: DeskServices;
beforeAll(async () => {
  world = await openTestWorld();
  desk = createDeskServices(world);
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const PBX: Caller = { kind: "integration", keyId: "main", name: "key:main" };
const ME: Caller = { kind: "agent", agentId: "a1", role: "agent", name: "agent:a1" };
const BOSS: Caller = { kind: "agent", agentId: "s1", role: "supervisor", name: "agent:s1" };
const key = (name: string, requestHash = "h1") => ({ scope: "s", key: name, requestHash });
const WHOLE = { order: "oldest", limit: 500 } as const;
const SECRET = "JTDM-7K2P-Q9XW-4M3Z";

async function queued(): Promise<Talk> {
  const talk = await world.talk();
  await talk.say("账户被冻结了", { intents: ["account_frozen"] });
  return talk;
}

describe("a case opened by API", () => {
  const body: NewCase = {
    channel: "ivr",
    language: "zh",
    intent: "paid_not_delivered",
    customer: { id: "u1001", phone: "+8613800001001" },
    facts: [
      { name: "order_number", value: "KM1001-A" },
      { name: "amount", value: "500.00 CNY", source: "platform" },
    ],
    summary: { wants: "三小时前充值未到账" },
    enqueue: true,
  };
  it("takes what is given, and the rest from the policy", async () => {
    const value = await desk.openCase(body, PBX);
    expect(value).toMatchObject({
      status: "queued",
      priority: "normal",
      skill: "orders",
      version: 1,
      customer: { phone: "+8613800001001", verified: false },
      entry: { state: "waiting", position: 1 },
    });
    expect(value.missing).toEqual(["time", "channel", "account", "screenshot"]);
    expect(value.summary.text).toMatch(/三小时前充值未到账.*订单号 KM1001-A（客户说）.*金额 500\.00 元（平台确认）/su);
    expect(value.promise.answerBy).toBe(new Date(NOW + 10 * MINUTE).toISOString());
    expect(await desk.getCase(value.id, PBX)).toEqual(value);
  });
  it("may say its own skill and priority, or leave the queue alone", async () => {
    expect(await desk.openCase({ ...body, skill: "fraud", priority: "critical" }, PBX)).toMatchObject({
      skill: "fraud",
      priority: "critical",
      entry: { position: 1 },
    });
    const quiet = await desk.openCase({ channel: "mail", language: "en" }, PBX);
    expect(quiet).toMatchObject({ status: "open", priority: "low", skill: "general" });
    expect(quiet.entry).toBeUndefined();
    expect(quiet.promise).toEqual({ resolveBy: new Date(NOW + 24 * 60 * MINUTE).toISOString() });
  });
  it("hears in its words what the rules listen for", async () => {
    expect(await desk.openCase({ ...body, summary: { wants: "客户说余额正在被转走" } }, PBX)).toMatchObject({
      priority: "critical",
      skill: "fraud",
      modifiers: ["senior"],
    });
  });
  it("may carry facts the policy has no word for, and no secret", async () => {
    const value = await desk.openCase(
      {
        ...body,
        facts: [
          { name: "crm_ref", value: "A-7" },
          { name: "note", value: `卡密 ${SECRET}` },
        ],
        summary: { wants: `卡密 ${SECRET} 打不开` },
      },
      PBX,
    );
    expect(value.summary.text).toContain("crm_ref A-7");
    expect(JSON.stringify(await world.sql("select * from cases"))).not.toContain("Q9XW");
  });
  it("with an intent nobody knows is refused by name", async () => {
    await expect(desk.openCase({ ...body, intent: "no_such" }, PBX)).rejects.toMatchObject({
      code: "bad_request",
      errors: [{ field: "intent" }],
    });
  });
  it("sent twice with the same key is one case, also when both come at once", async () => {
    const [one, two] = await Promise.all([desk.openCase(body, PBX, key("k1")), desk.openCase(body, PBX, key("k1"))]);
    const three = await desk.openCase(body, PBX, key("k1"));
    expect(new Set([one.id, two.id, three.id]).size).toBe(1);
    expect(await world.sql("select count(*) as count from queue_entries")).toEqual([{ count: "1" }]);
    await expect(desk.openCase(body, PBX, key("k1", "h2"))).rejects.toMatchObject({ code: "idempotency_mismatch" });
    expect((await desk.openCase(body, PBX, key("k2"))).id).not.toBe(one.id);
  });
});

describe("a change by hand", () => {
  it("needs the version it is based on", async () => {
    const talk = await queued();
    const { id, version } = await talk.case();
    expect(await desk.patchCase(id, { note: "在看" }, version, ME)).toMatchObject({
      version: version + 1,
      notes: [{ by: "agent:a1", text: "在看" }],
    });
    await expect(desk.patchCase(id, { note: "也在看" }, version, ME)).rejects.toMatchObject({ code: "version_conflict" });
    await expect(desk.patchCase("case_none", { note: "x" }, 1, ME)).rejects.toMatchObject({ code: "case_unknown" });
    const both = await Promise.allSettled([1, 2].map((one) => desk.patchCase(id, { note: `同时${one}` }, version + 1, ME)));
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
  it("of the priority moves the place in the line from when he joined, and keeps the reason, masked", async () => {
    const talk = await queued();
    const { id, version } = await talk.case();
    world.clock.set(NOW + MINUTE);
    const change = { priority: "critical", reason: `他给了卡密 ${SECRET}`, skill: "fraud" } as const;
    await expect(desk.patchCase(id, change, version, ME)).rejects.toMatchObject({ code: "forbidden" });
    const value = await desk.patchCase(id, change, version, BOSS);
    expect(value.reasons.at(-1)).toEqual({ rule: "changed_by_hand", text: "他给了卡密 JTDM-••••" });
    expect(await talk.entry()).toMatchObject({
      priority: "critical",
      skill: "fraud",
      lane: 0,
      joinedAt: new Date(NOW).toISOString(),
      dueAt: new Date(NOW + MINUTE).toISOString(),
    });
    expect(value.promise.answerBy).toBe((await talk.entry()).dueAt);
    expect(JSON.stringify(await desk.audit(5))).not.toContain("Q9XW");
  });
  it("of the priority moves him back in the line too, and a skill alone keeps his deadline", async () => {
    const talk = await queued();
    const { id, version } = await talk.case();
    expect((await talk.entry()).priority).toBe("high");
    const value = await desk.patchCase(id, { priority: "low", reason: "误判" }, version, BOSS);
    const entry = await talk.entry();
    expect(entry).toMatchObject({ priority: "low", lane: 2, dueAt: new Date(NOW + 15 * MINUTE).toISOString() });
    expect(value.promise.answerBy).toBe(entry.dueAt);
    await desk.patchCase(id, { skill: "payments", note: "要查流水" }, value.version, ME);
    expect(await talk.entry()).toMatchObject({ skill: "payments", priority: "low", dueAt: entry.dueAt });
    expect((await desk.timeline(id, ME)).map(({ type }) => type).filter((type) => type === "entry.moved")).toHaveLength(2);
  });
  it("while somebody holds the call counts when it comes back", async () => {
    const talk = await queued();
    await world.agent("a1", { skills: ["accounts"] });
    const held = await desk.claim({}, ME);
    if (!held) throw new Error("nothing to claim");
    const { id, version } = await talk.case();
    await desk.patchCase(id, { priority: "critical", reason: "钱在转走" }, version, BOSS);
    expect(await talk.entry()).toMatchObject({ state: "offered", priority: "critical", lane: 0 });
    expect(await desk.renew(held.entry.id, held.lease.fence, ME)).toMatchObject({ lease: { fence: held.lease.fence } });
    await desk.release(held.entry.id, held.lease.fence, ME);
    expect(await talk.entry()).toMatchObject({ state: "waiting", priority: "critical", lane: 0 });
  });
  it.each<readonly [from: string, to: string, ok: boolean]>([
    ["open", "waiting_customer", true],
    ["open", "resolved", true],
    ["open", "queued", false],
    ["queued", "resolved", false],
    ["queued", "open", false],
    ["in_progress", "waiting_customer", true],
    ["in_progress", "closed", false],
    ["waiting_customer", "open", true],
    ["resolved", "open", true],
    ["resolved", "closed", true],
    ["closed", "open", false],
    ["closed", "resolved", false],
    ["queued", "queued", true],
  ])("may take it from %s to %s: %s", async (from, to, ok) => {
    const { id } = await desk.openCase({ channel: "mail", language: "zh" }, PBX);
    await world.sql(`update cases set status = '${from}' where id = '${id}'`);
    const change = desk.patchCase(id, { status: to as never }, 1, ME);
    if (ok) expect(await change).toMatchObject({ status: to, version: 2 });
    else await expect(change).rejects.toMatchObject({ code: "state_conflict", detail: `A case that is ${from} cannot become ${to} here.` });
  });
  it("reopens no case beside another that is open in the same conversation", async () => {
    const talk = await queued();
    const first = await talk.case();
    await world.store.queue.abandon((await talk.entry()).id, undefined, NOW);
    await world.sql(`update cases set status = 'resolved' where id = '${first.id}'`);
    await talk.say("又被冻结了", { intents: ["account_frozen"] });
    await expect(desk.patchCase(first.id, { status: "open" }, first.version, ME)).rejects.toMatchObject({ code: "state_conflict" });
  });
});

describe("looking a case up", () => {
  it("goes by the code as it is said, and tells a wrong digit from an unknown code", async () => {
    const { code, id } = await (await queued()).case();
    for (const said of [code, `${code.slice(0, 4)} ${code.slice(4)}`, `${code.slice(0, 2)}-${code.slice(2)}`])
      expect((await desk.lookup({ code: said }, PBX)).id).toBe(id);
    const wrong = `${code.slice(0, 7)}${(Number(code[7]) + 1) % 10}`;
    for (const said of [wrong, code.slice(1), "abcdefgh", ""])
      await expect(desk.lookup({ code: said }, PBX)).rejects.toMatchObject({ code: "case_code_invalid" });
    await world.sql("delete from events; delete from queue_entries; delete from cases");
    await expect(desk.lookup({ code }, PBX)).rejects.toMatchObject({ code: "case_unknown" });
  });
  it("goes by the number to ring too", async () => {
    const talk = await world.talk({ customer: "u1001" });
    await talk.say("转人工", { intents: ["human_agent"] });
    expect((await desk.lookup({ phone: "+8613800001001" }, PBX)).id).toBe((await talk.case()).id);
    await expect(desk.lookup({ phone: "+8613800009999" }, PBX)).rejects.toMatchObject({ code: "case_unknown" });
  });
  it("ends thirty days after the last change", async () => {
    const { code, id } = await (await queued()).case();
    const days = (count: number): number => NOW + count * 24 * 60 * MINUTE;
    world.clock.set(days(policy.caseCodeDays) - 1);
    expect((await desk.lookup({ code }, PBX)).id).toBe(id);
    world.clock.set(days(policy.caseCodeDays) + 1);
    await expect(desk.lookup({ code }, PBX)).rejects.toMatchObject({ code: "case_unknown" });
  });
});

describe("searching", () => {
  const found = async (q: string) => (await desk.listCases({ q }, 20, undefined, ME)).items.map(({ id }) => id);
  it("finds a case by what its customer can say, and nothing by too little", async () => {
    const talk = await world.talk({ customer: "u1001" });
    await talk.say("KM1001-A没到", { intents: ["paid_not_delivered"], entities: [["order_number", "KM1001-A"]] });
    const { id, code } = await talk.case();
    const other = await desk.openCase(
      {
        channel: "ivr",
        language: "en",
        customer: { name: "Alex 100%_Tan", phone: "+65 8000 1002" },
        facts: [{ name: "account", value: "lx_1" }],
      },
      PBX,
    );
    for (const q of [code, `${code.slice(0, 4)} ${code.slice(4)}`, "KM1001-A", "km1001-a", "1001", "13800001001", "林晓", "林"])
      expect(await found(q), q).toEqual([id]);
    for (const q of ["1002", "80001002", "alex", "TAN", "%_tan", "lx_1"]) expect(await found(q), q).toEqual([other.id]);
    for (const q of ["100", "KM1001", "9999", "王", "%", "_", "'; drop table cases; --"])
      expect(await found(q), q).toEqual(q === "%" || q === "_" ? [other.id] : []);
    expect((await desk.audit(50)).filter(({ action }) => action === "case.search").length).toBeGreaterThan(10);
  });
  it("keeps no secret that somebody pasted into the box", async () => {
    await found(SECRET);
    expect(JSON.stringify(await desk.audit(5))).not.toContain("Q9XW");
  });
});

describe("what an agent reads", () => {
  it("is the conversation, masked, with who spoke; what only machines need is not in it", async () => {
    const talk = await world.talk({ customer: "u1001" });
    await talk.say(
      `卡密${SECRET}不能用`,
      { intents: ["human_agent"] },
      { attachments: [{ fileId: "file_1", name: "图.png", contentType: "image/png", size: 3 }] },
    );
    // Even what a fault let into the log unmasked.
    await world.store.conversations.append(
      talk.id,
      {
        id: "act_x",
        type: "message",
        timestamp: new Date(NOW).toISOString(),
        from: { id: "dl_1", role: "user" },
        conversation: { id: talk.id },
        channelId: "directline",
        text: `验证码是 483920`,
      },
      { awaitsTurn: false },
    );
    const { items: lines } = await desk.transcript((await talk.case()).id, WHOLE, ME);
    expect(lines.map(({ speaker }) => speaker)).toEqual(["bot", "customer", ...lines.slice(2, -1).map(() => "bot"), "customer"]);
    expect(JSON.stringify(lines)).not.toMatch(/Q9XW|483920/u);
    expect(lines[1]).toMatchObject({
      name: "林晓",
      text: "卡密JTDM-••••不能用",
      attachments: [{ contentType: "image/png", name: "图.png", fileId: "file_1" }],
    });
    expect(lines[2]?.decision).toBe("escalate");
    expect((await desk.audit(5)).map(({ action }) => action)).toContain("case.transcript");
  });
  it("is read page by page from either end, however long the talk, each line once", async () => {
    const talk = await queued();
    const { id } = await talk.case();
    const said = (await desk.transcript(id, WHOLE, ME)).items.length;
    await world.sql(
      `insert into activities (conversation_id, seq, awaits_turn, activity)
       select '${talk.id}', last_seq + n, false, jsonb_build_object('id', 'act_' || n, 'type', case when n % 10 = 0 then 'event' else 'message' end,
         'timestamp', '2026-11-20T12:41:00.000Z', 'from', '{"id": "dl_1", "role": "user"}'::jsonb, 'conversation', '{"id": "c"}'::jsonb,
         'channelId', 'directline', 'text', 'n' || n)
         from conversations, generate_series(1, 1500) n where id = '${talk.id}'`,
    );
    const everything = said + 1350;
    for (const order of ["oldest", "newest"] as const) {
      const seen: number[] = [];
      let at: number | undefined;
      let pages = 0;
      for (; pages < 20; pages += 1) {
        const page = await desk.transcript(id, { order, limit: 200, ...(at === undefined ? {} : { at }) }, ME);
        const numbers = page.items.map(({ seq }) => seq);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        seen.push(...numbers);
        if (page.nextCursor === undefined) break;
        at = Number(page.nextCursor);
      }
      expect(pages).toBe(7);
      expect(new Set(seen).size).toBe(everything);
      expect(seen).toHaveLength(everything);
    }
    const newest = await desk.transcript(id, { order: "newest", limit: 5 }, ME);
    expect(newest.items.map(({ text }) => text)).toEqual(["n1496", "n1497", "n1498", "n1499"]);
    const last = newest.items.at(-1)?.seq ?? 0;
    expect((await desk.transcript(id, { order: "oldest", at: last + 1, limit: 5 }, ME)).items).toEqual([]);
    expect((await desk.audit(100)).filter(({ action }) => action === "case.transcript")).toHaveLength(18);
  });
  it("is nothing for a case without a conversation, and no file of another one", async () => {
    const { id } = await desk.openCase({ channel: "mail", language: "zh" }, PBX);
    expect(await desk.transcript(id, WHOLE, ME)).toEqual({ items: [] });
    const [mine, other] = [await queued(), await queued()];
    await world.store.files.put({
      id: "file_1",
      conversationId: other.id,
      name: "a.png",
      contentType: "image/png",
      size: 1,
      bytes: new Uint8Array([1]),
    });
    await expect(desk.file((await mine.case()).id, "file_1", ME)).rejects.toMatchObject({ code: "file_unknown" });
    await expect(desk.file(id, "file_1", ME)).rejects.toMatchObject({ code: "file_unknown" });
    expect((await desk.file((await other.case()).id, "file_1", ME)).name).toBe("a.png");
  });
  it("lists by status and page by page, each once", async () => {
    for (let index = 0; index < 5; index += 1) await desk.openCase({ channel: "mail", language: "zh" }, PBX);
    const first = await desk.listCases({ status: "open" }, 3, undefined, ME);
    const second = await desk.listCases({ status: "open" }, 3, first.nextCursor, ME);
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(5);
    expect(second.nextCursor).toBeUndefined();
    expect((await desk.listCases({ status: "queued" }, 3, undefined, ME)).items).toEqual([]);
  });
  it("never holds a password hash", async () => {
    await world.agent("a1");
    expect(JSON.stringify([await desk.agents(), await desk.me("a1"), await desk.setAgentState("a1", "break", ME)])).not.toContain(
      "passwordHash",
    );
  });
});
