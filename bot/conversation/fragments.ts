/**
 * Customers write one sentence in three messages ("我昨天" / "充的那个" / "还没到"). Fragments that follow one another are read as one turn; a
 * message that is complete is answered at once.
 */
import type { Understanding } from "../../intents/index.ts";
import type { Activity } from "./activity.ts";

/** How long an unfinished message waits for the next, and how long the first of them waits at most. Milliseconds. */
export const FRAGMENT_PAUSE_MS = 1200;
export const FRAGMENT_MOST_MS = 4000;

const ENDS_SENTENCE = /[。！？!?.…~～]\s*$/u;

/** The texts of pending messages as one utterance, a line each: the recogniser reads them as one, and as several where they ask several things. */
export function joinFragments(texts: readonly string[]): string {
  return texts
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "")
    .join("\n");
}

/** A line as short as that is often the first of several. Characters; English words are longer. */
const SHORT = { han: 20, latin: 45 };

/**
 * Whether the pending messages can be answered now. A sure request, a finished sentence, an answer to an open question, a file or a button
 * is complete; a few unclear words are not, and neither is the short first line of a problem whose facts come in the next ones.
 * @param awaitsFacts the problem named needs a fact that was not said and cannot be looked up
 */
export function isComplete(
  pending: readonly Activity[],
  understanding: Understanding,
  hasOpenQuestion: boolean,
  awaitsFacts = false,
): boolean {
  if (pending.some((activity) => activity.type !== "message" || (activity.attachments?.length ?? 0) > 0 || activity.value !== undefined))
    return true;
  const last = pending.at(-1)?.text ?? "";
  const mayGoOn =
    awaitsFacts &&
    !hasOpenQuestion &&
    understanding.mood.label !== "angry" &&
    [...last].length <= (/\p{Script=Han}/u.test(last) ? SHORT.han : SHORT.latin);
  if (mayGoOn && !ENDS_SENTENCE.test(last)) return false;
  if (hasOpenQuestion || understanding.certainty === "sure") return true;
  return ENDS_SENTENCE.test(last) || [...last].length > 40;
}
