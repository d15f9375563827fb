import { describe, expect, it } from "vitest";
import { loadPolicy } from "./load-policy.ts";
import { firstMatch, type RoutingSubject } from "./match-rule.ts";

const policy = loadPolicy("bot/policy");

function ruleFor(intent: string, subject: Partial<RoutingSubject> = {}): string {
  const calm = { text: "", mood: "calm", annoyedTurns: 0, amountCny: undefined, contacts: 1, tier: undefined, signals: [] };
  return firstMatch(policy, { intent, ...calm, ...subject }).id;
}

describe("the shipped rules", () => {
  const rows: readonly (readonly [rule: string, intent: string, subject?: Partial<RoutingSubject>])[] = [
    ["account-being-emptied", "account_stolen"],
    ["money-leaving-now", "order_status", { text: "余额正在被转走" }],
    ["fraud-with-loss", "fraud_report", { text: "我把验证码给骗子了" }],
    ["fraud-without-loss", "fraud_report", { text: "有人冒充你们" }],
    ["large-amount", "refund_request", { amountCny: 5000 }],
    ["unsolved-problem", "refund_request", { amountCny: 4999.99 }],
    ["unsolved-problem", "refund_request"],
    ["unsolved-problem", "paid_not_delivered", { amountCny: 9000 }],
    ["charged-wrongly", "payment_problem", { text: "扣了两次款" }],
    ["charged-wrongly", "payment_problem", { signals: ["charged_wrongly"] }],
    ["unsolved-problem", "withdrawal_delayed", { signals: ["charged_wrongly"] }],
    ["third-contact", "topup_guide", { contacts: 3 }],
    ["everything-else", "invoice", { contacts: 2 }],
    ["angry", "topup_guide", { mood: "angry" }],
    ["everything-else", "invoice", { mood: "annoyed", annoyedTurns: 1 }],
    ["annoyed-twice", "topup_guide", { mood: "annoyed", annoyedTurns: 2 }],
    ["vip", "paid_not_delivered", { tier: "vip" }],
    ["unsolved-problem", "paid_not_delivered", { tier: "standard" }],
    ["account-frozen", "account_frozen"],
    ["asked-for-a-person", "human_agent"],
    ["everything-else", "out_of_scope"],
  ];
  it.each(rows.map(([rule, intent, subject = {}]) => ({ rule, intent, subject })))(
    "$rule: $intent $subject",
    ({ rule, intent, subject }) => {
      expect(ruleFor(intent, subject)).toBe(rule);
    },
  );

  it("lets the more pressing of two that match win", () => {
    const everything = { text: "余额正在被转走", mood: "angry", annoyedTurns: 3, amountCny: 9000, contacts: 5, tier: "vip" };
    expect(ruleFor("fraud_report", everything)).toBe("money-leaving-now");
    expect(ruleFor("payment_problem", { ...everything, text: "" })).toBe("large-amount");
    expect(ruleFor("complaint", { ...everything, text: "" })).toBe("third-contact");
  });

  it("sends nobody who only asks to a person by a rule alone", () => {
    for (const intent of [
      "topup_guide",
      "balance_check",
      "order_status",
      "refund_policy",
      "greeting",
      "out_of_scope",
      "paid_not_delivered",
    ])
      expect(policy.rules.find((rule) => rule.id === ruleFor(intent))?.escalates, intent).toBe(false);
  });
});
