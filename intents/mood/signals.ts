import type { Language, Mood } from "../understanding.ts";
import { CUE_NAMES, CUES } from "./cues.ts";
import type { MoodLexicon } from "./lexicon.ts";
import type { MoodRules, PhraseSign } from "./mood-rules.ts";
import { PHRASE_SIGNS } from "./mood-rules.ts";
import { hanExpression, latinExpression } from "./phrase-expressions.ts";
import { readShouting } from "./shouting.ts";

/**
 * Signals: what is measured of a message beside its words, each a number from 0 to about 1 (`balance`: -1 to 1). They mean the same
 * in both languages, so lines of one teach the other.
 */
export const SIGNALS = [
  ...PHRASE_SIGNS,
  "asked",
  "words",
  "worst",
  "praise",
  "balance",
  "capitals",
  "stress",
  "marks",
  "questions",
  "faces",
  "again",
  "turn",
  "before",
  "excuse",
  "length",
  ...CUE_NAMES,
  "echo",
] as const;
export type Signal = (typeof SIGNALS)[number];

/** Points of the lexicon below zero that make the signal `words` 1. */
export const WORDS_POINTS = 8;

/** What went before the message. */
export interface MoodContext {
  /** The customer's earlier messages, oldest first, folded or not. */
  readonly earlier?: readonly string[] | undefined;
  /** What the desk said last. */
  readonly reply?: string | undefined;
}

/** Something a person can read, with the signal that it counts for. */
export interface Finding {
  readonly signal: Signal;
  readonly sign: Mood["signs"][number];
  readonly reason: string;
}

export interface Signals {
  /** In the order of `SIGNALS`. */
  readonly values: Float32Array;
  readonly findings: readonly Finding[];
  /** The text in lower case with neutral pieces blanked. */
  readonly blanked: string;
}

const EXCUSE =
  /抱歉|对不起|不好意思|没(?:有)?(?:听|看)懂|无法|暂时|耐心|sorry|apolog|unfortunately|could not|couldn't|can't|unable|no results|not available/iu;

type Wording = Exclude<PhraseSign, "grievance"> | "words" | "again";
const PHRASE: Readonly<Record<Wording, Readonly<Record<Language, string>>>> = {
  threat: { zh: "威胁", en: "threat" },
  insult: { zh: "辱骂", en: "insult" },
  sarcasm: { zh: "反讽", en: "sarcasm" },
  waiting: { zh: "久等", en: "long wait" },
  repetition: { zh: "反复说", en: "had to repeat" },
  relief: { zh: "语气缓和", en: "friendly" },
  words: { zh: "用词", en: "wording" },
  again: { zh: "把同样的话又说了一遍", en: "said the same again" },
};
const GRIEVANCE: Readonly<Record<Language, string>> = { zh: "怨言", en: "grievance" };

/** How a reason names words of the message. */
export const wordingReason = (language: Language, words: readonly string[]): string => `${PHRASE.words[language]}“${words.join("、")}”`;

/** A reason as the reader's language names its kind; the words it quotes stay as they were said. */
export function reasonIn(language: Language, reason: string): string {
  const kinds = [...Object.values(PHRASE), GRIEVANCE];
  const kind = kinds.find(({ zh, en }) => [zh, en].some((name) => reason === name || reason.startsWith(`${name}“`)));
  if (!kind) return reason;
  const name = reason.startsWith(kind.zh) ? kind.zh : kind.en;
  return `${kind[language]}${language === "en" && reason.length > name.length ? " " : ""}${reason.slice(name.length)}`;
}

const PLACE = new Map(SIGNALS.map((signal, index) => [signal, index]));
const EARLIER_READ = 6;
const EARLIER_WEIGHED = 2;
const EARLIER_LENGTH = 500;
const REMEMBERED = 500;
/** Pairs of characters in common (Jaccard) from which a message says the same again. */
const SAME = 0.55;

/** Finds the signals of messages by the operator's `mood.yaml`. */
export class SignalFinder {
  readonly #lexicon: MoodLexicon;
  readonly #signs: readonly { readonly sign: PhraseSign; readonly zh: RegExp; readonly en: RegExp }[];

  readonly #remembered = new Map<string, Remembered>();

  constructor(rules: MoodRules, lexicon: MoodLexicon) {
    this.#lexicon = lexicon;
    this.#signs = PHRASE_SIGNS.map((sign) => ({
      sign,
      zh: hanExpression(rules.signs[sign].zh),
      en: latinExpression(rules.signs[sign].en),
    }));
  }

  /** @param folded text after `fold` (case kept: capitals are a sign) */
  find(folded: string, language: Language, context: MoodContext = {}): Signals {
    const lower = folded.toLowerCase().replace(/\u2019/gu, "'");
    const { negative, positive, worst, words, praised, blamed, blanked } = this.#lexicon.score(lower);
    const values = new Float32Array(SIGNALS.length);
    const findings: Finding[] = [];
    const set = (signal: Signal, value: number): void => {
      values[PLACE.get(signal) ?? 0] = value;
    };
    const han = /\p{Script=Han}/u.test(blanked);
    const latin = /[a-z]{2}/u.test(blanked);
    for (const { sign, zh, en } of this.#signs) {
      const next = (text: string): RegExpExecArray | null => (han ? zh.exec(text) : null) ?? (latin ? en.exec(text) : null);
      const match = next(blanked);
      if (match === null) continue;
      if (sign === "threat" && isAsked(blanked, match)) {
        set("asked", 1);
        continue;
      }
      set(sign, (1 + countMore(next, blanked, match)) / 2);
      const said = sign === "grievance" ? GRIEVANCE : PHRASE[sign];
      findings.push({ signal: sign, sign: sign === "grievance" ? "lexicon" : sign, reason: `${said[language]}“${match[0].trim()}”` });
    }
    set("words", Math.min(1, -negative / WORDS_POINTS));
    set("worst", Math.min(1, -worst / 5));
    set("praise", Math.min(1, positive / 6));
    set("balance", (blamed - praised) / (blamed + praised + 1));
    if (words.length > 0)
      findings.push({ signal: "words", sign: "lexicon", reason: wordingReason(language, [...new Set(words)].slice(0, 4)) });
    for (const { signal, value, reason } of readShouting(folded, language)) {
      set(signal, value);
      if (reason !== undefined) findings.push({ signal, sign: "shouting", reason });
    }
    const { earlier = [], reply } = context;
    const before = earlier.slice(-EARLIER_READ).map((text) => this.#recall(text));
    const same = likeness(lower, before);
    if (same >= SAME) {
      set("again", same);
      findings.push({ signal: "again", sign: "repetition", reason: PHRASE.again[language] });
    }
    set("turn", Math.min(1, Math.log1p(earlier.length) / 3));
    set("before", Math.min(1, before.slice(-EARLIER_WEIGHED).reduce((sum, { points }) => sum + points, 0) / WORDS_POINTS));
    if (reply !== undefined && EXCUSE.test(reply)) set("excuse", 1);
    set("length", Math.min(1, Math.log1p(folded.length) / 6));
    set("echo", Math.min(1, echoes(blanked) / 3));
    for (const signal of CUE_NAMES) if (CUES[signal].test(blanked)) set(signal, 1);
    return { values, findings, blanked };
  }

  /** What is compared of an earlier message; kept for a while, because every turn of a conversation asks again. */
  #recall(text: string): Remembered {
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    const lower = text.slice(0, EARLIER_LENGTH).toLowerCase();
    const made = { pairs: pairs(lower), points: -this.#lexicon.score(lower).negative };
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    this.#remembered.set(text, made);
    return made;
  }
}

interface Remembered {
  readonly pairs: ReadonlySet<number>;
  /** How strong its words were: points of the lexicon below zero. */
  readonly points: number;
}

/** Further, different phrases of the same sign after the first; at most one counts. */
function countMore(next: (text: string) => RegExpExecArray | null, text: string, first: RegExpExecArray): number {
  return next(text.slice(first.index + Math.max(1, first[0].length))) === null ? 0 : 1;
}

/** A threat word inside a question or a report is none: "会起诉吗", "12315那边让我补一张截图", "is a chargeback possible?". */
function isAsked(text: string, match: RegExpExecArray): boolean {
  if (/再不|否则|不然|就(?:打|去|投诉|报|告)|or else|if you|will|going to|gonna/u.test(text)) return false;
  const tail = text.slice(match.index, match.index + match[0].length + 24);
  return (
    /吗|怎么|如何|多少|需要什么|有用|那边|让我|什么材料|要准备/u.test(tail) ||
    /(?:可以|能不能|会不会|是否)/u.test(text.slice(Math.max(0, match.index - 6), match.index)) ||
    (/\?/u.test(text) && /^(?:can|could|is|are|do|does|how|what|where|should|would|may)\b/u.test(text.trimStart()))
  );
}

/** How often a word (Latin, four letters or more) or a pair of Chinese characters comes back in the same message. */
function echoes(text: string): number {
  const pieces = text.match(/[a-z]{4,}|\p{Script=Han}+/gu) ?? [];
  const seen = new Set<string | number>();
  let back = 0;
  const see = (one: string | number): void => {
    if (seen.has(one)) back += 1;
    else seen.add(one);
  };
  for (const piece of pieces) {
    if (piece.charCodeAt(0) < 0x80) see(piece);
    else for (let at = 0; at + 1 < piece.length; at += 1) see(piece.charCodeAt(at) * 0x10000 + piece.charCodeAt(at + 1));
  }
  return back / Math.max(1, Math.sqrt(seen.size) / 2);
}

/** Share of common pairs of characters with the likest of the earlier messages (Jaccard), 0..1. */
function likeness(lower: string, earlier: readonly Remembered[]): number {
  if (earlier.length === 0) return 0;
  const own = pairs(lower.slice(0, EARLIER_LENGTH));
  if (own.size < 4) return 0;
  let most = 0;
  for (const { pairs: other } of earlier) {
    let common = 0;
    for (const pair of own) if (other.has(pair)) common += 1;
    most = Math.max(most, common / (own.size + other.size - common));
  }
  return most;
}

/** Neighbouring letters and digits, both code units in one number. */
function pairs(text: string): Set<number> {
  const letters = text.replace(/[^\p{L}\p{N}]/gu, "");
  const found = new Set<number>();
  for (let i = 0; i + 1 < letters.length; i += 1) found.add(letters.charCodeAt(i) * 0x10000 + letters.charCodeAt(i + 1));
  return found;
}
