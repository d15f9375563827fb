import { expect, it } from "vitest";
import { builtModelPath } from "./built-model.ts";

it("the shipped model is named after its data and this engine's sources", () => {
  const path = builtModelPath("data 1");
  expect(path).toMatch(/intents[/\\]dist[/\\][0-9a-f]{32}\.model$/u);
  expect(builtModelPath("data 1")).toBe(path);
  expect(builtModelPath("data 2")).not.toBe(path);
});
