import Sentiment from "sentiment";
import english from "sentiment/languages/en/labels.json" with { type: "json" };
import type { MoodRules } from "./mood-rules.ts";

/** Sum of the scores of a text's words, and the words that made it. */
export interface LexiconScore {
  /** Sum of negative scores (≤ 0) after degree and negation. */
  readonly negative: number;
  readonly positive: number;
  readonly words: readonly string[];
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

/**
 * The `sentiment` package with AFINN-165 (English, corrected by the operator's list) and a Chinese pack. The package splits at
 * spaces, so Chinese is first cut into lexicon words by longest match and joined with spaces; a segmenter would cut 打酱油 apart.
 */
export class MoodLexicon {
  readonly #sentiment = new Sentiment();
  readonly #forms: ReadonlySet<string>;
  readonly #neutral: ReadonlySet<string>;
  readonly #longest: number;

  constructor(rules: MoodRules) {
    const negation = new Set(rules.zh.negation);
    this.#neutral = new Set(rules.zh.neutral);
    this.#forms = new Set([...Object.keys(rules.zh.words), ...Object.keys(rules.zh.degree), ...negation, ...this.#neutral]);
    this.#longest = Math.max(1, ...[...this.#forms].map((form) => form.length));
    const degree: Readonly<Record<string, number>> = rules.zh.degree;
    this.#sentiment.registerLanguage("zh-desk", {
      labels: { ...rules.zh.words },
      scoringStrategy: {
        apply: (tokens: string[], cursor: number, score: number): number => {
          let scored = score;
          for (let back = 1; back <= 2 && cursor - back >= 0; back += 1) {
            const before = tokens[cursor - back] ?? "";
            const strength = Object.hasOwn(degree, before) ? degree[before] : undefined;
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

  /** Scores a text in lower case; both languages are read, a message may mix them. */
  score(text: string): LexiconScore {
    const parts = [];
    if (/\p{Script=Han}/u.test(text)) parts.push(this.#sentiment.analyze(this.#cut(text), { language: "zh-desk" }));
    if (/[a-z]{2}/u.test(text)) parts.push(this.#sentiment.analyze(text.replace(/\p{Script=Han}+/gu, " "), { language: "en-desk" }));
    let negative = 0;
    let positive = 0;
    const words: string[] = [];
    for (const part of parts) {
      for (const calculation of part.calculation) {
        for (const [word, score] of Object.entries(calculation)) {
          if (score < 0) {
            negative += score;
            words.push(word);
          } else positive += score;
        }
      }
    }
    return { negative, positive, words: words.reverse() };
  }

  /** The text with neutral pieces blanked, so that no sign is read inside them. */
  blank(text: string): string {
    let out = "";
    let at = 0;
    while (at < text.length) {
      const form = this.#longestAt(text, at);
      if (form !== undefined && this.#neutral.has(form)) {
        out += " ".repeat(form.length);
        at += form.length;
      } else if (form !== undefined) {
        out += form;
        at += form.length;
      } else {
        out += text.charAt(at);
        at += 1;
      }
    }
    return out;
  }

  #cut(text: string): string {
    const tokens: string[] = [];
    let at = 0;
    while (at < text.length) {
      const form = this.#longestAt(text, at);
      if (form === undefined) {
        tokens.push(text.charAt(at));
        at += 1;
        continue;
      }
      tokens.push(this.#neutral.has(form) ? "·" : form);
      at += form.length;
    }
    return tokens.join(" ");
  }

  #longestAt(text: string, at: number): string | undefined {
    for (let size = Math.min(this.#longest, text.length - at); size > 0; size -= 1) {
      const form = text.slice(at, at + size);
      if (this.#forms.has(form)) return form;
    }
    return undefined;
  }
}
