import { describe, expect, it } from "vitest";
import { readSearch } from "./read-search.ts";

describe("readSearch", () => {
  it.each<readonly [typed: string, match: object | undefined]>([
    ["4821 3377", { code: "48213377", phoneTail: "48213377", values: ["48213377"] }],
    ["４８２１３３７７", { code: "48213377", phoneTail: "48213377", values: ["48213377"] }],
    ["4821-3377", { code: "48213377", phoneTail: "48213377", values: ["4821-3377"] }],
    ["1001", { phoneTail: "1001", values: ["1001"] }],
    ["+86 138 0000 1001", { phoneTail: "8613800001001", values: ["+8613800001001"] }],
    [" km1001-a ", { values: ["km1001-a", "KM1001-A"] }],
    ["KM1001-A", { values: ["KM1001-A"] }],
    ["lx_8866", { values: ["lx_8866", "LX_8866"] }],
    ["林晓", { name: "林晓" }],
    ["alex  tan", { name: "alex tan" }],
    ["100", undefined],
    ["  ", undefined],
  ])("%s", (typed, match) => {
    expect(readSearch(typed)).toEqual(match);
  });
});
