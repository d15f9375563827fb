import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TermIndex, TermTableBuilder } from "./term-index.ts";

const [DOCUMENTS, FIELDS] = [5, 3];
/** The document after the last, and the field after the last, are counted too. */
const added = fc.record({ document: fc.nat(DOCUMENTS), field: fc.nat(FIELDS), term: fc.string({ unit: "binary", maxLength: 3 }) });

describe("TermIndex", () => {
  it("knows of every term where and how often it was counted, and of no other", () => {
    fc.assert(
      fc.property(fc.array(added, { maxLength: 200 }), (all) => {
        const builder = new TermTableBuilder(DOCUMENTS, FIELDS);
        for (const { document, field, term } of all) builder.count(document, field, term);
        const index = new TermIndex(builder.build());
        for (const { term } of all) {
          const mine = all.filter((one) => one.term === term);
          const found = index.find(term);
          expect(index.frequency(found)).toBe(new Set(mine.map(({ document }) => document)).size);
          const entries = index.entries(found);
          expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(mine.length);
          for (const { document, field, count } of entries)
            expect(count).toBe(mine.filter((one) => one.document === document && one.field === field).length);
        }
        for (let document = 0; document < DOCUMENTS; document += 1)
          for (let field = 0; field < FIELDS; field += 1)
            expect(index.length(document, field)).toBe(
              new Set(all.filter((one) => one.document === document && one.field === field).map(({ term }) => term)).size,
            );
        expect(index.find("never counted")).toBe(-1);
      }),
      { numRuns: 50 },
    );
  });

  it("has the mean of each field's lengths", () => {
    const builder = new TermTableBuilder(2, 1);
    for (const term of ["a", "b", "b", "c"]) builder.count(0, 0, term);
    builder.count(1, 0, "a");
    expect(new TermIndex(builder.build()).averageLength(0)).toBe(2);
  });

  it("refuses more documents than it can number", () => {
    expect(() => new TermTableBuilder(5000, 1)).toThrow("4094");
  });
});
