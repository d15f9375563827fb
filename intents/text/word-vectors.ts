import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Static vectors of English and of Chinese words (see `vectors/README.md`): a message's vector is the weighted mean of its words', which
 * brings "bogus helpline" near "fake support" although they share no letters, and near 假客服, because both languages share one
 * space. Weights by word rank after Arora, Liang & Ma, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings", ICLR 2017. They
 * count most where examples are few.
 */
export const DIMENSIONS = 48;
const MAGIC = 0x4a545631;

/** Bytes of a vector file: magic, count, length of the word list, scale; words; weights (f32); rows (i8). */
export function packVectors(words: readonly string[], wordWeights: Float32Array, vectors: readonly Float64Array[]): Buffer {
  const list = Buffer.from(words.join("\n"));
  let largest = 0;
  for (const vector of vectors) for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const lead = Buffer.alloc(16);
  lead.writeUInt32LE(MAGIC, 0);
  lead.writeUInt32LE(words.length, 4);
  lead.writeUInt32LE(list.length, 8);
  lead.writeFloatLE(largest / 127, 12);
  const weights = Buffer.alloc(words.length * 4);
  for (const [index, weight] of wordWeights.entries()) weights.writeFloatLE(weight, index * 4);
  const rows = Buffer.alloc(words.length * DIMENSIONS);
  for (const [index, vector] of vectors.entries()) {
    for (let d = 0; d < DIMENSIONS; d += 1) rows.writeInt8(Math.round(((vector[d] ?? 0) / largest) * 127), index * DIMENSIONS + d);
  }
  return Buffer.concat([lead, list, weights, rows]);
}

/** Vectors read from a file. */
export class WordVectors {
  readonly #places: ReadonlyMap<string, number>;
  /** Weight of each word, a / (a + p) with a = 0.001 and p from its rank in running text by Zipf's law. */
  readonly weights: Float32Array;
  readonly #rows: Int8Array;

  /** @throws when the file is missing or of another kind (it is part of the source) */
  constructor(path: string) {
    const file = readFileSync(path);
    if (file.readUInt32LE(0) !== MAGIC) throw new Error(`${path} is no vector file`);
    const count = file.readUInt32LE(4);
    const length = file.readUInt32LE(8);
    const words = file.toString("utf8", 16, 16 + length).split("\n");
    this.#places = new Map(words.map((word, index) => [word, index]));
    this.weights = Float32Array.from({ length: count }, (_, index) => file.readFloatLE(16 + length + index * 4));
    const from = 16 + length + count * 4;
    this.#rows = new Int8Array(file.buffer, file.byteOffset + from, count * DIMENSIONS);
  }

  has(word: string): boolean {
    return this.#places.has(word);
  }

  /** The vector of the words, of length `scale`; undefined when none of them is known. */
  embed(words: Iterable<string>, scale: number): Float32Array | undefined {
    const sum = new Float32Array(DIMENSIONS);
    let known = false;
    for (const word of words) {
      const place = this.#places.get(word);
      if (place === undefined) continue;
      known = true;
      const weight = this.weights[place] as number;
      const at = place * DIMENSIONS;
      for (let d = 0; d < DIMENSIONS; d += 1) sum[d] = (sum[d] as number) + weight * (this.#rows[at + d] as number);
    }
    if (!known) return undefined;
    let square = 0;
    for (const value of sum) square += value * value;
    if (square === 0) return undefined;
    const factor = scale / Math.sqrt(square);
    for (let d = 0; d < DIMENSIONS; d += 1) sum[d] = (sum[d] as number) * factor;
    return sum;
  }
}

/** Length of a text's vector beside the sparse views (each of length about one), by language. Chosen by cross-validation. */
const SCALE = { en: 0.8, zh: 0.65 } as const;
const LONGEST_WORD = 5;

/** The vectors that are part of the source. A language's are read when its first text comes. */
export class SharedVectors {
  #english: WordVectors | undefined;
  #chinese: WordVectors | undefined;

  /** The vector of a text in matching form; of a text with Han its Chinese words alone. Undefined when no word is known. */
  embed(text: string): Float32Array | undefined {
    if (!HAN.test(text)) return this.embedEnglish(text, SCALE.en);
    this.#chinese ??= readVectors("chinese");
    return this.#chinese.embed(chineseWords(text, this.#chinese), SCALE.zh);
  }

  /** The vector of an English text in matching form, of length `scale`; undefined for a text with Han or without known words. */
  embedEnglish(text: string, scale: number): Float32Array | undefined {
    if (HAN.test(text)) return undefined;
    this.#english ??= readVectors("english");
    return this.#english.embed(text.match(/[a-z]+/gu) ?? [], scale);
  }
}

const HAN = /\p{Script=Han}/u;

/** Longest words first, from the left: no segmenter, the vectors' own list is the dictionary. */
function* chineseWords(text: string, vectors: WordVectors): Generator<string> {
  for (const run of text.match(/\p{Script=Han}+/gu) ?? []) {
    let at = 0;
    while (at < run.length) {
      let size = Math.min(LONGEST_WORD, run.length - at);
      while (size > 1 && !vectors.has(run.slice(at, at + size))) size -= 1;
      yield run.slice(at, at + size);
      at += size;
    }
  }
}

const readVectors = (language: string): WordVectors =>
  new WordVectors(fileURLToPath(new URL(`../vectors/${language}.bin`, import.meta.url)));
const shared = new SharedVectors();

/** Read once for the whole process. */
export function wordVectors(): SharedVectors {
  return shared;
}
