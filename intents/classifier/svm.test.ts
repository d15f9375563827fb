import { describe, expect, it } from "vitest";
import { calibrate, softmax } from "./calibration.ts";
import { FeatureCounter } from "./features.ts";
import { score } from "./model.ts";
import { type TrainingLine, trainModel } from "./train-model.ts";

const counter = new FeatureCounter();
const texts: Readonly<Record<string, readonly string[]>> = {
  refund: ["i want a refund", "refund my money", "money back please", "我要退款", "退钱给我", "refund now please"],
  balance: ["what is my balance", "show balance", "how much balance left", "查余额", "余额还有多少", "balance please"],
  out_of_scope: ["tell me a joke", "weather today", "sing a song", "今天天气", "讲个笑话", "write a poem"],
};
const lines: TrainingLine[] = Object.entries(texts).flatMap(([label, list]) =>
  list.map((text) => ({ counted: counter.count(text), label, weight: 1 })),
);

describe("trainModel", () => {
  it("learns, tells scope, and is the same whatever the threads", async () => {
    const alone = await trainModel(lines, { threads: 0 });
    const shared = await trainModel(lines, { threads: 2 });
    expect(shared.weights).toEqual(alone.weights);
    expect(shared.calibration).toEqual(alone.calibration);
    const said = score(alone, counter.count("please refund"));
    expect(said.ranked[0]?.label).toBe("refund");
    expect(score(alone, counter.count("a joke about weather")).inScope).toBeLessThan(said.inScope);
  });
});

describe("calibration", () => {
  it("softmax sums to one and survives large margins", () => {
    expect([...softmax([500, 499], 20)].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1);
  });

  it("fits without any out-of-scope line", () => {
    const fitted = calibrate(
      Array.from({ length: 20 }, (_, i) => ({
        margins: Float32Array.from([1, -1]),
        correct: i % 10 === 0 ? 1 : 0,
        none: -1,
        coverage: 1,
        ownCoverage: 1,
        weight: 1,
      })),
    );
    expect(fitted.sharpness).toBeGreaterThan(0);
    expect(fitted.rejectBelow).toBeLessThan(1);
  });
});
