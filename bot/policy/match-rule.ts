/** The one place where routing rules are matched. First match wins; `load-policy.ts` makes sure that the last rule catches everything. */
import type { Policy, RoutingRule } from "./policy.ts";

/** What a rule may look at. */
export interface RoutingSubject {
  readonly intent: string;
  /** The customer's words of this turn. */
  readonly text: string;
  readonly mood: string;
  /** Turns running, this one included, on which the customer was annoyed or angry. */
  readonly annoyedTurns: number;
  readonly amountCny: number | undefined;
  /** Contacts about the same thing within seven days, this one included. */
  readonly contacts: number;
  readonly tier: string | undefined;
  /** Signals proved otherwise than by the words, e.g. by the platform's answer. */
  readonly signals: readonly string[];
}

export function matches(policy: Policy, rule: RoutingRule, subject: RoutingSubject): boolean {
  const { when } = rule;
  if (when.intent && !when.intent.includes(subject.intent)) return false;
  if (when.signal && !subject.signals.includes(when.signal) && !policy.signal(when.signal, subject.text)) return false;
  if (when.mood && !when.mood.includes(subject.mood)) return false;
  if (when.annoyed_turns !== undefined && subject.annoyedTurns < when.annoyed_turns) return false;
  if (when.amount_from !== undefined && (subject.amountCny ?? 0) < when.amount_from) return false;
  if (when.contacts_from !== undefined && subject.contacts < when.contacts_from) return false;
  if (when.tier && !(subject.tier && when.tier.includes(subject.tier))) return false;
  return true;
}

/** @returns the first rule that matches; the catch-all guarantees one. */
export function firstMatch(policy: Policy, subject: RoutingSubject): RoutingRule {
  const rule = policy.rules.find((candidate) => matches(policy, candidate, subject));
  if (!rule) throw new Error("routing.yaml has no catch-all rule");
  return rule;
}
