/** The one question a turn may end with: a fact a person will need, asked only when nobody has told it yet. */
import type { MoodLabel } from "../../intents/index.ts";
import type { ConversationState, OpenQuestion } from "../conversation/conversation.ts";
import type { Decision } from "../decide/decision.ts";
import type { Finding, Reply } from "../decide/finding.ts";
import type { Hearing } from "../decide/hearing.ts";
import type { Policy } from "../policy/policy.ts";
import type { Instant, Priority } from "../policy/words.ts";

export interface IntakeInput {
  readonly decision: Decision;
  readonly hearing: Hearing;
  readonly findings: readonly Finding[];
  readonly state: ConversationState;
  readonly mood: MoodLabel;
  /** The case is in the phone queue and waits. */
  readonly inQueue: boolean;
  /** Intent and priority of the open case. */
  readonly intent?: string;
  readonly priority?: Priority;
}

/** Facts still unknown for a case about `intent`, most useful first. `phone` comes first: without it nobody can ring. */
export function missingFacts(intent: string, state: Pick<ConversationState, "facts" | "skipped">, policy: Policy): string[] {
  const known = new Set(state.facts.map((fact) => fact.name));
  if (known.has("payment_serial") || known.has("merchant_order")) known.add("order_number");
  if (known.has("order_number")) known.add("payment_serial");
  return [...new Set([...policy.phoneFacts, ...policy.intakeFor(intent).facts])].filter(
    (slot) => !known.has(slot) && !state.skipped.includes(slot),
  );
}

/** A question, and the words it is asked in; none where they stand in what was said already. */
export interface Asked {
  readonly reply?: Reply;
  readonly question: OpenQuestion;
}

export function nextQuestion(input: IntakeInput, policy: Policy): Asked | undefined {
  const { decision, state, hearing } = input;
  const language = state.language;
  const shown = choicesShown(input);
  if (shown) return { question: shown };
  const asked = decision.steps.find((step) => step.do === "ask");
  let slotName: string | undefined = asked?.slot;
  let intent = asked?.intent ?? decision.intent;
  if (!asked && input.inQueue && input.intent !== undefined) {
    intent = input.intent;
    const missing = missingFacts(intent, state, policy).filter((slot) => !state.asked?.includes(slot));
    // Somebody angry or robbed is not sent through a form: only the number to ring is asked.
    const isPressed = input.mood === "angry" || input.priority === "critical";
    slotName = isPressed ? missing.find((slot) => policy.phoneFacts.includes(slot)) : missing[0];
  }
  // A question he passed over stands open: whenever he comes back to it, it is answered.
  if (slotName === undefined) return state.question && isStillOpen(state.question, input) ? { question: state.question } : undefined;
  const slot = policy.slot(slotName);
  const skip = policy.say("button.skip", language);
  const lead = !asked && input.inQueue ? policy.say("intake.while_waiting", language) : "";
  return {
    reply: {
      text: `${lead}${lead && language === "en" ? " " : ""}${slot.ask[language]}`,
      actions: [...(slot.choices?.[language] ?? []), skip],
      asks: slotName,
    },
    question: { slot: slotName, intent, askedAt: hearing.facts.at(-1)?.at ?? state.facts.at(-1)?.at ?? EPOCH },
  };
}

/** The orders to choose from were just shown: that is the question. */
function choicesShown({ decision, findings, state }: IntakeInput): OpenQuestion | undefined {
  const finding = findings.find(
    ({ verdict, intent, choices }) =>
      verdict === "several" && choices !== undefined && decision.steps.some((step) => step.do === "tool" && step.intent === intent),
  );
  if (!finding?.choices) return undefined;
  return {
    slot: finding.needs ?? "order_number",
    intent: finding.intent,
    askedAt: state.facts.at(-1)?.at ?? EPOCH,
    choices: finding.choices,
  };
}

/** Neither answered nor skipped in this turn, and not about something that is over. */
function isStillOpen(question: OpenQuestion, { state, hearing }: IntakeInput): boolean {
  if (hearing.answered || hearing.wantsPerson || state.skipped.includes(question.slot)) return false;
  return hearing.notUnderstood || hearing.corrected.length > 0 || hearing.intents.every((name) => name === question.intent);
}

const EPOCH: Instant = "1970-01-01T00:00:00.000Z";
