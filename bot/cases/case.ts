/**
 * A case: the record of one unresolved need, outliving the chat.
 *
 *   open → queued → in_progress → resolved → closed
 *             ↘ waiting_customer ↗   (an agent asked for something, or a callback was missed)
 *
 * `version` counts every change and guards PATCH (If-Match). One open case per conversation: a second escalation raises the priority and
 * appends.
 */
import type { MoodLabel } from "../../intents/index.ts";
import type { Fact, MoodPoint } from "../conversation/conversation.ts";
import type { Reason } from "../decide/decision.ts";
import type { Instant, Language, Modifier, Priority, Skill } from "../policy/words.ts";

export const CASE_STATUSES = ["open", "queued", "in_progress", "waiting_customer", "resolved", "closed"] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** What a summary was made of and the case does not hold elsewhere: with it the same summary is made in the agent's language. */
export interface SummaryMatter {
  /** Masked words of the customer, newest last. */
  readonly said: readonly string[];
  /** Intents of his other problems. */
  readonly alsoAbout: readonly string[];
  /** Slots he would not answer. */
  readonly declined: readonly string[];
  readonly moods: readonly MoodPoint[];
  readonly frozenAt?: Instant;
}

export interface CaseSummary {
  readonly wants: string;
  readonly tried: readonly string[];
  readonly promised: readonly string[];
  readonly flags: readonly string[];
  /** Why it is placed where it is, a sentence each. */
  readonly why?: readonly string[];
  /** By what one can tell the customer's mood as it is now. */
  readonly evidence?: readonly string[];
  readonly nextStep: string;
  /** The whole brief as prose, read in 15 seconds. */
  readonly text: string;
  readonly matter?: SummaryMatter;
  /** A language model worded `text`, out of the same facts; absent while it is the desk's own. */
  readonly wording?: { readonly model: string; readonly prompt: string; readonly at: Instant };
}

export interface Case {
  readonly id: string;
  /** Eight digits, the last a check digit. */
  readonly code: string;
  readonly version: number;
  readonly status: CaseStatus;
  readonly priority: Priority;
  readonly reasons: readonly Reason[];
  readonly skill: Skill;
  readonly modifiers: readonly Modifier[];
  readonly language: Language;
  readonly channel: string;
  readonly customer: { readonly id?: string; readonly verified: boolean; readonly name?: string; readonly phone?: string };
  readonly conversationId?: string;
  readonly intent: string;
  readonly mood: {
    readonly label: MoodLabel;
    readonly trend: "rising" | "steady" | "falling";
    /** Evidence of the last turn, in words. */
    readonly reasons?: readonly string[];
  };
  readonly facts: readonly Fact[];
  readonly missing: readonly string[];
  readonly summary: CaseSummary;
  readonly promise: { readonly answerBy?: Instant; readonly resolveBy: Instant };
  readonly disposition?: string;
  readonly notes: readonly { readonly at: Instant; readonly by: string; readonly text: string }[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}
