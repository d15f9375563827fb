import { type Counted, FeatureCounter, type Namer } from "../classifier/features.ts";
import { fold, matchingText } from "./normalise.ts";
import { SenseIndex, type SenseTable } from "./senses.ts";
import { type Lexis, Speller, type TypoTable } from "./spelling.ts";
import type { SharedVectors } from "./word-vectors.ts";

/** Brings texts to the classifier: mask → matching form → typos → features. The same way for training and for use. */
export class Preparer {
  readonly #speller: Speller;
  readonly #counter: FeatureCounter;
  readonly #mask: (folded: string) => string;
  readonly #vectors: SharedVectors | undefined;

  /**
   * @param mask replaces numbers and names by a word each
   * @param lexis words for the English spell check; without it only the tables are used
   */
  constructor(typos: TypoTable, senses: SenseTable, mask: (folded: string) => string, lexis?: Lexis, vectors?: SharedVectors) {
    this.#speller = new Speller(typos, lexis);
    const tableOnly = new Speller(typos);
    this.#counter = new FeatureCounter(new SenseIndex(senses, (form) => tableOnly.correct(matchingText(fold(form).text))));
    this.#mask = mask;
    this.#vectors = vectors;
  }

  /** The text as the classifier reads it, from folded text. */
  prepare(folded: string): string {
    return this.#speller.correct(matchingText(this.#mask(folded)));
  }

  /** Features of a prepared text. */
  count(prepared: string, namer?: Namer): Counted {
    const counted = this.#counter.count(prepared, namer);
    const dense = this.#vectors?.embed(prepared);
    return dense === undefined ? counted : { ...counted, dense };
  }
}
