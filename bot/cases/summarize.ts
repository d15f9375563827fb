/**
 * The case summary, for a reader in a hurry: facts first, made from what was said and looked up and nothing else. Ready at the moment of
 * escalation; it never waits for a model.
 */
import type { Attempt, Fact, MoodPoint } from "../conversation/conversation.ts";
import type { Reason } from "../decide/decision.ts";
import type { Policy } from "../policy/policy.ts";
import { sayFactName, sayValue } from "../policy/say-value.ts";
import { sayTime } from "../policy/speak.ts";
import type { Instant, Language } from "../policy/words.ts";
import type { CaseSummary } from "./case.ts";

export interface SummaryInput {
  readonly language: Language;
  /** Title of the intent in that language, e.g. `付款了没到账`. */
  readonly problem: string;
  readonly intent: string;
  /** Masked words of the customer, newest last. */
  readonly said: readonly string[];
  readonly facts: readonly Fact[];
  readonly missing: readonly string[];
  readonly attempts: readonly Attempt[];
  readonly moods: readonly MoodPoint[];
  readonly reasons: readonly Reason[];
  readonly promised: readonly string[];
  readonly verified: boolean;
  readonly frozenAt?: Instant;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Facts in the order an agent asks for them. */
const ORDER = [
  "order_number",
  "product",
  "amount",
  "time",
  "channel",
  "merchant_order",
  "payment_serial",
  "account",
  "order_state",
  "withdrawal_number",
  "phone",
];

export function summarize(input: SummaryInput, policy: Policy): CaseSummary {
  const { language } = input;
  const say = (key: string, values?: Record<string, string | number>): string => policy.say(`summary.${key}`, language, values);
  const words = clip(input.said.slice(-3).join(language === "zh" ? "；" : "; "), 160);
  const wants = say("wants", { problem: input.problem, words: words || say("no_words") });

  const facts = [...input.facts].sort((a, b) => rank(a.name) - rank(b.name)).map((fact) => sayFact(fact, input, policy));
  const tried = input.attempts.map((attempt) => clip(attempt.outcome, 160));
  const flags = [
    ...(input.verified ? [] : [say("flag.unverified")]),
    ...(input.frozenAt ? [say("flag.frozen", { time: sayTime(Date.parse(input.frozenAt), input.now, policy.timeZone, language) })] : []),
    ...calmedFlag(input.moods, language, policy),
    ...input.moods
      .slice(-1)
      .filter((mood) => mood.label !== "calm")
      .map((mood) => say(`flag.${mood.label}`, { evidence: mood.reasons.join(language === "zh" ? "、" : ", ") || say("no_words") })),
  ];
  const missing = input.missing.map((slot) => sayFactName(slot, policy, language));
  const nextStep = policy.replyKeys.includes(`summary.next.${input.intent}`) ? say(`next.${input.intent}`) : say("next.other");

  const lines = [
    wants,
    facts.length > 0 ? say("facts", { facts: facts.join(language === "zh" ? "；" : "; ") }) : say("no_facts"),
    ...(tried.length > 0 ? [say("tried", { tried: tried.slice(-3).join(language === "zh" ? "；" : " / ") })] : []),
    ...(input.promised.length > 0 ? [say("promised", { promised: input.promised.join(language === "zh" ? "；" : "; ") })] : []),
    say("why", { reasons: input.reasons.map((reason) => reason.text).join(language === "zh" ? "；" : "; ") }),
    ...(flags.length > 0 ? [say("flags", { flags: flags.join(language === "zh" ? "；" : "; ") })] : []),
    ...(missing.length > 0 ? [say("missing", { missing: missing.join(language === "zh" ? "、" : ", ") })] : []),
    say("next", { next: nextStep }),
  ];
  return { wants, tried, promised: input.promised, flags, nextStep, text: lines.join("\n") };
}

/** The agent has to know that a calm voice was an angry one a moment ago. */
function calmedFlag(moods: readonly MoodPoint[], language: Language, policy: Policy): string[] {
  const upset = moods.findLast(({ label }) => label !== "calm");
  if (!upset || moods.at(-1)?.label !== "calm") return [];
  const evidence = upset.reasons.join(language === "zh" ? "、" : ", ") || policy.say("summary.no_words", language);
  return [policy.say("summary.flag.calmed", language, { evidence })];
}

function sayFact(fact: Fact, { language, now }: SummaryInput, policy: Policy): string {
  const say = (value: string): string => sayValue(fact.name, value, policy, language, now);
  const values = { name: sayFactName(fact.name, policy, language), value: say(fact.value) };
  if (fact.was === undefined) return policy.say(`summary.fact.${fact.source}`, language, values);
  return policy.say("summary.fact.corrected", language, { ...values, was: say(fact.was) });
}

function rank(name: string): number {
  const place = ORDER.indexOf(name);
  return place === -1 ? ORDER.length : place;
}

function clip(text: string, most: number): string {
  const points = [...text];
  return points.length <= most ? text : `${points.slice(0, most - 1).join("")}…`;
}
