import { type IndexData, SAID, SAID_OFTEN, SAYINGS } from "./build-index.ts";
import { Spelling } from "./spelling.ts";
import { type Entry, TermIndex } from "./term-index.ts";
import { type Place, questionPlaces, type SenseFinder } from "./terms.ts";

/**
 * Finds articles by words. One index holds both languages of an article, because people write "我的 steam code 用不了":
 * Han terms meet the Chinese fields and Latin ones the English, whatever the language of the answer.
 */

/** What a term in a field (`FIELDS`) adds to an article's rank. */
const BOOST = [4, 4, 3, 3, 1, 1, 3];
/** How far finding a term in a field proves that the article is about it. */
const PROOF = [1, 1, 1, 1, 0.5, 0.5, 0.8];
/** How far a term in a field is the article's name; from 1 on it is one. */
const NAME = [2, 2, 1, 1, 0.5, 0.5, 0];
/** BM25+ (Lv and Zhai, "Lower-bounding term frequency normalization", CIKM 2011): saturation, weight of the length, and the lower bound. */
const BM25 = { k: 1.2, b: 0.7, d: 0.5 };
/** To be named instead of the main article: so much telling matter of its own, so much for what only the main one has, and ahead of the next. */
const LEAST_GAIN = 0.9;
const LOSS_SHARE = 0.6;
const CLEAR_LEAD = 0.5;
/** A single Han character beside two together. */
const WEAK = 0.3;
/** Words of a question that are guessed at when they are unknown; the first ones. */
const MOST_GUESSED = 16;
/** What is assumed of a question when no off-topic sayings are known. */
const OFF_TOPIC_UNKNOWN = 0.25;
/** So many articles, best by BM25 first, are looked at closely. */
const CANDIDATES = 16;
const HAN = /^\p{Script=Han}$/u;

export interface Hit {
  readonly id: string;
  /** BM25 score times coverage; comparable within one question only. */
  readonly rank: number;
  /** 0..1: how much of the question, weighed by how telling its words are, the article covers. */
  readonly coverage: number;
}

export interface Findings {
  /** Best first. */
  readonly hits: readonly Hit[];
  /** How much of the question the off-topic sayings cover. */
  readonly offTopic: number;
}

export class ArticleIndex {
  readonly #ids: readonly string[];
  readonly #terms: TermIndex;
  readonly #words: readonly string[];
  /** Made when the first unknown word is met. */
  #spelling: Spelling | undefined;
  readonly #senses: SenseFinder;
  readonly #knowsOffTopic: boolean;

  /** @param senses the finder the index was made with */
  constructor({ ids, terms, words, knowsOffTopic }: IndexData, senses: SenseFinder = () => []) {
    this.#ids = ids;
    this.#terms = new TermIndex(terms);
    this.#words = words;
    this.#senses = senses;
    this.#knowsOffTopic = knowsOffTopic;
  }

  /** Articles that share a word with the text, best first. Never throws. */
  search(text: string): Findings {
    const look = this.#look(text);
    const { places, masses } = look;
    if (places.length === 0) return { hits: [], offTopic: 0 };
    const whole = masses.reduce((sum, mass) => sum + mass, 0);
    const covered = (document: number): number => {
      const evidence = places.map(
        (place, index) => (masses[index] ?? 0) * strongest(place, (term) => proof(look.entries.get(term), document)),
      );
      return evidence.reduce((sum, mass) => sum + mass, 0) / whole;
    };
    const hits = this.#ranked(look)
      .slice(0, CANDIDATES)
      .map(({ document, score }): Hit => {
        const coverage = covered(document);
        return { id: this.#ids[document] ?? "", rank: score * coverage, coverage };
      });
    const offTopic = this.#knowsOffTopic ? covered(this.#ids.length) : OFF_TOPIC_UNKNOWN;
    return { hits: hits.sort((left, right) => right.rank - left.rank), offTopic };
  }

  /**
   * Which of `sisters` the text names while `main` does not answer to that name: "支付宝怎么充" names top-up-alipay, not top-up.
   * The words of titles and keywords are names. Undefined when none is named, or two equally. Never throws.
   */
  named(text: string, main: string, sisters: readonly string[]): string | undefined {
    const { places, masses, entries } = this.#look(text);
    const names = (id: string): number[] => {
      const document = this.#ids.indexOf(id);
      const name = (term: string): number =>
        (entries.get(term) ?? []).reduce((most, one) => (one.document === document ? Math.max(most, NAME[one.field] ?? 0) : most), 0);
      return places.map((place) => (place.sense ? 0 : Math.max(0, ...place.strong.map(name))));
    };
    /** What the first is called and the second is not, weighed by how telling it is. */
    const ahead = (first: readonly number[], second: readonly number[]): number =>
      masses.reduce((sum, mass, index) => {
        const [one, other] = [first[index] ?? 0, second[index] ?? 0];
        return one >= 1 && other < 1 ? sum + mass * (one - other) : sum;
      }, 0);
    const mains = names(main);
    const [best, second] = sisters
      .filter((id) => id !== main)
      .map((id) => {
        const own = names(id);
        const gain = ahead(own, mains);
        return { id, gain: gain >= LOSS_SHARE * ahead(mains, own) ? gain : 0 };
      })
      .sort((left, right) => right.gain - left.gain);
    if (best === undefined || best.gain < LEAST_GAIN || (second !== undefined && second.gain > best.gain * CLEAR_LEAD)) return undefined;
    return best.id;
  }

  /** The question's places, how telling each is, and where its terms stand. */
  #look(text: string): Look {
    const places = questionPlaces(text, this.#senses).map((place, index) => (index < MOST_GUESSED ? this.#guessSpelling(place) : place));
    const weak = new Set(places.flatMap((place) => place.weak));
    const entries = new Map<string, readonly Entry[]>();
    for (const term of [...places.flatMap((place) => place.strong), ...weak]) {
      const known = this.#terms.find(term);
      if (!entries.has(term)) entries.set(term, known < 0 ? [] : this.#terms.entries(known));
    }
    return entries.size === 0
      ? { places: [], masses: [], entries, weak }
      : { places, masses: places.map((place) => this.#mass(place)), entries, weak };
  }

  /** Articles that have one of the terms, by BM25+ over the fields, best first. An article with more of the terms counts for more. */
  #ranked({ entries, weak }: Look): { document: number; score: number }[] {
    const found = new Map<number, { document: number; score: number; terms: number; last: string }>();
    for (const [term, places] of entries) {
      for (const { document, field, count } of places) {
        if (field === SAYINGS) continue;
        const one = found.get(document) ?? { document, score: 0, terms: 0, last: "" };
        found.set(document, one);
        const documents = places.reduce((sum, place) => (place.field === field ? sum + 1 : sum), 0);
        const rarity = Math.log(1 + (this.#ids.length - documents + 0.5) / (documents + 0.5));
        const length = this.#terms.length(document, field) / this.#terms.averageLength(field);
        const often = (count * (BM25.k + 1)) / (count + BM25.k * (1 - BM25.b + BM25.b * length));
        one.score += (weak.has(term) ? WEAK : 1) * (BOOST[field] ?? 0) * rarity * (BM25.d + often);
        if (one.last !== term) one.terms += 1;
        one.last = term;
      }
    }
    return [...found.values()]
      .map(({ document, score, terms }) => ({ document, score: score * terms }))
      .sort((left, right) => right.score - left.score);
  }

  /** How telling a place is: the rarer its terms among the articles, the more; words no article knows the most. */
  #mass(place: Place): number {
    const count = this.#rarest(place.strong) ?? this.#rarest(place.weak) ?? 1;
    const mass = Math.log(1 + this.#ids.length / count);
    // A Han character is half a word.
    return place.faint ? mass / 8 : HAN.test(place.text) ? mass / 2 : mass;
  }

  #rarest(terms: readonly string[]): number | undefined {
    const known = terms.map((term) => this.#terms.find(term)).filter((term) => term >= 0);
    return known.length === 0 ? undefined : Math.min(...known.map((term) => this.#terms.frequency(term)));
  }

  /** A word that nobody has used becomes the known word it is nearest to. */
  #guessSpelling(place: Place): Place {
    const [word] = place.strong;
    if (word === undefined || place.strong.some((term) => this.#terms.find(term) >= 0)) return place;
    this.#spelling ??= new Spelling(this.#words);
    const guess = this.#spelling.guess(word);
    return guess === undefined ? place : { ...place, strong: [guess] };
  }
}

interface Look {
  readonly places: readonly Place[];
  readonly masses: readonly number[];
  /** Term → where it stands; empty when no document has it. */
  readonly entries: ReadonlyMap<string, readonly Entry[]>;
  /** Terms that are a hint only. */
  readonly weak: ReadonlySet<string>;
}

/** How far a term that stands there proves that the document is about it. */
function proof(entries: readonly Entry[] | undefined, document: number): number {
  let best = 0;
  for (const one of entries ?? []) {
    if (one.document !== document) continue;
    const said = one.field === SAYINGS ? (PROOF[SAID] ?? 0) * Math.min(1, one.count / SAID_OFTEN) : 0;
    best = Math.max(best, one.field < SAID ? (PROOF[one.field] ?? 0) : said);
  }
  return best;
}

function strongest(place: Place, proof: (term: string) => number): number {
  let best = 0;
  for (const term of place.strong) best = Math.max(best, proof(term));
  for (const term of place.weak) best = Math.max(best, WEAK * proof(term));
  return best;
}
