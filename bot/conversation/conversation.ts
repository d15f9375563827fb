/** One customer's thread on one channel, and what the bot remembers of it between turns. */
import type { MoodLabel } from "../../intents/index.ts";
import type { Instant, Language } from "../policy/words.ts";

/** Whom the platform says the customer is. Only a signed identity fills it; nothing the customer types does. */
export interface Identity {
  readonly customerId: string;
  readonly name?: string;
  readonly phone?: string;
  readonly tier?: string;
}

/** A value known for the case: what the customer said, or what the platform confirmed. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly source: "customer" | "platform";
  readonly at: Instant;
  /** What the customer had said before he corrected it. */
  readonly was?: string;
  /** His own words for a value that had to be read out of them ("昨晚十点半"); absent where they are the value. */
  readonly said?: string;
}

/** One of the things a question lets the customer choose from. */
export interface Choice {
  /** What fills the slot: an order number. */
  readonly value: string;
  /** As it stands on the button. */
  readonly label: string;
  /** `"500.00 CNY"`, for "the 500 one". */
  readonly amount?: string;
}

/** A question the bot asked and is waiting on. */
export interface OpenQuestion {
  readonly slot: string;
  readonly intent: string;
  readonly askedAt: Instant;
  /** Shown with the question, in this order. */
  readonly choices?: readonly Choice[];
}

export interface MoodPoint {
  readonly turn: string;
  readonly label: MoodLabel;
  readonly score: number;
  readonly reasons: readonly string[];
}

/** What was tried for the customer, for the summary and so that nothing is done twice. */
export interface Attempt {
  readonly at: Instant;
  readonly intent: string;
  /** Article id, tool name, or `not_understood`. */
  readonly did: string;
  /** One sentence in the customer's language: what the bot found or said. */
  readonly outcome: string;
}

/** The agent who answers instead of the bot. */
export interface TakenBy {
  readonly agentId: string;
  /** As the customer sees it. */
  readonly name: string;
  readonly since: Instant;
  /** Since when a message of the customer's waits for his word; absent when none does. */
  readonly owesSince?: Instant;
}

/** A rating the customer was asked for and has not given. */
export interface RatingAsked {
  readonly askedAt: Instant;
  /** The case it is about; absent when the bot solved it alone. */
  readonly caseId?: string;
  readonly agentId?: string;
}

/** Where the customer is in a guided flow. */
export interface FlowPlace {
  readonly id: string;
  readonly step: string;
  /** He asked for something else meanwhile; it is taken up again when he says so. */
  readonly paused?: true;
  /** Steps before this one, newest last, for going back. */
  readonly before?: readonly string[];
}

/** A case of an earlier contact that he named by its code and has not proved to be his. */
export interface CaseClaim {
  readonly code: string;
  /** Every code this chat has named. */
  readonly codes: readonly string[];
  /** Since when the digits of its number are waited for. */
  readonly askedAt?: Instant;
}

export interface ConversationState {
  readonly language: Language;
  /** Who answers: the bot, or an agent who took over. */
  readonly handler: "bot" | "agent";
  /** Set exactly while `handler` is `agent`. */
  readonly takenBy?: TakenBy;
  readonly rating?: RatingAsked;
  /** Set once he rated what the bot did alone: he is not asked for it again. */
  readonly rated?: boolean;
  readonly facts: readonly Fact[];
  /** Slots the customer chose to skip. */
  readonly skipped: readonly string[];
  readonly question?: OpenQuestion;
  /** The orders shown last to choose from, after the question is answered. */
  readonly picker?: OpenQuestion;
  readonly flow?: FlowPlace;
  /** Slots asked for so far, in that order; one asked for twice stands there twice. */
  readonly asked?: readonly string[];
  /** The problem being dealt with, newest first. */
  readonly problems: readonly string[];
  readonly moods: readonly MoodPoint[];
  readonly attempts: readonly Attempt[];
  /** Turns running that were not understood. */
  readonly misunderstood: number;
  /** Earlier utterances (masked), newest last, at most ten. */
  readonly said: readonly string[];
  /** What the bot told the customer would happen, in his language, with clock times. */
  readonly promised?: readonly string[];
  readonly caseId?: string;
  readonly caseClaim?: CaseClaim;
  /** Set when the bot offered a person and waits for yes or no. */
  readonly offeredPerson?: boolean;
  /** Set when the bot told a key's place and may show it if asked again: order numbers. */
  readonly keyOffered?: string;
}

export interface Conversation {
  readonly id: string;
  readonly channel: string;
  readonly userId: string;
  readonly identity?: Identity;
  readonly state: ConversationState;
  /** Guards commits: a turn taken on an older version is taken again. */
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export function newConversationState(language: Language): ConversationState {
  return { language, handler: "bot", facts: [], skipped: [], problems: [], moods: [], attempts: [], misunderstood: 0, said: [] };
}
