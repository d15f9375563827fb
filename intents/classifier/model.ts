import { type Calibration, logistic, scopeSigns, signsOf, softmax } from "./calibration.ts";
import { type Familiar, labelCoverage } from "./familiar.ts";
import type { Counted } from "./features.ts";
import { type Vector, type Vocabulary, vectorise } from "./vocabulary.ts";

/** The label of lines that belong to no intent. */
export const NONE_LABEL = "out_of_scope";

/** A trained model. Weights are int8 with one scale for each feature: `weight[column][label] = scales[column] · weights[column · labels + label]`. */
export interface Model {
  readonly labels: readonly string[];
  readonly vocabulary: Vocabulary;
  readonly scales: Float32Array;
  readonly weights: Int8Array;
  readonly bias: Float32Array;
  readonly familiar: Familiar;
  readonly calibration: Calibration;
}

/** What the model thinks of one text. */
export interface Scored {
  /** Margins in the order of `model.labels`. */
  readonly margins: Float32Array;
  readonly coverage: number;
  /** Chance that the text belongs to an intent at all. */
  readonly inScope: number;
  /** Intents, best first; confidence = chance in scope · share of the intent. "None" is not among them. */
  readonly ranked: readonly { readonly label: string; readonly confidence: number; readonly margin: number }[];
}

/** Packs trained weights (class by class, bias last) into int8. */
export function quantise(weights: readonly Float32Array[], width: number): Pick<Model, "scales" | "weights" | "bias"> {
  const labels = weights.length;
  const scales = new Float32Array(width);
  const packed = new Int8Array(width * labels);
  const bias = Float32Array.from(weights, (w) => w[width] ?? 0);
  for (let column = 0; column < width; column += 1) {
    let largest = 0;
    for (const w of weights) largest = Math.max(largest, Math.abs(w[column] ?? 0));
    const scale = largest / 127;
    scales[column] = scale;
    if (scale === 0) continue;
    for (const [label, w] of weights.entries()) packed[column * labels + label] = Math.round((w[column] ?? 0) / scale);
  }
  return { scales, weights: packed, bias };
}

/** Margins of a vector for every label. */
export function marginsOf(model: Model, vector: Vector): Float32Array {
  const labels = model.labels.length;
  const margins = Float32Array.from(model.bias);
  for (let i = 0; i < vector.columns.length; i += 1) {
    const column = vector.columns[i] as number;
    const factor = (vector.values[i] as number) * (model.scales[column] as number);
    if (factor === 0) continue;
    const at = column * labels;
    for (let label = 0; label < labels; label += 1)
      margins[label] = (margins[label] as number) + factor * (model.weights[at + label] as number);
  }
  return margins;
}

/**
 * Scores a text.
 *
 * @param bias added to the margin of a label (what the conversation makes likelier)
 */
export function score(model: Model, counted: Counted, bias?: ReadonlyMap<string, number>): Scored {
  const vector = vectorise(model.vocabulary, counted);
  const margins = marginsOf(model, vector);
  if (bias !== undefined) {
    for (const [label, extra] of bias) {
      const at = model.labels.indexOf(label);
      if (at >= 0) margins[at] = (margins[at] as number) + extra;
    }
  }
  const noneAt = model.labels.indexOf(NONE_LABEL);
  const intents = model.labels.map((_, index) => index).filter((index) => index !== noneAt);
  const own = Float32Array.from(intents, (index) => margins[index] as number);
  const none = noneAt < 0 ? -1 : (margins[noneAt] as number);
  const best = intents[placeOfLargest(own)] ?? 0;
  const ownCoverage = labelCoverage(model.familiar, model.vocabulary, vector, best);
  const inScope = logistic(model.calibration.scope, scopeSigns(signsOf({ margins: own, none, coverage: vector.coverage, ownCoverage })));
  const shares = softmax(own, model.calibration.sharpness);
  const ranked = intents
    .map((index, place) => ({
      label: model.labels[index] as string,
      confidence: inScope * (shares[place] as number),
      margin: own[place] as number,
    }))
    .sort((a, b) => b.confidence - a.confidence);
  return { margins, coverage: vector.coverage, inScope, ranked };
}

/** The first place of the largest number. */
export function placeOfLargest(values: ArrayLike<number>): number {
  let at = 0;
  for (let i = 1; i < values.length; i += 1) if ((values[i] as number) > (values[at] as number)) at = i;
  return at;
}
