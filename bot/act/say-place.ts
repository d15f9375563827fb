import type { Policy } from "../policy/policy.ts";
import type { Language } from "../policy/words.ts";

/** A place in line in words: "3 ahead of you", or "you are next". Nobody hears that nobody is ahead of him. */
export function sayPlace(ahead: number, { say }: Pick<Policy, "say">, language: Language): string {
  return ahead <= 0 ? say("agent.place_next", language) : say("agent.place", language, { ahead });
}
