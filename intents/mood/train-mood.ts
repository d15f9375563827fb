import type { Counted } from "../classifier/features.ts";
import { quantise } from "../classifier/model.ts";
import { type SparseRows, type SvmOptions, shuffler, squaredNorms, trainOneVsRest } from "../classifier/svm.ts";
import { buildVocabulary } from "../classifier/vocabulary.ts";
import { detectLanguage } from "../text/detect-language.ts";
import { fold } from "../text/normalise.ts";
import type { MoodLabel } from "../understanding.ts";
import { fitSigmoid, fitThresholds } from "./calibrate-mood.ts";
import { chooseFrameWords } from "./frames.ts";
import { MoodLexicon } from "./lexicon.ts";
import { MoodCounter, type Row, rowOf, widthOf } from "./mood-features.ts";
import { chancesOf, type MoodModel } from "./mood-model.ts";
import type { MoodRules } from "./mood-rules.ts";
import { SIGNALS, type Signal, SignalFinder, WORDS_POINTS } from "./signals.ts";

/** A message with the mood a reader gave it. */
export interface MoodLine {
  readonly text: string;
  readonly mood: MoodLabel;
  /** The customer's earlier messages, oldest first. */
  readonly earlier?: readonly string[];
  /** What the desk said just before. */
  readonly reply?: string;
}

export interface MoodTraining {
  readonly rules: MoodRules;
  /**
   * Ordinary requests, such as the examples of the catalogue: what most messages are like. Those in which no listed sign speaks
   * against it are taken as calm; at most `MOST_REQUESTS`, spread evenly.
   */
  readonly requests?: readonly string[];
  /** Let the words of the lexicon teach like very short lines. Default true. */
  readonly leanings?: boolean;
}

/**
 * Cost of a mistake: 1 up to this many lines, then falling, because a large set is never labelled as carefully as a small one.
 * Chosen by cross-validation.
 */
const CAREFUL_LINES = 3_000;
const FOLDS = 3;
const MOST_REQUESTS = 2_000;
/** Cost of a mistake on a request, which nobody labelled; on a line it is 1. */
const REQUEST_WEIGHT = 0.4;
/** Points of the lexicon from which a request is not taken as calm. */
const REQUEST_WORDS = 3;
/** Signs that a calm request may hold. */
const HARMLESS: ReadonlySet<Signal> = new Set<Signal>(["relief", "words"]);
/** Cost of a mistake on a word of the lexicon. */
const LEANING_WEIGHT = 0.5;
/** Limits of what an n-gram is multiplied by. */
const CONTRAST = { least: 0.5, most: 3 } as const;
/** From this score of the lexicon on a word is angry rather than annoyed. */
const ANGRY_WORD = -4;

/**
 * Trains two linear support vector machines over the same features, "annoyed or angry" and "angry", and calibrates both on lines
 * they have not seen. Deterministic.
 *
 * @param lines at least one calm line and one that is not
 */
export function trainMood(lines: readonly MoodLine[], { rules, requests = [], leanings = true }: MoodTraining): MoodModel {
  const lexicon = new MoodLexicon(rules);
  const finder = new SignalFinder(rules, lexicon);
  const lowerOf = (text: string): string => fold(text).text.toLowerCase();
  const frameWords = chooseFrameWords([...lines.map(({ text }) => lowerOf(text)), ...requests.map(lowerOf)]);
  const counter = new MoodCounter(frameWords);
  const seen: { readonly counted: Counted; readonly signals?: Float32Array; readonly mood: MoodLabel; readonly weight: number }[] = [];
  for (const { text, mood, earlier, reply } of lines) {
    const folded = fold(text).text;
    const { values, blanked } = finder.find(folded, detectLanguage(folded), { earlier, reply });
    seen.push({ counted: counter.count(blanked), signals: values, mood, weight: 1 });
  }
  const step = Math.max(1, requests.length / MOST_REQUESTS);
  for (let at = 0; at < requests.length; at += step) {
    const folded = fold(requests[Math.floor(at)] ?? "").text;
    const { values, findings, blanked } = finder.find(folded, detectLanguage(folded));
    const points = (values[SIGNALS.indexOf("words")] ?? 0) * WORDS_POINTS;
    if (points >= REQUEST_WORDS || findings.some(({ signal }) => !HARMLESS.has(signal))) continue;
    seen.push({ counted: counter.count(blanked), signals: values, mood: "calm", weight: REQUEST_WEIGHT });
  }
  const judged = seen.length;
  for (const { word, score } of leanings ? lexicon.leanings() : []) {
    const mood = score > 0 ? "calm" : score <= ANGRY_WORD ? "angry" : "annoyed";
    seen.push({ counted: counter.count(word), mood, weight: LEANING_WEIGHT });
  }
  const vocabulary = buildVocabulary(
    seen.map(({ counted }) => counted),
    () => false,
  );
  const width = widthOf(vocabulary);
  const rows = stackRows(
    seen.map(({ counted, signals }) => rowOf(vocabulary, counted, signals)),
    width,
  );
  const contrast = stressContrast(rows, vocabulary.size, seen);
  const cost = Math.min(1, CAREFUL_LINES / lines.length);
  const set: LearningSet = {
    options: { costPositive: cost, costNegative: cost, tolerance: 0.5, maxPasses: 60 },
    rows,
    norms: squaredNorms(rows),
    weight: balanced(seen),
    labels: [
      Int32Array.from(seen, ({ mood }) => (mood === "calm" ? 0 : 1)),
      Int32Array.from(seen, ({ mood }) => (mood === "angry" ? 1 : 0)),
    ],
  };
  const all = Int32Array.from(seen, (_, index) => index);
  const weights = set.labels.map((label) => learn(set, all, label));
  const margins = heldOutMargins(set, judged);
  const sigmoids = set.labels.map((label, question) =>
    fitSigmoid(
      margins.map((pair) => pair[question] ?? 0),
      margins.map((_, index) => label[index] === 1),
    ),
  );
  const scores = margins.map((pair) => chancesOf(sigmoids, pair).score);
  const thresholds = fitThresholds(
    scores,
    seen.slice(0, judged).map(({ mood }) => mood),
  );
  for (const w of weights)
    for (let column = 0; column < vocabulary.size; column += 1) w[column] = (w[column] as number) * (contrast[column] as number);
  const { scales, weights: packed, bias } = quantise(weights, width);
  return { vocabulary, frameWords, scales, weights: packed, bias: [...bias], sigmoids, ...thresholds };
}

/**
 * Multiplies each n-gram by how far its share of the upset lines is from its share of the calm ones, after S. Wang and C. Manning,
 * "Baselines and Bigrams", ACL 2012, and returns the factors, which the weights take over afterwards.
 */
function stressContrast(
  rows: SparseRows,
  columns: number,
  seen: readonly { readonly mood: MoodLabel; readonly weight: number }[],
): Float32Array {
  const upset = new Float64Array(columns).fill(1);
  const calm = new Float64Array(columns).fill(1);
  const total = { upset: 1, calm: 1 };
  const each = (visit: (row: number, place: number, column: number) => void): void => {
    for (let row = 0; row < seen.length; row += 1)
      for (let at = rows.starts[row] as number; at < (rows.starts[row + 1] as number); at += 1) {
        const column = rows.columns[at] as number;
        if (column < columns) visit(row, at, column);
      }
  };
  for (const { mood, weight } of seen) total[mood === "calm" ? "calm" : "upset"] += weight;
  each((row, _, column) => {
    const { mood, weight } = seen[row] as (typeof seen)[number];
    const side = mood === "calm" ? calm : upset;
    side[column] = (side[column] as number) + weight;
  });
  const factors = Float32Array.from(upset, (count, column) => {
    const ratio = Math.abs(Math.log(count / total.upset / ((calm[column] as number) / total.calm)));
    return Math.min(CONTRAST.most, CONTRAST.least + (1 - CONTRAST.least) * ratio);
  });
  each((_, place, column) => {
    rows.values[place] = (rows.values[place] as number) * (factors[column] as number);
  });
  return factors;
}

interface LearningSet {
  readonly options: SvmOptions;
  readonly rows: SparseRows;
  readonly norms: Float32Array;
  readonly weight: Float32Array;
  /** One array for each question. */
  readonly labels: readonly Int32Array[];
}

function learn({ rows, norms, weight, options }: LearningSet, used: Int32Array, label: Int32Array): Float32Array {
  // A question that no line answers with yes: always no.
  if (!used.some((row) => label[row] === 1)) {
    const none = new Float32Array(rows.width + 1);
    none[rows.width] = -1;
    return none;
  }
  const mixed = Int32Array.from(used);
  shuffler(0x9e3779b9)(mixed, mixed.length);
  return trainOneVsRest(rows, mixed, label, 1, weight, norms, options);
}

/** Calm lines and the others weigh the same in total. */
function balanced(seen: readonly { readonly mood: MoodLabel; readonly weight: number }[]): Float32Array {
  const total = { calm: 0, upset: 0 };
  for (const { mood, weight } of seen) total[mood === "calm" ? "calm" : "upset"] += weight;
  const half = (total.calm + total.upset) / 2;
  return Float32Array.from(seen, ({ mood, weight }) => (weight * half) / Math.max(1, mood === "calm" ? total.calm : total.upset));
}

/** Margins of each line by models that have not seen it. Lexicon words, which stand after the lines, teach every fold. */
function heldOutMargins(set: LearningSet, lines: number): number[][] {
  const { rows } = set;
  const total = rows.starts.length - 1;
  const margins: number[][] = Array.from({ length: lines }, () => []);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const used: number[] = [];
    for (let row = 0; row < total; row += 1) if (row >= lines || row % FOLDS !== fold) used.push(row);
    for (const label of set.labels) {
      const w = learn(set, Int32Array.from(used), label);
      for (let row = fold; row < lines; row += FOLDS) {
        let margin = w[rows.width] as number;
        for (let k = rows.starts[row] as number; k < (rows.starts[row + 1] as number); k += 1)
          margin += (w[rows.columns[k] as number] as number) * (rows.values[k] as number);
        (margins[row] as number[]).push(margin);
      }
    }
  }
  return margins;
}

function stackRows(list: readonly Row[], width: number): SparseRows {
  const starts = new Int32Array(list.length + 1);
  for (const [row, { columns }] of list.entries()) starts[row + 1] = (starts[row] as number) + columns.length;
  const columns = new Int32Array(starts[list.length] as number);
  const values = new Float32Array(columns.length);
  for (const [row, one] of list.entries()) {
    columns.set(one.columns, starts[row] as number);
    values.set(one.values, starts[row] as number);
  }
  return { starts, columns, values, width };
}
