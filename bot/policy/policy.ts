/** The operator's rules as the code sees them: read once, checked, frozen; swapped whole on reload. */
import type { Flow } from "./flows.ts";
import type { IncidentRules } from "./incident-rules.ts";
import type { Roster } from "./roster.ts";
import type { Language, Modifier, Money, Priority, Skill } from "./words.ts";

export type Bilingual = Readonly<Record<Language, string>>;

export interface RoutingWhen {
  readonly intent?: readonly string[] | undefined;
  readonly signal?: string | undefined;
  readonly mood?: readonly string[] | undefined;
  readonly annoyed_turns?: number | undefined;
  /** CNY. */
  readonly amount_from?: number | undefined;
  readonly contacts_from?: number | undefined;
  readonly tier?: readonly string[] | undefined;
}

export interface RoutingRule {
  readonly id: string;
  readonly text: Bilingual;
  readonly when: RoutingWhen;
  readonly then: { readonly priority: Priority; readonly skill: Skill | "by_intent"; readonly modifiers: readonly Modifier[] };
  readonly escalates: boolean;
  readonly example: RoutingExample;
}

export interface RoutingExample {
  readonly text: string;
  readonly intent: string;
  readonly mood?: string | undefined;
  readonly annoyed?: number | undefined;
  readonly amount?: number | undefined;
  readonly contacts?: number | undefined;
  readonly tier?: string | undefined;
}

export interface Slot {
  readonly name: Bilingual;
  readonly ask: Bilingual;
  /** Entity types that fill it. */
  readonly entities: readonly string[];
  readonly choices?: Readonly<Record<Language, readonly string[]>> | undefined;
  /** Whatever the customer answers to the question fills it. */
  readonly free_text: boolean;
  readonly attachment: boolean;
}

export interface Intake {
  /** Asked before the queue when the customer is calm. */
  readonly first: readonly string[];
  readonly facts: readonly string[];
}

export interface Contact {
  readonly kind: "phone" | "site" | "wechat" | "qq";
  readonly value: string;
  readonly name: Bilingual;
}

/** The 15 + 3 promise; see `queues.yaml`. */
export interface PromisePolicy {
  readonly holdMs: number;
  readonly callbackMs: number;
  readonly warnAfterMs: number;
  readonly dialMs: number;
  readonly reserveMs: number;
  /** Of the replays that must keep every promise, 0..1. */
  readonly share: number;
  readonly draws: number;
}

/** Who should rather take an entry, and who may help out; see `queues.yaml`. */
export interface PreferencePolicy {
  /** ms that an entry is left to somebody better suited. */
  readonly yieldMs: Readonly<Record<Priority, number>>;
  /** Skills whose agents help out in a skill. */
  readonly standIns: Partial<Record<Skill, readonly Skill[]>>;
  /** ms before the deadline of a critical entry, and of a promise. */
  readonly criticalMs: number;
  readonly promiseMs: number;
  /** Overflow staff take promises due within so many ms. */
  readonly overflowPromiseMs: number;
}

export interface CallbackPolicy {
  readonly dialLeaseMs: number;
  /** One attempt more than gaps. */
  readonly retryGapsMs: readonly number[];
  readonly giveUpMs: number;
  readonly slotMs: number;
  readonly slotShare: number;
  readonly daysAhead: number;
}

export interface Policy {
  readonly rules: readonly RoutingRule[];
  skillFor(intent: string): Skill;
  /** Whether the words make the named signal of `routing.yaml` true. */
  signal(name: string, text: string): boolean;
  readonly signals: readonly string[];
  /** Rough value in CNY, for comparing only. Undefined for a currency the operator has not listed. */
  inCny(money: Money): number | undefined;
  intakeFor(intent: string): Intake;
  readonly phoneFacts: readonly string[];
  slot(name: string): Slot;
  readonly slotNames: readonly string[];
  /** Answer target in milliseconds. */
  readonly targetMs: Readonly<Record<Priority, number>>;
  readonly credits: { readonly vip: number; readonly upset: number; readonly perEarlierContact: number; readonly atMost: number };
  readonly writtenAnswerHours: number;
  readonly lease: { readonly ms: number; readonly heartbeatMs: number };
  readonly estimate: {
    readonly assumedHandleSeconds: number;
    readonly shortestRangeSeconds: number;
    readonly hideAboveSeconds: number;
    readonly hideWiderSeconds: number;
  };
  readonly promise: PromisePolicy;
  readonly preference: PreferencePolicy;
  readonly callbacks: CallbackPolicy;
  readonly incidents: IncidentRules;
  readonly roster: Roster;
  readonly caseCodeDays: number;
  readonly timeZone: string;
  /** Minutes after midnight in `timeZone`. */
  readonly phoneHours: { readonly opens: number; readonly closes: number };
  readonly contacts: {
    readonly official: readonly Contact[];
    readonly reportedScam: readonly Contact[];
    readonly public: readonly Contact[];
    /** Ids of the articles that may name what was reported as a fake. */
    readonly warningArticles: readonly string[];
  };
  readonly flows: readonly Flow[];
  /** A sentence of `replies/*.yaml` with its `{placeholders}` filled. @throws when the key or a value is missing: a fault of ours, found by the data check. */
  say(key: string, language: Language, values?: Readonly<Record<string, string | number>>): string;
  readonly replyKeys: readonly string[];
}
