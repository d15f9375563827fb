/** Better wording of a case summary. The list of facts stays what it was: the sentences are held against it, and it against them. */
import type { Language } from "../policy/words.ts";
import type { Prompt } from "../ports/language-model.ts";
import type { Round } from "./guarded-model.ts";
import { faultOf, figuresOf } from "./support.ts";

const MOST_TOKENS = 700;
const MOST_SENTENCES = 8;
/** Whole sentences out of a list of words need more words of their own than a quotation. */
const LEAST_SHARED = 0.5;
/** The wording may be so much longer than the list. */
const MOST_LONGER = 1.4;

interface Sentence {
  readonly text: string;
  readonly lines: readonly number[];
}

interface Worded {
  readonly sentences: readonly Sentence[];
}

/**
 * @param text the deterministic summary, a fact or a group of facts on each line
 * @returns undefined when the model has no wording that keeps every fact and adds none
 */
export async function wordSummary(round: Round, prompt: Prompt, text: string, language: Language): Promise<string | undefined> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const worded = await round.ask<Worded>({
    prompt,
    data: JSON.stringify({ language, lines: lines.map((line, place) => ({ n: place + 1, text: line })) }),
    shape: SHAPE,
    mostTokens: MOST_TOKENS,
    read: (said: Worded) => (keepsAll(said.sentences, lines) ? said : "unsupported"),
  });
  return worded?.sentences.map((sentence) => sentence.text.trim()).join("\n");
}

/** Nothing that is not in the list, and nothing of the list left out: no line, no figure. */
export function keepsAll(sentences: readonly Sentence[], lines: readonly string[]): boolean {
  if (sentences.length === 0 || sentences.length > MOST_SENTENCES) return false;
  const whole = sentences.map(({ text }) => text).join("\n");
  if (whole.length > Math.max(200, lines.join("\n").length * MOST_LONGER)) return false;
  const used = new Set(sentences.flatMap((sentence) => sentence.lines));
  if (lines.some((_, place) => !used.has(place + 1))) return false;
  const said = figuresOf(whole);
  if ([...figuresOf(lines.join("\n"))].some((figure) => !said.has(figure))) return false;
  return sentences.every((sentence) => {
    const sources = sentence.lines.map((n) => lines[n - 1]);
    const known = sources.flatMap((line) => (line === undefined ? [] : [line]));
    return known.length > 0 && known.length === sources.length && faultOf(sentence.text, known, "", LEAST_SHARED) === undefined;
  });
}

const SHAPE = {
  title: "summary",
  type: "object",
  properties: {
    sentences: {
      type: "array",
      items: {
        type: "object",
        properties: { text: { type: "string" }, lines: { type: "array", items: { type: "integer" } } },
        required: ["text", "lines"],
        additionalProperties: false,
      },
    },
  },
  required: ["sentences"],
  additionalProperties: false,
} as const;
