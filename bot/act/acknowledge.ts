/** What is said to somebody upset before anything else: words that fit the cause, what he told us, and a person at hand. Once, not every turn. */
import type { MoodLabel } from "../../intents/index.ts";
import type { Reply } from "../decide/finding.ts";
import type { Policy } from "../policy/policy.ts";
import { sayValue } from "../policy/say-value.ts";
import type { ActInput } from "./act.ts";

const WEIGHT: Readonly<Record<MoodLabel, number>> = { calm: 0, annoyed: 1, angry: 2 };
/** Facts he would hate to repeat. */
const TOLD = ["amount", "time", "order_number", "payment_serial"];
/** A customer was upset as lately as this many turns ago: calm now, he has calmed down. */
const LATELY = 4;

/**
 * @param input with the mood of this turn already in the conversation's state
 * @returns undefined for a calm customer, for one who was as upset a turn ago and has been answered, and for one who was robbed: he is helped first
 */
export function acknowledge(input: ActInput, policy: Policy): Reply | undefined {
  const { mood } = input.understanding;
  const { language, moods, facts } = input.conversation.state;
  const before = moods.at(-2)?.label ?? "calm";
  // Whoever says that he asks for the third time has reason to mind, however calmly he says it.
  const label = mood.label === "calm" && policy.signal("many_contacts", input.text) ? "annoyed" : mood.label;
  if (WEIGHT[label] <= WEIGHT[before] || input.decision.routing?.skill === "fraud") return undefined;
  const say = (key: string, values?: Record<string, string>): string => policy.say(key, language, values);
  const told = TOLD.flatMap((name) => facts.findLast((fact) => fact.name === name && fact.source === "customer") ?? [])
    .slice(0, 2)
    .map(({ name, value }) => sayValue(name, value, policy, language, input.now));
  const what = told.join(language === "zh" ? "、" : " and ");
  const sentences = [
    say(`ack.${label}.${causeOf(input, policy)}`),
    ...(what === "" ? [] : [say("ack.noted", { what })]),
    ...(mood.signs.includes("threat") ? [say("ack.threat")] : []),
  ];
  return { text: sentences.join(language === "zh" ? "" : " ") };
}

/** Why he is upset: what the words show, else what it is about. */
function causeOf({ understanding, contacts, text, hearing }: ActInput, policy: Policy): string {
  const { signs } = understanding.mood;
  if (signs.includes("repetition") || contacts >= 3 || policy.signal("many_contacts", text)) return "repeated";
  if (signs.includes("waiting")) return "waiting";
  if (hearing.notHelped) return "not_helped";
  const is = (...names: readonly string[]): boolean => hearing.intents.some((name) => names.includes(name));
  if (is("payment_problem", "paid_not_delivered")) return "money";
  if (is("withdrawal_delayed", "refund_request", "refund_status")) return "owed";
  return is("complaint") ? "service" : "other";
}

/** He was upset a few turns ago and is calm now, of himself: not because he pressed a button. */
export function hasCalmed({ conversation, text }: Pick<ActInput, "conversation" | "text">): boolean {
  const { moods } = conversation.state;
  if (text === "" || moods.at(-1)?.label !== "calm") return false;
  return moods.slice(-LATELY - 1, -1).some(({ label }) => label !== "calm");
}

/** Thanks and goodbyes without cheer for somebody who was upset; and a person for whoever is, where none is called yet. */
export function inTheRightTone(replies: readonly Reply[], input: ActInput, policy: Policy): readonly Reply[] {
  const { language } = input.conversation.state;
  const isUpset = input.understanding.mood.label !== "calm";
  const cheer = new Set(["thanks", "goodbye", "greeting"].map((key) => policy.say(key, language)));
  const toned =
    isUpset || hasCalmed(input)
      ? replies.map((reply) =>
          cheer.has(reply.text) ? { ...reply, text: policy.say(isUpset ? "upset.here" : "calmed.thanks", language) } : reply,
        )
      : replies;
  const last = toned.at(-1);
  if (!isUpset || !last || input.decision.kind === "escalate" || input.conversation.state.caseId !== undefined) return toned;
  const person = policy.say("button.person", language);
  if (last.actions?.includes(person)) return toned;
  return [...toned.slice(0, -1), { ...last, actions: [...(last.actions ?? []), person] }];
}
