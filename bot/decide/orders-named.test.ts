import { describe, expect, it } from "vitest";
import type { Entity } from "../../intents/index.ts";
import { ordersNamed } from "./orders-named.ts";

/** Every `KM…` of the text, as the recogniser gives them. */
function entities(text: string): Entity[] {
  return [...text.matchAll(/KM\d+-\w/gu)].map(({ 0: value, index }) => ({
    type: "order_number",
    value,
    span: [index, index + value.length],
    confidence: 1,
  }));
}

describe("ordersNamed", () => {
  it.each<readonly [text: string, named: string[]]>([
    ["KM1-A没到", ["KM1-A"]],
    ["KM1-B和KM1-A都没到", ["KM1-B", "KM1-A"]],
    ["KM1-A, KM1-A!", ["KM1-A"]],
    ["不是KM1-A，是KM1-B", ["KM1-B"]],
    ["not order KM1-A but KM1-B", ["KM1-B"]],
    // Nothing else is named: then it is what he speaks of.
    ["这不是KM1-A", ["KM1-A"]],
    ["还没到", []],
  ])("%s: %j", (text, named) => {
    expect(ordersNamed(entities(text), text)).toEqual(named);
  });
  it("takes no value of an earlier turn", () => {
    expect(ordersNamed([{ type: "order_number", value: "KM1-A", span: [0, 0], confidence: 0.5 }], "还没到")).toEqual([]);
  });
});
