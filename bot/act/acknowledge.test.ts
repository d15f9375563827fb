import { describe, expect, it } from "vitest";
import type { MoodLabel, Understanding } from "../../intents/index.ts";
import type { ConversationState, MoodPoint } from "../conversation/conversation.ts";
import type { Decision } from "../decide/decision.ts";
import { AT, aConversation, catalogue, fact, meaning, NOW, policy } from "../decide/fixtures/heard.ts";
import { hear } from "../decide/hearing.ts";
import { acknowledge, hasCalmed, inTheRightTone } from "./acknowledge.ts";
import type { ActInput } from "./act.ts";

const SCORES = { calm: 0, annoyed: 0.5, angry: 0.9 } as const;
const points = (...labels: MoodLabel[]): MoodPoint[] =>
  labels.map((label, index) => ({ turn: `t${index}`, label, score: SCORES[label], reasons: [] }));

function turn(
  moods: readonly MoodLabel[],
  change: {
    intents?: string[];
    signs?: Understanding["mood"]["signs"];
    text?: string;
    contacts?: number;
    state?: Partial<ConversationState>;
    decision?: Partial<Decision>;
  } = {},
): ActInput {
  const label = moods.at(-1) ?? "calm";
  const base = meaning({ intents: change.intents ?? ["complaint"], mood: label });
  const understanding = { ...base, mood: { ...base.mood, signs: change.signs ?? [] } };
  const conversation = aConversation({ moods: points(...moods), ...change.state });
  const text = change.text ?? "……";
  return {
    turnId: "t",
    conversation,
    understanding,
    hearing: hear(understanding, conversation, text, policy, catalogue, AT),
    findings: [],
    decision: { kind: "answer", reasons: [], steps: [], intent: "complaint", ...change.decision },
    text,
    masked: [],
    contacts: change.contacts ?? 1,
    now: NOW,
  };
}
const said = (...args: Parameters<typeof turn>): string | undefined => acknowledge(turn(...args), policy)?.text;

describe("an acknowledgement", () => {
  it.each<readonly [cause: string, Parameters<typeof turn>[1], RegExp]>([
    ["waiting", { signs: ["waiting"] }, /拖到现在/u],
    ["saying it again and again", { signs: ["repetition", "waiting"] }, /说了这么多遍/u],
    ["coming for the third time", { contacts: 3 }, /说了这么多遍/u],
    ["money without goods", { intents: ["paid_not_delivered"] }, /钱付了却没有结果/u],
    ["the service", { intents: ["complaint"] }, /让您这么生气/u],
    ["anything else", { intents: ["invoice"] }, /这件事让您这么生气/u],
  ])("fits the cause: %s", (_, change, words) => {
    expect(said(["angry"], change)).toMatch(words);
  });
  it("says back what he told, and that a complaint is his right", () => {
    const state = { facts: [fact("amount", "500.00 CNY"), fact("order_number", "KM1001-A", "platform")] };
    expect(said(["angry"], { signs: ["threat"], state })).toMatch(/您说的 500\.00 元 我都记下了.*是您的权利/u);
    expect(said(["angry"])).not.toMatch(/我都记下了|权利/u);
  });
  it("is said when it gets worse, not with every message, and never to the calm or the robbed", () => {
    expect(said(["calm", "annoyed"])).toBeDefined();
    expect(said(["annoyed", "annoyed"])).toBeUndefined();
    expect(said(["annoyed", "angry"])).toBeDefined();
    expect(said(["angry", "annoyed"])).toBeUndefined();
    expect(said(["calm"])).toBeUndefined();
    const routing = { priority: "critical", skill: "fraud", modifiers: [], rule: "x" } as const;
    expect(said(["angry"], { decision: { kind: "escalate", routing } })).toBeUndefined();
  });
  it("is owed to who asks for the third time, however calmly", () => {
    expect(said(["calm"], { text: "我都找你们第三次了" })).toMatch(/一遍遍说/u);
  });
  it("has words in both languages for every cause and mood, without cheer", () => {
    for (const mood of ["annoyed", "angry"])
      for (const cause of ["repeated", "waiting", "not_helped", "money", "service", "other"])
        for (const language of ["zh", "en"] as const)
          expect(policy.say(`ack.${mood}.${cause}`, language)).not.toMatch(/[!！]|亲|哦|呢|happy|glad|great|您好/iu);
  });
});

describe("the tone afterwards", () => {
  const thanks = [{ text: policy.say("thanks", "zh") }];
  it("notices that he calmed down, for some turns, and not because he pressed a button", () => {
    expect(hasCalmed(turn(["angry", "calm"]))).toBe(true);
    expect(hasCalmed(turn(["angry", "calm"], { text: "" }))).toBe(false);
    expect(hasCalmed(turn(["calm", "calm"]))).toBe(false);
    expect(hasCalmed(turn(["angry", "calm", "calm", "calm", "calm", "calm"]))).toBe(false);
    expect(inTheRightTone(thanks, turn(["angry", "calm"]), policy)[0]?.text).toBe(policy.say("calmed.thanks", "zh"));
    expect(inTheRightTone(thanks, turn(["calm"]), policy)).toEqual(thanks);
  });
  it("is without cheer to somebody who still is upset, and puts a person at hand", () => {
    expect(inTheRightTone(thanks, turn(["angry"]), policy)).toEqual([{ text: policy.say("upset.here", "zh"), actions: ["转人工"] }]);
    expect(inTheRightTone([{ text: "x", actions: ["下一步"] }], turn(["annoyed"]), policy)[0]?.actions).toEqual(["下一步", "转人工"]);
    expect(inTheRightTone([{ text: "x" }], turn(["annoyed"], { state: { caseId: "c" } }), policy)[0]?.actions).toBeUndefined();
  });
});
