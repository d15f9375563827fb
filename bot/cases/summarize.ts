/**
 * The case summary, for a reader in a hurry: facts first, made from what was said and looked up and nothing else. Ready at the moment of
 * escalation; it never waits for a model.
 */
import type { Attempt, Fact, MoodPoint } from "../conversation/conversation.ts";
import type { Reason } from "../decide/decision.ts";
import type { Policy } from "../policy/policy.ts";
import { sayFactName, sayValue } from "../policy/say-value.ts";
import { sayTime, sayZone } from "../policy/speak.ts";
import type { Instant, Language } from "../policy/words.ts";
import type { CaseSummary, SummaryMatter } from "./case.ts";
import { moodFlags } from "./mood-flags.ts";

export interface SummaryInput {
  /** Of the reader. */
  readonly language: Language;
  /** Title of the intent in that language, e.g. `付款了没到账`. */
  readonly problem: string;
  readonly intent: string;
  /** The customer's other problems. */
  readonly alsoAbout?: readonly { readonly intent: string; readonly title: string }[];
  /** Masked words of the customer, newest last. */
  readonly said: readonly string[];
  readonly facts: readonly Fact[];
  readonly missing: readonly string[];
  /** Slots the customer would not answer; those that are known by now are left out. */
  readonly declined?: readonly string[];
  readonly attempts: readonly (Pick<Attempt, "outcome"> & Partial<Attempt>)[];
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
  "merchant_order",
  "product",
  "amount",
  "time",
  "channel",
  "payment_serial",
  "account",
  "order_state",
  "withdrawal_number",
  "phone",
];
const MOST_TRIED = 400;
const MOST_TRIED_SHOWN = 160;
const MOST_MOODS = 12;

export function summarize(input: SummaryInput, policy: Policy): CaseSummary {
  const { language } = input;
  const say = (key: string, values?: Record<string, string | number>): string => policy.say(`summary.${key}`, language, values);
  const [semicolon, comma] = language === "zh" ? ["；", "、"] : ["; ", ", "];
  const words = clip(input.said.slice(-3).join(semicolon), MOST_TRIED_SHOWN);
  const others = (input.alsoAbout ?? []).filter(({ intent }) => intent !== input.intent);
  const problem =
    others.length === 0 ? input.problem : say("also", { problem: input.problem, others: others.map(({ title }) => title).join(comma) });
  const wants = say("wants", { problem, words: words || say("no_words") });

  const facts = sayFacts(input, policy);
  const tried = unique(input.attempts.map((attempt) => clip(attempt.outcome, MOST_TRIED)));
  const flags = [
    ...(input.verified ? [] : [say("flag.unverified")]),
    ...(input.frozenAt ? [say("flag.frozen", { time: sayTime(Date.parse(input.frozenAt), input.now, policy.timeZone, language) })] : []),
    ...moodFlags(input.moods, language, policy),
  ];
  const known = new Set(input.facts.map(({ name }) => name));
  const declined = (input.declined ?? []).filter((slot) => !known.has(slot) && !input.missing.includes(slot));
  const missing = [
    ...input.missing.map((slot) => sayFactName(slot, policy, language)),
    ...declined.map((slot) => say("declined", { name: sayFactName(slot, policy, language) })),
  ];
  const nextStep = policy.replyKeys.includes(`summary.next.${input.intent}`) ? say(`next.${input.intent}`) : say("next.other");

  const why = unique(input.reasons.map((reason) => sayReason(reason, language, policy)));
  const shown = tried.slice(-3).map((one) => clip(one, MOST_TRIED_SHOWN));
  const lines = [
    wants,
    facts.length > 0 ? say("facts", { facts: facts.join(semicolon) }) : say("no_facts"),
    ...(shown.length > 0 ? [say("tried", { tried: shown.join(language === "zh" ? "；" : " / ") })] : []),
    ...(input.promised.length > 0 ? [say("promised", { promised: input.promised.join(semicolon) })] : []),
    say("why", { reasons: why.join(semicolon) }),
    ...(flags.length > 0 ? [say("flags", { flags: flags.join(semicolon) })] : []),
    ...(missing.length > 0 ? [say("missing", { missing: missing.join(comma) })] : []),
    say("next", { next: nextStep }),
  ];
  const matter: SummaryMatter = {
    said: input.said,
    alsoAbout: others.map(({ intent }) => intent),
    declined,
    moods: input.moods.slice(-MOST_MOODS),
    ...(input.frozenAt ? { frozenAt: input.frozenAt } : {}),
  };
  return {
    wants,
    tried,
    promised: input.promised,
    flags,
    why,
    evidence: input.moods.at(-1)?.reasons ?? [],
    nextStep,
    text: lines.join("\n"),
    matter,
  };
}

/** A rule's own words in the reader's language; what somebody wrote by hand stays as it was written. */
function sayReason({ rule, text }: Reason, language: Language, policy: Policy): string {
  if (policy.replyKeys.includes(`reason.${rule}`)) return policy.say(`reason.${rule}`, language);
  return policy.rules.find(({ id }) => id === rule)?.text[language] ?? text;
}

/** One clause a value: the customer's and the platform's word for the same value stand together. */
function sayFacts({ facts, language, now }: SummaryInput, policy: Policy): string[] {
  const say = (key: string, values?: Record<string, string>): string => policy.say(`summary.${key}`, language, values);
  const clauses = new Map<string, { name: string; value: string; sources: string[] }>();
  for (const fact of [...facts].sort((a, b) => rank(a.name) - rank(b.name))) {
    const value = sayValue(fact.name, fact.value, policy, language, now);
    const zone = fact.said === undefined || !/T\d\d:/u.test(fact.value) ? "" : ` ${sayZone(policy.timeZone, now)}`;
    const source =
      fact.was !== undefined
        ? say("source.corrected", { was: sayValue(fact.name, fact.was, policy, language, now) })
        : fact.said !== undefined
          ? say("source.words", { said: fact.said })
          : say(`source.${fact.source}`);
    const clause = clauses.get(`${fact.name} ${value}`) ?? { name: fact.name, value: `${value}${zone}`, sources: [] };
    if (!clause.sources.includes(source)) clause.sources.push(source);
    if (fact.was !== undefined && fact.said !== undefined) clause.sources.push(say("source.words", { said: fact.said }));
    clauses.set(`${fact.name} ${value}`, clause);
  }
  return [...clauses.values()].map(({ name, value, sources }) =>
    say("fact", { name: sayFactName(name, policy, language), value, source: sources.join(language === "zh" ? "，" : ", ") }),
  );
}

function rank(name: string): number {
  const place = ORDER.indexOf(name);
  return place === -1 ? ORDER.length : place;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function clip(text: string, most: number): string {
  const points = [...text];
  return points.length <= most ? text : `${points.slice(0, most - 1).join("")}…`;
}
