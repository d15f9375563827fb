/**
 * A whole turn on one screen.
 *
 *   messages pending ─▶ understand ─▶ hear ─▶ (lost: search, ask a model) ─▶ look up ─▶ decide ─▶ act ─▶ commit ─▶ (the channel sees the log grow)
 *                                                                              │ platform down: a finding, not an error: the case still queues
 *                                                                              └ a newer turn was faster: nothing is written, the turn is taken again
 *
 * Looking up and asking a model are the only steps that wait for the network, and they end before the transaction begins. The replies are part
 * of the commit: nobody is told anything that is not stored.
 */
import type { IntentDefinition, Understanding } from "../../intents/index.ts";
import { act } from "../act/act.ts";
import { aside } from "../act/aside.ts";
import { lookUp } from "../act/look-up.ts";
import { askForRating } from "../act/rating.ts";
import type { TurnWorld } from "../act/world.ts";
import { decide } from "../decide/decide.ts";
import type { Hearing } from "../decide/hearing.ts";
import type { Instant } from "../policy/words.ts";
import type { LoggedActivity } from "./activity.ts";
import { commit, type Thought } from "./commit.ts";
import type { Conversation } from "./conversation.ts";
import { joinFragments } from "./fragments.ts";
import { readMessages } from "./read-messages.ts";
import { withFacts, withMood, withSaid } from "./state.ts";

const RETAKES = 5;

/** What a turn begins with. */
export interface Matter {
  readonly conversation: Conversation;
  /** The customer's messages, oldest first. */
  readonly pending: readonly LoggedActivity[];
  readonly openCaseId: string | undefined;
  /** Of the pending messages together, where somebody has understood them already. */
  readonly understanding?: Understanding;
}

/**
 * Takes one turn over everything the customer has written and nobody has answered.
 * @param atHand what the turn begins with, as known without asking the store; when the store knows better, nothing is written and it is asked
 * @returns the conversation after it, or undefined when there was nothing to answer
 * @throws when the store is away or the version race is lost five times; the messages stay pending and are taken up again
 */
export async function takeTurn(desk: TurnWorld, conversationId: string, atHand?: Matter): Promise<Conversation | undefined> {
  // The catalogue may be swapped at any time: one turn, one recogniser.
  const world: TurnWorld = { ...desk };
  for (let attempt = 0; attempt < RETAKES; attempt += 1) {
    const matter = (attempt === 0 ? atHand : undefined) ?? (await readMatter(world, conversationId));
    const last = matter?.pending.at(-1);
    if (!matter || !last) return undefined;
    const turnId = world.ids.next("turn");
    const startedAt = world.clock.now();
    let thought: Thought | undefined;
    const replies = await world.pipeline.run(last.activity, async (send) => {
      thought = await think(world, { ...matter, conversation: asItStands(matter.conversation, matter.openCaseId) }, turnId);
      for (const reply of thought.outcome.replies) await send(reply);
    });
    if (thought && (await commit(world, thought, replies, world.clock.now() - startedAt))) return after(matter.conversation, thought);
  }
  throw new Error(`conversation ${conversationId}: the turn was overtaken ${RETAKES} times`);
}

async function readMatter({ store }: TurnWorld, conversationId: string): Promise<Matter | undefined> {
  const [conversation, pending, openCase] = await Promise.all([
    store.conversations.get(conversationId),
    store.conversations.pending(conversationId),
    store.cases.openFor(conversationId),
  ]);
  return conversation && { conversation, pending, openCaseId: openCase?.id };
}

/** As the commit left it. */
function after(conversation: Conversation, { outcome, at }: Thought): Conversation {
  return { ...conversation, state: outcome.state, version: conversation.version + 1, updatedAt: at };
}

async function think(world: TurnWorld, { conversation, pending, ...matter }: Matter, turnId: string): Promise<Thought> {
  const { policy, recogniser } = world;
  const now = world.clock.now();
  const at: Instant = new Date(now).toISOString();
  const text = joinFragments(pending.map(({ activity }) => activity.text ?? ""));

  const { understanding, hearing, words } = readMessages(world, conversation, pending, text, now, matter.understanding);
  const heard = afterHearing(conversation, understanding, hearing, words, turnId);
  const masked = [...new Set(pending.flatMap(({ activity }) => activity.channelData?.masked ?? []))];
  const taken = { turnId, conversation, took: pending.map(({ seq }) => seq), understanding, at };
  const input = { turnId, conversation: heard, understanding, hearing, findings: [], text, masked, contacts: 1, now };
  const apart = await aside(input, world);
  if (apart) return { ...taken, ...apart };

  const searched = searchWhenLost(world, heard, hearing, text);
  const lost = { turnId, understanding, hearing: searched, conversation: heard, text };
  const found = searched.notUnderstood && text !== "" ? ((await world.languageHelp?.whenLost(lost)) ?? searched) : searched;
  const [findings, contacts] = await Promise.all([
    lookUp(world, heard, understanding, found, text),
    contactsAbout(world, heard, found, text, now),
  ]);
  const decision = decide({
    understanding,
    hearing: found,
    conversation: heard,
    findings,
    contacts,
    text,
    policy,
    catalogue: recogniser.catalogue,
  });
  const decided = { ...input, hearing: found, findings, decision, contacts };
  return { ...taken, decision, outcome: askForRating(await act(decided, world), decided, world) };
}

/** The conversation with what the store knows better than its own memory: the open case, and the number the platform signed. */
function asItStands(conversation: Conversation, openCaseId: string | undefined): Conversation {
  const { caseId: _old, ...state } = conversation.state;
  const phone = conversation.identity?.phone;
  const knowsPhone = phone === undefined || state.facts.some((fact) => fact.name === "phone");
  const facts = knowsPhone
    ? state.facts
    : [...state.facts, { name: "phone", value: phone, source: "platform" as const, at: conversation.createdAt }];
  return { ...conversation, state: { ...state, facts, ...(openCaseId === undefined ? {} : { caseId: openCaseId }) } };
}

function afterHearing(
  conversation: Conversation,
  understanding: Understanding,
  hearing: Hearing,
  text: string,
  turnId: string,
): Conversation {
  const { label, score, reasons } = understanding.mood;
  const language = text === "" ? conversation.state.language : understanding.language;
  const state = withMood(withSaid(withFacts({ ...conversation.state, language }, hearing.facts), text), {
    turn: turnId,
    label,
    score,
    reasons,
  });
  return { ...conversation, state };
}

/** Words that name no intent may still be answered by an article. */
function searchWhenLost(world: TurnWorld, conversation: Conversation, hearing: Hearing, text: string): Hearing {
  if (!hearing.notUnderstood || text === "") return hearing;
  const article = world.knowledge.find({ text, language: conversation.state.language })?.article;
  const intent = article?.intents.find((name) => isAnsweredByArticle(world.recogniser.catalogue.get(name)));
  return article === undefined || intent === undefined
    ? hearing
    : { ...hearing, intents: [intent], notUnderstood: false, article: article.id };
}

/** A problem is not solved by a text that a search happened to find. */
function isAnsweredByArticle(intent: IntentDefinition | undefined): boolean {
  return intent?.answer.article !== undefined && intent.class !== "problem";
}

/** Contacts about the same thing within seven days, this one included. The customer's own word counts too. */
async function contactsAbout(
  world: TurnWorld,
  { identity, state }: Conversation,
  hearing: Hearing,
  text: string,
  now: number,
): Promise<number> {
  const told = world.policy.signal("many_contacts", text) ? 3 : 1;
  const intent = hearing.intents.find((name) => world.recogniser.catalogue.get(name)?.class === "problem") ?? state.problems[0];
  if (!identity || intent === undefined) return told;
  const orderNo = state.facts.find((fact) => fact.name === "order_number")?.value;
  const since = new Date(now - 7 * 86_400_000).toISOString();
  const [cases, own] = await Promise.all([
    world.store.cases.countSince(identity.customerId, since, { intent, ...(orderNo === undefined ? {} : { orderNo }) }),
    state.caseId === undefined ? undefined : world.store.cases.get(state.caseId),
  ]);
  // The case this conversation has open is this contact itself, not an earlier one.
  const isCounted =
    own !== undefined && own.createdAt >= since && (own.intent === intent || own.facts.some((fact) => fact.value === orderNo));
  return Math.max(told, isCounted ? cases : cases + 1);
}
