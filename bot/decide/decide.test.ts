import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MoodLabel } from "../../intents/index.ts";
import type { Conversation, ConversationState } from "../conversation/conversation.ts";
import { withFacts, withMood } from "../conversation/state.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decision.ts";
import type { Finding, Verdict } from "./finding.ts";
import { AT, aConversation, catalogue, fact, type Meaning, meaning, policy } from "./fixtures/heard.ts";
import { hear } from "./hearing.ts";

interface Turn extends Meaning {
  readonly text?: string;
  readonly state?: Partial<ConversationState>;
  readonly findings?: readonly Finding[];
  readonly contacts?: number;
  readonly identity?: Conversation["identity"];
}

/** Reads and decides as a turn does: facts and mood of the turn are in the state. */
function decided({ text = "", state = {}, findings = [], contacts = 1, identity, ...given }: Turn): Decision {
  const conversation = aConversation(state, identity ? { identity } : {});
  const understanding = meaning(given);
  const hearing = hear(understanding, conversation, text, policy, catalogue, AT);
  const heard = withMood(withFacts(conversation.state, hearing.facts), { turn: "t", ...understanding.mood });
  return decide({ understanding, hearing, conversation: { ...conversation, state: heard }, findings, contacts, text, policy, catalogue });
}

function found(intent: string, verdict: Verdict, more: Partial<Finding> = {}): Finding {
  return { intent, tool: catalogue.get(intent)?.answer.tool ?? "t", verdict, replies: [{ text: "…" }], facts: [], outcome: "…", ...more };
}

const rules = ({ reasons }: Decision): string[] => reasons.map((reason) => reason.rule);
const done = ({ steps }: Decision): string[] =>
  steps.map((step) => ("intent" in step && step.intent !== "out_of_scope" ? `${step.do} ${step.intent}` : step.do));
const signedIn = { customerId: "u1001" };
const open = (intent: string, more: Partial<ConversationState> = {}): Partial<ConversationState> => ({
  caseId: "case_1",
  problems: [intent],
  ...more,
});

describe("answers", () => {
  it("what it can, each request in its turn", () => {
    const decision = decided({ intents: ["balance_check", "invoice"], findings: [found("balance_check", "answered")], identity: signedIn });
    expect(decision).toMatchObject({ kind: "answer", intent: "balance_check" });
    expect(decision).not.toHaveProperty("routing");
    expect(done(decision)).toEqual(["tool balance_check", "article invoice"]);
    expect(rules(decision)).toEqual(["understood"]);
  });
  it("asks to sign in where that is needed, and still shows what needs no identity", () => {
    expect(done(decided({ intents: ["balance_check"], findings: [found("balance_check", "sign_in")] }))).toEqual(["sign_in balance_check"]);
    expect(done(decided({ intents: ["refund_status"], findings: [found("refund_status", "sign_in")] }))).toEqual([
      "sign_in refund_status",
      "article refund_status",
    ]);
  });
  it("a late top-up within its normal time, to somebody calm, without a person", () => {
    expect(decided({ intents: ["paid_not_delivered"], findings: [found("paid_not_delivered", "normal")] })).toMatchObject({
      kind: "answer",
    });
  });
  it("a routine look-up that fails, by saying so: nobody is queued for a balance", () => {
    expect(decided({ intents: ["balance_check"], findings: [found("balance_check", "down")] }).kind).toBe("answer");
  });
});

describe("asks", () => {
  it("for the one fact without which nobody could act", () => {
    const decision = decided({ intents: ["refund_request"], findings: [found("refund_request", "sign_in")] });
    expect(decision.kind).toBe("ask");
    expect(decision.steps.at(-1)).toEqual({ do: "ask", intent: "refund_request", slot: "order_number" });
    expect(rules(decision)).toEqual(["fact_missing"]);
  });
  it.each<readonly [what: string, turn: Partial<Turn>]>([
    ["the customer gave it", { state: { facts: [fact("order_number", "KM1")] } }],
    ["the payment serial stands for it", { state: { facts: [fact("payment_serial", "2026")] } }],
    ["he skipped it", { state: { skipped: ["order_number"] } }],
  ])("not when %s", (_, turn) => {
    expect(done(decided({ intents: ["refund_request"], findings: [found("refund_request", "sign_in")], ...turn }))).not.toContain(
      "ask refund_request",
    );
  });
  it("not on top of a choice the look-up itself offers", () => {
    const decision = decided({ intents: ["refund_request"], findings: [found("refund_request", "several")], identity: signedIn });
    expect(decision).toMatchObject({ kind: "ask" });
    expect(done(decision)).toEqual(["tool refund_request"]);
  });
  it("which of two readings is meant, once", () => {
    expect(decided({ unsure: ["order_status", "invoice"] }).steps).toEqual([{ do: "choose", intents: ["order_status", "invoice"] }]);
    expect(decided({ unsure: ["order_status", "invoice"], state: { misunderstood: 1 } }).steps).toEqual([{ do: "offer_person" }]);
  });
});

describe("two misunderstandings lead to the offer of a person, a third to the queue", () => {
  it.each<readonly [misunderstood: number, kind: string, steps: string[]]>([
    [0, "ask", ["reply"]],
    [1, "ask", ["offer_person"]],
    [2, "escalate", []],
    [5, "escalate", []],
  ])("after %i: %s", (misunderstood, kind, steps) => {
    const decision = decided({ text: "咕噜咕噜", state: { misunderstood } });
    expect([decision.kind, done(decision)]).toEqual([kind, steps]);
    expect(rules(decision)).toContain("not_understood");
  });
  it("but not to a second place in the queue", () => {
    expect(decided({ text: "咕噜咕噜", state: { misunderstood: 4, caseId: "case_1" } }).kind).toBe("ask");
  });
});

describe("escalates", () => {
  it.each<readonly [what: string, turn: Turn, reason: string, routing: object]>([
    ["who asks for a person", { intents: ["human_agent"] }, "asked_for_person", { priority: "normal", skill: "general" }],
    ["who asks for a call", { intents: ["callback_request"] }, "asked_for_person", { priority: "normal", skill: "general" }],
    [
      "who asks for a person about his problem, to those who know it",
      { intents: ["human_agent"], state: { problems: ["withdrawal_delayed"] } },
      "asked_for_person",
      { skill: "payments" },
    ],
    [
      "who takes the offer",
      { text: "好的", intents: ["affirm"], state: { offeredPerson: true } },
      "asked_for_person",
      { priority: "low", skill: "general" },
    ],
    [
      "a stolen account",
      { intents: ["account_stolen"] },
      "account-being-emptied",
      { priority: "critical", skill: "fraud", modifiers: ["senior"] },
    ],
    [
      "money that leaves now, whatever it was taken for",
      { text: "余额正在被转走", intents: ["balance_check"] },
      "money-leaving-now",
      { priority: "critical" },
    ],
    ["an angry customer", { intents: ["topup_guide"], mood: "angry" }, "angry", { priority: "high", modifiers: ["calming"] }],
    [
      "whose money the platform shows to be stuck",
      { intents: ["paid_not_delivered"], findings: [found("paid_not_delivered", "real_problem")] },
      "platform_shows_problem",
      { priority: "normal", skill: "orders" },
    ],
    [
      "a problem that cannot be looked up now",
      { intents: ["paid_not_delivered"], findings: [found("paid_not_delivered", "down")] },
      "platform_down",
      { skill: "orders" },
    ],
    [
      "whom the answer did not help",
      {
        text: "还是不行",
        state: { problems: ["login_problem"], attempts: [{ at: AT, intent: "login_problem", did: "login-problems", outcome: "…" }] },
      },
      "answer_did_not_help",
      { priority: "normal", skill: "accounts" },
    ],
    [
      "a wish only a person can carry out",
      { intents: ["cancel_order"], findings: [found("cancel_order", "answered")] },
      "needs_a_person",
      { skill: "orders" },
    ],
    [
      "who is not signed in and has given all he can",
      { intents: ["card_key_invalid"], findings: [found("card_key_invalid", "sign_in")], entities: [["order_number", "KM1"]] },
      "cannot_look_up",
      { skill: "orders" },
    ],
    [
      "who skips what nobody could act without",
      {
        text: "没有",
        state: {
          problems: ["paid_not_delivered"],
          skipped: ["order_number"],
          question: { slot: "order_number", intent: "paid_not_delivered", askedAt: AT },
        },
        findings: [found("paid_not_delivered", "sign_in")],
      },
      "cannot_look_up",
      { skill: "orders" },
    ],
    [
      "whose order is looked for in vain twice",
      {
        intents: ["paid_not_delivered"],
        findings: [found("paid_not_delivered", "not_found")],
        state: {
          facts: [fact("order_number", "KM9")],
          attempts: [{ at: AT, intent: "paid_not_delivered", did: "order.trace", outcome: "…" }],
        },
      },
      "not_found",
      { skill: "orders" },
    ],
  ])("%s", (_, turn, reason, routing) => {
    const decision = decided(turn);
    expect(decision.kind).toBe("escalate");
    expect(rules(decision)).toContain(reason);
    expect(decision.routing).toMatchObject(routing);
    expect(rules(decision)).toContain(decision.routing?.rule);
  });

  it("says each reason in the customer's language, once", () => {
    const [zh, en] = (["zh", "en"] as const).map((language) =>
      decided({ intents: ["human_agent", "account_frozen"], state: { language } }),
    );
    expect(zh?.reasons.map((reason) => reason.text)).toEqual(["账户或资金被冻结", "客户要求人工"]);
    expect(en?.reasons.map((reason) => reason.text)).toEqual(["Account or funds frozen", "The customer asked for a person"]);
  });

  it("and still deals with the rest of the message", () => {
    const decision = decided({ intents: ["human_agent", "topup_guide"] });
    expect([decision.kind, done(decision)]).toEqual(["escalate", ["article topup_guide"]]);
  });

  it("does not send somebody who gets a person away to sign in first", () => {
    const turn = { intents: ["paid_not_delivered", "human_agent"], findings: [found("paid_not_delivered", "sign_in")] };
    expect(done(decided(turn))).not.toContain("sign_in paid_not_delivered");
  });
});

describe("with a case already open", () => {
  const asked = { question: { slot: "last_login", intent: "account_stolen", askedAt: AT } };
  it.each<readonly [what: string, turn: Turn]>([
    ["thanks", { text: "好的谢谢", intents: ["thanks"], state: open("account_stolen") }],
    ["another question", { intents: ["password_reset"], state: open("account_stolen") }],
    [
      "an answer to a question asked meanwhile",
      { text: "昨晚八点", entities: [["time", "2026-11-19T20:00:00+08:00"]], state: open("account_stolen", asked) },
    ],
    ["a skipped question", { text: "不记得了", state: open("account_stolen", asked) }],
    [
      "a question about a large dispute",
      { intents: ["invoice"], state: open("trade_dispute", { facts: [fact("amount", "8000.00 CNY")] }) },
    ],
  ])("%s raises no second alarm", (_, turn) => {
    expect(decided(turn).kind).toBe("answer");
  });
  it("an answer is noted, and what was said before is not said again", () => {
    const question = { slot: "channel", intent: "paid_not_delivered", askedAt: AT };
    const decision = decided({
      text: "支付宝",
      entities: [["channel", "alipay"]],
      state: open("paid_not_delivered", { question }),
      findings: [found("paid_not_delivered", "real_problem")],
    });
    expect([decision.kind, decision.steps]).toEqual(["answer", []]);
  });
  it("an order number lets the platform be asked once more", () => {
    const question = { slot: "order_number", intent: "paid_not_delivered", askedAt: AT };
    const decision = decided({
      entities: [["order_number", "KM1001-A"]],
      state: open("paid_not_delivered", { question }),
      findings: [found("paid_not_delivered", "real_problem")],
    });
    expect([decision.kind, done(decision)]).toEqual(["escalate", ["tool paid_not_delivered"]]);
  });
  it.each<readonly [what: string, turn: Turn, rule: string]>([
    ["anger", { text: "垃圾", intents: ["complaint"], mood: "angry", state: open("paid_not_delivered") }, "angry"],
    ["money leaving", { text: "钱正在被转走", state: open("login_problem") }, "money-leaving-now"],
    [
      "a large sum named now",
      {
        text: "8000",
        answers: ["amount", "8000.00 CNY"],
        state: open("trade_dispute", { question: { slot: "amount", intent: "trade_dispute", askedAt: AT } }),
      },
      "large-amount",
    ],
    ["a wish for a person", { intents: ["human_agent"], state: open("paid_not_delivered") }, "unsolved-problem"],
  ])("%s still counts", (_, turn, rule) => {
    expect(decided(turn)).toMatchObject({ kind: "escalate", routing: { rule } });
  });
  it("a new problem is the one that is routed, not the old one", () => {
    const decision = decided({
      intents: ["refund_request"],
      state: { problems: ["account_stolen"] },
      findings: [found("refund_request", "answered")],
    });
    expect(decision).toMatchObject({ kind: "escalate", intent: "refund_request", routing: { priority: "normal", skill: "payments" } });
  });
});

it("never puts a question before the queue for somebody critical or angry", () => {
  const problems = [...catalogue.values()].filter((intent) => intent.class === "problem").map((intent) => intent.name);
  const verdicts: Verdict[] = ["answered", "normal", "real_problem", "not_found", "several", "nothing", "sign_in", "down"];
  const moods: MoodLabel[] = ["calm", "annoyed", "angry"];
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...problems, "topup_guide", "human_agent"), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...verdicts),
      fc.constantFrom(...moods),
      fc.constantFrom("", "余额正在被转走", "我把验证码给骗子了"),
      fc.boolean(),
      (intents, verdict, mood, text, large) => {
        const findings = intents.map((intent) => found(intent, verdict));
        const decision = decided({ intents, mood, text, findings, ...(large ? { entities: [["amount", "9000.00 CNY"]] as const } : {}) });
        if (mood === "angry" || decision.routing?.priority === "critical" || text.includes("转走")) {
          expect(decision.kind).toBe("escalate");
          expect(decision.steps.some((step) => step.do === "ask" || step.do === "choose" || step.do === "offer_person")).toBe(false);
        }
        expect(decision.reasons.length).toBeGreaterThan(0);
        expect(decision.routing !== undefined).toBe(decision.kind === "escalate");
        expect(new Set(rules(decision)).size).toBe(decision.reasons.length);
      },
    ),
    { numRuns: 300 },
  );
});
