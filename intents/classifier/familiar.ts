import type { SparseRows } from "./svm.ts";
import { DENSE, type Vector, type Vocabulary } from "./vocabulary.ts";

/**
 * Which features a label's own lines hold, one bit each. "Cancel my gym" has only words the vocabulary knows, and the best intent never met
 * one of them: the share of the text that the best intent knows tells such a text better than the share that anybody knows.
 */
export interface Familiar {
  /** Bytes of one column: labels ÷ 8, rounded up. */
  readonly stride: number;
  /** Bit `label` of column `c` stands in byte `c · stride + (label >> 3)`. */
  readonly bits: Uint8Array;
}

export const strideOf = (labels: number): number => Math.ceil(labels / 8);

/**
 * Collects the features of every label over the rows that count.
 *
 * @param rows lines with `columns` features and the dense columns behind them
 * @param counts tells whether a row is part of the training at hand
 */
export function collectFamiliar(rows: SparseRows, label: Int32Array, labels: number, counts: (row: number) => boolean): Familiar {
  const size = rows.width - DENSE;
  const stride = strideOf(labels);
  const bits = new Uint8Array(size * stride);
  for (let row = 0; row < label.length; row += 1) {
    if (!counts(row)) continue;
    const own = label[row] as number;
    const byte = own >> 3;
    const bit = 1 << (own & 7);
    for (let k = rows.starts[row] as number; k < (rows.starts[row + 1] as number); k += 1) {
      const column = rows.columns[k] as number;
      if (column < size) bits[column * stride + byte] = (bits[column * stride + byte] as number) | bit;
    }
  }
  return { stride, bits };
}

/** Share of a text's IDF mass that the lines of one label hold, 0..1. */
export function labelCoverage(familiar: Familiar, vocabulary: Vocabulary, vector: Vector, label: number): number {
  const { stride, bits } = familiar;
  const byte = label >> 3;
  const bit = 1 << (label & 7);
  let known = 0;
  for (const column of vector.columns) {
    if (column < vocabulary.size && ((bits[column * stride + byte] as number) & bit) !== 0) known += vocabulary.idf[column] as number;
  }
  return vector.mass > 0 ? known / vector.mass : 0;
}

/** Share of a text's IDF mass that the lines of any label hold, 0..1. */
export function anyCoverage(familiar: Familiar, vocabulary: Vocabulary, vector: Vector): number {
  const { stride, bits } = familiar;
  let known = 0;
  for (const column of vector.columns) {
    if (column >= vocabulary.size) continue;
    for (let byte = 0; byte < stride; byte += 1) {
      if (bits[column * stride + byte] === 0) continue;
      known += vocabulary.idf[column] as number;
      break;
    }
  }
  return vector.mass > 0 ? known / vector.mass : 0;
}
