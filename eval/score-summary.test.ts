import { describe, expect, it } from "vitest";
import { policy } from "../bot/decide/fixtures/heard.ts";
import { forbiddenIn, partsOf, recallOf, type Sources, unfoundedIn } from "./score-summary.ts";
import type { SummaryConversation } from "./summary-conversations.ts";

const MARKS = { customer: "客户说", platform: "平台确认" };
const TEXT = [
  "付款了没到账。客户原话：“我充的三百五没到，工单T-99”",
  "已知：订单号 KM1（客户说，平台确认）；金额 350.00 元（客户更正，原说 300.00 元）；时间 11月19日 22:30 UTC+8（客户说“昨晚十点半”）",
  "已承诺：20:41 再查订单 KM1 并告知",
  "注意：身份未验证，勿透露账户信息",
  "下一步：接起后先确认诉求，能办则办",
].join("\n");
const SOURCES: Sources = {
  said: "我充的三百五没到，工单T-99，订单 KM1，昨晚十点半，不是300",
  platform: '{"orderNo":"KM1","paidAt":"2026-11-20T09:30:00Z"}',
  told: "20:41 再查一次",
  readings: ["350.00", "11月19日 22:30"],
  now: Date.parse("2026-11-20T12:30:00Z"),
};
const conversation = (change: Partial<SummaryConversation>): SummaryConversation => ({
  name: "n",
  language: "zh",
  turns: ["a", "b"],
  readings: [],
  must: {},
  never: [],
  secret: [],
  ...change,
});
const piece = (is: string, from?: "customer" | "platform") => ({ is, from });

describe("holding a summary against what it must say", () => {
  const parts = partsOf(TEXT, "zh", policy);

  it("finds a piece in its own part only, never in the words quoted", () => {
    const found = (part: "known" | "quoted" | "corrected" | "flags", ...pieces: ReturnType<typeof piece>[]) =>
      recallOf(parts, conversation({ must: { [part]: pieces } }), MARKS).map((one) => one.found);
    expect(found("known", piece("KM1"), piece("T-99"), piece("350.00"), piece("x | KM1"))).toEqual([true, false, true, true]);
    expect(found("known", piece("KM1", "platform"), piece("22:30", "platform"))).toEqual([true, false]);
    expect(found("quoted", piece("T-99"), piece("KM1"))).toEqual([true, false]);
    expect(found("corrected", piece("300.00"), piece("350.00"))).toEqual([true, false]);
    expect(found("flags", piece("未验证"), piece("接起"))).toEqual([true, false]);
  });

  it("counts a corrected value that is still held, a claim that is stated, and a secret anywhere", () => {
    expect(forbiddenIn(parts, TEXT, conversation({ never: ["T-99"], must: { corrected: [piece("300.00")] } }))).toEqual([]);
    expect(
      forbiddenIn(parts, TEXT, conversation({ never: ["KM1"], secret: ["T-99"], must: { corrected: [piece("350.00")] } })),
    ).toHaveLength(3);
  });
});

describe("what a summary may be made of", () => {
  const unfounded = (text: string, sources = SOURCES) => unfoundedIn(partsOf(text, "zh", policy), "zh", sources, policy, []);

  it("is what was said, what the platform answered, and for promises what the bot told", () => {
    expect(unfounded(TEXT)).toEqual([]);
  });

  it.each([
    ["an amount nobody said", TEXT.replace("350.00", "350.10"), "known: 350.10"],
    ["an order nobody named", TEXT.replace("订单号 KM1", "订单号 KM2"), "known: KM2"],
    ["a time that was read wrong", TEXT.replace("22:30", "22:31"), "known: 22:31"],
    ["a promise nobody gave", TEXT.replace("20:41", "20:42"), "promised: 20:42"],
    ["a name", TEXT.replace("注意：", "注意：Kevin 已核实；"), "flags: Kevin"],
  ])("is not %s", (_, text, fault) => {
    expect(unfounded(text)).toEqual([fault]);
  });

  it("is not what only the bot said, where facts are stated", () => {
    expect(unfounded(TEXT.replace("22:30 UTC+8", "20:41 UTC+8"))).toEqual(["known: 20:41"]);
  });
});
