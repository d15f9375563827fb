/** What the customer's turn says once it is read in the light of the conversation: requests, facts, and answers to what the bot asked. */
import type { Entity, IntentDefinition, Understanding } from "../../intents/index.ts";
import type { Conversation, Fact } from "../conversation/conversation.ts";
import type { Policy } from "../policy/policy.ts";
import type { Instant } from "../policy/words.ts";

export interface Hearing {
  /** What to deal with, in the order said. May be the problem that an open question belongs to. */
  readonly intents: readonly string[];
  /** New or corrected values the customer gave. */
  readonly facts: readonly Fact[];
  /** The slot the customer would rather not answer. */
  readonly skipped?: string;
  /** The open question was answered or skipped. */
  readonly answered: boolean;
  readonly wantsPerson: boolean;
  /** The customer says that the last answer did not help. */
  readonly notHelped: boolean;
  readonly notUnderstood: boolean;
  /** The article that a search found for words that name no intent. */
  readonly article?: string;
  /** The two nearest readings, when it is neither sure nor nothing. */
  readonly unsure?: readonly string[];
}

const FACT_OF: Readonly<Partial<Record<Entity["type"], string>>> = {
  order_number: "order_number",
  payment_serial: "payment_serial",
  withdrawal_number: "withdrawal_number",
  amount: "amount",
  time: "time",
  channel: "channel",
  phone: "phone",
  account: "account",
};

const SKIP =
  /^(跳过|没有|没|无|不知道|不清楚|不记得|忘了|不想说|找不到|算了|skip|no|none|n\/?a|nope|don'?t (know|have|remember)|not sure|can'?t find)/iu;
const SHOW_KEY = /显示|查看|完整|show|full|reveal/iu;

/** Intents that carry nothing of their own when another request stands beside them. */
const SMALL = new Set(["greeting", "thanks", "goodbye", "affirm", "deny", "bot_identity", "out_of_scope"]);

export function hear(
  understanding: Understanding,
  conversation: Conversation,
  text: string,
  policy: Policy,
  catalogue: ReadonlyMap<string, IntentDefinition>,
  at: Instant,
): Hearing {
  const { state } = conversation;
  const { question } = state;
  const top = understanding.intents[0]?.name ?? "out_of_scope";
  const said = understanding.certainty === "sure" ? unique(understanding.requests.map((request) => request.intent)) : [];
  if (understanding.certainty === "sure" && said.length === 0 && top !== "out_of_scope") said.push(top);
  const content = said.filter((name) => !SMALL.has(name));
  const facts = factsFrom(understanding.entities, at);

  let answered = false;
  let skipped: string | undefined;
  if (question) {
    const slot = policy.slot(question.slot);
    const filled = understanding.entities.some((entity) => slot.entities.includes(entity.type));
    const chosen =
      slot.choices && [...slot.choices.zh, ...slot.choices.en].find((choice) => text.trim().toLowerCase() === choice.toLowerCase());
    if (filled) answered = true;
    else if (chosen) {
      facts.push({ name: question.slot, value: chosen, source: "customer", at });
      answered = true;
    } else if (SKIP.test(text.trim()) || (top === "deny" && content.length === 0)) {
      skipped = question.slot;
      answered = true;
    } else if (slot.free_text && !content.some((name) => name !== question.intent && catalogue.get(name)?.class !== "control")) {
      facts.push({ name: question.slot, value: text.trim().replace(/\s+/gu, " ").slice(0, 200), source: "customer", at });
      answered = true;
    }
    if (filled && !facts.some((fact) => fact.name === question.slot)) {
      const entity = understanding.entities.find((candidate) => slot.entities.includes(candidate.type));
      if (entity)
        facts.push({
          name: question.slot,
          value: entity.type === "card_key" ? entity.value.slice(0, 4) : entity.value,
          source: "customer",
          at,
        });
    }
  }

  const askedForPerson = said.some((name) => name === "human_agent" || name === "callback_request");
  const acceptedPerson = state.offeredPerson === true && top === "affirm" && content.length === 0;
  const last = state.attempts.at(-1);
  const notHelped =
    last !== undefined &&
    last.did !== "not_understood" &&
    !answered &&
    (policy.signal("did_not_help", text) || (top === "deny" && said.includes("deny") && content.length === 0 && !state.offeredPerson));

  let intents: readonly string[] = content.length > 0 ? content : said;
  if (answered && question && content.every((name) => name === question.intent || name === "card_key_retrieve"))
    intents = [question.intent];
  if (state.keyOffered && (top === "affirm" || SHOW_KEY.test(text)) && content.every((name) => name === "card_key_retrieve"))
    intents = ["card_key_retrieve"];
  // A bare order number, amount or time goes on with the problem that is open.
  const bareFacts =
    content.length === 0 && understanding.entities.length > 0 && (top === "out_of_scope" || understanding.certainty !== "sure");
  const open = state.problems[0];
  if (bareFacts && open && !answered) intents = [open];
  else if (bareFacts && !answered && understanding.entities.some((entity) => entity.type === "order_number")) intents = ["order_status"];

  const understood = intents.length > 0 || answered || askedForPerson || acceptedPerson || notHelped;
  const nearest = understanding.intents
    .filter((intent) => intent.name !== "out_of_scope" && catalogue.get(intent.name)?.class !== "control")
    .slice(0, 2);
  return {
    intents: intents.slice(0, 3),
    facts,
    ...(skipped === undefined ? {} : { skipped }),
    answered,
    wantsPerson: askedForPerson || acceptedPerson,
    notHelped,
    notUnderstood: !understood,
    ...(!understood && understanding.certainty === "unsure" && nearest.length === 2
      ? { unsure: nearest.map((intent) => intent.name) }
      : {}),
  };
}

/** Later values win: "不是500,是800" leaves 800. */
function factsFrom(entities: readonly Entity[], at: Instant): Fact[] {
  const facts = new Map<string, Fact>();
  for (const entity of entities) {
    const name = FACT_OF[entity.type];
    if (name) facts.set(name, { name, value: entity.value, source: "customer", at });
    if (entity.type === "card_key") facts.set("key_start", { name: "key_start", value: entity.value.slice(0, 4), source: "customer", at });
    if (entity.type === "link") facts.set("fraud_contact", { name: "fraud_contact", value: entity.value, source: "customer", at });
  }
  return [...facts.values()];
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
