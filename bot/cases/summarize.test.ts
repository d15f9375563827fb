import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MoodLabel } from "../../intents/index.ts";
import type { Fact } from "../conversation/conversation.ts";
import { AT, fact, NOW, policy } from "../decide/fixtures/heard.ts";
import type { Language } from "../policy/words.ts";
import { type SummaryInput, summarize } from "./summarize.ts";

const base: SummaryInput = {
  language: "zh",
  problem: "付款了没到账",
  intent: "paid_not_delivered",
  said: ["我充的五百三小时了没到"],
  facts: [],
  missing: [],
  attempts: [],
  moods: [],
  reasons: [{ rule: "written_by_hand", text: "平台记录显示确有问题" }],
  promised: [],
  verified: true,
  now: NOW,
};
const of = (change: Partial<SummaryInput>) => summarize({ ...base, ...change }, policy);
const lineOf = (text: string, start: string): string | undefined => text.split("\n").find((line) => line.startsWith(start));

describe("the brief", () => {
  it("says what is wanted, known, done, promised, why, to mind, missing and next, in that order", () => {
    const { text, wants, tried, flags, nextStep } = of({
      facts: [
        fact("screenshot", "a.png"),
        fact("amount", "500.00 CNY"),
        fact("time", "2026-11-20T17:32:00+08:00"),
        fact("order_number", "KM1001-A", "platform"),
        fact("channel", "alipay", "platform"),
        fact("order_state", "processing", "platform"),
      ],
      missing: ["account", "phone"],
      attempts: [{ at: AT, intent: "paid_not_delivered", did: "order.trace", outcome: "订单超过正常时间" }],
      moods: [{ turn: "t", label: "angry", score: 0.9, reasons: ["威胁投诉“12315”"] }],
      promised: ["21:11 再查订单"],
      verified: false,
      frozenAt: "2026-11-20T12:40:00Z",
    });
    expect(text.split("\n").map((line) => line.slice(0, 3))).toEqual([
      "付款了",
      "已知：",
      "已做：",
      "已承诺",
      "为何转",
      "注意：",
      "还缺：",
      "下一步",
    ]);
    expect(lineOf(text, "已知")).toBe(
      "已知：订单号 KM1001-A（平台确认）；金额 500.00 元（客户说）；时间 17:32（客户说）；支付方式 支付宝（平台确认）；订单状态 处理中（平台确认）；截图 a.png（客户说）",
    );
    expect(lineOf(text, "注意")).toBe("注意：身份未验证，勿透露账户信息；账户已于 20:40 冻结，核实后可解冻；客户很生气（威胁投诉“12315”）");
    expect(lineOf(text, "还缺")).toBe("还缺：充值账号、联系电话");
    expect(wants).toBe("付款了没到账。客户原话：“我充的五百三小时了没到”");
    expect([tried, flags.length, nextStep]).toEqual([["订单超过正常时间"], 3, "查上游状态，补单或退款，告知客户到账时间"]);
  });

  it("leaves out what there is nothing to say about, and says so where that matters", () => {
    const { text } = of({ said: [], intent: "greeting" });
    expect(text).toBe("付款了没到账。客户原话：“（无）”\n已知：暂无\n为何转人工：平台记录显示确有问题\n下一步：接起后先确认诉求，能办则办");
  });

  it("is in the customer's language throughout", () => {
    const { text } = of({
      language: "en",
      problem: "Paid, not delivered",
      said: ["where is it"],
      facts: [fact("amount", "500.00 CNY"), fact("order_state", "processing", "platform")],
      missing: ["phone"],
      moods: [{ turn: "t", label: "annoyed", score: 0.5, reasons: [] }],
      verified: false,
      reasons: [{ rule: "x", text: "The order is late" }],
    });
    expect(text).not.toMatch(/\p{Script=Han}/u);
    expect(text).toContain("amount ¥500.00 (customer said)");
  });

  it("tells times by the clock wherever they stand, and a day as it was said", () => {
    expect(of({ facts: [fact("last_login", "2026-11-19T20:00:00+08:00")] }).text).toContain("最近一次本人登录 11月19日 20:00（客户说）");
    expect(of({ facts: [fact("time", "2026-11-19")] }).text).toContain("时间 2026-11-19（客户说）");
  });

  it("shows a fact by its own name when the policy has no word for it", () => {
    expect(of({ facts: [fact("crm_ref", "A-7")], missing: ["loyalty_level"] }).text).toMatch(
      /crm_ref A-7（客户说）.*还缺：loyalty_level/su,
    );
  });

  it("is read in fifteen seconds, however much was said", () => {
    const long = "很长的话".repeat(200);
    const { text } = of({ said: Array(10).fill(long), attempts: Array(12).fill({ at: AT, intent: "x", did: "y", outcome: long }) });
    expect(text.length).toBeLessThan(900);
    expect(text).not.toContain("\u{FFFD}");
    expect(of({ said: ["😀".repeat(300)] }).wants).not.toMatch(/[\ud800-\udfff](?![\ud800-\udfff])(?<![\ud800-\udbff][\udc00-\udfff])/u);
  });

  it("puts the customer's and the platform's word for one value together, and says what it was before and how he said it", () => {
    const { text } = of({
      facts: [
        fact("order_number", "KM1001-A"),
        fact("order_number", "KM1001-A", "platform"),
        { ...fact("amount", "800.00 CNY"), was: "500.00 CNY" },
        { ...fact("time", "2026-11-19T22:30:00+08:00"), said: "昨晚十点半" },
      ],
    });
    expect(lineOf(text, "已知")).toBe(
      "已知：订单号 KM1001-A（客户说，平台确认）；金额 800.00 元（客户更正，原说 500.00 元）；时间 11月19日 22:30 UTC+8（客户说“昨晚十点半”）",
    );
  });

  it("names his other problems, and what he would not say as long as it is not known", () => {
    const both = of({
      alsoAbout: [
        { intent: "paid_not_delivered", title: "付款了没到账" },
        { intent: "withdrawal_delayed", title: "提现没到账" },
      ],
    });
    expect(both.wants).toContain("付款了没到账；另有：提现没到账");
    expect(lineOf(of({ missing: ["amount"], declined: ["phone", "order_number"], facts: [fact("phone", "1")] }).text, "还缺")).toBe(
      "还缺：金额、订单号（客户跳过）",
    );
  });

  it("says the same thing once", () => {
    const attempt = { at: AT, intent: "x", did: "y", outcome: "查过了" };
    const { tried, text } = of({
      attempts: [attempt, attempt],
      reasons: [1, 2].map((rule) => ({ rule: `r${rule}`, text: "客户要求人工" })),
    });
    expect(tried).toEqual(["查过了"]);
    expect(text.match(/客户要求人工/gu)).toHaveLength(1);
  });

  it("gives the last things said", () => {
    expect(of({ said: ["第一句", "第二句", "第三句", "第四句"] }).wants).toBe("付款了没到账。客户原话：“第二句；第三句；第四句”");
  });

  it("speaks of the mood as it is, as it was at its worst, and which way it goes", () => {
    const point = (label: MoodLabel) => ({ turn: "t", label, score: 0, reasons: ["怒"] });
    expect(of({ moods: [point("angry"), point("calm")] }).flags).toEqual(["客户很生气（怒），现已平静"]);
    expect(of({ moods: [point("calm"), point("annoyed")] }).flags).toEqual(["客户不满（怒）", "情绪在升级"]);
    expect(of({ moods: [point("angry"), point("annoyed")] }).flags).toEqual(["客户很生气（怒）"]);
    expect(of({ moods: [point("calm"), point("calm")] }).flags).toEqual([]);
  });
});

/** Words of a summary are the policy's, the customer's, or values of the facts, the attempts, the reasons and the promises. */
it("adds nothing: every word with a digit or in Latin letters was given or stands in the policy", () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9]{1,10}$/u);
  const aFact = fc.record({
    name: fc.constantFrom("order_number", "amount", "time", "channel", "account", "phone", "order_state", "product", "reason"),
    value: fc.oneof(
      word,
      fc.integer({ min: 1, max: 99_999 }).map((amount) => `${amount}.00 CNY`),
      fc.constantFrom("alipay", "processing", "2026-11-20T17:32:00+08:00"),
    ),
    source: fc.constantFrom<Fact["source"]>("customer", "platform"),
    at: fc.constant(AT),
  });
  const sentences = policy.replyKeys
    .flatMap((key) => (["zh", "en"] as const).map((language) => policy.say(key, language, new Proxy({}, { get: () => " " }))))
    .join(" ");
  const ownWords = new Set(sentences.match(/[a-zA-Z0-9]+/gu));
  const slots =
    policy.slotNames
      .map((name) => policy.slot(name).name.en)
      .join(" ")
      .match(/[a-zA-Z0-9]+/gu) ?? [];
  fc.assert(
    fc.property(
      fc.constantFrom<Language>("zh", "en"),
      fc.array(aFact, { maxLength: 6 }),
      fc.array(word, { maxLength: 4 }),
      fc.array(word, { maxLength: 4 }),
      fc.array(word, { maxLength: 2 }),
      fc.boolean(),
      (language, facts, said, outcomes, promised, verified) => {
        const input: SummaryInput = {
          ...base,
          language,
          facts,
          said,
          promised,
          verified,
          missing: ["phone"],
          attempts: outcomes.map((outcome) => ({ at: AT, intent: "x", did: "y", outcome })),
        };
        const { text } = summarize(input, policy);
        const given = JSON.stringify([facts.map(({ value }) => value), said, outcomes, promised, input.problem, input.reasons]);
        const known = new Set([...ownWords, ...slots, ...(given.match(/[a-zA-Z0-9]+/gu) ?? []), "17", "32"]);
        const strange = (text.replaceAll(",", "").match(/[a-zA-Z0-9]+/gu) ?? []).filter((one) => !known.has(one));
        expect(strange).toEqual([]);
        for (const one of facts) expect(text).toContain(policy.say(`summary.source.${one.source}`, language));
      },
    ),
    { numRuns: 200 },
  );
});
