import { indexVocabulary, type Vocabulary } from "../classifier/vocabulary.ts";
import { type Row, widthOf } from "./mood-features.ts";

/** From a margin to a chance: `1 / (1 + exp(-(slope · margin + offset)))` (J. Platt, "Probabilistic Outputs for SVMs", 1999). */
export interface Sigmoid {
  readonly slope: number;
  readonly offset: number;
}

/** A trained mood model. It answers two questions: upset (annoyed or angry)? angry? Weights are int8: `weight[column][question] = scales[column] · weights[column · 2 + question]`. */
export interface MoodModel {
  readonly vocabulary: Vocabulary;
  /** Words and characters that stand in frames. */
  readonly frameWords: readonly string[];
  readonly scales: Float32Array;
  readonly weights: Int8Array;
  readonly bias: readonly number[];
  /** One for each question, upset first. */
  readonly sigmoids: readonly Sigmoid[];
  /** Score from which a message counts as annoyed, and as angry. */
  readonly annoyedFrom: number;
  readonly angryFrom: number;
}

export interface MoodChances {
  readonly upset: number;
  readonly angry: number;
  /** Expected mood with calm = 0, annoyed = ½, angry = 1. */
  readonly score: number;
}

const chance = ({ slope, offset }: Sigmoid, margin: number): number => 1 / (1 + Math.exp(-(slope * margin + offset)));

/** Chances from the margins of both questions; who is angry is upset as well. */
export function chancesOf(sigmoids: readonly Sigmoid[], margins: readonly number[]): MoodChances {
  const [first, second] = sigmoids as readonly [Sigmoid, Sigmoid];
  const upset = chance(first, margins[0] ?? 0);
  const angry = Math.min(upset, chance(second, margins[1] ?? 0));
  return { upset, angry, score: (upset + angry) / 2 };
}

/** Margins of a row for both questions. */
export function moodMargins(model: MoodModel, row: Row): [number, number] {
  let [upset, angry] = model.bias as [number, number];
  for (let i = 0; i < row.columns.length; i += 1) {
    const column = row.columns[i] as number;
    const factor = (row.values[i] as number) * (model.scales[column] as number);
    upset += factor * (model.weights[column * 2] as number);
    angry += factor * (model.weights[column * 2 + 1] as number);
  }
  return [upset, angry];
}

/** What a column of a row adds to the margin of "upset". */
export function shareOf(model: MoodModel, column: number, value: number): number {
  return value * (model.scales[column] as number) * (model.weights[column * 2] as number);
}

/** A model as plain data, to be kept in JSON; arrays in base64, little-endian. */
export interface PackedMood {
  readonly hashes: string;
  readonly idf: string;
  readonly unseenIdf: number;
  readonly frameWords: readonly string[];
  readonly scales: string;
  readonly weights: string;
  readonly bias: readonly number[];
  readonly sigmoids: readonly Sigmoid[];
  readonly annoyedFrom: number;
  readonly angryFrom: number;
}

const base64 = (array: Uint32Array | Float32Array | Int8Array): string =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");

export function packMood(model: MoodModel): PackedMood {
  const { vocabulary, frameWords, scales, weights, bias, sigmoids, annoyedFrom, angryFrom } = model;
  return {
    hashes: base64(vocabulary.hashes),
    idf: base64(vocabulary.idf),
    unseenIdf: vocabulary.unseenIdf,
    frameWords,
    scales: base64(scales),
    weights: base64(weights),
    bias,
    sigmoids,
    annoyedFrom,
    angryFrom,
  };
}

/** @throws when the packed model is of another size than this program's features (its file was made by another version) */
export function unpackMood(packed: PackedMood): MoodModel {
  const bytes = (text: string): ArrayBuffer => {
    // A copy of its own: typed arrays need an aligned start, and a small buffer lies anywhere in Node's pool.
    const { buffer, byteOffset, byteLength } = Buffer.from(text, "base64");
    return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  };
  const vocabulary = indexVocabulary(new Uint32Array(bytes(packed.hashes)), new Float32Array(bytes(packed.idf)), packed.unseenIdf);
  const scales = new Float32Array(bytes(packed.scales));
  if (scales.length !== widthOf(vocabulary)) throw new Error("the mood model is of another version");
  const { frameWords, bias, sigmoids, annoyedFrom, angryFrom } = packed;
  return { vocabulary, frameWords, scales, weights: new Int8Array(bytes(packed.weights)), bias, sigmoids, annoyedFrom, angryFrom };
}
