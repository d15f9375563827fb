/**
 * Whether a sentence that a model wrote is carried by the texts it names as its sources. It decides by what stands there, not by what is meant:
 *
 *   figures, times, amounts, ids   each must stand in a source, with the same unit
 *   names in Latin letters         in a Chinese sentence each must stand in a source, or in the customer's own words
 *   the rest of the words          at least a share of them (`LEAST_SHARED`) must stand in the sources
 *   negation                       as in the source sentence that is most like it
 *   what only the platform knows   the state of this customer's order or account, and promises, never
 *
 * It refuses much that would be right: then the customer gets what he gets without a model. `support.test.ts` says what it lets through.
 */

export type Fault = "figure" | "name" | "words" | "negation" | "claim" | "empty";

/**
 * Share of a sentence's word pieces (Chinese: pairs of characters, English: word stems) that stand in its sources. Of all sentences of the shipped
 * articles held against all other articles, 2 % (Chinese) and 5 % (English) pass; most of those stand in both.
 */
const LEAST_SHARED = { zh: 0.6, en: 0.75 };

/** @param also where names may come from besides: the customer's own words */
export function faultOf(sentence: string, sources: readonly string[], also = "", leastShared?: number): Fault | undefined {
  const said = plain(sentence);
  if (!/[\p{L}\p{N}]/u.test(said)) return "empty";
  const source = plain(sources.join("\n"));
  if (missing(figuresIn(said), figuresIn(source)).length > 0) return "figure";
  if (missing(quantitiesIn(said), quantitiesIn(source)).length > 0) return "figure";
  const isChinese = /\p{Script=Han}/u.test(said);
  if (isChinese && missing(namesIn(said), namesIn(`${source}\n${plain(also)}`)).length > 0) return "name";
  if (CLAIMS.some((claim) => [...said.matchAll(claim)].some(([words]) => !source.includes(words)))) return "claim";
  const pieces = piecesOf(said);
  const least = leastShared ?? LEAST_SHARED[isChinese ? "zh" : "en"];
  if (pieces.length > 0 && share(pieces, new Set(piecesOf(source))) < least) return "words";
  return isTurnedRound(said, source) ? "negation" : undefined;
}

/** Figures of a text, as they are compared: of `1,204.00 元` it is `1204`. */
export function figuresOf(text: string): ReadonlySet<string> {
  return figuresIn(plain(text));
}

const CHINESE_DIGITS: Readonly<Record<string, number>> = { 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 };
const CHINESE_UNIT = "(?=\\s*(?:个?(?:工作日|自然日|小时|钟头|星期|月)|分钟|秒|天|日|周|年|元|块|次|位|笔|点|步|条|折|倍))";
const CHINESE_NUMBER = new RegExp(
  `([一二两三四五六七八九]?)(十)([一二三四五六七八九]?)${CHINESE_UNIT}|([一二两三四五六七八九])${CHINESE_UNIT}`,
  "gu",
);
const ENGLISH_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split(" ");
const ENGLISH_NUMBER = new RegExp(
  `\\b(${ENGLISH_NUMBERS.join("|")})(?=[ -](?:(?:working|business|calendar) )?(?:days?|hours?|minutes?|seconds?|weeks?|months?|years?|times?|yuan|cny)\\b)`,
  "gu",
);

/** Full-width letters, Markdown, thousands and number words out of the way. */
function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[*_`#>|]+/gu, " ")
    .replace(/(?<=\d),(?=\d{3}(?!\d))/gu, "")
    .replace(CHINESE_NUMBER, (_, tens: string, ten: string, ones: string, single: string) =>
      ten ? String((CHINESE_DIGITS[tens] ?? 1) * 10 + (CHINESE_DIGITS[ones] ?? 0)) : String(CHINESE_DIGITS[single]),
    )
    .replace(ENGLISH_NUMBER, (word) => String(ENGLISH_NUMBERS.indexOf(word) + 1));
}

/** Numbers, clock times, and whatever else has a digit in it: order numbers, ids, addresses. */
function figuresIn(text: string): Set<string> {
  const runs = text.match(/[a-z0-9](?:[a-z0-9.:@/_+-]*[a-z0-9])?/gu) ?? [];
  return new Set(runs.filter((run) => /\d/u.test(run)).map((run) => run.replace(/\.0+$/u, "").replace(/^[+-]/u, "")));
}

const UNITS: readonly (readonly [string, RegExp])[] = [
  ["working day", /^\s*(?:个?工作日|(?:working|business)[ -]days?)/u],
  ["hour", /^\s*(?:个?小时|个?钟头|[ -]?hours?|h\b)/u],
  ["minute", /^\s*(?:分钟|[ -]?min(?:ute)?s?\b)/u],
  ["second", /^\s*(?:秒|[ -]?sec(?:ond)?s?\b)/u],
  ["week", /^\s*(?:周|个?星期|[ -]?weeks?)/u],
  ["month", /^\s*(?:个?月|[ -]?months?)/u],
  ["year", /^\s*(?:年|[ -]?years?)/u],
  ["day", /^\s*(?:天|日|个?自然日|[ -]?(?:calendar )?days?)/u],
  ["money", /^\s*(?:元|块|yuan|cny|rmb)/u],
  ["percent", /^\s*%/u],
  ["times", /^\s*(?:次|times)/u],
];

/** `3 working day`: a figure with its unit, so that three days are no three hours. */
function quantitiesIn(text: string): Set<string> {
  const found = new Set<string>();
  for (const match of text.matchAll(/\d+(?:\.\d+)?/gu)) {
    const rest = text.slice(match.index + match[0].length, match.index + match[0].length + 16);
    const unit = UNITS.find(([, pattern]) => pattern.test(rest))?.[0];
    if (unit !== undefined) found.add(`${match[0].replace(/\.0+$/u, "")} ${unit}`);
  }
  return found;
}

function namesIn(text: string): Set<string> {
  return new Set(text.match(/[a-z]{2,}/gu) ?? []);
}

const STOP_WORDS = new Set(
  "a an the to of in on at for from by with and or if it its is are be been was were as that this these those you your we our us they their can will may do does did has have had not no so then than there here when while which who what how all any each more most also just only into out up down over after before".split(
    " ",
  ),
);

/** Chinese: pairs of neighbouring characters. Other words: their stems, without those that say nothing. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (const [run] of text.matchAll(/\p{Script=Han}+/gu))
    for (let at = 0; at + 2 <= run.length; at += 1) pieces.push(run.slice(at, at + 2));
  for (const [word] of text.matchAll(/[a-z]{2,}/gu))
    if (!STOP_WORDS.has(word)) pieces.push(word.replace(/(?:ing|ed|es|s|ly)$/u, "").slice(0, 8));
  return pieces;
}

/** What only the platform knows, and what only a person may promise. It may be said where a source says it in the same words. */
const CLAIMS: readonly RegExp[] = [
  /您(?:的|这)?.{0,3}(?:订单|余额|账户|账号|提现|退款|充值|付款).{0,4}(?:已经?|还剩|剩余|为|正在|没有|未)/gu,
  /已(?:经)?(?:为|帮|给)您|(?:我|我们)(?:会|将|马上|已经|保证|承诺|可以帮)|一定(?:会|能)|保证/gu,
  /\byour (?:order|balance|account|withdrawal|refund|top-?up|payment)\b[^.]{0,12}\b(?:is|was|has|have|shows?)\b/gu,
  /\b(?:i|we) (?:will|have|can|guarantee|promise)\b|\bguaranteed\b|\bi'll\b|\bwe'll\b|\bwe've\b/gu,
];

const NEGATION = /[不没无未勿禁别]|\b(?:not|no|never|cannot|without|unable|neither|nor)\b|n't\b/u;

/** One of its sentences says no where the source sentence most like it says yes, or the other way round. */
function isTurnedRound(said: string, source: string): boolean {
  const known = sentencesOf(source);
  return sentencesOf(said).some((one) => {
    const pieces = piecesOf(one);
    if (pieces.length === 0) return false;
    const alike = known.map((other) => share(pieces, new Set(piecesOf(other))));
    const most = Math.max(0, ...alike);
    const nearest = known.filter((_, place) => (alike[place] ?? 0) >= most * 0.9);
    return most > 0 && !nearest.some((other) => NEGATION.test(other) === NEGATION.test(one));
  });
}

/** Chinese clauses each say yes or no by themselves. */
function sentencesOf(text: string): string[] {
  const parts = /\p{Script=Han}/u.test(text) ? /[。!?;,:\n]/u : /[!?;\n]|\.(?:\s|$)/u;
  return text.split(parts).filter((one) => one.trim() !== "");
}

function share(pieces: readonly string[], known: ReadonlySet<string>): number {
  return pieces.filter((piece) => known.has(piece)).length / pieces.length;
}

function missing(wanted: ReadonlySet<string>, known: ReadonlySet<string>): string[] {
  return [...wanted].filter((one) => !known.has(one));
}
