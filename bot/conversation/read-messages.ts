/** What the customer's messages of a turn say, read in the light of the conversation: words, receipts, the names of files. */
import type { Understanding } from "../../intents/index.ts";
import type { TurnWorld } from "../act/world.ts";
import { flowMove, withFlowMove } from "../decide/flow.ts";
import { withReceiptHeard, withReceiptRead } from "../decide/hear-receipt.ts";
import { type Hearing, hear } from "../decide/hearing.ts";
import { readReceipt } from "../decide/receipt.ts";
import type { Instant } from "../policy/words.ts";
import type { LoggedActivity } from "./activity.ts";
import type { Conversation } from "./conversation.ts";

/** A pattern as sure as that is the operator's own; a screenshot's date looks like a number of some other shop. */
const SURE = 0.95;

const CALM: Understanding["mood"] = { label: "calm", score: 0, reasons: [], signs: [] };

export interface Heard {
  readonly understanding: Understanding;
  readonly hearing: Hearing;
  /** What he said in his own words, for the brief: a receipt stands there in one word. */
  readonly words: string;
}

/** @param given what was understood of the words alone, where somebody has done it already */
export function readMessages(
  world: TurnWorld,
  conversation: Conversation,
  pending: readonly LoggedActivity[],
  text: string,
  now: number,
  given?: Understanding,
): Heard {
  const at: Instant = new Date(now).toISOString();
  const names = pending.flatMap(({ activity }) => activity.attachments?.map((attachment) => attachment.name ?? "file") ?? []);
  const understanding = withFileNames(given ?? understand(world, conversation, text, now), names, world, conversation, now);
  const hearing = hear(understanding, conversation, text, world.policy, world.recogniser.catalogue, at);
  const receipt = readReceipt(text, now, world.policy.timeZone);
  // "Yes" to "shall I get a person?" is no step of a guide.
  const accepts = conversation.state.offeredPerson === true && hearing.wantsPerson;
  const move = hearing.answered || accepts ? undefined : flowMove(text, understanding.entities, conversation, world.policy);
  const led = withFlowMove(hearing, move, world.policy);
  // "I don't know" to a question, "the second", "next": pressed twice over, such words are no anger and nothing he said of his problem.
  const isPressed = led.flow !== undefined || hearing.skipped !== undefined || hearing.orders !== undefined || hearing.among !== undefined;
  const isThreat = understanding.mood.signs.some((sign) => sign === "threat" || sign === "insult");
  const heard = isPressed && !isThreat ? { ...understanding, mood: CALM } : understanding;
  const words = led.flow
    ? ""
    : receipt
      ? `${receipt.rest.trim()} ${world.policy.say("receipt.pasted", understanding.language)}`.trim()
      : text;
  return { words, understanding: heard, hearing: withScreenshots(withReceiptHeard(led, receipt, at), names, conversation, at) };
}

/** What the words mean. A receipt among them is read as one: its lines are no request and no mood. */
export function understand(world: TurnWorld, { state }: Conversation, text: string, now: number): Understanding {
  const { policy, recogniser } = world;
  const receipt = readReceipt(text, now, policy.timeZone);
  const understanding = recogniser.understand(receipt?.rest ?? text, {
    locale: state.language,
    now: new Date(now),
    timeZone: policy.timeZone,
    earlier: state.said,
    ...(state.question ? { asked: { slot: state.question.slot } } : state.offeredPerson ? { asked: { yesNo: true } } : {}),
  });
  return withReceiptRead(understanding, receipt);
}

/** Whether a problem was named that nobody can look up yet: no one is signed in and the fact to find it by was not said. */
export function awaitsFacts(
  { policy }: TurnWorld,
  { identity, state }: Conversation,
  { requests, entities, certainty, language }: Understanding,
  text: string,
): boolean {
  // A button is the whole of what he wants to say.
  if (text === policy.say("button.missing", language)) return false;
  if (identity || state.caseId !== undefined || certainty !== "sure" || state.problems.length > 0) return false;
  const isKnown = (slot: string): boolean => entities.some(({ type }) => policy.slot(slot).entities.includes(type));
  return requests.some(({ intent }) => policy.intakeFor(intent).first.some((slot) => !isKnown(slot)));
}

/** `KM1001-A.png` names the order it shows. */
function withFileNames(
  understanding: Understanding,
  names: readonly string[],
  { recogniser, policy }: TurnWorld,
  { state }: Conversation,
  now: number,
): Understanding {
  const context = { locale: state.language, now: new Date(now), timeZone: policy.timeZone };
  const named = names
    .flatMap((name) => recogniser.understand(name, context).entities)
    .filter(({ type, confidence }) => (type === "order_number" || type === "payment_serial") && confidence >= SURE)
    .filter(({ type, value }) => !understanding.entities.some((entity) => entity.type === type || entity.value === value));
  return named.length === 0
    ? understanding
    : { ...understanding, entities: [...understanding.entities, ...named.map((entity) => ({ ...entity, span: [0, 1] as const }))] };
}

/** A file that came while one was wanted answers the question; any other is kept as a fact. */
function withScreenshots(hearing: Hearing, names: readonly string[], conversation: Conversation, at: Instant): Hearing {
  if (names.length === 0) return hearing;
  const { question, problems } = conversation.state;
  const facts = [...hearing.facts, { name: "screenshot", value: names.join(", "), source: "customer" as const, at }];
  const intents = hearing.notUnderstood ? [question?.intent ?? problems[0] ?? "paid_not_delivered"] : hearing.intents;
  return { ...hearing, facts, intents, notUnderstood: false, answered: hearing.answered || question?.slot === "screenshot" };
}
