import MiniSearch, { type SearchResult } from "minisearch";
import type { Article } from "./article.ts";
import { Spelling } from "./spelling.ts";
import { indexTerms, type Place, questionPlaces, type SenseFinder } from "./terms.ts";

/**
 * Finds articles by words. One index holds both languages of an article, because people write "我的 steam code 用不了":
 * Han terms meet the Chinese fields and Latin ones the English, whatever the language of the answer.
 */

const FIELDS = ["titleZh", "titleEn", "keywordsZh", "keywordsEn", "bodyZh", "bodyEn", "said"] as const;
type Field = (typeof FIELDS)[number];
/** Each field holds its terms with a space between. */
type Document = Readonly<Record<Field | "id", string>>;

const BOOST: Readonly<Record<Field, number>> = { titleZh: 4, titleEn: 4, keywordsZh: 3, keywordsEn: 3, bodyZh: 1, bodyEn: 1, said: 3 };
/** How far finding a term in a field proves that the article is about it. */
const PROOF: ReadonlyMap<string, number> = new Map(
  Object.entries({ titleZh: 1, titleEn: 1, keywordsZh: 1, keywordsEn: 1, bodyZh: 0.5, bodyEn: 0.5, said: 0.8 }),
);
/** How far a term in a field is the article's name; from 1 on it is one. */
const NAME: ReadonlyMap<string, number> = new Map(
  Object.entries({ titleZh: 2, titleEn: 2, keywordsZh: 1, keywordsEn: 1, bodyZh: 0.5, bodyEn: 0.5 }),
);
/** To be named instead of the main article: so much telling matter of its own, so much for what only the main one has, and ahead of the next. */
const LEAST_GAIN = 0.9;
const LOSS_SHARE = 0.6;
const CLEAR_LEAD = 0.5;
/** A single Han character beside two together. */
const WEAK = 0.3;
/** Said by this many customers a term proves as much as its field can. */
const SAID_OFTEN = 3;
/** Stands in the sayings' counts for everything the desk does not deal with. */
const OFF_TOPIC = "";
/** Words of a question that are guessed at when they are unknown; the first ones. */
const MOST_GUESSED = 16;
/** What is assumed of a question when no off-topic sayings are known. */
const OFF_TOPIC_UNKNOWN = 0.25;
/** So many articles, best by BM25 first, are looked at closely. */
const CANDIDATES = 16;
const HAN = /^\p{Script=Han}$/u;

/** What customers say, beside the articles' own words. */
export interface Sayings {
  /** Article id → questions that it answers. */
  readonly about?: ReadonlyMap<string, readonly string[]>;
  /** Questions that no article answers. */
  readonly offTopic?: readonly string[];
  /** Groups of like-meaning words. Must not throw. */
  readonly senses?: SenseFinder;
}

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
  readonly #mini: MiniSearch<Document>;
  /** Term → in how many documents. */
  readonly #frequency = new Map<string, number>();
  /** Document → term → in how many of its sayings. */
  readonly #said = new Map<string, Map<string, number>>();
  readonly #spelling = new Spelling();
  readonly #senses: SenseFinder;
  readonly #size: number;
  readonly #knowsOffTopic: boolean;

  /** @param articles every article in every language */
  constructor(articles: readonly Article[], sayings: Sayings = {}) {
    this.#senses = sayings.senses ?? (() => []);
    this.#mini = new MiniSearch<Document>({ fields: [...FIELDS], tokenize: split, processTerm: (term) => term });
    const ids = [...new Set(articles.map((article) => article.id))];
    this.#size = ids.length;
    for (const id of ids) {
      const zh = articles.find((article) => article.id === id && article.language === "zh");
      const en = articles.find((article) => article.id === id && article.language === "en");
      this.#add(id, [zh?.title, en?.title, zh?.keywords.join("\n"), en?.keywords.join("\n"), zh?.body, en?.body], sayings.about?.get(id));
    }
    this.#knowsOffTopic = (sayings.offTopic ?? []).length > 0;
    this.#count(OFF_TOPIC, [], this.#cut(sayings.offTopic ?? []));
  }

  /** @param own title, keywords and body, each in Chinese and English */
  #add(id: string, own: readonly (string | undefined)[], said: readonly string[] = []): void {
    const fields = this.#cut(own.map((text) => text ?? ""));
    const sayings = this.#cut(said);
    const [titleZh = "", titleEn = "", keywordsZh = "", keywordsEn = "", bodyZh = "", bodyEn = ""] = fields.map((terms) => terms.join(" "));
    this.#mini.add({ id, titleZh, titleEn, keywordsZh, keywordsEn, bodyZh, bodyEn, said: capped(sayings.flat()).join(" ") });
    this.#count(id, fields.flat(), sayings);
  }

  #cut(texts: readonly string[]): string[][] {
    return texts.map((text) => indexTerms(text, this.#senses));
  }

  #count(id: string, own: readonly string[], sayings: readonly (readonly string[])[]): void {
    for (const term of new Set([...own, ...sayings.flat()])) {
      this.#frequency.set(term, (this.#frequency.get(term) ?? 0) + 1);
      this.#spelling.add(term);
    }
    const counts = new Map<string, number>();
    for (const terms of sayings) for (const term of new Set(terms)) counts.set(term, (counts.get(term) ?? 0) + 1);
    this.#said.set(id, counts);
  }

  /** Articles that share a word with the text, best first. Never throws. */
  search(text: string): Findings {
    const { places, masses, results } = this.#look(text);
    if (places.length === 0) return { hits: [], offTopic: 0 };
    const whole = masses.reduce((sum, mass) => sum + mass, 0);
    const covered = (proof: (term: string) => number): number => {
      const evidence = places.map((place, index) => (masses[index] ?? 0) * strongest(place, proof));
      return evidence.reduce((sum, mass) => sum + mass, 0) / whole;
    };
    const hits = results.slice(0, CANDIDATES).map((result): Hit => {
      const id = String(result.id);
      const coverage = covered((term) => this.#proof(term, id, result.match[term]));
      return { id, rank: result.score * coverage, coverage };
    });
    const offTopic = this.#knowsOffTopic ? covered((term) => this.#proof(term, OFF_TOPIC, ["said"])) : OFF_TOPIC_UNKNOWN;
    return { hits: hits.sort((left, right) => right.rank - left.rank), offTopic };
  }

  /**
   * Which of `sisters` the text names while `main` does not answer to that name: "支付宝怎么充" names top-up-alipay, not top-up.
   * The words of titles and keywords are names. Undefined when none is named, or two equally. Never throws.
   */
  named(text: string, main: string, sisters: readonly string[]): string | undefined {
    const { places, masses, results } = this.#look(text);
    const names = (id: string): number[] => {
      const match = results.find((result) => result.id === id)?.match ?? {};
      const name = (term: string): number => Math.max(0, ...(match[term] ?? []).map((field) => NAME.get(field) ?? 0));
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

  /** The question's places, how telling each is, and what shares a term with it. */
  #look(text: string): {
    readonly places: readonly Place[];
    readonly masses: readonly number[];
    readonly results: readonly SearchResult[];
  } {
    const places = questionPlaces(text, this.#senses).map((place, index) => (index < MOST_GUESSED ? this.#guessSpelling(place) : place));
    const weak = new Set(places.flatMap((place) => place.weak));
    const terms = [...new Set([...places.flatMap((place) => place.strong), ...weak])];
    if (terms.length === 0) return { places: [], masses: [], results: [] };
    const results = this.#mini.search("?", {
      tokenize: () => terms,
      processTerm: (term) => term,
      boost: { ...BOOST },
      boostTerm: (term) => (weak.has(term) ? WEAK : 1),
    });
    return { places, masses: places.map((place) => this.#mass(place)), results };
  }

  /** How far a term in these fields of a document proves that it is about it. */
  #proof(term: string, id: string, fields: readonly string[] | undefined): number {
    let best = 0;
    for (const field of fields ?? []) {
      const often = field === "said" ? Math.min(1, (this.#said.get(id)?.get(term) ?? 0) / SAID_OFTEN) : 1;
      best = Math.max(best, (PROOF.get(field) ?? 0) * often);
    }
    return best;
  }

  /** How telling a place is: the rarer its terms among the articles, the more; words no article knows the most. */
  #mass(place: Place): number {
    const count = this.#rarest(place.strong) ?? this.#rarest(place.weak) ?? 1;
    const mass = Math.log(1 + this.#size / count);
    // A Han character is half a word.
    return place.faint ? mass / 8 : HAN.test(place.text) ? mass / 2 : mass;
  }

  #rarest(terms: readonly string[]): number | undefined {
    const known = terms.map((term) => this.#frequency.get(term)).filter((count) => count !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  /** A word that nobody has used becomes the known word it is nearest to. */
  #guessSpelling(place: Place): Place {
    const [word] = place.strong;
    if (word === undefined || place.strong.some((term) => this.#frequency.has(term))) return place;
    const guess = this.#spelling.guess(word);
    return guess === undefined ? place : { ...place, strong: [guess] };
  }
}

function strongest(place: Place, proof: (term: string) => number): number {
  let best = 0;
  for (const term of place.strong) best = Math.max(best, proof(term));
  for (const term of place.weak) best = Math.max(best, WEAK * proof(term));
  return best;
}

/** Each term at most `SAID_OFTEN` times: more adds nothing to its score and much to the time it takes. */
function capped(terms: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return terms.filter((term) => {
    const count = (counts.get(term) ?? 0) + 1;
    counts.set(term, count);
    return count <= SAID_OFTEN;
  });
}

function split(terms: string): string[] {
  return terms.split(" ");
}
