/**
 * What one customer message means: the words used by everybody who calls the recogniser.
 *
 * utterance   the customer's words in one turn (may be several messages that followed one another)
 * intent      what the customer wants done or known; a name from `catalog/`, or `out_of_scope`
 * request     one intent with the piece of the utterance that asks for it; a message may hold several
 * entity      a value found in the words, with its place in the customer's own text
 * confidence  calibrated chance (0..1) that the label is right
 * mood        how the writer feels about the service, not how bad the problem is
 */

/** Languages the desk speaks. */
export type Language = "zh" | "en";

export type MoodLabel = "calm" | "annoyed" | "angry";

export type EntityType =
  | "order_number"
  | "payment_serial"
  | "withdrawal_number"
  | "case_code"
  | "amount"
  | "time"
  | "phone"
  | "channel"
  | "card_key"
  | "one_time_code"
  | "password"
  | "bank_card"
  | "id_number"
  | "link"
  | "email"
  | "account";

/** `[start, end)` in UTF-16 code units of the customer's own text. */
export type Span = readonly [start: number, end: number];

export interface Entity {
  readonly type: EntityType;
  /**
   * Normalised: amount `"500.00 CNY"`, time ISO 8601 with offset (`"2026-11-20T17:30:00+08:00"`, or a date when no clock time
   * was said), phone E.164, channel `alipay|wechat|bank_card|balance|usdt|paypal|apple|google|qq`, others in upper case without spaces.
   */
  readonly value: string;
  readonly span: Span;
  readonly confidence: number;
}

export interface IntentScore {
  readonly name: string;
  readonly confidence: number;
}

export interface Request {
  readonly intent: string;
  readonly confidence: number;
  readonly span: Span;
}

export interface Mood {
  readonly label: MoodLabel;
  /** 0 calm … 1 furious. */
  readonly score: number;
  /** Evidence a person can read, in the language of the message, e.g. `威胁投诉“12315”`. */
  readonly reasons: readonly string[];
  /** Kinds of evidence, for rules and for the desk. */
  readonly signs: readonly ("lexicon" | "threat" | "insult" | "shouting" | "repetition" | "waiting" | "sarcasm" | "relief")[];
}

/** How sure the engine is of `intents[0]`. `unsure`: offer the two nearest; `none`: say that it was not understood. */
export type Certainty = "sure" | "unsure" | "none";

export interface Understanding {
  readonly language: Language;
  /** Best first, at most five; `intents[0].name` is `out_of_scope` when nothing fits. */
  readonly intents: readonly IntentScore[];
  readonly certainty: Certainty;
  /** In the order in which they were said; empty when nothing fits. */
  readonly requests: readonly Request[];
  readonly entities: readonly Entity[];
  readonly mood: Mood;
  /**
   * What the message answers of `UtteranceContext.asked`. When it does nothing else, `intents[0].name` is `slot_answer`,
   * certainty is `sure` and `requests` is empty.
   */
  readonly answer?: Answer;
}

/** What the customer answered to the bot's last question. */
export interface Answer {
  /** The slot asked for; absent when a choice was asked for. */
  readonly slot?: string;
  /** Normalised like the entity of that type, or the chosen item. */
  readonly value: string;
  readonly span: Span;
  /** Index of the chosen item of `asked.choices`. */
  readonly choice?: number;
}

/** What the conversation so far tells the recogniser. Everything is optional: a bare text can be understood too. */
export interface UtteranceContext {
  /** BCP 47 tag the channel sent; used when the text itself shows no language ("123"). */
  readonly locale?: string;
  /** For relative times ("昨晚十点半"). */
  readonly now: Date;
  /** IANA zone of the customer. Default Asia/Shanghai. */
  readonly timeZone?: string;
  /** What the bot asked last: a bare number or "是的" answers it and is not out of scope. */
  readonly asked?: { readonly slot?: EntityType | string; readonly yesNo?: boolean; readonly choices?: readonly string[] };
  /** Earlier utterances of the customer in this conversation, oldest first (repetition is a sign of mood). */
  readonly earlier?: readonly string[];
  /** What the bot said last; an excuse that is repeated annoys. */
  readonly reply?: string;
}

/** One intent of the catalogue as the operator wrote it. */
export interface IntentDefinition {
  readonly name: string;
  readonly class: "routine" | "service" | "problem" | "control" | "refused";
  readonly title: Readonly<Record<Language, string>>;
  readonly answer: { readonly article?: string; readonly tool?: string; readonly reply?: string; readonly escalate?: boolean };
  readonly examples: Readonly<Record<Language, readonly string[]>>;
}

export interface Recogniser {
  understand(text: string, context: UtteranceContext): Understanding;
  readonly catalogue: ReadonlyMap<string, IntentDefinition>;
}
