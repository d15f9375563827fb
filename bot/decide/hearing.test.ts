import { describe, expect, it } from "vitest";
import type { ConversationState } from "../conversation/conversation.ts";
import { AT, aConversation, catalogue, fact, type Meaning, meaning, policy } from "./fixtures/heard.ts";
import { type Hearing, hear } from "./hearing.ts";

function heard(text: string, given: Meaning = {}, state: Partial<ConversationState> = {}): Hearing {
  return hear(meaning(given), aConversation(state), text, policy, catalogue, AT);
}

const asked = (slot: string, intent = "paid_not_delivered"): Partial<ConversationState> => ({
  question: { slot, intent, askedAt: AT },
  problems: [intent],
});
const values = ({ facts }: Hearing): Record<string, string> => Object.fromEntries(facts.map(({ name, value }) => [name, value]));
const tried = (intent: string, did = "top-up"): Partial<ConversationState> => ({ attempts: [{ at: AT, intent, did, outcome: "x" }] });

describe("what is asked for", () => {
  it("keeps several requests in the order said, three at most, each once", () => {
    const intents = ["invoice", "balance_check", "invoice", "refund_policy", "withdrawal_guide"];
    expect(heard("…", { intents }).intents).toEqual(["invoice", "balance_check", "refund_policy"]);
  });
  it("drops small talk beside a request, and keeps it alone", () => {
    expect(heard("你好 查余额", { intents: ["greeting", "balance_check"] }).intents).toEqual(["balance_check"]);
    expect(heard("你好", { intents: ["greeting"] }).intents).toEqual(["greeting"]);
  });
  it("hears a wish for a person beside anything else", () => {
    expect(heard("查余额 不然转人工", { intents: ["balance_check", "human_agent"] })).toMatchObject({
      wantsPerson: true,
      notUnderstood: false,
    });
    expect(heard("给我回电话", { intents: ["callback_request"] }).wantsPerson).toBe(true);
  });
  it("says what it did not understand, with the two nearest readings when there are two", () => {
    expect(heard("咕噜")).toMatchObject({ intents: [], notUnderstood: true });
    expect(heard("那个", { unsure: ["order_status", "refund_request", "invoice"] })).toMatchObject({
      notUnderstood: true,
      unsure: ["order_status", "refund_request"],
    });
    expect(heard("那个", { unsure: ["order_status", "greeting"] })).not.toHaveProperty("unsure");
    expect(heard("那个").unsure).toBeUndefined();
  });
  it("goes on with the open problem when only facts come, and looks an order up when nothing is open", () => {
    expect(heard("KM1001-A", { entities: [["order_number", "KM1001-A"]] }, { problems: ["wrong_topup"] }).intents).toEqual(["wrong_topup"]);
    expect(
      heard("500块那个", { unsure: ["fees_and_limits"], entities: [["amount", "500.00 CNY"]] }, { problems: ["wrong_topup"] }).intents,
    ).toEqual(["wrong_topup"]);
    expect(heard("KM1001-A", { entities: [["order_number", "KM1001-A"]] }).intents).toEqual(["order_status"]);
    expect(heard("500", { entities: [["amount", "500.00 CNY"]] }).notUnderstood).toBe(true);
  });
});

describe("facts", () => {
  it("takes the later of two values as the correction", () => {
    expect(
      values(
        heard("不是500,是800", {
          entities: [
            ["amount", "500.00 CNY"],
            ["amount", "800.00 CNY"],
          ],
        }),
      ),
    ).toEqual({ amount: "800.00 CNY" });
  });
  it("keeps the first four characters of a key and no more", () => {
    expect(values(heard("…", { entities: [["card_key", "JTDM-••••"]] }))).toEqual({ key_start: "JTDM" });
  });
  it.each<readonly [text: string, intents: readonly string[], problems: readonly string[], name: string | undefined]>([
    ["13800138000 打电话说是你们客服", ["fraud_report"], [], "fraud_contact"],
    ["就是这个号码 13800138000", [], ["fraud_report"], "fraud_contact"],
    ["13800138000 是你们的吗", ["verify_contact"], [], undefined],
    ["给13800138000充的话费没到", ["paid_not_delivered"], [], "account"],
    ["没到账 打我电话13800138000", ["paid_not_delivered"], [], "phone"],
    ["my number is +8613800138000", ["paid_not_delivered"], [], "phone"],
    ["给我回电 13800138000", ["callback_request"], ["fraud_report"], "phone"],
    ["13800138000", [], [], "phone"],
  ])("knows whose number it is: %s", (text, intents, problems, name) => {
    const { facts } = heard(text, { intents, entities: [["phone", "+8613800138000"]] }, { problems });
    expect(facts.map((one) => one.name)).toEqual(name === undefined ? [] : [name]);
  });
});

describe("an open question", () => {
  it.each<readonly [slot: string, text: string, given: Meaning, expected: Record<string, string>]>([
    ["order_number", "KM1001-A", { entities: [["order_number", "KM1001-A"]] }, { order_number: "KM1001-A" }],
    ["order_number", "20261120", { answers: ["order_number", "20261120"] }, { order_number: "20261120" }],
    [
      "order_number",
      "2026112022001400000",
      { entities: [["payment_serial", "2026112022001400000"]] },
      { payment_serial: "2026112022001400000" },
    ],
    ["amount", "五百", { answers: ["amount", "500.00 CNY"] }, { amount: "500.00 CNY" }],
    ["channel", "支付宝", { entities: [["channel", "alipay"]] }, { channel: "alipay" }],
    ["channel", "Bank card", {}, { channel: "Bank card" }],
    ["last_login", "昨晚八点", { entities: [["time", "2026-11-19T20:00:00+08:00"]] }, { last_login: "2026-11-19T20:00:00+08:00" }],
    ["last_login", "上个月吧，\n记不太准", {}, { last_login: "上个月吧， 记不太准" }],
    [
      "last_login",
      "前天，不对，昨天",
      {
        entities: [
          ["time", "2026-11-18"],
          ["time", "2026-11-19"],
        ],
      },
      { last_login: "2026-11-19" },
    ],
    ["account", "13800138000", { entities: [["phone", "+8613800138000"]] }, { account: "+8613800138000" }],
    ["fraud_contact", "13800138000", { entities: [["phone", "+8613800138000"]] }, { fraud_contact: "13800138000" }],
    ["phone", "13800138000", { entities: [["phone", "+8613800138000"]] }, { phone: "+8613800138000" }],
    ["key_start", "JTDM", {}, { key_start: "JTDM" }],
    ["given", "没有", { intents: ["deny"] }, { given: "没有" }],
    ["given", "是的，给了验证码", { intents: ["affirm"] }, { given: "是的，给了验证码" }],
    ["reason", "不想要了", {}, { reason: "不想要了" }],
  ])("%s is answered by “%s”, under that name only", (slot, text, given, expected) => {
    const said = heard(text, given, asked(slot, "withdrawal_delayed"));
    expect(values(said)).toEqual(expected);
    expect(said).toMatchObject({ answered: true, intents: ["withdrawal_delayed"], notUnderstood: false, wantsPerson: false });
    expect(said.skipped).toBeUndefined();
  });

  it.each([
    "跳过",
    "没有",
    "没有订单号",
    "我没有",
    "不知道",
    "我不记得了",
    "忘了",
    "找不到订单号了",
    "Skip",
    "none",
    "no",
    "I don't have it",
    "i don’t know",
    "I can't find it",
    "not sure",
    "不清楚什么时候的",
  ])("is skipped by “%s”", (text) => {
    expect(heard(text, {}, asked("order_number"))).toMatchObject({
      skipped: "order_number",
      answered: true,
      facts: [],
      intents: ["paid_not_delivered"],
      notUnderstood: false,
    });
  });

  it.each<readonly [text: string, intents: readonly string[]]>([
    ["没有到账啊", ["paid_not_delivered"]],
    ["没收到货", ["paid_not_delivered"]],
    ["无法登录", ["login_problem"]],
    ["忘了密码怎么办", ["password_reset"]],
    ["找不到卡密在哪", ["card_key_retrieve"]],
    ["nothing has arrived", ["paid_not_delivered"]],
    ["normal delivery takes how long", ["delivery_time"]],
    ["算了 转人工", ["human_agent"]],
    ["怎么用支付宝充值", ["topup_guide"]],
    ["谢谢", ["thanks"]],
  ])("is not answered nor skipped by “%s”", (text, intents) => {
    const said = heard(text, { intents }, asked("order_number"));
    expect(said).toMatchObject({ answered: false, intents });
    expect(said.skipped).toBeUndefined();
    expect(said.facts).toEqual([]);
  });

  it("does not take a wish for a person, thanks or an empty message for an answer in the customer's own words", () => {
    expect(heard("转人工", { intents: ["human_agent"] }, asked("reason"))).toMatchObject({ facts: [], answered: false, wantsPerson: true });
    expect(heard("谢谢", { intents: ["thanks"] }, asked("reason"))).toMatchObject({ facts: [], answered: false });
    expect(heard("", {}, asked("reason"))).toMatchObject({ facts: [], answered: false });
    expect(heard("查一下余额", { intents: ["balance_check"] }, asked("reason"))).toMatchObject({
      facts: [],
      answered: false,
      intents: ["balance_check"],
    });
  });

  it("takes the answer and the new request of one message", () => {
    const said = heard(
      "KM1001-A 另外怎么开发票",
      { intents: ["invoice"], entities: [["order_number", "KM1001-A"]] },
      asked("order_number"),
    );
    expect(said).toMatchObject({ answered: true, intents: ["invoice"] });
    expect(values(said)).toEqual({ order_number: "KM1001-A" });
  });
});

describe("the offer of a person", () => {
  const offered = { offeredPerson: true, misunderstood: 2 };
  it("is taken by yes and not by no, nor by yes with a request of its own", () => {
    expect(heard("好的", { intents: ["affirm"] }, offered).wantsPerson).toBe(true);
    expect(heard("不用", { intents: ["deny"] }, offered)).toMatchObject({ wantsPerson: false, notHelped: false, notUnderstood: false });
    expect(heard("好的 查余额", { intents: ["affirm", "balance_check"] }, offered)).toMatchObject({
      wantsPerson: false,
      intents: ["balance_check"],
    });
  });
  it("is needed for that: a bare yes is no wish for a person", () => {
    expect(heard("好的", { intents: ["affirm"] }).wantsPerson).toBe(false);
  });
});

describe("an answer that did not help", () => {
  it.each<readonly [text: string, given: Meaning]>([
    ["还是不行", {}],
    ["没用", { intents: ["complaint"] }],
    ["试过了还是登不上", { intents: ["login_problem"] }],
    ["不是", { intents: ["deny"] }],
    ["That didn’t help", {}],
  ])("is what “%s” means", (text, given) => {
    expect(heard(text, given, tried("login_problem"))).toMatchObject({ notHelped: true, notUnderstood: false });
  });
  it.each<readonly [text: string, given: Meaning]>([
    ["我的卡密也还是没收到", { intents: ["paid_not_delivered"] }],
    ["不用了谢谢", { intents: ["deny", "thanks"] }],
    ["没有别的问题了", { intents: ["deny"] }],
    ["no thanks", { intents: ["deny"] }],
    ["that's all", { intents: ["deny"] }],
    ["没用过支付宝怎么充", { intents: ["topup_guide"] }],
  ])("is not what “%s” means", (text, given) => {
    expect(heard(text, given, tried("login_problem")).notHelped).toBe(false);
  });
  it("needs an answer to be about: nothing was tried, or nothing was understood", () => {
    expect(heard("还是不行").notHelped).toBe(false);
    expect(heard("还是不行", {}, tried("out_of_scope", "not_understood")).notHelped).toBe(false);
  });
});

describe("a key that was shown masked", () => {
  const offered = { keyOffered: "KM1001-C" };
  it("is asked for once more by yes or by the button's words", () => {
    for (const [text, intents] of [
      ["好", ["affirm"]],
      ["显示完整卡密", []],
      ["Show the full key", ["card_key_retrieve"]],
    ] as const)
      expect(heard(text, { intents }, offered).intents).toEqual(["card_key_retrieve"]);
  });
  it("is not shown for a request of another kind", () => {
    expect(heard("查看完整订单", { intents: ["order_status"] }, offered).intents).toEqual(["order_status"]);
  });
});

it("does not change what it was given", () => {
  const state = { ...asked("phone"), facts: [fact("amount", "5.00 CNY")] };
  const before = structuredClone(state);
  heard("13800138000", { entities: [["phone", "+8613800138000"]] }, state);
  expect(state).toEqual(before);
});
