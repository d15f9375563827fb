/**
 * A first waiting estimate: calls ahead that compete for the same agents × mean handling time ÷ agents who can take them (queue length
 * estimator, Ibrahim & Whitt 2009, doi 10.1287/msom.1080.0223), told as a range because handling times scatter.
 */
export interface WaitRange {
  readonly lowSeconds: number;
  readonly highSeconds: number;
  /** As likely longer as shorter. */
  readonly likelySeconds?: number;
  /** Share of the ranges told lately that held, 0..1; absent while too few are known. */
  readonly coverage?: number;
}

export interface WaitInput {
  /** Entries that will be served before this one. */
  readonly ahead: number;
  /** Agents signed in (ready, busy or in wrap-up) with the skill and the language. */
  readonly agents: number;
  /** Of those, how many are ready now. */
  readonly ready: number;
  /** Seconds of the newest finished talks; may be empty. */
  readonly handleSeconds: readonly number[];
  readonly assumedHandleSeconds: number;
  readonly shortestRangeSeconds: number;
  readonly hideAboveSeconds: number;
}

/** Handle times needed before the desk's own record replaces the assumed one. */
const ENOUGH = 30;

/** Mean of the desk's own record once it is long enough, else the assumed one. */
export function meanHandleSeconds(handled: readonly number[], assumed: number): number {
  return handled.length >= ENOUGH ? handled.reduce((sum, seconds) => sum + seconds, 0) / handled.length : assumed;
}

/** @returns undefined when nothing honest can be said: nobody is signed in, or the wait is too long to name. */
export function estimateWait(input: WaitInput): WaitRange | undefined {
  if (input.agents === 0) return undefined;
  const mean = meanHandleSeconds(input.handleSeconds, input.assumedHandleSeconds);
  if (input.ahead < input.ready) return { lowSeconds: 0, likelySeconds: 0, highSeconds: input.shortestRangeSeconds };
  // The agent who frees first has on average mean/agents to go; each call ahead adds as much again.
  const expected = ((input.ahead - input.ready + 1) * mean) / input.agents;
  const range = {
    lowSeconds: Math.floor(expected * 0.6),
    likelySeconds: Math.round(expected),
    highSeconds: Math.ceil(Math.max(expected * 1.6, input.shortestRangeSeconds)),
  };
  return range.highSeconds > input.hideAboveSeconds ? undefined : range;
}
