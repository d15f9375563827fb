import { type Answer, Answers, type Question } from "./answer.ts";
import { type Article, ArticleError, type Fault, type Language } from "./article.ts";
import { type LoadOptions, loadArticles } from "./load-articles.ts";
import { ArticleIndex, type Sayings } from "./search.ts";

/** The front door of what the desk knows. */

export type { Answer, Question } from "./answer.ts";
export type { Article, Fault } from "./article.ts";
export { ArticleError, formatFault } from "./article.ts";
export type { Sayings } from "./search.ts";

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
 * Reads the articles and makes them searchable. About half a second for 46 articles with sayings, once.
 * @throws ArticleError with every fault at once, unless all are warnings (an article past its review date)
 */
export function openKnowledge(options: KnowledgeOptions): Knowledge {
  const { articles, faults } = loadArticles(options);
  if (faults.some((fault) => fault.severity === "error")) throw new ArticleError(faults);
  const answers = new Answers(articles, new ArticleIndex(articles, options.sayings));
  return {
    find: (question) => answers.find(question),
    search: (text, language, limit) => answers.search(text, language, limit),
    article: (id, language) => answers.article(id, language),
    ids: [...new Set(articles.map((article) => article.id))],
    intentsServed: [...new Set(articles.flatMap((article) => article.intents))].sort(),
  };
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
