import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MINUTE, openTestWorld, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { NOW } from "../decide/fixtures/heard.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

/** Between 24:00 and 09:00 in Shanghai. */
const NIGHT = Date.parse("2026-11-20T18:30:00Z");

describe("a problem the platform itself shows", () => {
  it("is queued with what the customer said beside what the platform confirmed, and nobody is asked what is known", async () => {
    const talk = await world.talk({ customer: "u1001" });
    const said = await talk.hears("我充的五百块三个小时了还没到账", {
      intents: ["paid_not_delivered"],
      entities: [["amount", "500.00 CNY"]],
    });
    expect(said).toContain("KM1001-A");
    const value = await talk.case();
    expect(value).toMatchObject({
      status: "queued",
      priority: "normal",
      skill: "orders",
      intent: "paid_not_delivered",
      conversationId: talk.id,
      customer: { id: "u1001", name: "林晓", verified: true, phone: "+8613800001001" },
    });
    const facts = value.facts.map(({ name, value: one, source }) => `${source} ${name} ${one}`);
    expect(facts).toEqual(
      expect.arrayContaining([
        "customer amount 500.00 CNY",
        "platform amount 500.00 CNY",
        "platform order_number KM1001-A",
        "platform channel alipay",
        "platform account lx_8866",
      ]),
    );
    // The number was signed by the platform, the order found: only the screenshot is still wanted.
    expect(value.missing).toEqual(["screenshot"]);
    expect((await talk.state()).question?.slot).toBe("screenshot");
    expect(value.summary.text).toContain("金额 500.00 元（客户说，平台确认）");
    expect(value.summary.text).toContain("订单号 KM1001-A（平台确认）");
    expect(value.code).toMatch(/^\d{8}$/u);
    expect(said).toContain(`${value.code.slice(0, 4)} ${value.code.slice(4)}`);
    expect(await talk.entry()).toMatchObject({
      state: "waiting",
      lane: 2,
      priority: "normal",
      joinedAt: new Date(NOW).toISOString(),
      dueAt: value.promise.answerBy,
    });
    expect(value.promise).toEqual({
      answerBy: new Date(NOW + 10 * MINUTE).toISOString(),
      resolveBy: new Date(NOW + 24 * 60 * MINUTE).toISOString(),
    });
  });

  it("within its normal time is answered with the clock time of the next look, kept as a promise and a timer", async () => {
    const talk = await world.talk({ customer: "u1001" });
    const said = await talk.hears("KM1001-B还没到", { intents: ["paid_not_delivered"], entities: [["order_number", "KM1001-B"]] });
    expect(said).toMatch(/KM1001-B.*\d\d:\d\d 会再查一次/su);
    expect(await world.sql("select * from cases")).toEqual([]);
    const [timer] = await world.sql("select * from timers");
    expect(timer).toMatchObject({
      id: `recheck-${talk.id}-KM1001-B`,
      kind: "recheck",
      data: { conversationId: talk.id, orderNo: "KM1001-B" },
    });
    expect((await talk.state()).promised).toEqual([expect.stringMatching(/^\d\d:\d\d 再查订单 KM1001-B 并告知$/u)]);
    await talk.say("转人工", { intents: ["human_agent"] });
    expect((await talk.case()).summary.promised[0]).toMatch(/再查订单 KM1001-B/u);
  });

  it.each(["error", "malformed", "reset", "slow"] as const)(
    "that cannot be looked up (platform: %s) is queued all the same, and told so",
    async (fault) => {
      world.demo.setFault(fault, { times: 50, delayMs: 2000 });
      const talk = await world.talk({ customer: "u1001" });
      const said = await talk.hears("我充的五百块没到", { intents: ["paid_not_delivered"], entities: [["amount", "500.00 CNY"]] });
      expect(said).toMatch(/查不到订单系统的结果.*已转给订单专员/su);
      const value = await talk.case();
      expect(value).toMatchObject({ status: "queued", skill: "orders" });
      expect(value.reasons.map(({ rule }) => rule)).toContain("platform_down");
      expect(value.facts.filter(({ source }) => source === "platform").map(({ name }) => name)).toEqual(["phone"]);
      expect(value.summary.text).toContain("500.00");
    },
  );
});

describe("a stolen account", () => {
  it("is frozen first, once, and queued in the same turn; only the number to ring may be asked", async () => {
    const talk = await world.talk({ customer: "u1004" });
    const replies = await talk.say("我的号被盗了,余额正在被转走", { intents: ["account_stolen"] });
    expect(replies.filter(({ text }) => text?.includes("冻结了账户"))).toHaveLength(1);
    expect(replies[0]?.text).toContain("冻结了账户");
    expect(world.demo.books.holds.has("u1004")).toBe(true);
    const value = await talk.case();
    expect(value).toMatchObject({ priority: "critical", skill: "fraud", modifiers: ["senior"] });
    expect(value.summary.tried.filter((tried) => tried.includes("冻结账户"))).toHaveLength(1);
    expect(value.summary.flags).toContainEqual(expect.stringContaining("账户已于 20:41 冻结"));
    expect(await talk.entry()).toMatchObject({ lane: 0, dueAt: new Date(NOW + MINUTE).toISOString() });
    expect(replies.at(-1)?.text).toContain("打哪个号码");
    const after = await talk.say("13800138000", { entities: [["phone", "+8613800138000"]] });
    expect(after.map(({ text }) => text)).toEqual(["记下了，专员能看到。"]);
    expect((await talk.case()).customer.phone).toBe("+8613800138000");
  });

  it("is queued even when it cannot be frozen, and the agent knows", async () => {
    world.demo.setFault("error", { times: 50 });
    const talk = await world.talk({ customer: "u1001" });
    expect(await talk.hears("我的号被盗了", { intents: ["account_stolen"] })).toMatch(/没能冻结您的账户.*已转给反诈专员/su);
    expect((await talk.case()).summary.tried).toContainEqual(expect.stringContaining("冻结账户未成功"));
  });

  it("is frozen once however often it is said, and anew when the hold was lifted", async () => {
    const talk = await world.talk({ customer: "u1001" });
    const freezes = (): number => world.demo.calls.filter((call) => call.includes("/freeze")).length - before;
    const before = world.demo.calls.filter((call) => call.includes("/freeze")).length;
    expect(await talk.hears("我的号被盗了", { intents: ["account_stolen"] })).toMatch(
      /冻结了账户.*专员在电话时间里核实是您本人后就能解开，不收任何费用/su,
    );
    expect(await talk.hears("我的号被盗了!", { intents: ["account_stolen"] })).toMatch(/起一直冻结着/u);
    expect(freezes()).toBe(1);
    world.demo.lift("u1001");
    world.clock.set(world.clock.now() + 60_000);
    expect(await talk.hears("又被盗了", { intents: ["account_stolen"] })).toMatch(/我先帮您冻结了账户/u);
    expect(freezes()).toBe(2);
    expect(world.demo.books.holds.has("u1001")).toBe(true);
  });

  it("of somebody who is not signed in is queued without touching any account", async () => {
    const talk = await world.talk();
    const replies = await talk.say("我的号被盗了", { intents: ["account_stolen"] });
    expect(world.demo.books.holds.size).toBe(0);
    // One sentence on how it can be frozen, a place in the line, and the number to ring: no article.
    expect(replies[0]?.text).toMatch(/登录后再说一次“账户被盗”/u);
    expect(replies.every((reply) => reply.channelData?.jietong?.sources === undefined)).toBe(true);
    expect(replies).toHaveLength(3);
    expect((await talk.case()).summary.flags).toContain("身份未验证，勿透露账户信息");
  });
});

describe("what is asked while waiting", () => {
  it("is one thing at a time, the number to ring first, each answer noted and none asked twice", async () => {
    const talk = await world.talk();
    const heard: string[] = [await talk.hears("付款了没到账", { intents: ["paid_not_delivered", "human_agent"] })];
    const answers: [string, Parameters<typeof talk.say>[1]][] = [
      ["13800138000", { entities: [["phone", "+8613800138000"]] }],
      ["没有订单号", {}],
      ["500", { answers: ["amount", "500.00 CNY"] }],
      ["跳过", {}],
      ["支付宝", { entities: [["channel", "alipay"]] }],
      ["lx_8866", { entities: [["account", "lx_8866"]] }],
      ["跳过", {}],
    ];
    for (const [text, given] of answers) heard.push(await talk.hears(text, given));
    const asked = heard.map(
      (said) => /打哪个号码|请把订单号|多少钱|什么时候|用什么付|哪个账号|有截图/u.exec(said.split("\n").at(-1) ?? "")?.[0],
    );
    expect(asked).toEqual(["打哪个号码", "请把订单号", "多少钱", "什么时候", "用什么付", "哪个账号", "有截图", undefined]);
    for (const said of heard.slice(1)) expect(said).toMatch(/^记下了/u);
    const value = await talk.case();
    expect(value.missing).toEqual([]);
    expect(Object.fromEntries(value.facts.map((fact) => [fact.name, fact.value]))).toEqual({
      phone: "+8613800138000",
      amount: "500.00 CNY",
      channel: "alipay",
      account: "lx_8866",
    });
    expect(value.version).toBe(8);
  });

  it("is only the number to ring when the customer is angry", async () => {
    const talk = await world.talk();
    const said = await talk.hears("再不给我到账我就打12315", { intents: ["paid_not_delivered"], mood: "angry" });
    expect(said).toMatch(/您生气是应该的.*打哪个号码/su);
    expect(await talk.hears("13800138000，快点！", { entities: [["phone", "+8613800138000"]], mood: "angry" })).not.toMatch(
      /请把订单号|等候时先补/u,
    );
    expect((await talk.case()).missing).not.toContain("phone");
  });

  it("is nothing once an agent has the case", async () => {
    const talk = await world.talk();
    await talk.say("转人工", { intents: ["human_agent"] });
    const entry = await talk.entry();
    await world.store.queue.claim({ agentId: "a", skills: ["general"], languages: ["zh"], capacity: 1 }, NOW, 60_000);
    const said = await talk.hears("在吗 转人工", { intents: ["human_agent"] });
    expect(said).toMatch(/专员已经接手/u);
    expect(said).not.toContain("打哪个号码");
    expect((await world.store.queue.get(entry.id))?.state).toBe("offered");
  });
});

describe("a second escalation", () => {
  it("raises the one case and appends, and never opens another", async () => {
    const talk = await world.talk();
    await talk.say("转人工", { intents: ["human_agent"] });
    const first = await talk.case();
    world.clock.set(NOW + 2 * MINUTE);
    const said = await talk.hears("我的号被盗了，钱正在被转走", { intents: ["account_stolen"] });
    const second = await talk.case();
    expect(await world.sql("select count(*) as count from cases")).toEqual([{ count: "1" }]);
    expect(second).toMatchObject({
      id: first.id,
      code: first.code,
      version: 2,
      priority: "critical",
      skill: "fraud",
      modifiers: ["senior"],
      intent: "account_stolen",
    });
    expect(second.reasons.map(({ rule }) => rule)).toEqual(["asked_for_person", "asked-for-a-person", "account-being-emptied"]);
    expect(said).toContain("已转给反诈专员");
    // The place is counted from when he first joined.
    expect(await talk.entry()).toMatchObject({
      priority: "critical",
      skill: "fraud",
      lane: 0,
      joinedAt: new Date(NOW).toISOString(),
      dueAt: new Date(NOW + MINUTE).toISOString(),
    });
  });

  it("that presses less changes neither place nor skill, and says where he stands", async () => {
    const talk = await world.talk();
    await talk.say("账户被冻结了", { intents: ["account_frozen"] });
    const before = await talk.entry();
    const said = await talk.hears("转人工", { intents: ["human_agent"] });
    expect(said).toContain("已转给账户专员");
    expect(await talk.case()).toMatchObject({ priority: "high", skill: "accounts", intent: "account_frozen" });
    expect(await talk.entry()).toEqual(before);
    await talk.say("转人工", { intents: ["human_agent"] });
    expect((await talk.case()).reasons.map(({ rule }) => rule)).toEqual(["account-frozen", "asked_for_person"]);
  });

  it("goes to those whom the new decision asks for: case and entry alike", async () => {
    const talk = await world.talk();
    await talk.say("账户被冻结了 气死我了", { intents: ["account_frozen"], mood: "angry" });
    await talk.say("我的号被盗了，钱正在被转走", { intents: ["account_stolen"] });
    expect(await talk.case()).toMatchObject({ priority: "critical", modifiers: ["senior"] });
    expect(await talk.entry()).toMatchObject({ priority: "critical", modifiers: ["senior"] });
  });

  it("that presses as much adds whom it asks for, and never takes back a deadline", async () => {
    const talk = await world.talk();
    await talk.say("账户被冻结了", { intents: ["account_frozen"] });
    expect((await talk.entry()).modifiers).toEqual([]);
    await talk.say("垃圾平台", { intents: ["complaint"], mood: "angry" });
    const [value, entry] = [await talk.case(), await talk.entry()];
    expect(value.modifiers).toEqual(["calming"]);
    expect(entry).toMatchObject({ priority: "high", modifiers: ["calming"], skill: "accounts" });
    expect(value.promise.answerBy).toBe(entry.dueAt);
    const { dueAt } = entry;
    await talk.say("我的号被冻结了", { intents: ["account_frozen"] });
    expect(await talk.entry()).toMatchObject({ dueAt, modifiers: ["calming"] });
    expect((await talk.case()).promise.answerBy).toBe(dueAt);
  });

  it("is not made of thanks, nor of an answer to a question", async () => {
    const talk = await world.talk();
    await talk.say("账户被冻结了", { intents: ["account_frozen"] });
    expect(await talk.hears("好的谢谢", { intents: ["thanks"] })).toMatch(/^不客气/u);
    expect(await talk.hears("13800138000", { entities: [["phone", "+8613800138000"]] })).toMatch(/^记下了/u);
    expect((await talk.case()).reasons).toHaveLength(1);
  });

  it("puts somebody who left the line back into it, with the same case", async () => {
    const talk = await world.talk();
    await talk.say("转人工", { intents: ["human_agent"] });
    const [value, entry] = [await talk.case(), await talk.entry()];
    await world.store.queue.abandon(entry.id, undefined, NOW);
    await world.store.cases.update({ ...value, status: "open", version: value.version + 1 });
    world.clock.set(NOW + 5 * MINUTE);
    expect(await talk.hears("转人工", { intents: ["human_agent"] })).toContain("已转给综合专员");
    const again = await talk.case();
    expect(again).toMatchObject({
      id: value.id,
      code: value.code,
      status: "queued",
      promise: { answerBy: new Date(NOW + 15 * MINUTE).toISOString() },
    });
    expect(await talk.entry()).toMatchObject({ state: "waiting", joinedAt: new Date(NOW + 5 * MINUTE).toISOString() });
    expect((await talk.entry()).id).not.toBe(entry.id);
  });

  it("after the case was resolved opens a new one, and thanks for it do not", async () => {
    const talk = await world.talk();
    await talk.say("账户被冻结了", { intents: ["account_frozen"] });
    const first = await talk.case();
    await world.store.queue.abandon((await talk.entry()).id, undefined, NOW);
    await world.store.cases.update({ ...first, status: "resolved", version: first.version + 1 });
    await talk.say("谢谢", { intents: ["thanks"] });
    expect(await world.sql("select count(*) as count from cases")).toEqual([{ count: "1" }]);
    await talk.say("又被冻结了", { intents: ["account_frozen"] });
    expect((await talk.case()).id).not.toBe(first.id);
  });
});

describe("the third contact", () => {
  const problem = { intents: ["login_problem", "human_agent"] };
  it("in seven days comes first, and a second message in the second one does not make it a third", async () => {
    const identity = { customerId: "u9000" };
    await (await world.talk({ identity })).say("登不上 转人工", problem);
    const second = await world.talk({ identity });
    await second.say("登不上 转人工", problem);
    await second.say("登不上 转人工", problem);
    expect((await second.case()).priority).toBe("normal");
    const third = await world.talk({ identity });
    await third.say("登不上 转人工", problem);
    expect(await third.case()).toMatchObject({ priority: "high", modifiers: ["last_agent"] });
    // Two earlier contacts bring the deadline forward by a tenth each.
    expect(await third.entry()).toMatchObject({ dueAt: new Date(NOW + 0.8 * 3 * MINUTE).toISOString() });
  });
  it("counts no contact of eight days ago, and the customer's own word at once", async () => {
    const identity = { customerId: "u9001" };
    for (const days of [20, 9, 8]) {
      world.clock.set(NOW - days * 24 * 60 * MINUTE);
      await (await world.talk({ identity })).say("登不上 转人工", problem);
    }
    world.clock.set(NOW);
    const talk = await world.talk({ identity });
    await talk.say("登不上 转人工", problem);
    expect((await talk.case()).priority).toBe("normal");
    const anonymous = await world.talk();
    await anonymous.say("我都找你们第三次了 转人工", { intents: ["complaint", "human_agent"] });
    expect((await anonymous.case()).priority).toBe("high");
  });
});

describe("the wait that is told", () => {
  it("is a range by the clock while agents are there, next in line said as such", async () => {
    await world.agent("a1", { skills: ["general"], state: "busy" });
    const first = await (await world.talk()).hears("转人工", { intents: ["human_agent"] });
    const second = await world.talk();
    const said = await second.hears("转人工", { intents: ["human_agent"] });
    expect(first).toMatch(/下一位|就到您/u);
    expect(said).toMatch(/前面还有 1 位，预计 \d+–\d+ 分钟（\d\d:\d\d 前后）/u);
    const notice = (await second.say("还要多久", { intents: ["wait_time"] })).at(-1)?.channelData?.jietong?.queue;
    expect(notice).toMatchObject({ position: 2, low: expect.any(Number), high: expect.any(Number) });
  });
  it("is no time at all while nobody can say one", async () => {
    const said = await (await world.talk()).hears("转人工", { intents: ["human_agent"] });
    expect(said).not.toMatch(/\d+ ?分钟/u);
  });
  it("out of hours is when they open and when a written answer is there, not a range", async () => {
    await world.agent("a1", { skills: ["general"] });
    world.clock.set(NIGHT);
    const talk = await world.talk();
    const replies = await talk.say("转人工", { intents: ["human_agent"] });
    const said = replies.map(({ text }) => text).join("\n");
    expect(said).toMatch(/电话专员 09:00 上班.*11月22日 02:30 前一定有书面答复/su);
    expect(said).toContain("您现在排在第一位");
    expect(said).not.toContain("还有 0 位");
    expect(said).not.toMatch(/分钟/u);
    expect(replies.at(-1)?.channelData?.jietong?.queue).toEqual({ position: 1 });
    expect((await talk.case()).summary.promised).toEqual(["09:00 开门后按顺序联系，11月22日 02:30 前书面答复"]);
  });
});

it("leaves nobody without a word, not even when all was said and asked", async () => {
  const talk = await world.talk();
  for (const [text, intents] of [
    ["我的号被盗了", ["account_stolen"]],
    ["跳过", []],
    ["我的号被盗了啊", ["account_stolen"]],
  ] as const)
    expect((await talk.hears(text, { intents })).trim(), text).not.toBe("");
  expect((await talk.state()).question).toBeUndefined();
});

it("says something in every turn, in the customer's language", async () => {
  const talk = await world.talk({ locale: "en-US" });
  const turns: [string, Parameters<typeof talk.say>[1]][] = [
    ["hi", { intents: ["greeting"], language: "en" }],
    ["blorp", { language: "en" }],
    ["my account is frozen", { intents: ["account_frozen"], language: "en" }],
    ["blorp fizz", { language: "en" }],
    ["I am really annoyed", { language: "en", mood: "annoyed" }],
    ["skip", { language: "en" }],
    ["complain", { intents: ["complaint"], mood: "angry", language: "en" }],
  ];
  for (const [text, given] of turns) {
    const said = await talk.hears(text, given);
    expect(said.trim(), text).not.toBe("");
    expect(said, text).not.toMatch(/\p{Script=Han}|\{|\}|undefined/u);
  }
});
