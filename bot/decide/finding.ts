/** What looking something up for a request brought. The decision reads the verdict; the words are shown only if the decision is to answer. */
import type { Choice, Fact } from "../conversation/conversation.ts";
import type { Money } from "../policy/words.ts";

/**
 * answered      the figure or state asked for is in `replies`
 * normal        nothing is wrong yet (a top-up within its normal time)
 * real_problem  the platform itself shows that something went wrong and the bot has no fix
 * not_found     the platform knows no such thing; ask again or offer a person
 * several       the customer must choose (order picker); `replies` asks, with buttons
 * nothing       there is nothing to look at (no orders, no withdrawals); `replies` says so
 * sign_in       needs a signed identity
 * down          the platform could not be reached, was slow, or answered nonsense
 */
export type Verdict = "answered" | "normal" | "real_problem" | "not_found" | "several" | "nothing" | "sign_in" | "down";

/** One message to the customer. `actions` are buttons that send their own text. */
export interface Reply {
  readonly text: string;
  readonly actions?: readonly string[];
  readonly sources?: readonly { readonly title: string; readonly id?: string }[];
  /** The fact it asks for. */
  readonly asks?: string;
  /** Values in the text that look like contacts and are named on purpose: the fake a warning is about, an order number of digits. */
  readonly quotes?: readonly string[];
  /** Holds the customer's own card key in full: shown to him, masked wherever else the conversation is kept or read. */
  readonly secret?: true;
}

/** A later look at the same thing, which reports in the conversation. */
export interface Recheck {
  readonly afterMs: number;
  readonly orderNo: string;
  readonly intent: string;
}

export interface Finding {
  readonly intent: string;
  readonly tool: string;
  /** Which of the orders it is about, when the message names several. */
  readonly orderNo?: string;
  readonly verdict: Verdict;
  readonly replies: readonly Reply[];
  /** Platform-confirmed facts. */
  readonly facts: readonly Fact[];
  /** One sentence for the summary, in the customer's language: what was looked up and what came out. */
  readonly outcome: string;
  /** Amount at stake, for the rules about large sums. */
  readonly amount?: Money;
  readonly recheck?: Recheck;
  /** Signals the platform's answer proves, e.g. `charged_wrongly`. */
  readonly signals?: readonly string[];
  /** The slot whose answer would let the tool work, when `verdict` is not_found or several. */
  readonly needs?: string;
  /** What is shown to choose from, when `verdict` is several. */
  readonly choices?: readonly Choice[];
  /** Order whose keys may be shown in full if the customer asks once more. */
  readonly keyOffered?: string;
}
