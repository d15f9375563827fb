/** Holds a summary against what it must say (recall) and against everything it may have been made of (precision), by machine. */
import type { Policy } from "../bot/policy/policy.ts";
import { sayTime, sayZone } from "../bot/policy/speak.ts";
import type { Part, SummaryConversation } from "./summary-conversations.ts";

type Language = "zh" | "en";

/** Where each part's words are; a part that the summary does not have is absent. */
export type Parts = Partial<Record<Part, string>>;

/** The summary's lines by their labels. What stands between quotation marks on the first line is the customer's own. */
export function partsOf(text: string, language: Language, policy: Policy): Parts {
  const label = (part: keyof typeof LABELS): string => {
    const [key, hole] = LABELS[part];
    return policy.say(`summary.${key}`, language, { [hole]: "" }).trim();
  };
  const [first = "", ...rest] = text.split("\n");
  const from = first.indexOf("“");
  const parts: Parts = { wants: from === -1 ? first : first.slice(0, from), quoted: from === -1 ? "" : first.slice(from) };
  for (const line of rest)
    for (const part of Object.keys(LABELS) as (keyof typeof LABELS)[])
      if (line.startsWith(label(part))) parts[part] = line.slice(label(part).length);
  // A corrected value says in its own clause what it was before; what holds is known.
  const [before = "", after = ""] = policy.say("summary.source.corrected", language, { was: "|" }).split("|");
  const known = parts.known ?? "";
  const was = new RegExp(`${before}(.*?)${after}(?=[，,)）])`, "gu");
  parts.corrected = [...known.matchAll(was)].map((match) => match[1]).join("; ");
  parts.known = known.replace(was, policy.say("summary.source.customer", language));
  return parts;
}

const LABELS = {
  known: ["facts", "facts"],
  tried: ["tried", "tried"],
  promised: ["promised", "promised"],
  why: ["why", "reasons"],
  flags: ["flags", "flags"],
  missing: ["missing", "missing"],
  next: ["next", "next"],
} as const;

/** Parts that state something as known. What the bot did with a claim may name it. */
const STATING: readonly Part[] = ["known", "corrected", "promised", "flags", "next"];

/** @returns for every piece that must be there whether it is, with what was looked for */
export function recallOf(
  parts: Parts,
  { must }: SummaryConversation,
  marks: Readonly<Record<"customer" | "platform", string>>,
): { readonly piece: string; readonly found: boolean }[] {
  return Object.entries(must).flatMap(([part, pieces]) =>
    pieces.map(({ is, from }) => {
      const clauses = (parts[part as Part] ?? "").split(/[；;]/u);
      const found = clauses.some((clause) => holds(clause, is) && (from === undefined || clause.includes(marks[from])));
      return { piece: `${part}: ${is}${from === undefined ? "" : ` (${from})`}`, found };
    }),
  );
}

/** Pieces that must not be stated, and secrets that must be nowhere in `everything`. */
export function forbiddenIn(parts: Parts, everything: string, { never, secret, must }: SummaryConversation): string[] {
  const stated = STATING.map((part) => parts[part] ?? "").join("\n");
  // What was corrected is not among the facts that hold.
  const old = (must.corrected ?? []).filter(({ is }) => holds(parts.known ?? "", is)).map(({ is }) => `${is} still known`);
  return [
    ...never.filter((piece) => holds(stated, piece)).map((piece) => `"${piece}" is stated`),
    ...secret.filter((piece) => everything.includes(piece)).map((piece) => `the secret "${piece}" is shown`),
    ...old,
  ];
}

function holds(text: string, piece: string): boolean {
  const lower = text.toLowerCase();
  return piece.split(" | ").some((one) => lower.includes(one.toLowerCase()));
}

/** What a summary may be made of. */
export interface Sources {
  /** The customer's messages. */
  readonly said: string;
  /** Bodies of the platform's answers, JSON. */
  readonly platform: string;
  /** What the bot told the customer. */
  readonly told: string;
  /** What the customer's words rightly come to, written by hand. */
  readonly readings: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Every number, amount, id, time and name of the summary that is neither in the conversation, nor in the platform's answers, nor a word of the
 * desk's own sentences and titles. What the bot told the customer counts for what was tried and promised only: the bot is no witness of facts.
 */
export function unfoundedIn(parts: Parts, language: Language, sources: Sources, policy: Policy, titles: readonly string[]): string[] {
  const facts = normal([sources.said, sources.platform, ...timesIn(sources.platform, sources.now, policy), ...sources.readings].join("\n"));
  const all = `${facts}\n${normal(sources.told)}`;
  const own = ownWords(language, policy, titles);
  const others = ownWords(language === "zh" ? "en" : "zh", policy, []);
  return Object.entries(parts).flatMap(([part, text]) => {
    const ground = part === "tried" || part === "promised" ? all : facts;
    const numbers = new Set((ground.match(/\d+(?:\.\d+)?/gu) ?? []).map(Number));
    return wordsOf(text, language).flatMap((word) => {
      const plain = normal(word);
      // What stands for a receipt among his words is the desk's word, in his language.
      if (ground.includes(plain) || own.has(plain) || (part === "quoted" && others.has(plain))) return [];
      // 500 and 500.00 are one amount.
      return /^\d+(?:\.\d+)?$/u.test(plain) && numbers.has(Number(plain)) ? [] : [`${part}: ${word}`];
    });
  });
}

/** Words with a digit, Latin names, and in English a Han run: a name or a thing that nobody translated. */
function wordsOf(text: string, language: Language): string[] {
  const words =
    text
      .replace(/(?:US|HK|NT|JP|S|A)(?=[$¥])/gu, "")
      .match(/\+?[A-Za-z0-9][A-Za-z0-9_.,:@#/+-]*[A-Za-z0-9]|[A-Za-z0-9]+|\p{Script=Han}+/gu) ?? [];
  return words.filter((word) => /\d|[A-Z]/u.test(word) || (language === "en" && /\p{Script=Han}/u.test(word)));
}

function normal(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/(?<=\d),(?=\d{3})/gu, "");
}

/** The platform's times as a person says them, in both languages. */
function timesIn(json: string, now: number, policy: Policy): string[] {
  return (json.match(/\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:\d\d)/gu) ?? []).flatMap((iso) =>
    (["zh", "en"] as const).map((language) => sayTime(Date.parse(iso), now, policy.timeZone, language)),
  );
}

const ownOf = new Map<string, ReadonlySet<string>>();

/** Words of the desk's own sentences, their holes left empty. */
function ownWords(language: Language, policy: Policy, titles: readonly string[]): ReadonlySet<string> {
  const key = `${language} ${titles.length}`;
  const kept = ownOf.get(key);
  if (kept) return kept;
  const blank = new Proxy({}, { get: () => " " });
  const sentences = [
    ...policy.replyKeys
      .filter((key) => /^(summary|fact|value|outcome|promise|reason|tool|agent|intake|receipt|wait|case|queue)\./u.test(key))
      .map((key) => policy.say(key, language, blank)),
    ...titles,
    sayZone(policy.timeZone, 0),
    ...policy.rules.map((rule) => rule.text[language]),
    ...policy.slotNames.map((name) => policy.slot(name).name[language]),
  ];
  const words = new Set(sentences.flatMap((sentence) => wordsOf(sentence, "en").map(normal)));
  ownOf.set(key, words);
  return words;
}
