import type { Article, Language } from "./article.ts";
import type { ArticleIndex, Findings, Hit } from "./search.ts";

/** Chooses the one article to show, or none. */

export interface Question {
  readonly text: string;
  /** The language to answer in. */
  readonly language: Language;
  /** What the customer was understood to want. */
  readonly intent?: string | undefined;
  /** The intent's main answer, as the catalogue names it. */
  readonly article?: string | undefined;
  /** The payment channel in question: `alipay`, `wechat`, `bank_card`, `usdt` … */
  readonly channel?: string | undefined;
}

export interface Answer {
  readonly article: Article;
  /** By intent 1; by search the chance (0..1) that it answers the question. */
  readonly score: number;
  readonly by: "intent" | "search";
}

/** How customers and articles call a channel. */
const CHANNEL_WORDS: Readonly<Record<string, string>> = {
  alipay: "支付宝 alipay",
  wechat: "微信支付 wechat",
  bank_card: "银行卡 bank card",
  usdt: "USDT",
};
/** Answers less likely than this are not given. */
export const LEAST_SCORE = 0.4;

export class Answers {
  readonly #index: ArticleIndex;
  readonly #articles: ReadonlyMap<string, Article>;
  /** Intent → ids of the articles that list it, those that list it first in front. */
  readonly #byIntent: ReadonlyMap<string, readonly string[]>;

  constructor(articles: readonly Article[], index: ArticleIndex) {
    this.#index = index;
    this.#articles = new Map(articles.map((article) => [`${article.language}/${article.id}`, article]));
    const byIntent = new Map<string, string[]>();
    const byRank = articles.flatMap((article) => article.intents.map((intent, rank) => ({ intent, rank, id: article.id })));
    for (const { intent, id } of byRank.sort((left, right) => left.rank - right.rank)) {
      const ids = byIntent.get(intent) ?? [];
      byIntent.set(intent, ids.includes(id) ? ids : [...ids, id]);
    }
    this.#byIntent = byIntent;
  }

  article(id: string, language: Language): Article | undefined {
    return this.#articles.get(`${language}/${id}`);
  }

  /** The article that answers the question: by intent when that is known, else by search; undefined when nothing fits. Never throws. */
  find(question: Question): Answer | undefined {
    return this.#byItsIntent(question) ?? this.search(question.text, question.language, 1).find((answer) => answer.score >= LEAST_SCORE);
  }

  /** Articles that share a word with the text, best first, whatever their score. Never throws. */
  search(text: string, language: Language, limit: number): Answer[] {
    const found = this.#index.search(text);
    return found.hits.slice(0, Math.max(0, limit)).flatMap((hit) => {
      const article = this.article(hit.id, language);
      return article === undefined ? [] : [{ article, score: chance(hit, found), by: "search" as const }];
    });
  }

  /** The intent's main answer, unless the words name another article for the same intent: "支付宝怎么充" is top-up-alipay. */
  #byItsIntent({ text, language, intent, article, channel }: Question): Answer | undefined {
    const sisters = intent === undefined ? [] : (this.#byIntent.get(intent) ?? []);
    const main = [article, ...sisters].find((id) => id !== undefined && this.article(id, language) !== undefined);
    if (main === undefined) return undefined;
    const words = `${text} ${CHANNEL_WORDS[channel ?? ""] ?? ""}`;
    const chosen = this.article(this.#index.named(words, main, sisters) ?? main, language);
    return chosen === undefined ? undefined : { article: chosen, score: 1, by: "intent" };
  }
}

/**
 * The chance that the hit answers the question: logistic regression on the lines `part: fit` of `eval/datasets/search.jsonl`, with
 * the catalogue's examples and phrasings, the background and the senses as sayings. Without sayings the desk knows
 * fewer words and abstains more often.
 */
function chance(hit: Hit, found: Findings): number {
  return 1 / (1 + Math.exp(3.2 - 9 * hit.coverage + 4.5 * found.offTopic));
}
