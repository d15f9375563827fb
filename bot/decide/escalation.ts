/** Which routing rule a turn falls under, and whether it needs a person at all. */
import type { Mood } from "../../intents/index.ts";
import type { Conversation } from "../conversation/conversation.ts";
import { firstMatch } from "../policy/match-rule.ts";
import type { Policy, RoutingRule } from "../policy/policy.ts";
import { parseMoney } from "../policy/speak.ts";
import { PRIORITIES } from "../policy/words.ts";
import type { Routing } from "./decision.ts";
import type { Finding } from "./finding.ts";

export interface Matched {
  readonly intent: string;
  readonly rule: RoutingRule;
  readonly routing: Routing;
}

/**
 * The most pressing rule over all candidate intents; among equals the earlier candidate.
 * @param contacts contacts about the same thing within seven days, this one included
 */
export function matchRouting(
  candidates: readonly string[],
  text: string,
  mood: Mood,
  conversation: Conversation,
  findings: readonly Finding[],
  contacts: number,
  policy: Policy,
): Matched {
  const amountsKnown = conversation.state.facts.filter((fact) => fact.name === "amount");
  const said = amountsKnown.findLast((fact) => fact.source === "customer") ?? amountsKnown.at(-1);
  const stakes = [said ? parseMoney(said.value) : undefined, ...findings.map((finding) => finding.amount)];
  const amounts = stakes.flatMap((money) => (money ? [policy.inCny(money) ?? 0] : []));
  const matched = candidates.map((intent): Matched => {
    const rule = firstMatch(policy, {
      intent,
      text,
      mood: mood.label,
      annoyedTurns: annoyedTurns(conversation),
      amountCny: amounts.length > 0 ? Math.max(...amounts) : undefined,
      contacts,
      tier: conversation.identity?.tier,
      signals: findings.filter((finding) => finding.intent === intent).flatMap((finding) => finding.signals ?? []),
    });
    const skill = rule.then.skill === "by_intent" ? policy.skillFor(intent) : rule.then.skill;
    return { intent, rule, routing: { priority: rule.then.priority, skill, modifiers: rule.then.modifiers, rule: rule.id } };
  });
  const [first, ...others] = matched;
  if (!first) throw new Error("routing needs at least one intent");
  return others.reduce(
    (best, next) => (PRIORITIES.indexOf(next.routing.priority) < PRIORITIES.indexOf(best.routing.priority) ? next : best),
    first,
  );
}

/**
 * Turns running, this one included, on which the customer was annoyed or angry.
 * @param conversation with the mood of this turn already in its state
 */
export function annoyedTurns(conversation: Conversation): number {
  const newestFirst = [...conversation.state.moods].reverse();
  const calmAt = newestFirst.findIndex((point) => point.label === "calm");
  return calmAt === -1 ? newestFirst.length : calmAt;
}
