import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestWorld, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { AT, aConversation, catalogue, meaning, policy } from "../decide/fixtures/heard.ts";
import { hear } from "../decide/hearing.ts";
import { missingFacts, nextQuestion } from "./intake.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

describe("answers", () => {
  it("gives the article in the customer's language with its source, and records what was shown", async () => {
    for (const [locale, language, text] of [
      ["zh-CN", "zh", "怎么用支付宝充值"],
      ["en-US", "en", "how do I top up with Alipay"],
    ] as const) {
      const talk = await world.talk({ locale });
      const [reply] = await talk.say(text, { intents: ["topup_guide"], entities: [["channel", "alipay"]], language });
      expect(reply?.text).toContain(language === "zh" ? "支付宝" : "Alipay");
      expect(reply?.channelData?.jietong?.sources).toEqual([
        expect.objectContaining({ id: "top-up-alipay", title: expect.stringContaining(" · ") }),
      ]);
      expect(reply?.channelData?.jietong).toMatchObject({ decision: "answer", speaker: "bot" });
      expect((await talk.state()).attempts).toMatchObject([{ intent: "topup_guide", did: "top-up-alipay" }]);
    }
  });

  it("gives the platform's figure to the customer it belongs to, and to nobody else", async () => {
    expect(await (await world.talk({ customer: "u1001" })).hears("查余额", { intents: ["balance_check"] })).toContain("268.50 元");
    const stranger = await (await world.talk()).hears("查余额", { intents: ["balance_check"] });
    expect(stranger).toMatch(/登录/u);
    expect(stranger).not.toMatch(/\d+\.\d\d/u);
    expect(world.demo.calls.filter((call) => call.includes("balance"))).toHaveLength(1);
  });

  it("deals with both of two requests", async () => {
    const said = await (await world.talk({ customer: "u1001" })).hears("查余额，另外发票怎么开", { intents: ["balance_check", "invoice"] });
    expect(said).toMatch(/268\.50.*发票/su);
  });

  it("under a problem's article offers that it did not help, and a person", async () => {
    const [reply] = await (await world.talk()).say("登不上", { intents: ["login_problem"] });
    expect(reply?.suggestedActions?.actions.map(({ value }) => value)).toEqual(["还是不行", "转人工"]);
    expect(reply?.inputHint).toBe("expectingInput");
  });

  it("says that it does not know rather than guess, and yes to its offer leads to a person", async () => {
    const talk = await world.talk();
    const noArticle = { ...world.recogniser.catalogue.get("invoice"), answer: { article: "no-such-article" } };
    const catalogue = new Map([...world.recogniser.catalogue, ["planted", noArticle as never]]);
    Object.assign(world.recogniser, { catalogue });
    try {
      expect(await talk.hears("你们老板是谁", { intents: ["planted"] })).toMatch(/没有可靠的答案/u);
      expect(await talk.hears("好的", { intents: ["affirm"] })).toMatch(/已转给/u);
    } finally {
      Object.assign(world.recogniser, { catalogue: new Map([...catalogue].filter(([name]) => name !== "planted")) });
    }
  });
});

describe("a key that does not work", () => {
  it("is told what the record says of its order, and what to do", async () => {
    const talk = await world.talk({ customer: "u1001" });
    const replies = await talk.say("KM1001-C的卡密用不了", {
      intents: ["card_key_invalid"],
      entities: [["order_number", "KM1001-C"]],
    });
    expect(replies.map(({ text }) => text)).toEqual([
      expect.stringMatching(/KM1001-C 100\.00 元.*已完成/u),
      expect.stringMatching(/先排除三种常见情况/u),
    ]);
    expect(replies[1]?.channelData?.jietong?.sources?.[0]?.id).toBe("card-key-invalid");
    expect(replies[1]?.suggestedActions?.actions.map(({ value }) => value)).toEqual(["还是不行", "转人工"]);
    expect((await talk.state()).attempts.map(({ did }) => did)).toEqual(["order.status", "card-key-invalid"]);
  });
});

describe("several orders in one message", () => {
  const named = (...numbers: string[]) => ({ entities: numbers.map((number) => ["order_number", number] as const) });
  it("are each looked up and each answered", async () => {
    const said = await (await world.talk({ customer: "u1001" })).hears("KM1001-C和KM1001-D什么状态", {
      intents: ["order_status"],
      ...named("KM1001-C", "KM1001-D"),
    });
    expect(said).toMatch(/KM1001-C 100\.00 元.*已完成/u);
    expect(said).toMatch(/KM1001-D 25\.00 元.*已退款/u);
  });
  it("are each in the facts of the case, the one that went wrong first", async () => {
    const talk = await world.talk({ customer: "u1001" });
    const said = await talk.hears("KM1001-B和KM1001-A都没到", {
      intents: ["paid_not_delivered"],
      ...named("KM1001-B", "KM1001-A"),
    });
    expect(said).toMatch(/KM1001-B/u);
    expect(said).toMatch(/KM1001-A.*超过/su);
    const { facts, summary } = await talk.case();
    const confirmed = facts.filter(({ source }) => source === "platform").map(({ name, value }) => `${name} ${value}`);
    expect(confirmed).toEqual(
      expect.arrayContaining(["order_number KM1001-A", "order_number KM1001-B", "amount 500.00 CNY", "account lx_8866"]),
    );
    expect(confirmed).toContainEqual(expect.stringMatching(/^other_order KM1001-B · .*30\.00 元 · 处理中$/u));
    // Amount, product and account stand for one order alone.
    expect(confirmed.filter((fact) => fact.startsWith("amount "))).toEqual(["amount 500.00 CNY"]);
    expect(summary.text).toMatch(/另一笔订单 KM1001-B/u);
    // The one in its time is looked at again all the same.
    expect((await world.sql("select id from timers")).map(({ id }) => id)).toEqual([`recheck-${talk.id}-KM1001-B`]);
  });
  it("that nobody could look up are all written down for the person", async () => {
    const talk = await world.talk();
    await talk.say("KM1-A KM1-B都没到，转人工", { intents: ["paid_not_delivered", "human_agent"], ...named("KM1-A", "KM1-B") });
    expect((await talk.case()).facts.filter(({ name }) => name === "order_number").map(({ value }) => value)).toEqual(["KM1-A", "KM1-B"]);
  });
  it("beyond three are not passed over in silence, and the same one twice is one", async () => {
    const talk = await world.talk({ customer: "u1001" });
    const replies = await talk.say("查一下这些", {
      intents: ["order_status"],
      ...named("KM1001-A", "KM1001-B", "KM1001-B", "KM1001-C", "KM1001-D"),
    });
    const said = replies.map(({ text }) => text).join("\n");
    for (const number of ["KM1001-A", "KM1001-B", "KM1001-C"]) expect(said.split(`${number} `)).toHaveLength(2);
    expect(said).toMatch(/一次先查 3 笔.*KM1001-D/u);
  });
  it("one of which is somebody else's are answered as far as they are his", async () => {
    const said = await (await world.talk({ customer: "u1001" })).hears("KM1002-A 和 KM1001-C", {
      intents: ["order_status"],
      ...named("KM1002-A", "KM1001-C"),
    });
    expect(said).toMatch(/没有找到 KM1002-A/u);
    expect(said).toMatch(/KM1001-C 100\.00/u);
    expect(said).not.toMatch(/699/u);
  });
});

describe("what it did not understand", () => {
  it("is said once, then a person is offered, and yes is taken", async () => {
    const talk = await world.talk();
    expect(await talk.hears("咕噜咕噜")).toMatch(/没看明白/u);
    const offer = await talk.say("叽里呱啦");
    expect(offer.at(-1)?.text).toMatch(/转给真人好吗|帮您转给真人/u);
    expect(await talk.hears("好的", { intents: ["affirm"] })).toMatch(/已转给综合专员/u);
    expect(await talk.case()).toMatchObject({ priority: "low", skill: "general" });
  });
  it("becomes a choice of the two nearest readings, as buttons that say their names", async () => {
    const [reply] = await (await world.talk()).say("那个东西", { unsure: ["order_status", "refund_request"] });
    const titles = ["order_status", "refund_request"].map((name) => world.recogniser.catalogue.get(name)?.title.zh);
    expect(reply?.suggestedActions?.actions.map(({ title }) => title)).toEqual([...titles, "转人工"]);
  });
  it("is counted anew after something was understood", async () => {
    const talk = await world.talk();
    for (const [text, intents] of [
      ["咕噜", []],
      ["谢谢", ["thanks"]],
      ["咕噜咕噜", []],
    ] as const)
      await talk.say(text, { intents });
    expect((await talk.state()).misunderstood).toBe(1);
  });
});

it("takes what the customer said earlier for the next look-up, and not what the platform answered", async () => {
  const talk = await world.talk({ customer: "u1001" });
  expect(await talk.hears("充值没到", { intents: ["paid_not_delivered"] })).toContain("KM1001-A");
  const picker = await talk.say("查一下我的订单", { intents: ["order_status"] });
  expect(picker[0]?.suggestedActions?.actions.length).toBeGreaterThan(1);
  await talk.say("KM1001-C", { entities: [["order_number", "KM1001-C"]] });
  expect(await talk.hears("再看一眼那个订单", { intents: ["order_status"] })).toMatch(/KM1001-C 100\.00/u);
});

describe("one question at a time", () => {
  it("the order picker asks by itself, and its button goes on with the problem", async () => {
    const talk = await world.talk({ customer: "u1001" });
    const replies = await talk.say("我要退款", { intents: ["refund_request"] });
    expect(replies).toHaveLength(1);
    const button = replies[0]?.suggestedActions?.actions.find(({ value }) => value.includes("KM1001-C"))?.value ?? "";
    expect(button).not.toBe("");
    expect(await talk.hears(button, { entities: [["order_number", "KM1001-C"]] })).toMatch(/KM1001-C.*已转给支付专员/su);
    expect((await talk.case()).facts).toContainEqual(
      expect.objectContaining({ name: "order_number", value: "KM1001-C", source: "platform" }),
    );
  });
  it("somebody not signed in is asked for the order number before the queue, and with it gets a person", async () => {
    const talk = await world.talk();
    const replies = await talk.say("充值没到账", { intents: ["paid_not_delivered"] });
    expect(replies.at(-1)?.text).toContain("请把订单号发给我");
    expect(replies.at(-1)?.suggestedActions?.actions.at(-1)?.value).toBe("跳过");
    expect(await world.sql("select * from cases")).toEqual([]);
    await talk.say("KM1001-A", { entities: [["order_number", "KM1001-A"]] });
    expect(await talk.case()).toMatchObject({ intent: "paid_not_delivered", skill: "orders", customer: { verified: false } });
    // Nothing of an account nobody has proved to be his.
    expect(JSON.stringify(await talk.case())).not.toMatch(/lx_8866|500\.00/u);
  });
  it("an order that is looked for in vain twice goes to a person", async () => {
    const talk = await world.talk({ customer: "u1001" });
    const given = { intents: ["paid_not_delivered"], entities: [["order_number", "KM9999-Z"]] } as const;
    expect(await talk.hears("KM9999-Z没到", given)).toMatch(/没有找到 KM9999-Z/u);
    expect(await talk.hears("就是KM9999-Z", given)).toMatch(/已转给订单专员/u);
  });
});

describe("secrets", () => {
  it("that were pasted are masked, and the customer is warned before anything else", async () => {
    const talk = await world.talk();
    const replies = await talk.say("我的卡密JTDM-7K2P-Q9XW-4M3Z打不开", {});
    expect(replies[0]?.text).toMatch(/您刚发的卡密我已经遮住了/u);
    expect(JSON.stringify(await world.sql("select * from activities"))).not.toContain("7K2P");
    const [two] = await talk.say("密码是 abc12345 验证码 483920", {});
    expect(two?.text).toMatch(/您刚发的(密码、验证码|验证码、密码)/u);
  });
  it("the customer's own key is masked until he asks, then shown to him and stored masked", async () => {
    const talk = await world.talk({ customer: "u1001" });
    const key = "JTDM-7K2P-Q9XW-4M3Z";
    expect(await talk.hears("KM1001-C的卡密", { intents: ["card_key_retrieve"], entities: [["order_number", "KM1001-C"]] })).not.toContain(
      key,
    );
    expect(await talk.hears("显示完整卡密", {})).toContain(key);
    expect(JSON.stringify(await world.sql("select * from activities union all select * from activities"))).not.toContain("Q9XW");
    expect(
      JSON.stringify([await world.sql("select * from turns"), await world.sql("select * from conversations"), world.lines]),
    ).not.toContain("Q9XW");
    expect(await talk.hears("再显示一次完整的", {})).not.toContain(key);
  });
});

describe("missingFacts and nextQuestion", () => {
  const state = { facts: [], skipped: [] };
  const known = (...names: string[]) => ({
    ...state,
    facts: names.map((name) => ({ name, value: "x", source: "customer" as const, at: AT })),
  });
  it("want the number to ring first, then what the problem needs, less what is known or skipped", () => {
    expect(missingFacts("paid_not_delivered", state, policy)).toEqual([
      "phone",
      "order_number",
      "amount",
      "time",
      "channel",
      "account",
      "screenshot",
    ]);
    expect(missingFacts("paid_not_delivered", { ...known("phone", "time"), skipped: ["account"] }, policy)).toEqual([
      "order_number",
      "amount",
      "channel",
      "screenshot",
    ]);
    expect(missingFacts("topup_guide", state, policy)).toEqual(["phone"]);
  });
  it("take the payment serial for the order number and the other way round", () => {
    expect(missingFacts("paid_not_delivered", known("phone", "payment_serial"), policy)).not.toContain("order_number");
    expect(missingFacts("payment_problem", known("phone", "order_number"), policy)).not.toContain("payment_serial");
  });
  it("ask nothing of somebody who is neither asked before the queue nor in it", () => {
    const decision = { kind: "answer", reasons: [], steps: [], intent: "paid_not_delivered" } as const;
    const hearing = hear(meaning(), aConversation(), "", policy, catalogue, AT);
    const full = { ...state, language: "zh", handler: "bot", problems: [], moods: [], attempts: [], misunderstood: 0, said: [] } as const;
    expect(nextQuestion({ decision, hearing, findings: [], state: full, mood: "calm", inQueue: false }, policy)).toBeUndefined();
    expect(
      nextQuestion({ decision, hearing, findings: [], state: full, mood: "calm", inQueue: true, intent: "paid_not_delivered" }, policy)
        ?.question.slot,
    ).toBe("phone");
    const withPhone = { ...full, facts: known("phone").facts };
    expect(
      nextQuestion(
        { decision, hearing, findings: [], state: withPhone, mood: "angry", inQueue: true, intent: "paid_not_delivered" },
        policy,
      ),
    ).toBeUndefined();
    expect(
      nextQuestion(
        { decision, hearing, findings: [], state: withPhone, mood: "calm", inQueue: true, intent: "account_stolen", priority: "critical" },
        policy,
      ),
    ).toBeUndefined();
    expect(
      nextQuestion(
        { decision, hearing, findings: [], state: { ...withPhone, language: "en" }, mood: "calm", inQueue: true, intent: "fraud_report" },
        policy,
      )?.reply,
    ).toEqual({
      text: `${policy.say("intake.while_waiting", "en")} ${policy.slot("fraud_contact").ask.en}`,
      actions: ["Skip"],
      asks: "fraud_contact",
    });
    const passedOver = { ...withPhone, asked: ["order_number"] };
    const again = nextQuestion(
      { decision, hearing, findings: [], state: passedOver, mood: "calm", inQueue: true, intent: "paid_not_delivered" },
      policy,
    );
    expect(again?.question.slot).toBe("amount");
  });
});
