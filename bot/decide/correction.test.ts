import { describe, expect, it } from "vitest";
import type { Entity, EntityType } from "../../intents/index.ts";
import { correctionsIn } from "./correction.ts";
import { AT, fact } from "./fixtures/heard.ts";

/** Entities where they stand in the text. */
function at(text: string, ...found: readonly (readonly [EntityType, value: string, piece: string])[]): Entity[] {
  return found.map(([type, value, piece]) => {
    const start = text.indexOf(piece);
    return { type, value, span: [start, start + piece.length], confidence: 0.9 };
  });
}
const known = [
  fact("amount", "500.00 CNY"),
  fact("order_number", "KM1001-A"),
  fact("channel", "alipay"),
  fact("time", "2026-11-19T10:00:00+08:00"),
];
const corrected = (text: string, ...found: Parameters<typeof at>[1][]) =>
  correctionsIn(text, at(text, ...found), known, AT, undefined).map(({ name, value, was }) => [name, value, was]);

describe("a correction", () => {
  it.each([
    "不是500,是800",
    "不是500是800",
    "是800不是500",
    "金额说错了,800",
    "金额不对，应该是800",
    "not 500, it was 800",
    "it was 800, not 500",
    "sorry, the amount was 800",
    "I said 500, the amount is wrong, it should be 800",
  ])("of the amount in bare figures: %s", (text) => {
    expect(corrected(text)).toEqual([["amount", "800.00 CNY", "500.00 CNY"]]);
  });
  it("of the amount, as the recogniser read it", () => {
    expect(corrected("不对,是800块", ["amount", "800.00 CNY", "800块"])).toEqual([["amount", "800.00 CNY", "500.00 CNY"]]);
  });
  it("of the order number, the channel and the time", () => {
    const text = "订单号不是KM1001-A,是KM1001-B";
    expect(corrected(text, ["order_number", "KM1001-A", "KM1001-A"], ["order_number", "KM1001-B", "KM1001-B"])).toEqual([
      ["order_number", "KM1001-B", "KM1001-A"],
    ]);
    expect(corrected("sorry I meant WeChat Pay", ["channel", "wechat", "WeChat Pay"])).toEqual([["channel", "wechat", "alipay"]]);
    expect(corrected("不是支付宝,是微信", ["channel", "alipay", "支付宝"], ["channel", "wechat", "微信"])).toEqual([
      ["channel", "wechat", "alipay"],
    ]);
    expect(corrected("时间写错了，是今天下午三点", ["time", "2026-11-20T15:00:00+08:00", "今天下午三点"])).toEqual([
      ["time", "2026-11-20T15:00:00+08:00", "2026-11-19T10:00:00+08:00"],
    ]);
  });
  it.each([
    "不是500,是500",
    "不是我充的,是我妈",
    "不是300,是800",
    "800",
    "我还有一笔800的",
    "it's not here, it was never here",
    "not 300, it was 800",
    "sorry, 5 minutes please",
    "我的号不对，怎么改",
    "",
  ])("is not heard in: %s", (text) => {
    expect(corrected(text)).toEqual([]);
  });
  it("corrects only what the customer himself has said", () => {
    const told = [fact("amount", "500.00 CNY", "platform")];
    expect(correctionsIn("不是500,是800", [], told, AT, undefined)).toEqual([]);
  });
});
