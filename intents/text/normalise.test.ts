import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, matchingText, originalSpan } from "./normalise.ts";

describe("fold", () => {
  it("turns width, script and invisible characters, and knows where each came from", () => {
    const folded = fold("Ｋ\u200bＭ１００１ 儲值①");
    expect(folded.text).toBe("KM1001 储值1");
    expect("Ｋ\u200bＭ１００１ 儲值①".slice(...originalSpan(folded, 0, 6))).toBe("Ｋ\u200bＭ１００１");
    expect("Ｋ\u200bＭ１００１ 儲值①".slice(...originalSpan(folded, 7, 9))).toBe("儲值");
  });

  it("reads disguised digits", () => {
    expect(fold("𝟒𝟎𝟎-𝟬𝟬𝟬").text).toBe("400-000");
    expect(fold("é").text).toBe("é");
  });

  it("never throws and keeps every span inside the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const folded = fold(text);
        let last = 0;
        for (let at = 0; at < folded.text.length; at += 1) {
          const [start, end] = originalSpan(folded, at, at + 1);
          expect(start).toBeGreaterThanOrEqual(last === 0 ? 0 : Math.min(start, last));
          expect(end).toBeLessThanOrEqual(text.length);
          expect(end).toBeGreaterThanOrEqual(start);
          last = start;
        }
        matchingText(folded.text);
      }),
      { numRuns: 300 },
    );
  });
});

describe("matchingText", () => {
  it.each([
    ["充 值 没 到", "充值没到"],
    ["HEEEELP!!!", "heelp!"],
    ["充了 500 元", "充了 00 元"],
    ["打12315", "打12315"],
    ["谢谢🙏", "谢谢 thanks"],
    ["哈哈哈哈哈", "哈哈"],
  ])("%s → %s", (text, wanted) => {
    expect(matchingText(fold(text).text)).toBe(wanted);
  });
});
