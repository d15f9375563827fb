/** Whether the customer's words answer the question the bot asked last, and with what. */
import type { Entity, IntentDefinition, Understanding } from "../../intents/index.ts";
import type { OpenQuestion } from "../conversation/conversation.ts";
import type { Policy, Slot } from "../policy/policy.ts";

/** `value` is absent when he would rather not say; `entity`: the value found in the words that fills the slot. */
export interface SlotAnswer {
  readonly value?: string;
  readonly entity?: Entity;
}

const WILL_NOT_SAY =
  "跳过|略过|不知道|不清楚|不晓得|不记得|记不清|记不得|忘(?:记)?了|不想说|不方便|找不到|查不到|算了|skip|pass|(?:i )?(?:do(?:n't| not)) (?:know|have|remember)|(?:i )?(?:can't|cannot) (?:find|remember)|no idea|not sure|(?:i )?forgot|rather not|n/?a";
const HAS_NONE = "没有?|无|none|nope|no";
const AFTER = "(?:了|啊|呀|呢|吧|的|这个|那个|它|订单号?|单号|流水号?|截图|号码|金额|any|one|it|that|them|number|screenshot|order number)*";

/** The whole message says so. */
const SKIPS = new RegExp(`^(?:我|真的|实在|i )*(?:${WILL_NOT_SAY}|${HAS_NONE})\\s*${AFTER}[\\s。.!！,，~]*$`, "iu");
/** It begins so; enough when the message holds no request of its own. */
const BEGINS_TO_SKIP = new RegExp(`^(?:我|真的|实在|i )*(?:${WILL_NOT_SAY})`, "iu");
/** "No" is an answer where words of his own are asked for; only these are none. */
const SKIPS_WORDS = new RegExp(`^(?:我|真的|实在|i )*(?:${WILL_NOT_SAY})\\s*${AFTER}[\\s。.!！,，~]*$`, "iu");

const SMALL_TALK: ReadonlySet<string> = new Set(["affirm", "deny", "thanks", "greeting", "out_of_scope"]);
const OTHERS_NUMBER =
  /(?:他|她|对方|骗子|那人|假客服).{0,8}(?:打|来电|号码|电话)|\b(?:he|she|they|scammer|caller)\b.{0,14}\b(?:rang|call|called|calling|number|phone)\b/iu;

/** Longer messages say more than "I don't know". */
const SHORT = 16;

export interface AnswerInput {
  readonly question: OpenQuestion;
  readonly understanding: Understanding;
  readonly text: string;
  /** Intents said for sure, small talk included. */
  readonly said: readonly string[];
  /** Those of them that ask for something. */
  readonly content: readonly string[];
  readonly policy: Policy;
  readonly catalogue: ReadonlyMap<string, IntentDefinition>;
}

/** @returns undefined when the words are about something else: the question stays unanswered. */
export function answerTo(input: AnswerInput): SlotAnswer | undefined {
  const { question, understanding, content, policy } = input;
  const slot = policy.slot(question.slot);
  const text = input.text.trim().replaceAll("’", "'");
  // The number that somebody rang him from is not the number to ring.
  if (question.slot === "phone" && OTHERS_NUMBER.test(text)) return undefined;
  const chosen = slot.choices && [...slot.choices.zh, ...slot.choices.en].find((choice) => text.toLowerCase() === choice.toLowerCase());
  const entity = understanding.entities.findLast((candidate) => slot.entities.includes(candidate.type));
  if (entity) return { value: entity.type === "card_key" ? entity.value.slice(0, 4) : entity.value, entity };
  if (chosen !== undefined) return { value: chosen };
  if (understanding.answer?.slot === question.slot) return { value: understanding.answer.value };
  if (isSkip(slot, text, input)) return {};
  // Asked why, he names another problem: bought the wrong one, never arrived. That is the reason, not a new wish.
  const isReason =
    question.slot === "reason" &&
    content.length > 0 &&
    input.said.every((name) => SMALL_TALK.has(name) || input.catalogue.get(name)?.class === "problem");
  if (isReason && understanding.entities.length === 0) return { value: text.replace(/\s+/gu, " ").slice(0, 200) };
  const isAboutElse = input.said.some((name) => name !== question.intent && name !== "affirm" && name !== "deny");
  if (slot.free_text && text !== "" && !isAboutElse && content.every((name) => name === question.intent))
    return { value: text.replace(/\s+/gu, " ").slice(0, 200) };
  return undefined;
}

/** The whole message says no more than that he would rather not say. */
export function isBareSkip(text: string): boolean {
  return SKIPS_WORDS.test(text.trim().replaceAll("’", "'"));
}

function isSkip(slot: Slot, text: string, { content, understanding }: AnswerInput): boolean {
  if (text === "") return false;
  if ((slot.free_text ? SKIPS_WORDS : SKIPS).test(text)) return true;
  if (content.length > 0 || understanding.entities.length > 0) return false;
  if (BEGINS_TO_SKIP.test(text) && [...text].length <= SHORT) return true;
  return !slot.free_text && understanding.intents[0]?.name === "deny";
}
