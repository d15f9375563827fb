import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitSigmoid, fitThresholds } from "./calibrate-mood.ts";

describe("fitSigmoid", () => {
  it("finds the sigmoid that labels were drawn from", () => {
    const margins = Array.from({ length: 4000 }, (_, index) => (index % 80) / 10 - 4);
    // Of the lines of one margin, the share that the true sigmoid (slope 2, offset -0.5) gives is positive.
    const positive = margins.map((margin, index) => Math.floor(index / 80) / 50 < 1 / (1 + Math.exp(-(2 * margin - 0.5))));
    const { slope, offset } = fitSigmoid(margins, positive);
    expect(slope).toBeCloseTo(2, 0);
    expect(offset).toBeCloseTo(-0.5, 0);
  });

  it("stays finite on any labels, the cleanly separated and the one-sided ones among them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.boolean()), { minLength: 1, maxLength: 60 }),
        (rows) => {
          const { slope, offset } = fitSigmoid(
            rows.map(([margin]) => margin),
            rows.map(([, label]) => label),
          );
          expect(Number.isFinite(slope)).toBe(true);
          expect(Number.isFinite(offset)).toBe(true);
        },
      ),
    );
  });
});

describe("fitThresholds", () => {
  it("keeps the marks in order and inside their limits", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom("calm" as const, "annoyed" as const, "angry" as const)),
          {
            maxLength: 80,
          },
        ),
        (rows) => {
          const { annoyedFrom, angryFrom } = fitThresholds(
            rows.map(([score]) => score),
            rows.map(([, mood]) => mood),
          );
          expect(annoyedFrom).toBeGreaterThan(0.2);
          expect(annoyedFrom).toBeLessThan(angryFrom);
          expect(angryFrom).toBeLessThan(0.9);
        },
      ),
    );
  });
});
