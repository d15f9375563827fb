import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Answer, Answers, type Question } from "./answer.ts";
import { type Article, ArticleError, type Fault, type Language } from "./article.ts";
import { buildIndex, type Sayings } from "./build-index.ts";
import { type LoadOptions, loadArticles } from "./load-articles.ts";
import { ArticleIndex } from "./search.ts";
import { readTaught, writeTaught } from "./taught-file.ts";
import type { SenseFinder } from "./terms.ts";

/** The front door of what the desk knows. */

export type { Answer, Question } from "./answer.ts";
export type { Article, Fault } from "./article.ts";
export { ArticleError, formatFault } from "./article.ts";
export type { Sayings } from "./build-index.ts";

export interface KnowledgeOptions extends LoadOptions {
  /** What customers say; makes the search much better. See `sayingsOf`. */
  readonly sayings?: Sayings;
}

export interface Knowledge {
  /**
   * The one article to show. By intent when that is known and an article lists it (score 1), else by search; undefined when
   * nothing fits well enough. Never throws, whatever the text.
   */
  find(question: Question): Answer | undefined;
  /** Articles that share a word with the text, best first, each with the chance (0..1) that it answers. Never throws. */
  search(text: string, language: Language, limit: number): Answer[];
  article(id: string, language: Language): Article | undefined;
  /** Every article's id. */
  readonly ids: readonly string[];
  /** Every intent that an article lists. */
  readonly intentsServed: readonly string[];
}

/**
 * Reads the articles and makes them searchable. A third of a second for 46 articles, more than a second with sayings: `openTaught` is
 * faster where that has been done before.
 * @throws ArticleError with every fault at once, unless all are warnings (an article past its review date)
 */
export function openKnowledge(options: KnowledgeOptions): Knowledge {
  const articles = usableArticles(options);
  return knowledgeOf(articles, new ArticleIndex(buildIndex(articles, options.sayings), options.sayings?.senses));
}

function usableArticles(options: LoadOptions): readonly Article[] {
  const { articles, faults } = loadArticles(options);
  if (faults.some((fault) => fault.severity === "error")) throw new ArticleError(faults);
  return articles;
}

function knowledgeOf(articles: readonly Article[], index: ArticleIndex): Knowledge {
  const answers = new Answers(articles, index);
  return {
    find: (question) => answers.find(question),
    search: (text, language, limit) => answers.search(text, language, limit),
    article: (id, language) => answers.article(id, language),
    ids: [...new Set(articles.map((article) => article.id))],
    intentsServed: [...new Set(articles.flatMap((article) => article.intents))].sort(),
  };
}

/** What a stored index belongs to. */
export interface TaughtPlace {
  /** Folder that holds the topic folders. */
  readonly dir: string;
  /** The file the index is kept in. */
  readonly file: string;
  /** As `taughtKey` makes it, before the articles and the sayings are read: a file edited meanwhile makes the index an old one, not a wrong one. */
  readonly key: string;
}

/**
 * SHA-256 over the articles, this folder's own code (how texts are cut and counted) and the sayings' key.
 * @param sayingsKey another one whenever the sayings or the senses change
 */
export function taughtKey(dir: string, sayingsKey: string): string {
  // Which characters are Han depends on the Unicode tables of this Node.
  const hash = createHash("sha256").update(`${sayingsKey}\0${process.versions.unicode}\0`);
  const add = (folder: string, pattern: RegExp, recursive: boolean): void => {
    for (const name of readdirSync(folder, { recursive, encoding: "utf8" })
      .filter((file) => pattern.test(file))
      .sort())
      hash
        .update(`${name}\0`)
        .update(readFileSync(join(folder, name)))
        .update("\0");
  };
  add(import.meta.dirname, /^(?!.*[.]test[.]).*[.]ts$/u, false);
  add(dir, /[.]md$/u, true);
  return hash.digest("hex");
}

/**
 * Makes the index with sayings and stores it. Takes seconds and blocks: for a process of its own.
 * @template Senses what `senses` is made of; plain data, stored with the index
 * @throws ArticleError as `openKnowledge` does; nothing is written then
 */
export function teach<Senses>(place: TaughtPlace, now: Date, sayings: Sayings, senses: Senses): void {
  const articles = usableArticles({ dir: place.dir, now });
  writeTaught(place.file, place.key, { articles, index: buildIndex(articles, sayings), senses });
}

/**
 * Opens a stored index, within a few milliseconds.
 * @param findSenses makes the finder of what was stored with the index
 * @returns undefined when there is none that agrees with articles, sayings and engine: use `openKnowledge`, and `teach` another
 */
export function openTaught<Senses>(place: TaughtPlace, findSenses: (senses: Senses) => SenseFinder): Knowledge | undefined {
  const taught = readTaught<Senses>(place.file, place.key);
  return taught && knowledgeOf(taught.articles, new ArticleIndex(taught.index, findSenses(taught.senses)));
}

/** Every fault of the articles, warnings included, in file order; and the articles without an error. */
export function checkArticles(options: LoadOptions): { readonly articles: readonly Article[]; readonly faults: readonly Fault[] } {
  return loadArticles(options);
}

/** One intent of a catalogue, as far as it matters here. */
export interface SaidIntent {
  readonly name: string;
  readonly answer: { readonly article?: string };
  readonly examples: Readonly<Record<Language, readonly string[]>>;
}

/** What else is known of how customers speak. */
export interface SaidOtherwise extends Pick<Sayings, "offTopic" | "senses"> {
  /** Further lines for an intent. */
  readonly phrasings?: Iterable<{ readonly intent: string; readonly text: string }>;
}

/** What customers say, out of an intent catalogue: each intent's lines speak for its main article. */
export function sayingsOf(
  intents: Iterable<SaidIntent>,
  { phrasings = [], offTopic = [], senses = () => [] }: SaidOtherwise = {},
): Sayings {
  const about = new Map<string, string[]>();
  const mainArticle = new Map<string, string>();
  const say = (intent: string, lines: readonly string[]): void => {
    const id = mainArticle.get(intent);
    if (id !== undefined) about.set(id, [...(about.get(id) ?? []), ...lines]);
  };
  for (const { name, answer, examples } of intents) {
    if (answer.article !== undefined) mainArticle.set(name, answer.article);
    say(name, [...examples.zh, ...examples.en]);
  }
  const further = Map.groupBy(phrasings, ({ intent }) => intent);
  for (const [intent, lines] of further)
    say(
      intent,
      lines.map(({ text }) => text),
    );
  return { about, offTopic, senses };
}
