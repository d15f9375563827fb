/** Scores with their uncertainty. "Nothing measured" is `undefined`, never 0 or 1, and fails every bar. */

export interface Share {
  readonly right: number;
  readonly of: number;
  /** right ÷ of; undefined when nothing was measured. */
  readonly value: number | undefined;
  /** Wilson score interval at 95 % (E. B. Wilson 1927, doi 10.1080/01621459.1927.10502953). */
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export function share(right: number, of: number): Share {
  if (of === 0) return { right, of, value: undefined, low: undefined, high: undefined };
  const z = 1.96;
  const p = right / of;
  const centre = p + (z * z) / (2 * of);
  const spread = z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return { right, of, value: p, low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}

/** Mean of the F1 of every label that occurs, each counted once. Undefined when there is none. */
export function macroF1(pairs: readonly { readonly expected: string; readonly got: string }[]): number | undefined {
  const labels = [...new Set(pairs.map((pair) => pair.expected))];
  if (labels.length === 0) return undefined;
  const scores = labels.map((label) => {
    const hit = pairs.filter((pair) => pair.expected === label && pair.got === label).length;
    const missed = pairs.filter((pair) => pair.expected === label && pair.got !== label).length;
    const wrong = pairs.filter((pair) => pair.expected !== label && pair.got === label).length;
    return hit === 0 ? 0 : (2 * hit) / (2 * hit + missed + wrong);
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Chance that a positive scores above a negative (Mann–Whitney U ÷ pairs); ties count half. Undefined when one side is empty. */
export function auroc(positives: readonly number[], negatives: readonly number[]): number | undefined {
  if (positives.length === 0 || negatives.length === 0) return undefined;
  let above = 0;
  for (const positive of positives) for (const negative of negatives) above += positive > negative ? 1 : positive === negative ? 0.5 : 0;
  return above / (positives.length * negatives.length);
}

/** Expected calibration error in ten bins of equal width (Guo et al. 2017, arXiv:1706.04599). Undefined when nothing was measured. */
export function calibrationError(rows: readonly { readonly confidence: number; readonly right: boolean }[]): number | undefined {
  if (rows.length === 0) return undefined;
  let error = 0;
  for (let bin = 0; bin < 10; bin += 1) {
    const inBin = rows.filter((row) => Math.min(9, Math.floor(row.confidence * 10)) === bin);
    if (inBin.length === 0) continue;
    const confidence = inBin.reduce((sum, row) => sum + row.confidence, 0) / inBin.length;
    const accuracy = inBin.filter((row) => row.right).length / inBin.length;
    error += (inBin.length / rows.length) * Math.abs(confidence - accuracy);
  }
  return error;
}

/**
 * Share of positives that score above a threshold which at most `alarms` of the negatives exceed. Undefined when one side is empty.
 *
 * @param alarms greatest share of negatives above the threshold, 0..1
 */
export function recallAtFalseAlarms(positives: readonly number[], negatives: readonly number[], alarms: number): number | undefined {
  if (positives.length === 0 || negatives.length === 0) return undefined;
  const falling = [...negatives].sort((a, b) => b - a);
  // The first negative that must not be above the threshold; a positive of the same score is below it, too.
  const threshold = falling[Math.floor(negatives.length * alarms)] ?? Number.NEGATIVE_INFINITY;
  return positives.filter((score) => score > threshold).length / positives.length;
}
