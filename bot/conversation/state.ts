/** Transitions of what the bot remembers. Each takes a state and gives a new one. */
import type { Attempt, ConversationState, Fact, MoodPoint } from "./conversation.ts";

const MOST_SAID = 10;
const MOST_ATTEMPTS = 12;
const MOST_MOODS = 30;

/** Corrections win: a new value of the same name from the same source replaces the old one; the platform's word stands beside the customer's. */
export function withFacts(state: ConversationState, facts: readonly Fact[]): ConversationState {
  const kept = state.facts.filter((old) => !facts.some((fact) => fact.name === old.name && fact.source === old.source));
  // Two look-ups of the same order bring the same facts.
  const told = facts.filter(
    (fact, index) =>
      facts.findLastIndex(({ name, value, source }) => name === fact.name && value === fact.value && source === fact.source) === index,
  );
  return { ...state, facts: [...kept, ...told].slice(-40) };
}

export function withSaid(state: ConversationState, text: string): ConversationState {
  return text === "" ? state : { ...state, said: [...state.said, text.replace(/\s*\n\s*/gu, " ").slice(0, 500)].slice(-MOST_SAID) };
}

export function withMood(state: ConversationState, mood: MoodPoint): ConversationState {
  return { ...state, moods: [...state.moods, mood].slice(-MOST_MOODS) };
}

export function withAttempts(state: ConversationState, attempts: readonly Attempt[]): ConversationState {
  return { ...state, attempts: [...state.attempts, ...attempts].slice(-MOST_ATTEMPTS) };
}

/** The newest problem comes first; at most three are remembered. */
export function withProblem(state: ConversationState, intent: string): ConversationState {
  return { ...state, problems: [intent, ...state.problems.filter((old) => old !== intent)].slice(0, 3) };
}

/** Turns before this one that its mood is compared with. */
const TREND_OVER = 3;

/** Where the mood is going: this turn beside the few before it. */
export function trend(moods: readonly MoodPoint[]): "rising" | "steady" | "falling" {
  const last = moods.at(-1);
  const earlier = moods.slice(-TREND_OVER - 1, -1);
  if (!last || earlier.length === 0) return "steady";
  const before = earlier.reduce((sum, { score }) => sum + score, 0) / earlier.length;
  if (Math.abs(last.score - before) < 0.15) return "steady";
  return last.score > before ? "rising" : "falling";
}
