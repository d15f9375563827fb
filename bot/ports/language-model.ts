/**
 * An optional language model. Whoever asks it passes masked words only, and treats what comes back as data: `bot/language-model/` does both.
 */

/** A versioned file of `bot/policy/prompts/`. */
export interface Prompt {
  readonly id: string;
  readonly version: number;
  /** What the model is told to do. */
  readonly text: string;
}

/** JSON Schema of what must come back: flat objects, arrays and strings. */
export type Shape = Readonly<Record<string, unknown>>;

/** Something the model may look up while it thinks. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  /** @param query the model's words, at most 200 characters; data, not instruction */
  run(query: string): string;
}

export interface ModelQuestion {
  readonly prompt: Prompt;
  /** Customer's words, articles, facts: data. Masked. */
  readonly data: string;
  readonly shape: Shape;
  /** Tokens the answer may have at most. */
  readonly mostTokens: number;
  /** How often the model may be called for this question (it looks something up, then answers); each call is repeated once at most. */
  readonly mostCalls: number;
  readonly tool?: ModelTool;
  /** Aborted when the time is up: then it rejects at once. */
  readonly signal: AbortSignal;
}

export interface ModelAnswer {
  /** Fits the shape. */
  readonly value: unknown;
  /** Tokens read and written, as the server counts them; undefined when it does not say. */
  readonly tokens?: number;
}

/** `malformed`: not the shape asked for, cut off, not JSON, not even an API's answer. `empty`: it said nothing. */
export type ModelFailure = "timeout" | "unreachable" | "limited" | "refused" | "server_error" | "malformed" | "empty";

export type ModelResult = ({ readonly ok: true } & ModelAnswer) | { readonly ok: false; readonly why: ModelFailure };

export interface LanguageModel {
  /** As the server calls it. */
  readonly name: string;
  /** Never rejects. */
  ask(question: ModelQuestion): Promise<ModelResult>;
}

/** One use of the model, as it is kept. */
export interface ModelUse {
  readonly id: string;
  readonly at: string;
  /** `second-opinion@1` */
  readonly prompt: string;
  readonly model: string;
  readonly conversationId?: string;
  readonly caseId?: string;
  readonly turnId?: string;
}

/** `used`, or why the answer was not: the model failed, or its answer was not supported by its sources. */
export type ModelOutcome = ModelFailure | "used" | "declined" | "unsupported";

export interface ModelUseRepository {
  /**
   * Sets tokens aside for one use, before the model is asked.
   * @param day `2026-11-29`, in the desk's time zone
   * @param most tokens a day
   * @returns false when the day's tokens would not suffice; nothing is kept then
   */
  begin(use: ModelUse, day: string, tokens: number, most: number): Promise<boolean>;
  /** Puts right what was set aside. A use that a crash left unfinished stays counted as it was begun. */
  finish(id: string, outcome: ModelOutcome, tokens: number | undefined, milliseconds: number): Promise<void>;
  /** Tokens of the day. */
  spent(day: string): Promise<number>;
  /** Newest first. */
  list(limit: number): Promise<readonly (ModelUse & { readonly outcome?: ModelOutcome; readonly tokens: number })[]>;
}
