import type { Article } from "./article.ts";
import { Spelling } from "./spelling.ts";
import { type TermTable, TermTableBuilder } from "./term-index.ts";
import { indexTerms, type SenseFinder } from "./terms.ts";

/** Makes the index that `search.ts` searches. */

export const FIELDS = ["titleZh", "titleEn", "keywordsZh", "keywordsEn", "bodyZh", "bodyEn", "said"] as const;
export const SAID = FIELDS.length - 1;
/** Counted like a field, and none: in how many of its sayings a document has the term. */
export const SAYINGS = FIELDS.length;
/** Said by this many customers a term proves as much as its field can. */
export const SAID_OFTEN = 3;

/** What customers say, beside the articles' own words. */
export interface Sayings {
  /** Article id → questions that it answers. */
  readonly about?: ReadonlyMap<string, readonly string[]>;
  /** Questions that no article answers. */
  readonly offTopic?: readonly string[];
  /** Groups of like-meaning words. Must not throw. */
  readonly senses?: SenseFinder;
}

/** Everything an index is made of; plain data, so that it can be stored. */
export interface IndexData {
  /** Article ids; a document's number is its place here. One number more stands for everything the desk does not deal with. */
  readonly ids: readonly string[];
  readonly terms: TermTable;
  /** Latin words, to guess at misspelt ones. */
  readonly words: readonly string[];
  readonly knowsOffTopic: boolean;
}

/** @param articles every article in every language */
export function buildIndex(articles: readonly Article[], sayings: Sayings = {}): IndexData {
  const senses = sayings.senses ?? (() => []);
  const ids = [...new Set(articles.map((article) => article.id))];
  const builder = new TermTableBuilder(ids.length, FIELDS.length);
  const words = new Set<string>();
  const cut = (text: string): string[] => {
    const terms = indexTerms(text, senses);
    for (const term of terms) if (Spelling.takes(term)) words.add(term);
    return terms;
  };
  const countSayings = (document: number, lines: readonly string[]): void => {
    const often = new Map<string, number>();
    for (const line of lines) {
      const terms = cut(line);
      for (const term of new Set(terms)) builder.count(document, SAYINGS, term);
      for (const term of terms) often.set(term, (often.get(term) ?? 0) + 1);
    }
    // More than that adds nothing to a term's score.
    if (document < ids.length) for (const [term, count] of often) builder.count(document, SAID, term, Math.min(count, SAID_OFTEN));
  };
  for (const [document, id] of ids.entries()) {
    const zh = articles.find((article) => article.id === id && article.language === "zh");
    const en = articles.find((article) => article.id === id && article.language === "en");
    const own = [zh?.title, en?.title, zh?.keywords.join("\n"), en?.keywords.join("\n"), zh?.body, en?.body];
    for (const [field, text] of own.entries()) for (const term of cut(text ?? "")) builder.count(document, field, term);
    countSayings(document, sayings.about?.get(id) ?? []);
  }
  countSayings(ids.length, sayings.offTopic ?? []);
  return { ids, terms: builder.build(), words: [...words], knowsOffTopic: (sayings.offTopic ?? []).length > 0 };
}
