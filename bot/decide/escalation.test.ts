import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MoodLabel } from "../../intents/index.ts";
import type { Conversation, Fact } from "../conversation/conversation.ts";
import { withMood } from "../conversation/state.ts";
import { PRIORITIES } from "../policy/words.ts";
import { annoyedTurns, type Matched, matchRouting } from "./escalation.ts";
import type { Finding } from "./finding.ts";
import { aConversation, fact, meaning, policy } from "./fixtures/heard.ts";

interface Turn {
  readonly text?: string;
  readonly mood?: MoodLabel;
  readonly conversation?: Conversation;
  readonly findings?: readonly Finding[];
  readonly contacts?: number;
}

function match(
  candidates: readonly string[],
  { text = "", mood = "calm", conversation = aConversation(), findings = [], contacts = 1 }: Turn = {},
): Matched {
  return matchRouting(candidates, text, meaning({ mood }).mood, conversation, findings, contacts, policy);
}

function finding(intent: string, more: Partial<Finding> = {}): Finding {
  return { intent, tool: "t", verdict: "answered", replies: [], facts: [], outcome: "", ...more };
}

function withMoods(...labels: MoodLabel[]): Conversation {
  const conversation = aConversation();
  const state = labels.reduce((before, label) => withMood(before, { turn: "t", label, score: 0, reasons: [] }), conversation.state);
  return { ...conversation, state };
}

const withFacts = (...facts: Fact[]): Conversation => aConversation({ facts });

describe("annoyedTurns", () => {
  it.each<readonly [labels: MoodLabel[], turns: number]>([
    [[], 0],
    [["calm"], 0],
    [["annoyed"], 1],
    [["annoyed", "calm"], 0],
    [["annoyed", "calm", "annoyed"], 1],
    [["calm", "annoyed", "angry"], 2],
    [["annoyed", "angry", "annoyed"], 3],
  ])("%j: %i", (labels, turns) => {
    expect(annoyedTurns(withMoods(...labels))).toBe(turns);
  });

  it("lets a VIP's frozen account be as pressing as anybody's", () => {
    const vip = aConversation({}, { identity: { customerId: "u1002", tier: "vip" } });
    expect(match(["account_frozen"], { conversation: vip })).toMatchObject({ rule: { id: "account-frozen", escalates: true } });
    expect(match(["invoice"], { conversation: vip }).rule.id).toBe("vip");
  });

  it("makes the second annoyed turn running the reason, never the first", () => {
    expect(match(["invoice"], { mood: "annoyed", conversation: withMoods("calm", "annoyed") }).rule.id).toBe("everything-else");
    expect(match(["invoice"], { mood: "annoyed", conversation: withMoods("annoyed", "annoyed") }).rule.id).toBe("annoyed-twice");
  });
});

describe("several requests", () => {
  it("go by the most pressing one, wherever it stands", () => {
    for (const candidates of [
      ["refund_request", "account_stolen"],
      ["account_stolen", "refund_request"],
    ])
      expect(match(candidates)).toMatchObject({
        intent: "account_stolen",
        routing: { priority: "critical", skill: "fraud", modifiers: ["senior"] },
      });
  });
  it("go by the one said first when they press alike", () => {
    expect(match(["wrong_topup", "withdrawal_delayed"])).toMatchObject({
      intent: "wrong_topup",
      routing: { skill: "orders", rule: "unsolved-problem" },
    });
  });
  it("never give a less pressing place than one of them alone would have", () => {
    const names = ["refund_request", "account_frozen", "fraud_report", "topup_guide", "human_agent", "complaint", "account_stolen"];
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }), (candidates) => {
        const place = (intent: string[]): number => PRIORITIES.indexOf(match(intent).routing.priority);
        expect(place(candidates)).toBe(Math.min(...candidates.map((one) => place([one]))));
      }),
    );
  });
});

describe("the sum at stake", () => {
  it.each<readonly [value: string, rule: string]>([
    ["5000.00 CNY", "large-amount"],
    ["4999.99 CNY", "unsolved-problem"],
    ["800.00 USD", "large-amount"],
    ["700.00 USD", "unsolved-problem"],
    ["30000 TWD", "large-amount"],
    ["99999.00 XAU", "unsolved-problem"],
    ["five thousand", "unsolved-problem"],
  ])("%s → %s", (value, rule) => {
    expect(match(["trade_dispute"], { conversation: withFacts(fact("amount", value)) }).rule.id).toBe(rule);
  });
  it("is what the customer says now, whatever order was looked at before", () => {
    const facts = [fact("amount", "30.00 CNY", "platform"), fact("amount", "8000.00 CNY")];
    expect(match(["trade_dispute"], { conversation: withFacts(...facts) }).rule.id).toBe("large-amount");
    expect(match(["trade_dispute"], { conversation: withFacts(...facts.toReversed()) }).rule.id).toBe("large-amount");
  });
  it("is not what another order was about when the customer names the sum", () => {
    expect(
      match(["refund_request"], { conversation: withFacts(fact("amount", "8000.00 CNY", "platform"), fact("amount", "30.00 CNY")) }).rule
        .id,
    ).toBe("unsolved-problem");
  });
  it("is also the platform's, of this turn's look-up", () => {
    const findings = [finding("refund_request", { amount: { amount: "9000.00", currency: "CNY" } })];
    expect(match(["refund_request"], { findings, conversation: withFacts(fact("amount", "30.00 CNY")) }).rule.id).toBe("large-amount");
  });
});

it("takes what the platform proves for the request it was looked up for, and for no other", () => {
  const findings = [finding("payment_problem", { signals: ["charged_wrongly"] })];
  expect(match(["payment_problem"], { findings }).rule.id).toBe("charged-wrongly");
  expect(match(["payment_problem"], { findings: [finding("order_status", { signals: ["charged_wrongly"] })] }).rule.id).toBe(
    "unsolved-problem",
  );
});

it("puts a VIP and a third contact first among the normal ones", () => {
  const vip = aConversation({}, { identity: { customerId: "u1002", tier: "vip" } });
  expect(match(["paid_not_delivered"], { conversation: vip }).routing).toMatchObject({ priority: "high", skill: "orders", rule: "vip" });
  expect(match(["paid_not_delivered"], { contacts: 3 }).routing).toMatchObject({ priority: "high", modifiers: ["last_agent"] });
});
