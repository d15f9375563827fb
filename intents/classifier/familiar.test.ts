import { describe, expect, it } from "vitest";
import { anyCoverage, collectFamiliar, labelCoverage } from "./familiar.ts";
import { DENSE, indexVocabulary } from "./vocabulary.ts";

describe("familiar features", () => {
  // Ten labels, one line each with features `label` and `label + 1`; label 9's bit lies in the second byte.
  const size = 11;
  const labels = 10;
  const columns = Int32Array.from({ length: labels * 2 }, (_, k) => Math.floor(k / 2) + (k % 2));
  const rows = {
    starts: Int32Array.from({ length: labels + 1 }, (_, row) => row * 2),
    columns,
    values: new Float32Array(columns.length).fill(1),
    width: size + DENSE,
  };
  const label = Int32Array.from({ length: labels }, (_, row) => row);
  const vocabulary = indexVocabulary(new Uint32Array(size), new Float32Array(size).fill(2), 3);
  // Features 8, 9, 10 and one that nobody knows; a dense column is no feature.
  const vector = { columns: Int32Array.of(8, 9, 10, size), values: new Float32Array(4), mass: 9, coverage: 6 / 9 };

  it("gives the share that one label's lines hold", () => {
    const familiar = collectFamiliar(rows, label, labels, () => true);
    expect(labelCoverage(familiar, vocabulary, vector, 9)).toBeCloseTo(4 / 9);
    expect(labelCoverage(familiar, vocabulary, vector, 7)).toBeCloseTo(2 / 9);
    expect(labelCoverage(familiar, vocabulary, vector, 1)).toBe(0);
    expect(anyCoverage(familiar, vocabulary, vector)).toBeCloseTo(6 / 9);
  });

  it("does not know what only left-out rows hold, and gives 0 for a text without features", () => {
    const familiar = collectFamiliar(rows, label, labels, (row) => row !== 9);
    expect(labelCoverage(familiar, vocabulary, vector, 9)).toBe(0);
    expect(anyCoverage(familiar, vocabulary, vector)).toBeCloseTo(4 / 9);
    expect(labelCoverage(familiar, vocabulary, { ...vector, columns: new Int32Array(), mass: 0 }, 9)).toBe(0);
  });
});
