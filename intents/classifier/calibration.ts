/**
 * From margins to chances. Two questions are answered apart:
 *
 * in scope?    logistic regression on five signs: best margin, best margin over the "none" class, best over second, the share of the
 *              text that any label knows, and the share that the best label knows
 * which one?   softmax of the margins with one temperature (Guo et al., "On Calibration of Modern Neural Networks", 2017)
 *
 * Both are fitted on cross-validated margins, so no line judges a model that has seen it.
 */
export interface Calibration {
  /** Divisor of margins is 1/sharpness: confidence = softmax(sharpness · margin). */
  readonly sharpness: number;
  /** Bias, then one weight for each sign. */
  readonly scope: readonly number[];
  /** Below this chance of being in scope a text is out of scope. */
  readonly rejectBelow: number;
  /** From this confidence on the first intent is sure. */
  readonly sureFrom: number;
}

/** Margins of one text: those of the intents (any order), of "none" (absent: no background), and coverage. */
export interface Signs {
  readonly best: number;
  readonly second: number;
  readonly none: number;
  readonly coverage: number;
  /** Share of the text that the lines of the best label hold. */
  readonly ownCoverage: number;
}

export const scopeSigns = (signs: Signs): readonly number[] => [
  1,
  signs.best,
  signs.best - signs.none,
  signs.best - signs.second,
  signs.coverage,
  signs.ownCoverage,
];

export function logistic(weights: readonly number[], signs: readonly number[]): number {
  let sum = 0;
  for (const [index, weight] of weights.entries()) sum += weight * (signs[index] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}

/** Softmax with sharpness; the result has the order of `margins`. */
export function softmax(margins: ArrayLike<number>, sharpness: number): Float64Array {
  const chances = new Float64Array(margins.length);
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < margins.length; i += 1) highest = Math.max(highest, margins[i] as number);
  let total = 0;
  for (let i = 0; i < margins.length; i += 1) {
    const chance = Math.exp(sharpness * ((margins[i] as number) - highest));
    chances[i] = chance;
    total += chance;
  }
  for (let i = 0; i < chances.length; i += 1) chances[i] = (chances[i] as number) / total;
  return chances;
}

/** One cross-validated line. `correct` is the place of the right label in `margins`, -1 when the line is out of scope. */
export interface HeldOutLine {
  readonly margins: Float32Array;
  readonly correct: number;
  readonly none: number;
  readonly coverage: number;
  readonly ownCoverage: number;
  readonly weight: number;
}

/**
 * Share of messages that the desk deals with, for the chance of being in scope. An assumption, not a measurement: in chats of shops about
 * one message in seven is small talk or someone else's business.
 */
const IN_SCOPE_SHARE = 0.85;
/** Of in-scope lines at most this share may be rejected in cross-validation, where a third of the examples is missing; with all of them it is a fifth of that. */
const REJECTED_SHARE = 0.12;
/** "Sure" begins where at least this share of the lines above is right. */
const SURE_PRECISION = 0.8;

/** Fits everything on cross-validated lines. */
export function calibrate(lines: readonly HeldOutLine[]): Calibration {
  const inside = lines.filter((line) => line.correct >= 0);
  const sharpness = fitSharpness(inside);
  const rows = lines.map((line) => ({ signs: scopeSigns(signsOf(line)), inside: line.correct >= 0, weight: line.weight }));
  const scope = lines.length === inside.length ? [30, 0, 0, 0, 0, 0] : fitLogistic(rows);
  const chances = inside.map((line) => logistic(scope, scopeSigns(signsOf(line)))).sort((a, b) => a - b);
  const rejectBelow = Math.min(IN_SCOPE_SHARE, chances[Math.floor(chances.length * REJECTED_SHARE)] ?? IN_SCOPE_SHARE);
  return { sharpness, scope, rejectBelow, sureFrom: fitSure(lines, sharpness, scope, rejectBelow) };
}

/** The signs of a text from its margins. */
export function signsOf(line: Pick<HeldOutLine, "none" | "coverage" | "ownCoverage"> & { readonly margins: ArrayLike<number> }): Signs {
  let best = Number.NEGATIVE_INFINITY;
  let second = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < line.margins.length; i += 1) {
    const margin = line.margins[i] as number;
    if (margin > best) {
      second = best;
      best = margin;
    } else if (margin > second) second = margin;
  }
  if (second === Number.NEGATIVE_INFINITY) second = -1;
  return { best, second: Math.max(second, -2), none: line.none, coverage: line.coverage, ownCoverage: line.ownCoverage };
}

/** One number needs no more lines than this. */
const SHARPNESS_LINES = 1_500;

function fitSharpness(all: readonly HeldOutLine[]): number {
  const step = Math.max(1, Math.floor(all.length / SHARPNESS_LINES));
  const lines = all.filter((_, index) => index % step === 0);
  const loss = (sharpness: number): number => {
    let sum = 0;
    for (const line of lines) sum -= Math.log(Math.max(1e-9, softmax(line.margins, sharpness)[line.correct] ?? 1e-9));
    return sum;
  };
  // Golden-section search: the loss is convex in the sharpness.
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = 0.5;
  let high = 20;
  for (let turn = 0; turn < 16; turn += 1) {
    const left = high - ratio * (high - low);
    const right = low + ratio * (high - low);
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}

interface LogitRow {
  readonly signs: readonly number[];
  readonly inside: boolean;
  readonly weight: number;
}

/** Newton's method with a little ridge; the two sides weigh as they are met (`IN_SCOPE_SHARE`), however many lines of each there are. */
function fitLogistic(rows: readonly LogitRow[]): number[] {
  const size = rows[0]?.signs.length ?? 1;
  const total = { inside: 0, outside: 0 };
  for (const row of rows) total[row.inside ? "inside" : "outside"] += row.weight;
  const w = new Array<number>(size).fill(0);
  for (let step = 0; step < 25; step += 1) {
    const gradient = w.map((weight) => 1e-4 * weight);
    const hessian = w.map((_, i) => w.map((__, j) => (i === j ? 1e-4 : 0)));
    for (const row of rows) {
      const cost = row.weight * (row.inside ? IN_SCOPE_SHARE / total.inside : (1 - IN_SCOPE_SHARE) / total.outside);
      const p = logistic(w, row.signs);
      for (let i = 0; i < size; i += 1) {
        const x = row.signs[i] as number;
        gradient[i] = (gradient[i] as number) + cost * (p - (row.inside ? 1 : 0)) * x;
        const line = hessian[i] as number[];
        for (let j = 0; j < size; j += 1) line[j] = (line[j] as number) + cost * p * (1 - p) * x * (row.signs[j] as number);
      }
    }
    const delta = solve(hessian, gradient);
    let change = 0;
    for (let i = 0; i < size; i += 1) {
      w[i] = (w[i] as number) - (delta[i] as number);
      change = Math.max(change, Math.abs(delta[i] as number));
    }
    if (change < 1e-6) break;
  }
  return w;
}

/** Gaussian elimination with pivoting on a small system. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const a = matrix.map((row, i) => [...row, right[i] as number]);
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(a[row]?.[column] ?? 0) > Math.abs(a[pivot]?.[column] ?? 0)) pivot = row;
    }
    const kept = a[column] as number[];
    a[column] = a[pivot] as number[];
    a[pivot] = kept;
    const lead = a[column] as number[];
    for (let row = 0; row < size; row += 1) {
      if (row === column) continue;
      const line = a[row] as number[];
      const factor = (line[column] as number) / (lead[column] as number);
      for (let k = column; k <= size; k += 1) line[k] = (line[k] as number) - factor * (lead[k] as number);
    }
  }
  return a.map((row, i) => (row[size] as number) / (row[i] as number));
}

function fitSure(lines: readonly HeldOutLine[], sharpness: number, scope: readonly number[], rejectBelow: number): number {
  const judged: { readonly confidence: number; readonly right: boolean; readonly weight: number }[] = [];
  for (const line of lines) {
    const chance = logistic(scope, scopeSigns(signsOf(line)));
    if (chance < rejectBelow) continue;
    const chances = softmax(line.margins, sharpness);
    let top = 0;
    for (let i = 1; i < chances.length; i += 1) if ((chances[i] as number) > (chances[top] as number)) top = i;
    judged.push({ confidence: chance * (chances[top] as number), right: top === line.correct, weight: line.weight });
  }
  judged.sort((a, b) => b.confidence - a.confidence);
  let right = 0;
  let all = 0;
  let from = 0.9;
  for (const one of judged) {
    all += one.weight;
    if (one.right) right += one.weight;
    if (right / all >= SURE_PRECISION) from = one.confidence;
  }
  return Math.min(0.85, Math.max(0.35, from));
}
