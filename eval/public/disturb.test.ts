import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded, shuffled, spaced, toFullWidth, toTraditional, withTypos } from "./disturb.ts";

describe("disturb", () => {
  it("makes one slip in about 30 % of the longer words, the same for the same seed", () => {
    const text = Array.from({ length: 1000 }, () => "transfer").join(" ");
    const slipped = withTypos(text, seeded(7));
    expect(withTypos(text, seeded(7))).toBe(slipped);
    const changed = slipped.split(" ").filter((word) => word !== "transfer").length;
    expect(changed).toBeGreaterThan(250);
    expect(changed).toBeLessThan(350);
    for (const word of slipped.split(" ")) expect(Math.abs(word.length - 8)).toBeLessThanOrEqual(1);
  });

  it("leaves short words, digits and Chinese alone", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(withTypos("the 500 元 没到", seeded(seed))).toBe("the 500 元 没到");
      }),
    );
  });

  it("shuffles without losing anything", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (list, seed) => {
        expect(shuffled(list, seeded(seed)).sort((a, b) => a - b)).toEqual([...list].sort((a, b) => a - b));
      }),
    );
  });

  it("turns script, width and spacing", () => {
    expect(toTraditional("充值没到账，余额")).toBe("充值沒到賬，餘額");
    expect(toFullWidth("Top up 50!")).toBe("Ｔｏｐ　ｕｐ　５０！");
    expect(spaced("充值500元没到")).toBe("充 值500元 没 到");
  });
});
