/** Turns in which there is nothing to decide: an agent answers, the customer gives the figure he was asked for, or names a case of his. */
import type { Decision } from "../decide/decision.ts";
import type { ActInput, Outcome } from "./act.ts";
import { continueCase } from "./continue-case.ts";
import { decideToListen, listen } from "./listen.ts";
import { decideToRate, rate, scoreIn } from "./rating.ts";
import type { TurnWorld } from "./world.ts";

/** @returns undefined when the turn takes its usual way */
export async function aside(
  input: Omit<ActInput, "decision">,
  world: TurnWorld,
): Promise<{ readonly decision: Decision; readonly outcome: Outcome } | undefined> {
  const { state } = input.conversation;
  if (state.handler === "agent") {
    const decision = decideToListen(input, world);
    return { decision, outcome: await listen({ ...input, decision }, world) };
  }
  const score = scoreIn(input.text, state);
  if (score === undefined) return continueCase(input, world);
  const decision = decideToRate(input, world);
  return { decision, outcome: rate(score, { ...input, decision }, world) };
}
