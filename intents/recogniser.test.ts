import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OUT_OF_SCOPE, openRecogniser, type Recogniser, SLOT_ANSWER, type UtteranceContext } from "./index.ts";

const now = new Date("2026-11-20T12:30:00Z");
const modelDir = mkdtempSync(join(tmpdir(), "intents-"));
let recogniser: Recogniser;
const stages = new Set<string>();

beforeAll(async () => {
  // Trained here, whatever lies ready: what is tested is what the sources make.
  recogniser = await openRecogniser({ modelDir, retrain: true, onProgress: ({ stage }) => stages.add(stage) });
}, 120_000);
afterAll(() => rmSync(modelDir, { recursive: true, force: true }));

const understand = (text: string, context: Partial<UtteranceContext> = {}) => recogniser.understand(text, { now, ...context });

describe("openRecogniser", () => {
  it("trains, tells progress and stores one whole file", () => {
    expect([...stages]).toEqual(expect.arrayContaining(["load", "features", "train", "ready"]));
    expect(readdirSync(modelDir)).toEqual(["intents.model"]);
    expect(recogniser.catalogue.size).toBeGreaterThan(40);
  });

  it("opens the stored model and understands the same", async () => {
    const seen = new Set<string>();
    const again = await openRecogniser({ modelDir, onProgress: ({ stage }) => seen.add(stage) });
    expect(seen.has("train")).toBe(false);
    const text = "昨晚十点半用支付宝充了三百五，到现在没影";
    // Weights are stored as int8 from the start, so nothing may change on the way through the file.
    expect(again.understand(text, { now })).toEqual(understand(text));
  });

  it("does not use a damaged file", async () => {
    const path = join(modelDir, "intents.model");
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length - 100));
    const again = await openRecogniser({ modelDir });
    expect(again.understand("转人工", { now }).intents[0]?.name).toBe("human_agent");
  }, 120_000);
});

describe("understand", () => {
  it.each([
    ["转人工", "human_agent"],
    ["查余额", "balance_check"],
    ["怎么用支付宝充值", "topup_guide"],
    ["充了五百三个小时了还没到账", "paid_not_delivered"],
    ["儲值還沒到帳", "paid_not_delivered"],
    ["冲值没到帐", "paid_not_delivered"],
    ["充 值 没 到 账", "paid_not_delivered"],
    ["我的号被盗了,余额正在被转走", "account_stolen"],
    ["I paid two hours ago and got nothing", "paid_not_delivered"],
    ["I WAS CHARGED TWICE", "payment_problem"],
    ["talk to a human", "human_agent"],
    ["where is my refund", "refund_status"],
    ["how do i withdraw my balance", "withdrawal_guide"],
    ["今天天气怎么样", OUT_OF_SCOPE],
    ["tell me a joke about cats", OUT_OF_SCOPE],
    ["asdfgh qwertz", OUT_OF_SCOPE],
    ["", OUT_OF_SCOPE],
    ["？？？", OUT_OF_SCOPE],
  ])("%s → %s", (text, intent) => expect(understand(text).intents[0]?.name).toBe(intent));

  it("finds two wishes in order, with their places", () => {
    const text = "查余额，顺便问下怎么提现";
    const { requests } = understand(text);
    expect(requests.map(({ intent }) => intent)).toEqual(["balance_check", "withdrawal_guide"]);
    expect(requests.map(({ span }) => text.slice(...span))).toEqual(["查余额", "怎么提现"]);
    expect(understand("I paid 3 hours ago and got nothing. Also how do I get an invoice?").requests.map(({ intent }) => intent)).toEqual([
      "paid_not_delivered",
      "invoice",
    ]);
  });

  it("takes greeting, facts and thanks for no wish of their own", () => {
    expect(understand("你好，充了500没到账，谢谢").requests).toHaveLength(1);
    expect(understand("昨晚十点半用支付宝充了三百五，到现在没影").requests).toHaveLength(1);
  });

  it("takes a bare number for the answer when one was asked", () => {
    expect(understand("500", { asked: { slot: "amount" } })).toMatchObject({
      intents: expect.arrayContaining([expect.objectContaining({ name: SLOT_ANSWER })]),
      certainty: "sure",
      answer: { slot: "amount", value: "500.00 CNY" },
    });
    expect(understand("KM1001-A", { asked: { slot: "order_number" } }).answer).toMatchObject({ value: "KM1001-A" });
    expect(understand("第二个", { asked: { choices: ["订单没到账", "怎么退款"] } }).answer).toMatchObject({ choice: 1 });
    expect(understand("是的", { asked: { yesNo: true } }).intents[0]?.name).toBe("affirm");
    expect(understand("转人工", { asked: { slot: "amount" } }).intents[0]?.name).toBe("human_agent");
  });

  it("takes a bare order number for a question about it", () => expect(understand("KM1001-A").intents[0]?.name).toBe("order_status"));

  it("tells the language, with the locale for texts without letters", () => {
    expect(understand("我的steam code用不了").language).toBe("zh");
    expect(understand("where is my 订单").language).toBe("en");
    expect(understand("123", { locale: "en-SG" }).language).toBe("en");
    expect(understand("123", { locale: "zh-CN" }).language).toBe("zh");
  });

  it("never throws on any text, and all places lie in it", () => {
    const unit = fc.constantFrom(..."充值没到账还有怎么开发票转人工 查余额，。！？also how do i refund 500 KM1-A\n\u200b😡", "\ud800");
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit, maxLength: 200 }), fc.string({ unit: "binary", maxLength: 4_000 })), (text) => {
        const { requests, entities, intents } = understand(text);
        for (const { span } of [...requests, ...entities]) {
          expect(span[0]).toBeGreaterThanOrEqual(0);
          expect(span[1]).toBeLessThanOrEqual(text.length);
          expect(span[0]).toBeLessThanOrEqual(span[1]);
        }
        expect(intents.length).toBeGreaterThan(0);
        expect(intents.length).toBeLessThanOrEqual(5);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
