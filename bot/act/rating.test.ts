import { describe, expect, it } from "vitest";
import { policy } from "../decide/fixtures/heard.ts";
import { scoreButtons, scoreIn } from "./rating.ts";

const asked = { rating: { askedAt: "2026-11-20T12:00:00.000Z" } };

describe("a score", () => {
  it.each([
    ["5", 5],
    ["５", 5],
    ["3分", 3],
    ["评4分", 4],
    ["打 2 分", 2],
    ["4 stars", 4],
    ["1 star", 1],
    ["4/5", 4],
    ["★★★★", 4],
    ["⭐⭐⭐☆☆", 3],
    ["5分。", 5],
  ])("is read from %s", (text, score) => {
    expect(scoreIn(text, asked)).toBe(score);
  });

  it.each(["6", "0", "500", "5块钱没到账", "55", "第五个", "12315", "", "4号的订单呢", "☆☆", "5，另外我还有一笔没到账", "2. KM1001-B"])(
    "is not read from %j",
    (text) => {
      expect(scoreIn(text, asked)).toBeUndefined();
    },
  );

  it("is only a score when it was asked for", () => {
    expect(scoreIn("5", {})).toBeUndefined();
  });

  it.each(["zh", "en"] as const)("is what every button in %s sends", (language) => {
    expect(scoreButtons(policy, language).map((title) => scoreIn(title, asked))).toEqual([5, 4, 3, 2, 1]);
  });
});
