import { type Calibration, calibrate, type HeldOutLine } from "./calibration.ts";
import { anyCoverage, collectFamiliar, labelCoverage } from "./familiar.ts";
import type { Counted } from "./features.ts";
import { type FoldResult, type FoldTask, heldOutRows, runTasks, shareFloat32, shareInt32, type TrainingSet } from "./folds.ts";
import { type Model, NONE_LABEL, placeOfLargest, quantise } from "./model.ts";
import { type SvmOptions, shuffler } from "./svm.ts";
import { buildVocabulary, DENSE, stack, type Vocabulary, vectorise } from "./vocabulary.ts";

/** One line to learn from. */
export interface TrainingLine {
  readonly counted: Counted;
  /** Intent name, or `NONE_LABEL`. */
  readonly label: string;
  /** Factor on the cost of a mistake; 1 for an example a person wrote. */
  readonly weight: number;
  /** Lines made by rule are never held out: their twins would be in the training part. */
  readonly generated?: boolean;
  /** Lines of one group (fillings of one pattern) are held out together. */
  readonly group?: number;
}

export interface TrainingOptions {
  /** Worker threads; 0 trains on the calling thread. Default 2. */
  readonly threads?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** Leave every second label out of the judged fold to see unsupported wishes. Default true when there are at least 12 labels. */
  readonly leaveLabelsOut?: boolean;
}

/** Chosen by cross-validation on the catalogue. */
const SVM: SvmOptions = { costPositive: 1, costNegative: 1, tolerance: 1, maxPasses: 60 };
/** From here on a feature has to stand in three lines: with two the model is half as large again and no better (1,820 own held-out lines, within 0.3 points). */
const MANY_LINES = 20_000;
const FOLDS = 3;
/**
 * Folds that are trained and judged. One third of the lines is plenty for the few numbers of the calibration; measured on own
 * held-out lines, three folds gave the same thresholds within 0.02 and cost twice the training again.
 */
const JUDGED = 1;
/**
 * The judged fold leaves every second label out, to see how unsupported wishes look. With fewer left out those seen are mostly neighbours
 * of labels that stay, and the logistic regression learns to mistrust coverage: on CLINC150 AUROC is 0.960 with a sixth left out, 0.964
 * with half. The sharpness hardly moves (5.6 to 6.0 on the catalogue), and half the labels are trained in a quarter of the time.
 */
const LEFT_OUT_EVERY = 2;
/** Up to this many lines a feature that occurs once is kept: what one of ten lines says is a tenth of all there is to know. */
const FEW_LINES = 5_000;
/** Share of the "outside" evidence that comes from left-out labels; the rest is background. */
const NEAR_SHARE = 0.25;

/** Trains and calibrates. Deterministic: the same lines in the same order give the same model, whatever the threads. */
export async function trainModel(given: readonly TrainingLine[], options: TrainingOptions = {}): Promise<Model> {
  const lines = mixed(given);
  const names = [...new Set(lines.map((line) => line.label))].sort();
  const hasNone = names.includes(NONE_LABEL);
  const placeOf = new Map(names.map((name, index) => [name, index]));
  const vocabulary = buildVocabulary(
    lines.map((line) => line.counted),
    () => lines.length <= FEW_LINES,
    lines.length > MANY_LINES ? 3 : 2,
  );
  const set = trainingSet(lines, placeOf, vocabulary, names, options.leaveLabelsOut ?? names.length >= 12);
  const half = Math.ceil(names.length / 2);
  const tasks: FoldTask[] = [];
  for (let fold = -1; fold < JUDGED; fold += 1) {
    for (const [from, to] of [
      [0, half],
      [half, names.length],
    ] as const) {
      tasks.push({ fold, from, to });
    }
  }
  const results = await runTasks(set, tasks, options.threads ?? 2, (done) => options.onProgress?.(done, tasks.length));
  const weights = collectWeights(results, names.length, vocabulary.size + DENSE);
  const calibration = calibrateFolds(results, set, lines, vocabulary, names, hasNone);
  const familiar = collectFamiliar(set.rows, set.label, names.length, () => true);
  return { labels: names, vocabulary, ...quantise(weights, vocabulary.size + DENSE), familiar, calibration };
}

/** Lines in a mixed, fixed order: learning from them in turn wants neighbours of different labels. */
function mixed(lines: readonly TrainingLine[]): readonly TrainingLine[] {
  const order = Int32Array.from(lines.keys());
  shuffler(0x9e3779b9)(order, order.length);
  return Array.from(order, (index) => lines[index] as TrainingLine);
}

function trainingSet(
  lines: readonly TrainingLine[],
  placeOf: ReadonlyMap<string, number>,
  vocabulary: Vocabulary,
  names: readonly string[],
  leaveOut: boolean,
): TrainingSet {
  const rows = stack(
    lines.map((line) => vectorise(vocabulary, line.counted)),
    vocabulary.size + DENSE,
  );
  // Every label's lines are dealt round the folds in turn, so that each fold holds the same share of every label.
  const dealt = new Map<string, number>();
  const fold = Int8Array.from(lines, (line) => {
    if (line.generated === true) return -1;
    if (line.group !== undefined) return line.group % FOLDS;
    const turn = dealt.get(line.label) ?? 0;
    dealt.set(line.label, turn + 1);
    return turn % FOLDS;
  });
  const leftOut = Int8Array.from(names, (name, index) => (leaveOut && name !== NONE_LABEL && index % LEFT_OUT_EVERY === 0 ? 0 : -1));
  return {
    rows: { starts: shareInt32(rows.starts), columns: shareInt32(rows.columns), values: shareFloat32(rows.values), width: rows.width },
    label: shareInt32(Int32Array.from(lines, (line) => placeOf.get(line.label) ?? 0)),
    weight: shareFloat32(Float32Array.from(lines, (line) => line.weight)),
    fold,
    leftOut,
    options: SVM,
  };
}

function collectWeights(results: readonly FoldResult[], labels: number, width: number): Float32Array[] {
  const weights: Float32Array[] = Array.from({ length: labels }, () => new Float32Array(width + 1));
  for (const { task, values } of results) {
    if (task.fold >= 0) continue;
    for (let label = task.from; label < task.to; label += 1) {
      const at = (label - task.from) * (width + 1);
      weights[label] = values.subarray(at, at + width + 1);
    }
  }
  return weights;
}

function calibrateFolds(
  results: readonly FoldResult[],
  set: TrainingSet,
  lines: readonly TrainingLine[],
  vocabulary: Vocabulary,
  names: readonly string[],
  hasNone: boolean,
): Calibration {
  const noneAt = names.indexOf(NONE_LABEL);
  const held: (Omit<HeldOutLine, "weight"> & { readonly kind: "inside" | "near" | "far" })[] = [];
  for (let fold = 0; fold < JUDGED; fold += 1) {
    const rows = heldOutRows(set, fold);
    const parts = results.filter((result) => result.task.fold === fold);
    // As a model without the fold would see it: features met only in held-out rows are unknown to it.
    const familiar = collectFamiliar(
      set.rows,
      set.label,
      names.length,
      (row) => set.fold[row] !== fold && set.leftOut[set.label[row] as number] !== fold,
    );
    for (const [at, row] of rows.entries()) {
      const label = set.label[row] as number;
      const margins = new Float32Array(names.length);
      for (const { task, values } of parts) {
        for (let target = task.from; target < task.to; target += 1)
          margins[target] = values[(target - task.from) * rows.length + at] as number;
      }
      const own = noneAt < 0 ? margins : margins.filter((_, index) => index !== noneAt);
      const kind = label === noneAt ? "far" : set.leftOut[label] === fold ? "near" : "inside";
      const correct = kind !== "inside" ? -1 : noneAt >= 0 && label > noneAt ? label - 1 : label;
      const place = placeOfLargest(own);
      const vector = vectorise(vocabulary, (lines[row] as TrainingLine).counted);
      held.push({
        margins: own,
        correct,
        none: noneAt < 0 ? -1 : (margins[noneAt] as number),
        coverage: anyCoverage(familiar, vocabulary, vector),
        ownCoverage: labelCoverage(familiar, vocabulary, vector, noneAt >= 0 && place >= noneAt ? place + 1 : place),
        kind,
      });
    }
  }
  const near = held.filter((line) => line.kind === "near").length;
  const far = held.filter((line) => line.kind === "far").length;
  const nearWeight = hasNone && near > 0 ? (NEAR_SHARE * far) / ((1 - NEAR_SHARE) * near) : 1;
  return calibrate(held.map((line) => ({ ...line, weight: line.kind === "near" ? nearWeight : 1 })));
}
