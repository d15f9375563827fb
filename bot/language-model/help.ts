/** What a language model may do for the desk. Types only: a desk without a model loads nothing else of this folder. */
import type { Understanding } from "../../intents/index.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { Hearing } from "../decide/hearing.ts";
import type { Language } from "../policy/words.ts";
import type { Timer } from "../ports/store.ts";

/** A turn whose words were not understood. */
export interface Lost {
  readonly turnId: string;
  readonly understanding: Understanding;
  readonly hearing: Hearing;
  /** With this turn's facts in its state. */
  readonly conversation: Conversation;
  readonly text: string;
}

export interface Translated {
  /** By the given order; undefined where a line needed none or could not be translated safely. */
  readonly lines: readonly (string | undefined)[];
  /** How many stand in another language. */
  readonly wanted: number;
}

export interface LanguageHelp {
  /** As the server calls it. */
  readonly name: string;
  /**
   * A second opinion on what was meant, or an answer out of the articles. Never rejects and never takes longer than the turn's deadline.
   * @returns the hearing to go on with; the same object when the model could not help
   */
  whenLost(lost: Lost): Promise<Hearing>;
  /** Words a case's summary better, later, in the background. Set by the turn's commit, so that it survives a restart. */
  rewordLater(caseId: string, now: number): Timer;
  /** Takes up such a timer; returns at once. */
  reword(timer: Timer): void;
  /** Never rejects; what was translated before is not asked again. */
  translate(lines: readonly string[], to: Language, caseId: string): Promise<Translated>;
  /** Gives up what is under way in the background; it is taken up again after the next start. */
  stop(): Promise<void>;
}

/** Kind of the timer that `rewordLater` makes. */
export type RewordKind = "reword_summary";
