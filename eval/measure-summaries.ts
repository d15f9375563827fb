/** Case summaries of whole conversations, against the whole server: are the facts there, and is nothing else. */
import { join } from "node:path";
import { loadPolicy } from "../bot/policy/load-policy.ts";
import type { Policy } from "../bot/policy/policy.ts";
import { ROOT } from "../bot/wire.ts";
import { enter } from "./run-scenario.ts";
import { forbiddenIn, partsOf, recallOf, unfoundedIn } from "./score-summary.ts";
import { type Share, share } from "./scorers.ts";
import { readSummaryConversations, type SummaryConversation } from "./summary-conversations.ts";
import type { TestHouse } from "./test-desk.ts";

type Language = "zh" | "en";
type OpenDesk = Awaited<ReturnType<TestHouse["open"]>>;

export interface SummaryScores {
  /** Pieces that must be there and are, in the customer's language. */
  readonly recall: Share;
  /** The same in the agent's other language. */
  readonly recallOtherLanguage: Share;
  /** Summaries read, both languages. */
  readonly summaries: number;
  /** Numbers, amounts, ids, times and names of no known origin. */
  readonly unfounded: Share;
  /** Things stated that must not be, secrets shown, corrected values still held. */
  readonly forbidden: Share;
  readonly notes: readonly string[];
}

/** @throws when the server cannot be started; what a conversation does wrong is a note */
export async function measureSummaries(house: TestHouse, only = ""): Promise<SummaryScores> {
  const policy = loadPolicy(join(ROOT, "bot/policy"));
  const conversations = readSummaryConversations(join(import.meta.dirname, "datasets/summaries"));
  const count = { recall: [0, 0], other: [0, 0], summaries: 0, unfounded: 0, forbidden: 0 };
  const notes: string[] = [];
  // Titles of intents and articles are the desk's own words too.
  const titlesIn = (language: Language): string[] => [
    ...[...house.recogniser.catalogue.values()].map(({ title }) => title[language]),
    ...policy.flows.map(({ title }) => title[language]),
    ...house.knowledge.ids.flatMap((id) => house.knowledge.article(id, language)?.title ?? []),
  ];
  const titles = { zh: titlesIn("zh"), en: titlesIn("en") };
  for (const conversation of conversations.filter(({ name, language }) => `${language} ${name}`.includes(only))) {
    const desk = await house.open("20:30");
    try {
      const seen = await talk(conversation, desk);
      for (const language of ["zh", "en"] as const) {
        const text = seen.summaries[language];
        const parts = partsOf(text, language, policy);
        const marks = { customer: markOf("customer", language, policy), platform: markOf("platform", language, policy) };
        const pieces = recallOf(parts, conversation, marks);
        const unfounded = unfoundedIn(parts, language, seen, policy, titles[language]);
        const forbidden = forbiddenIn(parts, `${text}\n${seen.everything}`, conversation);
        const tally = language === conversation.language ? count.recall : count.other;
        tally[0] = (tally[0] ?? 0) + pieces.filter(({ found }) => found).length;
        tally[1] = (tally[1] ?? 0) + pieces.length;
        count.summaries += 1;
        count.unfounded += unfounded.length === 0 ? 0 : 1;
        count.forbidden += forbidden.length === 0 ? 0 : 1;
        const faults = [
          ...pieces.filter(({ found }) => !found).map(({ piece }) => `lacks ${piece}`),
          ...unfounded.map((word) => `unfounded ${word}`),
          ...forbidden,
        ];
        if (faults.length > 0)
          notes.push(`summary ${conversation.language}→${language}, ${conversation.name}: ${faults.join("; ")}\n${text}`);
      }
    } catch (error) {
      // A conversation that yields no summary has none of its facts.
      const lost = Object.values(conversation.must).flat().length;
      count.recall[1] = (count.recall[1] ?? 0) + lost;
      count.other[1] = (count.other[1] ?? 0) + lost;
      notes.push(`summary ${conversation.language}, ${conversation.name}: ${error instanceof Error ? error.message : error}`);
    } finally {
      await desk.close();
    }
  }
  return {
    recall: share(count.recall[0] ?? 0, count.recall[1] ?? 0),
    recallOtherLanguage: share(count.other[0] ?? 0, count.other[1] ?? 0),
    summaries: count.summaries,
    unfounded: share(count.unfounded, count.summaries),
    forbidden: share(count.forbidden, count.summaries),
    notes,
  };
}

/** What a fact of that origin ends with. */
function markOf(source: "customer" | "platform", language: Language, policy: Policy): string {
  return policy.say(`summary.source.${source}`, language);
}

interface Seen {
  readonly summaries: Readonly<Record<Language, string>>;
  readonly said: string;
  readonly told: string;
  readonly platform: string;
  readonly readings: readonly string[];
  readonly now: number;
  /** The case and its transcript as the API gives them. */
  readonly everything: string;
}

async function talk(conversation: SummaryConversation, desk: OpenDesk): Promise<Seen> {
  const { language, turns, readings } = conversation;
  const customer = await enter(desk, language, conversation.customer);
  const told: string[] = [];
  for (const turn of turns) told.push(...(await customer.say(turn)).map((reply) => reply.text ?? ""));
  const api = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${desk.url}/api/v1${path}`, { headers: { authorization: `Bearer ${desk.apiKey}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const { items } = await api<{ items: readonly { id: string }[] }>(`/cases?conversationId=${customer.conversationId}`);
  const [found] = items;
  if (!found) throw new Error(`no case was opened: ${told.at(-1)}`);
  const read = async (wanted: Language): Promise<string> =>
    (await api<{ text: string }>(`/cases/${found.id}/summary?language=${wanted}`)).text;
  return {
    summaries: { zh: await read("zh"), en: await read("en") },
    said: turns.join("\n"),
    told: told.join("\n"),
    platform: await platformAnswers(desk, conversation.customer),
    readings,
    now: desk.now(),
    everything: JSON.stringify([found, await api(`/cases/${found.id}/transcript`)]),
  };
}

/** What the platform answered: everything that was asked is asked again. The customer himself is what it signed. */
async function platformAnswers(desk: OpenDesk, customerId: string | undefined): Promise<string> {
  const { demo } = desk;
  if (!demo) throw new Error("the summaries are measured against the demo platform");
  const asked = [...new Set(demo.calls)].filter((call) => call.startsWith("GET ")).map((call) => call.slice(4));
  const answers: string[] = [];
  for (const path of asked) {
    const response = await fetch(`${demo.url}${path}`, { headers: { authorization: `Bearer ${desk.secrets.demoPlatformKey}` } });
    answers.push(await response.text());
  }
  const signed = desk.customers.find(({ id }) => id === customerId);
  return JSON.stringify([answers, [...demo.books.holds.values()], signed ?? null]).replaceAll('\\"', '"');
}
