import { describe, expect, it } from "vitest";
import { auroc, calibrationError, macroF1, recallAtFalseAlarms, share } from "./scorers.ts";

describe("scorers", () => {
  it("says nothing when nothing was measured", () => {
    expect(share(0, 0).value).toBeUndefined();
    expect(macroF1([])).toBeUndefined();
    expect(auroc([], [0.5])).toBeUndefined();
    expect(calibrationError([])).toBeUndefined();
  });

  it("gives Wilson's interval", () => {
    const { value, low, high } = share(81, 100);
    expect(value).toBe(0.81);
    expect(low).toBeCloseTo(0.722, 3);
    expect(high).toBeCloseTo(0.8749, 3);
  });

  it("counts every label once in macro F1", () => {
    const pairs = [
      { expected: "a", got: "a" },
      { expected: "a", got: "b" },
      { expected: "b", got: "b" },
    ];
    expect(macroF1(pairs)).toBeCloseTo(2 / 3, 6);
  });

  it("ranks", () => {
    expect(auroc([3, 2], [1, 2])).toBe(0.875);
  });

  it("counts positives above all but few negatives", () => {
    const negatives = Array.from({ length: 20 }, (_, index) => index / 100);
    // One of twenty may lie above: the threshold is the second highest, 0.18.
    expect(recallAtFalseAlarms([0.9, 0.185, 0.18, 0.1], negatives, 0.05)).toBe(0.5);
    expect(recallAtFalseAlarms([0.9, 0.185, 0.18, 0.1], negatives, 0)).toBe(0.25);
    expect(recallAtFalseAlarms([], negatives, 0.05)).toBeUndefined();
  });

  it("sees overconfidence", () => {
    expect(
      calibrationError([
        { confidence: 0.95, right: true },
        { confidence: 0.95, right: false },
      ]),
    ).toBeCloseTo(0.45, 6);
  });
});
