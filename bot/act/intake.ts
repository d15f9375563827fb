/** The one question a turn may end with: a fact a person will need, asked only when nobody has told it yet. */
import type { MoodLabel } from "../../intents/index.ts";
import type { ConversationState, OpenQuestion } from "../conversation/conversation.ts";
import type { Decision } from "../decide/decision.ts";
import type { Reply } from "../decide/finding.ts";
import type { Policy } from "../policy/policy.ts";
import type { Instant, Priority } from "../policy/words.ts";

export interface IntakeInput {
  readonly decision: Decision;
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
  if (known.has("payment_serial")) known.add("order_number");
  if (known.has("order_number")) known.add("payment_serial");
  return [...new Set([...policy.phoneFacts, ...policy.intakeFor(intent).facts])].filter(
    (slot) => !known.has(slot) && !state.skipped.includes(slot),
  );
}

export function nextQuestion(input: IntakeInput, policy: Policy): { reply: Reply; question: OpenQuestion } | undefined {
  const { decision, state } = input;
  const language = state.language;
  const asked = decision.steps.find((step) => step.do === "ask");
  let slotName: string | undefined = asked?.slot;
  let intent = asked?.intent ?? decision.intent;
  if (!asked && input.inQueue && input.intent !== undefined) {
    intent = input.intent;
    const missing = missingFacts(intent, state, policy);
    // Somebody angry or robbed is not sent through a form: only the number to ring is asked.
    const isPressed = input.mood === "angry" || input.priority === "critical";
    slotName = isPressed ? missing.find((slot) => policy.phoneFacts.includes(slot)) : missing[0];
  }
  if (slotName === undefined) return undefined;
  const slot = policy.slot(slotName);
  const skip = policy.say("button.skip", language);
  const lead = !asked && input.inQueue ? policy.say("intake.while_waiting", language) : "";
  return {
    reply: {
      text: `${lead}${lead && language === "en" ? " " : ""}${slot.ask[language]}`,
      actions: [...(slot.choices?.[language] ?? []), skip],
    },
    question: { slot: slotName, intent, askedAt: state.facts.at(-1)?.at ?? EPOCH },
  };
}

const EPOCH: Instant = "1970-01-01T00:00:00.000Z";
