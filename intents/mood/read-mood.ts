import { columnOf } from "../classifier/vocabulary.ts";
import type { Language, Mood } from "../understanding.ts";
import { MoodLexicon } from "./lexicon.ts";
import { MoodCounter, type Row, rowOf } from "./mood-features.ts";
import { chancesOf, type MoodModel, moodMargins, shareOf } from "./mood-model.ts";
import type { MoodRules } from "./mood-rules.ts";
import { type Finding, type MoodContext, SIGNALS, type Signal, SignalFinder, wordingReason } from "./signals.ts";

/** What is worth knowing of a calm message as well. */
const SHOWN_WHEN_CALM: ReadonlySet<Signal> = new Set<Signal>(["relief", "again"]);
/** Pieces of the message that are named when no listed sign explains why it reads as upset. */
const NAMED = 3;
/** Letters of an English piece that is worth naming. */
const SHORTEST = 4;

/** Reads the mood of messages: the trained model gives the score, the operator's `mood.yaml` most of the reasons. */
export class MoodReader {
  readonly #finder: SignalFinder;
  readonly #counter: MoodCounter;
  readonly #model: MoodModel;

  constructor(rules: MoodRules, model: MoodModel) {
    this.#finder = new SignalFinder(rules, new MoodLexicon(rules));
    this.#counter = new MoodCounter(model.frameWords);
    this.#model = model;
  }

  /**
   * @param folded text after `fold` (case kept: capitals are a sign)
   * @returns score 0..1, the expected mood with calm = 0, annoyed = ½, angry = 1; reasons in the language of the message
   */
  read(folded: string, language: Language, context: MoodContext = {}): Mood {
    const { values, findings, blanked } = this.#finder.find(folded, language, context);
    // A number, or the name of a thing by itself: nothing to read a mood from.
    if (!/[\p{L}\p{P}\p{S}]/u.test(blanked)) return { label: "calm", score: 0, reasons: [], signs: [] };
    const row = rowOf(this.#model.vocabulary, this.#counter.count(blanked), values);
    const { score } = chancesOf(this.#model.sigmoids, moodMargins(this.#model, row));
    const { annoyedFrom, angryFrom } = this.#model;
    const label = score >= angryFrom ? "angry" : score >= annoyedFrom ? "annoyed" : "calm";
    const shown = label === "calm" ? findings.filter(({ signal }) => SHOWN_WHEN_CALM.has(signal)) : this.#against(findings, row);
    const reasons = [...new Set(shown.map(({ reason }) => reason))];
    const signs = [...new Set(shown.map(({ sign }) => sign))];
    if (label !== "calm" && !shown.some(({ signal }) => signal !== "relief")) {
      const pieces = this.#pieces(blanked, row);
      if (pieces.length > 0) {
        reasons.push(wordingReason(language, pieces));
        signs.push("lexicon");
      }
    }
    return { label, score: Math.round(score * 1000) / 1000, reasons, signs };
  }

  /** Findings in the order of what they add to the score; those that speak for calm last. */
  #against(findings: readonly Finding[], row: Row): Finding[] {
    const shares = new Map<number, number>();
    for (const [index, column] of row.columns.entries()) shares.set(column, shareOf(this.#model, column, row.values[index] as number));
    const from = this.#model.vocabulary.size;
    const weigh = ({ signal }: Finding): number => shares.get(from + SIGNALS.indexOf(signal)) ?? 0;
    return [...findings].sort((a, b) => weigh(b) - weigh(a));
  }

  /** The pieces of the message that add most to "upset", without the overlapping ones. */
  #pieces(blanked: string, row: Row): string[] {
    const names = new Map<number, string>();
    const counted = this.#counter.count(blanked, (hash, _view, name) => {
      if (!names.has(hash)) names.set(hash, name);
    });
    const { vocabulary } = this.#model;
    const columnName = new Map<number, string>();
    for (const hash of counted.hashes) {
      const name = names.get(hash) ?? "";
      // Whole words and Han n-grams can be read; character n-grams, edges and marks cannot.
      if (!/^[\p{L}' ]{2,}$/u.test(name)) continue;
      const shown = asWritten(name, blanked);
      const column = shown === undefined ? -1 : columnOf(vocabulary, hash);
      if (column >= 0 && shown !== undefined) columnName.set(column, shown);
    }
    const found: { readonly name: string; readonly share: number }[] = [];
    for (const [index, column] of row.columns.entries()) {
      const name = columnName.get(column);
      if (name === undefined) continue;
      const share = shareOf(this.#model, column, row.values[index] as number);
      if (share > 0) found.push({ name, share });
    }
    found.sort((a, b) => b.share - a.share);
    const kept: string[] = [];
    for (const { name } of found) {
      if (kept.length === NAMED) break;
      if (!kept.some((other) => other.includes(name) || name.includes(other))) kept.push(name);
    }
    return kept;
  }
}

/** The words of the message behind a feature's name, whose English words are stems: "deliv" → "delivered". A short word alone tells a reader nothing. */
function asWritten(name: string, text: string): string | undefined {
  if (/\p{Script=Han}/u.test(name)) return text.includes(name) ? name : undefined;
  if (name.length < SHORTEST) return undefined;
  return new RegExp(`(?<![\\p{L}'])${name.replaceAll(" ", "[\\p{L}']*\\s+")}[\\p{L}']*`, "u").exec(text)?.[0];
}
