/**
 * An answer out of reviewed articles, for words that name no intent and fit no article well enough to show it whole. Every sentence names its
 * articles and is held against them; one that is not carried by them, and the whole answer is not given.
 */
import type { IntentDefinition } from "../../intents/index.ts";
import type { Article, Knowledge } from "../../knowledge/index.ts";
import type { Hearing } from "../decide/hearing.ts";
import type { Language } from "../policy/words.ts";
import type { Prompt } from "../ports/language-model.ts";
import type { Round } from "./guarded-model.ts";
import type { Lost } from "./help.ts";
import { faultOf } from "./support.ts";

const MOST_ARTICLES = 3;
const MOST_TOKENS = 500;
const MOST_SENTENCES = 5;
const MOST_CHARACTERS = 600;

interface Sentence {
  readonly text: string;
  readonly articles: readonly string[];
}

interface Said {
  readonly answered: "yes" | "no";
  readonly sentences: readonly Sentence[];
}

/** @returns undefined when there is no answer that its articles carry */
export async function groundedAnswer(
  round: Round,
  prompt: Prompt,
  { hearing, conversation, text }: Lost,
  knowledge: Knowledge,
  catalogue: ReadonlyMap<string, IntentDefinition>,
): Promise<Hearing | undefined> {
  const { language } = conversation.state;
  const shown = new Map<string, Article>();
  const find = (query: string): readonly Article[] => knowledge.search(query, language, MOST_ARTICLES).map(({ article }) => article);
  const show = (articles: readonly Article[]): object[] =>
    articles.map((article) => {
      shown.set(article.id, article);
      return { id: article.id, title: article.title, text: article.body };
    });
  const answer = await round.ask<Said>({
    prompt,
    data: JSON.stringify({ question: text, language, articles: show(find(text)) }),
    shape: SHAPE,
    mostTokens: MOST_TOKENS,
    tool: {
      name: "search_articles",
      description: "Finds reviewed articles by words. Use the words that an article about the question would use.",
      run: (query) => JSON.stringify(show(find(query))),
    },
    read: (said: Said) => (said.answered === "no" ? "declined" : isCarried(said.sentences, shown, text, language) ? said : "unsupported"),
  });
  if (!answer) return undefined;
  const cited = [...new Set(answer.sentences.flatMap(({ articles }) => articles))].flatMap((id) => shown.get(id) ?? []);
  // A problem is not solved by a text; what an article of this kind is about can be told.
  const about = cited
    .flatMap(({ id, intents }) => intents.map((intent) => ({ id, intent })))
    .find(({ intent }) => isTold(catalogue.get(intent)));
  if (!about) return undefined;
  const words = answer.sentences.map((sentence) => sentence.text.trim()).join(language === "zh" ? "" : " ");
  const { unsure: _unsure, ...rest } = hearing;
  return {
    ...rest,
    intents: [about.intent],
    notUnderstood: false,
    article: about.id,
    worded: { text: words, articles: cited.map(({ id }) => id) },
    by: "grounded_answer",
  };
}

function isTold(intent: IntentDefinition | undefined): boolean {
  return intent?.answer.article !== undefined && intent.class !== "problem";
}

function isCarried(sentences: readonly Sentence[], shown: ReadonlyMap<string, Article>, question: string, language: Language): boolean {
  const whole = sentences.map(({ text }) => text).join("");
  if (sentences.length === 0 || sentences.length > MOST_SENTENCES || [...whole].length > MOST_CHARACTERS) return false;
  if (/\p{Script=Han}/u.test(whole) !== (language === "zh")) return false;
  return sentences.every(({ text, articles }) => {
    const sources = articles.map((id) => shown.get(id));
    const known = sources.flatMap((article) => (article ? [`${article.title}\n${article.body}`] : []));
    return known.length > 0 && known.length === sources.length && faultOf(text, known, question) === undefined;
  });
}

const SHAPE = {
  title: "answer",
  type: "object",
  properties: {
    answered: { type: "string", enum: ["yes", "no"] },
    sentences: {
      type: "array",
      items: {
        type: "object",
        properties: { text: { type: "string" }, articles: { type: "array", items: { type: "string" } } },
        required: ["text", "articles"],
        additionalProperties: false,
      },
    },
  },
  required: ["answered", "sentences"],
  additionalProperties: false,
} as const;
