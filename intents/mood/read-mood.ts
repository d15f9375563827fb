import type { Language, Mood, MoodLabel } from "../understanding.ts";
import { MoodLexicon } from "./lexicon.ts";
import type { MoodRules, PhraseSign } from "./mood-rules.ts";
import { PHRASE_SIGNS } from "./mood-rules.ts";

/** Weight of one occurrence of a sign; the sum z becomes a score 1 - exp(-z), so evidence adds up without end but never past 1. */
const WEIGHTS = {
  threat: 1.35,
  insult: 0.95,
  sarcasm: 0.62,
  waiting: 0.28,
  repetition: 0.42,
  grievance: 0.42,
  relief: -0.3,
  shouting: 0.42,
} as const;
/** A point of the lexicon below zero weighs this much: two small words ("慢", "still") do not make an upset customer. */
const LEXICON_WEIGHT = 0.13;
const LEXICON_CAP = 1.3;
const POSITIVE_WEIGHT = 0.04;
const ANNOYED_FROM = 0.33;
const ANGRY_FROM = 0.66;

const ANGRY_FACES = /[😡🤬😠👿💢🖕]/gu;
const PHRASE: Readonly<Record<PhraseSign | "lexicon" | "caps" | "marks" | "again", Readonly<Record<Language, string>>>> = {
  threat: { zh: "威胁", en: "threat" },
  insult: { zh: "辱骂", en: "insult" },
  sarcasm: { zh: "反讽", en: "sarcasm" },
  waiting: { zh: "久等", en: "long wait" },
  repetition: { zh: "反复说", en: "had to repeat" },
  grievance: { zh: "怨言", en: "grievance" },
  relief: { zh: "语气缓和", en: "friendly" },
  lexicon: { zh: "用词", en: "wording" },
  caps: { zh: "大写喊话", en: "shouting in capitals" },
  marks: { zh: "连用感叹号或怒脸", en: "exclamation marks or angry faces" },
  again: { zh: "把同样的话又说了一遍", en: "said the same again" },
};

/** Small cues: none of them says anything alone, several together lean a message. Their sum is capped below "annoyed". */
const CUES: readonly (readonly [RegExp, number])[] = [
  [/你们|贵司|\byou(?:r|'re)?\b/u, 0.05],
  [/[还都也](?:没|不)|\b(?:still|yet)\b/u, 0.08],
  [/怎么|为什么|为啥|凭|\bwhy\b|\bhow come\b/u, 0.05],
  [/又|一直|每次|总是|老是|反复|\b(?:again|always|every time|keeps?|never|nothing|nobody)\b/u, 0.08],
  [/[!！]/u, 0.1],
  [/(?:\d|[一二两三四五六七八九十几好多])(?:多)?(?:个)?(?:小时|天|周|星期|月|年|次|遍)|\b(?:hours|days|weeks|months|years|times)\b/u, 0.1],
  [/必须|给我|马上|赶紧|赶快|立刻|\b(?:now|immediately|asap|need to|have to|must)\b/u, 0.07],
  [/(?:没|不)(?:用|行|管|理|回|解决|处理)|\b(?:not|n't|no|doesn't|don't|isn't|can't|won't|didn't)\b/u, 0.05],
];
const CUES_CAP = 0.3;

/** Reads the mood of utterances by the operator's `mood.yaml`. */
export class MoodReader {
  readonly #lexicon: MoodLexicon;
  readonly #signs: readonly { readonly sign: PhraseSign; readonly zh: RegExp; readonly en: RegExp }[];

  constructor(rules: MoodRules) {
    this.#lexicon = new MoodLexicon(rules);
    this.#signs = PHRASE_SIGNS.map((sign) => ({
      sign,
      zh: hanExpression(rules.signs[sign].zh),
      en: latinExpression(rules.signs[sign].en),
    }));
  }

  /**
   * @param folded text after `fold` (case kept: capitals are a sign)
   * @param earlier what the customer said before, oldest first, folded or not
   */
  read(folded: string, language: Language, earlier: readonly string[] = []): Mood {
    const lower = folded.toLowerCase().replace(/\u2019/gu, "'");
    const blanked = this.#lexicon.blank(lower);
    const found: { readonly sign: Mood["signs"][number]; readonly z: number; readonly reason: string }[] = [];
    for (const { sign, zh, en } of this.#signs) {
      const match = zh.exec(blanked) ?? en.exec(blanked);
      if (match === null || (sign === "threat" && isAsked(blanked, match))) continue;
      const more = sign === "grievance" || sign === "insult" ? countMore(zh, en, blanked, match) : 0;
      found.push({
        sign: sign === "grievance" ? "lexicon" : sign,
        z: WEIGHTS[sign] * (1 + 0.5 * more),
        reason: `${PHRASE[sign][language]}“${match[0].trim()}”`,
      });
    }
    this.#addLexicon(lower, language, found);
    addShouting(folded, language, found);
    if (isRepeated(lower, earlier)) found.push({ sign: "repetition", z: WEIGHTS.repetition + 0.1, reason: PHRASE.again[language] });
    let cues = 0;
    for (const [cue, weight] of CUES) if (cue.test(blanked)) cues += weight;
    const upset = found.some(({ z }) => z > 0);
    let z = Math.min(CUES_CAP, cues);
    for (const one of found)
      z += one.sign === "relief" && found.some(({ sign }) => sign === "sarcasm" || sign === "threat" || sign === "insult") ? 0 : one.z;
    const score = Math.max(0, 1 - Math.exp(-Math.max(0, z)));
    const kept = found.filter(({ sign }) => upset || sign === "relief").sort((a, b) => b.z - a.z);
    return {
      label: labelOf(score),
      score: Math.round(score * 1000) / 1000,
      reasons: [...new Set(kept.map(({ reason }) => reason))],
      signs: [...new Set(kept.map(({ sign }) => sign))],
    };
  }

  #addLexicon(lower: string, language: Language, found: { sign: Mood["signs"][number]; z: number; reason: string }[]): void {
    const { negative, positive, words } = this.#lexicon.score(lower);
    const points = Math.max(0, -negative);
    const z = Math.min(LEXICON_CAP, points * LEXICON_WEIGHT) - Math.min(0.25, positive * POSITIVE_WEIGHT);
    if (points > 0 && z > 0)
      found.push({ sign: "lexicon", z, reason: `${PHRASE.lexicon[language]}“${[...new Set(words)].slice(0, 4).join("、")}”` });
  }
}

/** Further, different phrases of the same sign after the first; at most two count. */
function countMore(zh: RegExp, en: RegExp, text: string, first: RegExpExecArray): number {
  let rest = text.slice(first.index + first[0].length);
  let count = 0;
  while (count < 2) {
    const next = zh.exec(rest) ?? en.exec(rest);
    if (next === null) break;
    count += 1;
    rest = rest.slice(next.index + Math.max(1, next[0].length));
  }
  return count;
}

function labelOf(score: number): MoodLabel {
  return score >= ANGRY_FROM ? "angry" : score >= ANNOYED_FROM ? "annoyed" : "calm";
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

function addShouting(folded: string, language: Language, found: { sign: Mood["signs"][number]; z: number; reason: string }[]): void {
  const words = folded.match(/\p{Lu}{3,}(?=\P{L}|$)/gu)?.filter((word) => !ACRONYMS.has(word)) ?? [];
  const letters = folded.match(/\p{L}/gu)?.length ?? 0;
  const capitals = folded.match(/\p{Lu}/gu)?.length ?? 0;
  const all = words.length >= 3 && letters >= 12 && capitals / letters > 0.65;
  if (all) found.push({ sign: "shouting", z: 0.6, reason: PHRASE.caps[language] });
  else if (words.length >= 1 && words.some((word) => STRESSED.has(word)))
    found.push({ sign: "shouting", z: 0.3, reason: `${PHRASE.caps[language]} “${words[0] ?? ""}”` });
  const marks = folded.match(/[!！]/gu)?.length ?? 0;
  const faces = folded.match(ANGRY_FACES)?.length ?? 0;
  const strength =
    (marks >= 3 ? WEIGHTS.shouting : marks === 2 ? 0.25 : 0) +
    Math.min(2, faces) * 0.5 +
    (/[?？]{3,}|[?？!！]{4,}/u.test(folded) ? 0.3 : 0);
  if (strength > 0) found.push({ sign: "shouting", z: Math.min(0.9, strength), reason: PHRASE.marks[language] });
}

const ACRONYMS: ReadonlySet<string> = new Set([
  "USDT",
  "USD",
  "CNY",
  "RMB",
  "API",
  "CDK",
  "UID",
  "OTP",
  "SMS",
  "VIP",
  "SVIP",
  "STEAM",
  "PSN",
  "XBOX",
  "PUBG",
  "VPN",
  "APP",
  "URL",
  "PIN",
  "KYC",
  "ATM",
  "PDF",
  "FAQ",
  "DLC",
  "UPC",
  "NFT",
  "ESIM",
  "IOS",
  "VAT",
  "USA",
  "EUR",
  "GBP",
  "HKD",
]);
const STRESSED: ReadonlySet<string> = new Set([
  "NOW",
  "STILL",
  "NOT",
  "NEVER",
  "NOTHING",
  "AGAIN",
  "WHERE",
  "WHY",
  "STOP",
  "MONEY",
  "REFUND",
  "DAYS",
  "HOURS",
  "NOBODY",
  "ALL",
  "MY",
  "HELP",
  "WORST",
  "SCAM",
  "TWICE",
  "IMMEDIATELY",
  "ANSWER",
  "EVERY",
  "ASAP",
]);

/** Nearly the same words as one of the last six utterances: pairs of characters, Jaccard ≥ 0.55. */
function isRepeated(lower: string, earlier: readonly string[]): boolean {
  const own = pairs(lower);
  if (own.size < 4) return false;
  return earlier.slice(-6).some((text) => {
    const other = pairs(text.slice(0, 500).toLowerCase());
    let common = 0;
    for (const pair of own) if (other.has(pair)) common += 1;
    return common / (own.size + other.size - common) >= 0.55;
  });
}

function pairs(text: string): Set<string> {
  const letters = text.slice(0, 500).replace(/[^\p{L}\p{N}]/gu, "");
  const found = new Set<string>();
  for (let i = 0; i + 1 < letters.length; i += 1) found.add(letters.slice(i, i + 2));
  return found;
}

const quote = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/gu, "\\$&");

function hanExpression(phrases: readonly string[]): RegExp {
  if (phrases.length === 0) return /(?!)/u;
  const longest = [...phrases].sort((a, b) => b.length - a.length);
  return new RegExp(longest.map((phrase) => quote(phrase).replace(/\*/gu, "[^。！？!?\\n]{0,6}")).join("|"), "u");
}

function latinExpression(phrases: readonly string[]): RegExp {
  if (phrases.length === 0) return /(?!)/u;
  const longest = [...phrases].sort((a, b) => b.length - a.length);
  return new RegExp(
    `(?<![a-z0-9])(?:${longest
      .map((phrase) =>
        quote(phrase)
          .replace(/ ?\* ?/gu, "(?:\\s+\\S+){0,4}\\s+")
          .replace(/ /gu, "\\s+"),
      )
      .join("|")})(?![a-z0-9])`,
    "u",
  );
}
