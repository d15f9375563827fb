import Sentiment from "sentiment";
import english from "sentiment/languages/en/labels.json" with { type: "json" };
import type { MoodRules } from "./mood-rules.ts";
import { latinExpression } from "./phrase-expressions.ts";

/** What the words of a text say. */
export interface LexiconScore {
  /** Sum of negative scores (≤ 0) after degree and negation. */
  readonly negative: number;
  readonly positive: number;
  /** Strongest negative score, ≤ 0. */
  readonly worst: number;
  /** The words scored below zero, in the order of the text. */
  readonly words: readonly string[];
  /** Words of praise and of blame, the scored ones among them; a negated one counts half for the other side. */
  readonly praised: number;
  readonly blamed: number;
  /** The text with neutral pieces blanked, so that no sign is read inside them. */
  readonly blanked: string;
}

/** A word with the side it is on: 1 praise, -1 blame. */
export interface Leaning {
  readonly word: string;
  readonly score: number;
}

const ENGLISH_NEGATORS = new Set([
  "not",
  "no",
  "never",
  "dont",
  "don't",
  "isnt",
  "isn't",
  "wasnt",
  "wasn't",
  "cant",
  "can't",
  "wont",
  "won't",
  "aint",
]);
const HAN = /\p{Script=Han}/u;
const HAN_RUNS = /\p{Script=Han}+/gu;
const GAP = "·";
const LATIN_WORD = /[a-z]{2}/u;
/** Forms up to this long are looked at for being part of another word; longer ones are too telling. */
const SHORT = 2;
const STRONG = -3;
const SEGMENTER = new Intl.Segmenter("zh", { granularity: "word" });

/** Where words begin and end, by the segmenter's dictionary. */
function wordEdges(text: string): ReadonlySet<number> {
  const edges = new Set([text.length]);
  for (const { index } of SEGMENTER.segment(text)) edges.add(index);
  return edges;
}
/** From this score on a word stands for a side by itself. */
const LEANING = 2;

/**
 * The `sentiment` package with AFINN-165 (English, corrected by the operator's list) and a Chinese pack. The package splits at
 * spaces, so Chinese is first cut into lexicon words by longest match and joined with spaces; a segmenter would cut 打酱油 apart.
 */
export class MoodLexicon {
  readonly #sentiment = new Sentiment();
  readonly #forms: ReadonlySet<string>;
  readonly #neutral: ReadonlySet<string>;
  readonly #negation: ReadonlySet<string>;
  readonly #degree: ReadonlyMap<string, number>;
  readonly #sides: ReadonlyMap<string, number>;
  readonly #pieces: RegExp;
  readonly #chinese: Readonly<Record<string, number>>;
  /** Longest form that begins with a character: most characters begin none. */
  readonly #longest: ReadonlyMap<string, number>;

  constructor(rules: MoodRules) {
    const negation = new Set(rules.zh.negation);
    this.#negation = negation;
    this.#neutral = new Set(rules.zh.neutral);
    this.#degree = new Map(Object.entries(rules.zh.degree));
    this.#sides = new Map([...rules.zh.good.map((word) => [word, 1] as const), ...rules.zh.bad.map((word) => [word, -1] as const)]);
    this.#forms = new Set([
      ...Object.keys(rules.zh.words),
      ...this.#degree.keys(),
      ...negation,
      ...this.#neutral,
      ...rules.zh.good,
      ...rules.zh.bad,
    ]);
    const longest = new Map<string, number>();
    for (const form of this.#forms) longest.set(form.charAt(0), Math.max(form.length, longest.get(form.charAt(0)) ?? 0));
    this.#longest = longest;
    this.#chinese = rules.zh.words;
    this.#pieces = new RegExp(latinExpression(rules.en.pieces).source, "gu");
    const degree = this.#degree;
    this.#sentiment.registerLanguage("zh-desk", {
      labels: { ...rules.zh.words },
      scoringStrategy: {
        apply: (tokens: string[], cursor: number, score: number): number => {
          let scored = score;
          for (let back = 1; back <= 2 && cursor - back >= 0; back += 1) {
            const before = tokens[cursor - back] ?? "";
            const strength = degree.get(before);
            if (strength !== undefined) scored *= strength;
            // A negated insult is no praise: it counts half, turned round.
            else if (negation.has(before)) scored *= -0.5;
            else break;
          }
          return scored;
        },
      },
    });
    const labels: Record<string, number> = { ...english };
    for (const word of rules.en.neutral) delete labels[word];
    this.#sentiment.registerLanguage("en-desk", {
      labels: { ...labels, ...rules.en.words },
      scoringStrategy: {
        apply: (tokens: string[], cursor: number, score: number): number =>
          ENGLISH_NEGATORS.has(tokens[cursor - 1] ?? "") || ENGLISH_NEGATORS.has(tokens[cursor - 2] ?? "") ? score * -0.5 : score,
      },
    });
  }

  /** @param lower text in lower case; both languages are read, a message may mix them */
  score(lower: string): LexiconScore {
    const latin = LATIN_WORD.test(lower);
    const text = latin ? lower.replace(this.#pieces, (piece) => " ".repeat(piece.length)) : lower;
    let [negative, positive, worst, praised, blamed] = [0, 0, 0, 0, 0];
    const words: string[] = [];
    const add = (calculation: readonly Record<string, number>[]): void => {
      // The package reports the last word first.
      for (let index = calculation.length - 1; index >= 0; index -= 1) {
        for (const [word, score] of Object.entries(calculation[index] ?? {})) {
          if (score < 0) {
            negative += score;
            worst = Math.min(worst, score);
            words.push(word);
            if (score <= -LEANING) blamed += 1;
          } else {
            positive += score;
            if (score >= LEANING) praised += 1;
          }
        }
      }
    };
    let blanked = text;
    if (HAN.test(text)) {
      const cut = this.#cut(text);
      blanked = cut.blanked;
      if (cut.scored) add(this.#sentiment.analyze(cut.tokens.join(" "), { language: "zh-desk" }).calculation);
      const sides = this.#countSides(cut.tokens);
      praised += sides.praised;
      blamed += sides.blamed;
    }
    if (latin) add(this.#sentiment.analyze(text.replace(HAN_RUNS, " "), { language: "en-desk" }).calculation);
    return { negative, positive, worst, words, praised, blamed, blanked };
  }

  /**
   * Every Chinese word that stands for a side by itself; the trained model learns from them as from very short lines, and so knows
   * their characters in other words (难吃, 难喝). AFINN's English words taught nothing that their score does not say.
   */
  leanings(): readonly Leaning[] {
    const scored = Object.entries(this.#chinese).filter(([, score]) => Math.abs(score) >= LEANING);
    return [...scored.map(([word, score]) => ({ word, score })), ...[...this.#sides].map(([word, score]) => ({ word, score }))];
  }

  #countSides(tokens: readonly string[]): { readonly praised: number; readonly blamed: number } {
    let [praised, blamed] = [0, 0];
    for (const [cursor, token] of tokens.entries()) {
      const side = this.#sides.get(token);
      if (side === undefined) continue;
      let before = tokens[cursor - 1] ?? "";
      if (this.#degree.has(before)) before = tokens[cursor - 2] ?? "";
      if (this.#negation.has(before)) {
        if (side > 0) blamed += 0.5;
        else praised += 0.5;
      } else if (side > 0) praised += 1;
      else blamed += 1;
    }
    return { praised, blamed };
  }

  /** Lexicon words by longest match; whatever lies between two of them becomes one `·`, and neutral pieces are blanked. */
  #cut(text: string): { readonly tokens: readonly string[]; readonly blanked: string; readonly scored: boolean } {
    const tokens: string[] = [];
    let blanked = "";
    let scored = false;
    let at = 0;
    let edges: ReadonlySet<number> | undefined;
    // 烂 in 灿烂, 脑残 in 脑残疾证, sb in usb: a short strong word inside another word is none.
    const isInside = (form: string): boolean => {
      if (form.length > SHORT || (this.#chinese[form] ?? 0) > STRONG) return false;
      edges ??= wordEdges(text);
      return !edges.has(at) || !edges.has(at + form.length);
    };
    while (at < text.length) {
      const form = this.#longestAt(text, at);
      const gap = form === undefined || this.#neutral.has(form) || isInside(form);
      if (!gap) tokens.push(form);
      else if (tokens.at(-1) !== GAP) tokens.push(GAP);
      blanked += form === undefined ? text.charAt(at) : gap ? " ".repeat(form.length) : form;
      scored ||= !gap && Object.hasOwn(this.#chinese, form);
      at += form?.length ?? 1;
    }
    return { tokens, blanked, scored };
  }

  #longestAt(text: string, at: number): string | undefined {
    const longest = this.#longest.get(text.charAt(at));
    if (longest === undefined) return undefined;
    for (let size = Math.min(longest, text.length - at); size > 0; size -= 1) {
      const form = text.slice(at, at + size);
      if (this.#forms.has(form)) return form;
    }
    return undefined;
  }
}
