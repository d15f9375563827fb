/** What the customer's turn says once it is read in the light of the conversation: requests, facts, and answers to what the bot asked. */
import type { Entity, IntentDefinition, Understanding } from "../../intents/index.ts";
import { reportedContacts } from "../contacts/index.ts";
import type { Conversation, Fact } from "../conversation/conversation.ts";
import type { Policy } from "../policy/policy.ts";
import type { Instant } from "../policy/words.ts";
import { choiceOf } from "./choice.ts";
import { correctionsIn } from "./correction.ts";
import type { FlowMove } from "./flow.ts";
import { answerTo, isBareSkip } from "./open-question.ts";
import { ordersNamed } from "./orders-named.ts";

export interface Hearing {
  /** What to deal with, in the order said. May be the problem that an open question belongs to. */
  readonly intents: readonly string[];
  /** New or corrected values the customer gave. */
  readonly facts: readonly Fact[];
  /** Of them, those that take back what he had said: `was` holds the old value. */
  readonly corrected: readonly Fact[];
  /** Orders he chose among those shown. */
  readonly orders?: readonly string[];
  /** He chose, but his words fit several of those shown: only these are left. */
  readonly among?: readonly string[];
  /** The slot the customer would rather not answer. */
  readonly skipped?: string;
  /** The open question was answered or skipped. */
  readonly answered: boolean;
  /** The intents are those of an earlier turn, which this one only adds to: what was explained then is not explained again. */
  readonly continues: boolean;
  /** Where his words lead in the guided flow he is in. */
  readonly flow?: FlowMove;
  /** A receipt and no word about what is wrong with it. */
  readonly receiptAlone?: true;
  readonly wantsPerson: boolean;
  /** The customer says that the last answer did not help. */
  readonly notHelped: boolean;
  readonly notUnderstood: boolean;
  /** The article that a search found for words that name no intent. */
  readonly article?: string;
  /** The two nearest readings, when it is neither sure nor nothing. */
  readonly unsure?: readonly string[];
  /** A language model read it so; absent when the desk understood it by itself. */
  readonly by?: "second_opinion" | "grounded_answer";
  /** An answer put together from these articles, already held against them; shown instead of `article`. */
  readonly worded?: { readonly text: string; readonly articles: readonly string[] };
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

/** The end of the card or account that a withdrawal should go to. */
const CARD_TAIL =
  /(?:尾号|后四位|后 ?4 ?位|末四位)(?:是|为|:|：)?\s?(\d{4})(?!\d)|\b(?:ending(?: in)?|last (?:four|4)(?: digits)?(?: are| is)?) (\d{4})(?!\d)/iu;

/** Characters. */
const SHORT_CHOICE = 20;
const SHORT_CORRECTION = 60;

const SHOW_KEY = /显示|查看|完整|show|full|reveal/iu;

/** Intents that carry nothing of their own when another request stands beside them. */
const SMALL = new Set(["greeting", "thanks", "goodbye", "affirm", "deny", "bot_identity", "out_of_scope"]);

/** "No, thanks" after an answer is no complaint about it. */
const CONTENT_WITH_IT =
  /不用|不需要|不要了|没(有)?(别的|其他|什么)?(事|问题)?了|没事|no,? thank|that'?s (all|it)|nothing else|i'?m (good|fine|ok)/iu;
/** The number to ring, not the one that was topped up or that cheated. */
const RING_ME =
  /(打|回|联系|致电|拨).{0,4}(我|电话|这个|过来)|我的?(手机|电话|号码|联系方式)|(call|ring|reach|phone) me|my (phone|number|mobile|cell)/iu;

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
  // Somebody angry is not asked which of two things he meant: he said several, and all of them are dealt with.
  if (understanding.certainty === "unsure" && understanding.mood.label === "angry")
    said.push(...unique(understanding.requests.map((request) => request.intent)));
  if (understanding.certainty === "sure" && said.length === 0 && top !== "out_of_scope") said.push(top);
  const requests = said.filter((name) => !SMALL.has(name) && catalogue.has(name));
  const content = requests.filter((name) => !isSameThing(name, requests, text, policy));
  // What was shown last can still be chosen from when one of them was looked at, as long as he asks for nothing else.
  const picker = question?.choices ? question : content.length === 0 ? state.picker : undefined;
  const chosen = picker?.choices && choiceOf(text, picker.choices, understanding.entities);
  const orders = chosen && !chosen.several ? chosen.values : undefined;
  const corrected = chosen ? [] : correctionsIn(text, understanding.entities, state.facts, at, question?.slot);
  // "Not 500, it was 800" is no "no".
  const answer =
    question && corrected.length === 0
      ? answerTo({ question, understanding, text, said: said.filter((name) => catalogue.has(name)), content, policy, catalogue })
      : undefined;
  const answered = answer !== undefined || chosen !== undefined;
  const skipped = !chosen && answer && answer.value === undefined ? question?.slot : undefined;
  const facts = factsFrom(understanding.entities, text, at, (entity) => {
    // What answers the question is that and nothing else: the hour of the last log-in is not the hour of the payment.
    if (question && entity.type === answer?.entity?.type && !(question.slot === "order_number" && entity.type === "payment_serial"))
      return question.slot;
    // The time he wants to be rung is not the time of his payment.
    if (entity.type === "time" && said.includes("callback_request")) return undefined;
    return entity.type === "phone" ? phoneFact(text, said, [...content, ...state.problems], policy) : FACT_OF[entity.type];
  });
  if (question && answer?.value !== undefined && answer.entity === undefined)
    facts.push({ name: question.slot, value: answer.value, source: "customer", at });
  if (picker && orders)
    replaceFacts(
      facts,
      orders.map((value) => ({ name: picker.slot, value, source: "customer" as const, at })),
    );
  replaceFacts(facts, corrected);
  const tail = [...content, ...state.problems].includes("withdrawal_delayed") ? cardTail(text) : undefined;
  if (tail !== undefined) replaceFacts(facts, [{ name: "receiving_account", value: tail, source: "customer", at }]);

  // Whoever reports a fake is not asked for what he has just pasted: numbers, links, WeChat and QQ ids alike.
  const isReport = said.includes("fraud_report") || question?.slot === "fraud_contact";
  const reported = isReport ? reportedContacts(text, policy.contacts, ownPhones(conversation)) : [];
  if (reported.length > 0) {
    const others = facts.filter(({ name, value }) => name !== "fraud_contact" && !(name === "account" && reported.includes(value)));
    facts.splice(0, facts.length, ...others, { name: "fraud_contact", value: reported.join(", "), source: "customer", at });
  }

  const askedForPerson = said.some((name) => name === "human_agent" || name === "callback_request");
  const acceptedPerson = state.offeredPerson === true && top === "affirm" && content.length === 0;
  const last = state.attempts.at(-1);
  const notHelped =
    last !== undefined &&
    last.did !== "not_understood" &&
    !answered &&
    corrected.length === 0 &&
    // A new request is not about the last answer, whatever words it is put in.
    content.every((name) => name === last.intent || name === "complaint") &&
    (policy.signal("did_not_help", text) ||
      (top === "deny" && said.includes("deny") && content.length === 0 && !state.offeredPerson && !CONTENT_WITH_IT.test(text)));

  let intents: readonly string[] = content.length > 0 ? content : said.filter((name) => catalogue.has(name));
  const open = state.problems[0];
  if (answered && question && (skipped !== undefined || content.every((name) => name === question.intent || name === "card_key_retrieve")))
    intents = [question.intent];
  // What he chose is short; a longer message with a request of its own is about that order.
  if (picker && chosen && (content.length === 0 || [...text].length <= SHORT_CHOICE)) intents = [picker.intent];
  const about = open ?? state.attempts.findLast((attempt) => attempt.did !== "not_understood")?.intent;
  if (corrected.length > 0 && !askedForPerson && about !== undefined && [...text].length <= SHORT_CORRECTION) intents = [about];
  if (state.keyOffered && (top === "affirm" || SHOW_KEY.test(text)) && content.every((name) => name === "card_key_retrieve"))
    intents = ["card_key_retrieve"];
  // A bare order number, amount or time goes on with the problem that is open.
  const bareFacts =
    content.length === 0 && understanding.entities.length > 0 && (top === "out_of_scope" || understanding.certainty !== "sure");
  if (bareFacts && open && !answered) intents = [open];
  else if (bareFacts && !answered && understanding.entities.some((entity) => entity.type === "order_number")) intents = ["order_status"];

  // "Skip" with nothing left to skip.
  if (intents.length === 0 && !answered && isBareSkip(text)) intents = ["affirm"];

  const understood = intents.length > 0 || answered || askedForPerson || acceptedPerson || notHelped;
  const isSaidNow = content.some((name) => intents.includes(name)) && corrected.length === 0;
  const nearest = understanding.intents
    .filter((intent) => intent.name !== "out_of_scope" && catalogue.get(intent.name)?.class !== "control")
    .slice(0, 2);
  return {
    intents: intents.slice(0, 3),
    facts: withWords(facts, understanding.entities, text),
    corrected,
    ...(orders ? { orders } : {}),
    ...(chosen?.several ? { among: chosen.values } : {}),
    continues: !isSaidNow && intents.every((name) => catalogue.get(name)?.class === "problem" || name === question?.intent),
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

/** Later values win: "不是500,是800" leaves 800. Only orders may be several: each is a thing of its own. */
function factsFrom(entities: readonly Entity[], text: string, at: Instant, nameOf: (entity: Entity) => string | undefined): Fact[] {
  const facts = new Map<string, Fact>();
  const orders = ordersNamed(entities, text);
  for (const entity of entities) {
    const keyed = entity.type === "card_key" ? "key_start" : entity.type === "link" ? "fraud_contact" : undefined;
    const name = nameOf(entity) ?? keyed;
    // The cheat's number is kept as he wrote it: that is what others are warned of.
    const isTheirs = name === "fraud_contact" && entity.type === "phone";
    const value = entity.type === "card_key" ? entity.value.slice(0, 4) : isTheirs ? text.slice(...entity.span).trim() : entity.value;
    if (name === "order_number" && entity.type === "order_number" && orders.length > 1) {
      if (orders.includes(value)) facts.set(`${name} ${value}`, { name, value, source: "customer", at });
    } else if (name) facts.set(name, { name, value, source: "customer", at });
  }
  return [...facts.values()];
}

/**
 * Two names of one trouble: "the money is gone and nothing arrived" is no second problem with the payment unless something was charged
 * wrongly; "you cheats" beside a complaint about an order is anger and no report of a fraud.
 */
function isSameThing(name: string, requests: readonly string[], text: string, policy: Policy): boolean {
  if (name === "payment_problem") return requests.includes("paid_not_delivered") && !policy.signal("charged_wrongly", text);
  // "My SIM is gone and no code comes": the way in is the way to change the number.
  if (name === "login_problem") return requests.includes("contact_rebind") || requests.includes("password_reset");
  const isElse = (other: string): boolean => other !== "fraud_report" && policy.intakeFor(other).facts.length > 0;
  return name === "fraud_report" && requests.some(isElse) && policy.signal("calls_us_cheats", text);
}

/** The same fact told more exactly takes the place of what was found by itself. */
function replaceFacts(facts: Fact[], better: readonly Fact[]): void {
  if (better.length === 0) return;
  const others = facts.filter(({ name }) => !better.some((fact) => fact.name === name));
  facts.splice(0, facts.length, ...others, ...better);
}

/** A time that was read out of words keeps them: who rings him has to know what he really said. */
function withWords(facts: readonly Fact[], entities: readonly Entity[], text: string): Fact[] {
  return facts.map((fact) => {
    const entity = entities.findLast(({ type, value }) => type === "time" && value === fact.value);
    const said = entity && text.slice(...entity.span).trim();
    return said === undefined || /^[\d\s:：/.-]*$/u.test(said) ? fact : { ...fact, said };
  });
}

function cardTail(text: string): string | undefined {
  const match = CARD_TAIL.exec(text);
  return match?.[1] ?? match?.[2];
}

function ownPhones({ identity, state }: Conversation): string[] {
  const said = state.facts.flatMap(({ name, value }) => (name === "phone" ? [value] : []));
  return identity?.phone === undefined ? said : [identity.phone, ...said];
}

/** Whose number it is depends on what it is about: the cheat's, the one topped up, or his own. */
function phoneFact(text: string, said: readonly string[], about: readonly string[], policy: Policy): string | undefined {
  if (said.includes("human_agent") || said.includes("callback_request")) return "phone";
  if (said.includes("verify_contact")) return undefined;
  const facts = about.map((name) => policy.intakeFor(name).facts).find((names) => names.length > 0) ?? [];
  if (facts.includes("fraud_contact")) return "fraud_contact";
  return facts.includes("account") && !RING_ME.test(text) ? "account" : "phone";
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
