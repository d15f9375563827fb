/**
 * What the desk learns from the ranges it told. Pure.
 *
 * `stretch`: by how much of its own width a guessed range must grow (or may shrink) on both sides so that the stated share of the last waits would
 * have lain inside; the 80 % quantile of the misses (split conformal; Romano, Patterson, Candès 2019, "Conformalized quantile regression",
 * arXiv 1905.03222). `coverage`: the share in which what was really told held.
 */
import type { ToldRange } from "../ports/store.ts";

/** What a range is meant to hold. */
export const STATED_SHARE = 0.8;
/** Waits that must be known before the record says anything. */
const ENOUGH = 30;
/** Never narrower than half, never wider than three times. */
const LIMITS = { least: -0.25, most: 1 };

export interface WaitRecord {
  readonly stretch: number;
  readonly coverage?: number;
}

export function readRecord(told: readonly ToldRange[]): WaitRecord {
  if (told.length < ENOUGH) return { stretch: 0 };
  const misses = told
    .map(({ guessLow, guessHigh, waited }) => Math.max(guessLow - waited, waited - guessHigh) / Math.max(1, guessHigh - guessLow))
    .sort((a, b) => a - b);
  const rank = Math.min(misses.length - 1, Math.ceil((misses.length + 1) * STATED_SHARE) - 1);
  const held = told.filter(({ toldLow, toldHigh, waited }) => waited >= toldLow && waited <= toldHigh).length;
  return {
    stretch: Math.min(LIMITS.most, Math.max(LIMITS.least, misses[rank] ?? 0)),
    coverage: Math.round((held / told.length) * 100) / 100,
  };
}
