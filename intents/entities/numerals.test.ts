import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEnglishNumber, parseHanNumeral, parseMixedNumber } from "./numerals.ts";

const DIGITS = "零一二三四五六七八九";

/** The full written form: 10305 → 一万零三百零五. */
function written(value: number): string {
  if (value >= 10_000) {
    const rest = value % 10_000;
    return `${written(Math.floor(value / 10_000))}万${rest === 0 ? "" : (rest < 1_000 ? "零" : "") + written(rest)}`;
  }
  let text = "";
  let zero = false;
  for (const [unit, name] of [
    [1_000, "千"],
    [100, "百"],
    [10, "十"],
    [1, ""],
  ] as const) {
    const digit = Math.floor(value / unit) % 10;
    if (digit === 0) zero = text !== "";
    else {
      text += (zero ? "零" : "") + DIGITS.charAt(digit) + name;
      zero = false;
    }
  }
  return text;
}

describe("numerals", () => {
  it.each([
    ["三百五", 350],
    ["三百零五", 305],
    ["两千", 2_000],
    ["一万二", 12_000],
    ["十五", 15],
    ["二十", 20],
    ["一千二百三", 1_230],
    ["二〇二六", 2026],
    ["五", 5],
    ["一亿", 100_000_000],
  ])("%s = %d", (text, value) => expect(parseHanNumeral(text)).toBe(value));

  it.each([
    ["1w", 10_000],
    ["1万2", 12_000],
    ["2.5万", 25_000],
    ["3k", 3_000],
    ["1,200.50", 1_200.5],
    ["2百5", 250],
  ])("%s = %d", (text, value) => expect(parseMixedNumber(text)).toBe(value));

  it("reads English number words", () => {
    expect(parseEnglishNumber("two hundred and fifty")).toBe(250);
    expect(parseEnglishNumber("ten thousand")).toBe(10_000);
    expect(parseEnglishNumber("apples")).toBeUndefined();
  });

  it("reads back every number written in full", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9_999_999 }), (value) => parseHanNumeral(written(value)) === value));
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."零一二两三百千万亿十0123.wk"), maxLength: 20 }), (text) => {
        parseHanNumeral(text);
        parseMixedNumber(text);
      }),
    );
  });
});
