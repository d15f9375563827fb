import { describe, expect, it } from "vitest";
import { choiceOf } from "./choice.ts";
import { meaning } from "./fixtures/heard.ts";

const SHOWN = [
  { value: "KM1001-B", label: "KM1001-B 30.00 元 话费充值 30 元", amount: "30.00 CNY" },
  { value: "KM1001-A", label: "KM1001-A 500.00 元 游戏点券", amount: "500.00 CNY" },
  { value: "KM1001-C", label: "KM1001-C 100.00 元 游戏点卡", amount: "100.00 CNY" },
];
const EN = SHOWN.map(({ value, amount }, index) => ({
  value,
  amount,
  label: `${value} ¥ ${["Phone credit", "Game points", "Steam wallet"][index]}`,
}));

describe("which of those shown", () => {
  it.each([
    ["第二个", "KM1001-A"],
    ["第2笔", "KM1001-A"],
    ["2", "KM1001-A"],
    ["选三", "KM1001-C"],
    ["最后一个", "KM1001-C"],
    ["30块的那个", "KM1001-B"],
    ["500的", "KM1001-A"],
    ["话费那个", "KM1001-B"],
    ["点卡", "KM1001-C"],
    ["最近那笔", "KM1001-B"],
    ["KM1001-A 500.00 元 游戏点券", "KM1001-A"],
    ["km1001-c", "KM1001-C"],
    ["the second one", "KM1001-A"],
    ["the last one", "KM1001-C"],
    ["number 3", "KM1001-C"],
    ["the 30 yuan one", "KM1001-B"],
    ["the latest", "KM1001-B"],
  ])("%s", (text, value) => {
    expect(choiceOf(text, SHOWN, [])).toEqual({ values: [value] });
  });
  it("knows a thing by its English name", () => {
    expect(choiceOf("the steam one", EN, [])).toEqual({ values: ["KM1001-C"] });
    expect(choiceOf("phone credit", EN, [])).toEqual({ values: ["KM1001-B"] });
  });
  it.each(["都是", "两笔都没到", "全部", "both", "all of them"])("takes all for “%s”", (text) => {
    expect(choiceOf(text, SHOWN, [])?.values).toEqual(["KM1001-B", "KM1001-A", "KM1001-C"]);
  });
  it("says that several fit, and leaves the others out", () => {
    expect(choiceOf("游戏那个", SHOWN, [])).toEqual({ values: ["KM1001-A", "KM1001-C"], several: true });
  });
  it.each([
    "都不是",
    "第九个",
    "怎么开发票",
    "none of these",
    "谢谢",
    "",
    "800块的",
    "我想问一下你们这个平台充值到底一般要多久才能到账啊，等了好久好久了还是没有一点动静",
  ])("chooses nothing with “%s”", (text) => {
    expect(choiceOf(text, SHOWN, [])).toBeUndefined();
  });
  it("takes the amount as the recogniser read it", () => {
    const { entities } = meaning({ entities: [["amount", "500.00 CNY"]] });
    expect(choiceOf("五百块那笔", SHOWN, entities)).toEqual({ values: ["KM1001-A"] });
  });
});
