import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parseOperatorFiles, readOperatorFiles } from "../operator-data.ts";
import { fold, matchingText } from "../text/normalise.ts";
import { DIMENSIONS, packVectors, wordWeight } from "../text/word-vectors.ts";

/**
 * Makes `english.bin` from word vectors as text, one `word v1 … v100` a line, most frequent word first:
 * `node intents/vectors/make-vectors.ts --glove FILE`. Run by hand, once; the result is kept with the source. Where the file came
 * from is told in README.md.
 *
 * Kept are the commonest words and every word of the catalogue. Vectors are scaled to length one and centred on the mean of the
 * English catalogue lines, so that a sentence's vector shows how it differs from an ordinary message to the desk.
 */
const COMMON = 12_000;
const { values } = parseArgs({ options: { glove: { type: "string" } } });
if (values.glove === undefined) throw new Error("usage: node intents/vectors/make-vectors.ts --glove FILE");

const parsed = parseOperatorFiles(readOperatorFiles());
const lines = [...parsed.examples, ...parsed.phrasings, ...parsed.background]
  .filter((line) => line.language === "en")
  .map(
    (line) =>
      matchingText(fold(line.text).text)
        .replaceAll("'", "")
        .match(/[a-z]+/gu) ?? [],
  );
const wanted = new Set(lines.flat());
const words: string[] = [];
const ranks: number[] = [];
const vectors: Float64Array[] = [];
let rank = 0;
for (const line of readFileSync(values.glove, "utf8").split("\n")) {
  const [word, ...numbers] = line.split(" ");
  if (word === undefined || !/^[a-z]+$/u.test(word) || numbers.length !== DIMENSIONS) continue;
  if (words.length < COMMON || wanted.has(word)) {
    const vector = Float64Array.from(numbers, Number);
    const length = Math.hypot(...vector);
    words.push(word);
    ranks.push(rank);
    vectors.push(vector.map((value) => value / length));
  }
  rank += 1;
}
const place = new Map(words.map((word, index) => [word, index]));
const mean = new Float64Array(DIMENSIONS);
for (const line of lines) {
  const sum = new Float64Array(DIMENSIONS);
  let total = 0;
  for (const word of line) {
    const index = place.get(word);
    const vector = index === undefined ? undefined : vectors[index];
    if (vector === undefined || index === undefined) continue;
    const weight = wordWeight(ranks[index] ?? 0);
    for (let d = 0; d < DIMENSIONS; d += 1) sum[d] = (sum[d] ?? 0) + weight * (vector[d] ?? 0);
    total += weight;
  }
  if (total > 0) for (let d = 0; d < DIMENSIONS; d += 1) mean[d] = (mean[d] ?? 0) + (sum[d] ?? 0) / total / lines.length;
}
const out = join(dirname(fileURLToPath(import.meta.url)), "english.bin");
writeFileSync(
  out,
  packVectors(
    words,
    ranks,
    vectors.map((vector) => vector.map((value, d) => value - (mean[d] ?? 0))),
  ),
);
console.error(`${words.length} words written to ${out}`);
