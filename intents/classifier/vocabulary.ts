import type { Counted } from "./features.ts";
import type { SparseRows } from "./svm.ts";

/**
 * Which features a model knows, and the weight of each: sublinear TF · IDF, every view scaled to its own length
 * (`VIEW_WEIGHTS`), so that a long word does not drown the Han beside it.
 */
export const VIEW_WEIGHTS = [0.8, 0.55, 1, 0.4] as const;

/** Columns after the vocabulary's own that hold a text's dense vector. */
export const DENSE = 48;

export interface Vocabulary {
  /** Number of features; a model has `size + DENSE` columns. */
  readonly size: number;
  /** Open addressing by hash: column or -1. Length is a power of two. */
  readonly slots: Int32Array;
  readonly hashes: Uint32Array;
  readonly idf: Float32Array;
  /** Weight given to a feature never seen, for coverage: the IDF of one seen once. */
  readonly unseenIdf: number;
}

export interface Vector {
  readonly columns: Int32Array;
  readonly values: Float32Array;
  /** IDF of all features of the text, also of those the vocabulary does not know. */
  readonly mass: number;
  /** Share of the text's IDF mass that the vocabulary knows, 0..1 (0 for a text without features). */
  readonly coverage: number;
}

/** Looks a feature up; -1 when the model does not know it. */
export function columnOf(vocabulary: Vocabulary, hash: number): number {
  const mask = vocabulary.slots.length - 1;
  let slot = hash & mask;
  for (;;) {
    const column = vocabulary.slots[slot] as number;
    if (column < 0) return -1;
    if (vocabulary.hashes[column] === hash) return column;
    slot = (slot + 1) & mask;
  }
}

/** Builds the index over known features. */
export function indexVocabulary(hashes: Uint32Array, idf: Float32Array, unseenIdf: number): Vocabulary {
  let capacity = 1024;
  while (capacity < hashes.length * 2) capacity *= 2;
  const slots = new Int32Array(capacity).fill(-1);
  const mask = capacity - 1;
  for (let column = 0; column < hashes.length; column += 1) {
    let slot = (hashes[column] as number) & mask;
    while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
    slots[slot] = column;
  }
  return { size: hashes.length, slots, hashes, idf, unseenIdf };
}

/**
 * Counts document frequencies and keeps the features worth a column: those of at least `least` documents, or of one catalogue
 * example. What only one background line holds says nothing of any intent.
 *
 * @param documents counted texts
 * @param rare tells whether a feature that occurs in this document alone is kept
 */
export function buildVocabulary(documents: readonly Counted[], rare: (document: number) => boolean, least = 2): Vocabulary {
  const frequency = new Map<number, number>();
  const keeper = new Set<number>();
  for (const [document, counted] of documents.entries()) {
    const keep = rare(document);
    for (const hash of counted.hashes) {
      frequency.set(hash, (frequency.get(hash) ?? 0) + 1);
      if (keep) keeper.add(hash);
    }
  }
  const hashes: number[] = [];
  const idf: number[] = [];
  for (const [hash, df] of frequency) {
    if (df < least && !keeper.has(hash)) continue;
    hashes.push(hash);
    idf.push(inverseFrequency(df, documents.length));
  }
  return indexVocabulary(Uint32Array.from(hashes), Float32Array.from(idf), inverseFrequency(1, documents.length));
}

function inverseFrequency(df: number, documents: number): number {
  return Math.log((1 + documents) / (1 + df)) + 1;
}

/** A text as a sparse vector over the vocabulary. */
export function vectorise(vocabulary: Vocabulary, counted: Counted): Vector {
  const { hashes, views, counts, dense } = counted;
  const columns = new Int32Array(hashes.length + DENSE);
  const values = new Float32Array(hashes.length + DENSE);
  const squares = [0, 0, 0, 0];
  const viewOf = new Uint8Array(hashes.length);
  let size = 0;
  let known = 0;
  let all = 0;
  for (let i = 0; i < hashes.length; i += 1) {
    const column = columnOf(vocabulary, hashes[i] as number);
    const view = views[i] as number;
    const tf = 1 + Math.log(counts[i] as number);
    if (column < 0) {
      all += vocabulary.unseenIdf;
      continue;
    }
    const idf = vocabulary.idf[column] as number;
    known += idf;
    all += idf;
    const value = tf * idf;
    columns[size] = column;
    values[size] = value;
    viewOf[size] = view;
    squares[view] = (squares[view] as number) + value * value;
    size += 1;
  }
  const scale = squares.map((square, view) => (square > 0 ? (VIEW_WEIGHTS[view] as number) / Math.sqrt(square) : 0));
  for (let i = 0; i < size; i += 1) values[i] = (values[i] as number) * (scale[viewOf[i] as number] as number);
  if (dense !== undefined) {
    for (let d = 0; d < DENSE; d += 1) {
      columns[size] = vocabulary.size + d;
      values[size] = dense[d] as number;
      size += 1;
    }
  }
  return { columns: columns.subarray(0, size), values: values.subarray(0, size), mass: all, coverage: all > 0 ? known / all : 0 };
}

/** Stacks vectors into rows for training. */
export function stack(vectors: readonly Vector[], width: number): SparseRows {
  const starts = new Int32Array(vectors.length + 1);
  for (const [row, vector] of vectors.entries()) starts[row + 1] = (starts[row] as number) + vector.columns.length;
  const total = starts[vectors.length] as number;
  const columns = new Int32Array(total);
  const values = new Float32Array(total);
  for (const [row, vector] of vectors.entries()) {
    columns.set(vector.columns, starts[row] as number);
    values.set(vector.values, starts[row] as number);
  }
  return { starts, columns, values, width };
}
