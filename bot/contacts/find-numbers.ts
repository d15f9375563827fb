/** Numbers in a text that somebody may ring or add: phone numbers, QQ numbers, WeChat ids of digits. Order numbers, amounts, dates are none. */
import { type Folded, originalOf, withNumerals } from "./fold.ts";
import { LETTER_DIGITS } from "./look-alike.ts";

/** What a number is said to be. `none`: an order, an amount, a code … */
export type Said = "phone" | "wechat" | "qq" | "other" | "none";

export interface FoundNumber {
  /** As it stands in the text. */
  readonly value: string;
  readonly digits: string;
  /** The groups it is written in, with what stands after each. */
  readonly groups: readonly { readonly digits: string; readonly gap: string }[];
  readonly plus: boolean;
  readonly said: Said | undefined;
  /** Letters or further digits hang on it, or stand in it: it is not simply that number. */
  readonly isMixed: "letters" | "more_digits" | undefined;
  readonly start: number;
  readonly end: number;
}

const GAP = "[ \\t\\-.()\\[\\]{}_*'\"·•|\\\\→←\\p{So}\\p{Sk}]";
const RUN = new RegExp(`\\+?\\d(?:${GAP}{0,6}\\d)*`, "gu");
const MIXED_RUN = new RegExp(`(?<![\\p{L}\\d])[\\dolizsbgq](?:${GAP}{0,6}[\\dolizsbgq]){6,24}(?![\\p{L}\\d])`, "gu");
const UNIT =
  "(?:元|块|塊|圆|角|分|点券|点|點|积分|个|位|人|笔|次|天|年|月|日|小时|小時|秒|折|级|楼|岁|%|‰|cny|rmb|yuan|usd|hkd|sgd|eur|points?|coins?|hours?|hrs?|minutes?|mins?|seconds?|secs?|days?|am|pm|h|kb|mb|gb|kg)(?![a-z])";
/** No digit leads into it, not even across a gap: what might be the rest of a number is never taken for a figure. */
const FRESH = `(?<!\\d${GAP}{0,6})`;
/** Looked at first, so that the costly look back is made at few places. */
const BEGINS = "(?=[\\d¥$€£])";
/** What looks like a number to ring and is none: dates, clock times, amounts, counts. */
const OTHER_FIGURES: readonly RegExp[] = [
  "(?:19|20)\\d{2}[-/.年]\\s?\\d{1,2}[-/.月]\\s?\\d{1,2}(?![\\d-])日?",
  "\\d{1,2}:\\d{2}(?::\\d{2})?(?!\\d)",
  "[¥$€£]\\s?\\d[\\d,]*(?:\\.\\d+)?(?!\\d)",
  `\\d[\\d,]*(?:\\.\\d+)?\\s?${UNIT}`,
  "\\d[\\d,]*\\.\\d{1,2}(?![\\d.-])",
].map((figure) => new RegExp(BEGINS + FRESH + figure, "gu"));
/** `24 小时` after a number is not part of it: a count of its own behind a space, never one that begins with zero. */
const TRAILING_UNIT = new RegExp(`^\\s?${UNIT}`, "u");
const TRAILING_COUNT = /(?<=\S)\s+[1-9]\d{0,2}$/u;

const WORDS: readonly (readonly [said: Said, words: RegExp])[] = [
  [
    "other",
    /群|telegram|电报|(?<![a-z])tg(?![a-z])|飞机|whatsapp|(?<![a-z])line(?![a-z])|抖音|快手|微博|小红书|skype|discord|facebook|signal|钉钉|支付宝|alipay/gu,
  ],
  ["qq", /qq|扣扣|企鹅|球球|q号|q號/gu],
  ["wechat", /微信|wechat|weixin|薇信|威信|v信|(?<![a-z])[vw]x|加v/gu],
  ["phone", /电话|電話|热线|熱線|手机|手機|来电|拨|撥|座机|短信|hotline|phone|(?<![a-z])tel|call|dial|ring|sms/gu],
  [
    "none",
    /订单|訂單|流水|单号|單號|个案|個案|编号|交易号|验证码|身份证|卡号|银行卡|尾号|尾數|余额|(?<![a-z])(?:order|serial|case|code|uid|ref|reference|otp|card|account|withdrawal|invoice)(?![a-z])/gu,
  ],
];
const NEAR = 14;
/** What stands directly before an identifier of another kind. */
const LABEL =
  /(?:订单|訂單|流水|单号|單號|个案码?|個案碼?|编号|編號|交易号|商户号|尾号|(?<![a-z])(?:order|serial|case|code|ref|reference|withdrawal|invoice|transaction)(?: (?:no|number|code|id))?)[号碼號]?\.?\s?[#:(]?\s?$/u;
const CLAUSE = /[，。！？；、,!?;\n]/u;
/** Words that stand directly before a number without making it another thing. */
const LEADING = /(?:^|[^a-z])(?:tel|phone|call|dial|ring|at|on|is|no|hotline|mobile|mob|fax|qq|vx|wx|v|q|wechat|weixin|t|p)[-_]?$/u;

/**
 * @param taken places already known to be something else (links, e-mail addresses), in folded places
 * @param wanted `shortest`: fewest digits of a number that matters (3); `unlabelled`: only those that no word calls something else than a contact
 */
export function findNumbers(
  original: string,
  folded: Folded,
  taken: readonly (readonly [start: number, end: number])[],
  { shortest = 3, unlabelled = false }: { readonly shortest?: number; readonly unlabelled?: boolean } = {},
): FoundNumber[] {
  let text = withNumerals(folded.text);
  if (!/\d/u.test(text)) return [];
  for (const [start, end] of taken) text = `${text.slice(0, start)}${"\n".repeat(end - start)}${text.slice(end)}`;
  for (const figure of OTHER_FIGURES) text = text.replace(figure, (figureFound) => "\n".repeat(figureFound.length));

  const found: FoundNumber[] = [];
  const add = (start: number, written: string, isLettered: boolean): void => {
    const end = start + written.length;
    const digits = isLettered ? [...written].map((char) => LETTER_DIGITS[char] ?? char).join("") : written;
    if (digits.replace(/\D/gu, "").length < shortest) return;
    if (unlabelled && LABEL.test(text.slice(Math.max(0, start - NEAR), start))) return;
    const groups = [...digits.matchAll(/\d+/gu)].map((match) => ({
      digits: match[0],
      gap: /^\D*/u.exec(digits.slice(match.index + match[0].length))?.[0] ?? "",
    }));
    const joined = groups.map((group) => group.digits).join("");
    found.push({
      value: originalOf(original, folded, start, end),
      digits: joined,
      groups,
      plus: written.startsWith("+"),
      said: saidOf(text, start, end, found.at(-1)?.end ?? 0),
      isMixed: isLettered ? "letters" : hanging(text, start, end),
      start,
      end,
    });
  };
  const lettered = /[olizsbgq]/u.test(text) ? [...text.matchAll(MIXED_RUN)].flatMap((match) => letteredParts(match[0], match.index)) : [];
  for (const { start, written } of lettered) add(start, written, true);
  for (const match of text.matchAll(RUN)) {
    const start = match.index;
    if (match[0].length < shortest) continue;
    if (lettered.some((other) => start < other.start + other.written.length && other.start < start + match[0].length)) continue;
    // Chinese numerals alone are a number only when there are many of them.
    const asWritten = folded.text.slice(start, start + match[0].length);
    if (!/\d/u.test(asWritten) && match[0].replace(/\D/gu, "").length < 7) continue;
    const counted = TRAILING_UNIT.test(text.slice(start + match[0].length)) ? TRAILING_COUNT.exec(asWritten) : null;
    add(start, counted ? match[0].slice(0, counted.index) : match[0], false);
  }
  return found.sort((a, b) => a.start - b.start);
}

/**
 * Numbers with letters in the place of digits (`4OO-OOO-1234`) in a run of both. A group of letters alone belongs to one only between groups with
 * digits, and only when it is all O or all L: other words ("is", "QQ") end it.
 */
function letteredParts(run: string, offset: number): { start: number; written: string }[] {
  const places = [...run.matchAll(/[\da-z]+/gu)].map((match) => ({
    word: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
  const parts: (typeof places)[] = [[]];
  for (const place of places) {
    const isWord = !/\d/u.test(place.word);
    if (isWord && !/^(?:o+|l+)$/u.test(place.word)) parts.push([]);
    else if (!isWord || (parts.at(-1)?.length ?? 0) > 0) parts.at(-1)?.push(place);
  }
  return parts.flatMap((part) => {
    const last = part.findLastIndex(({ word }) => /\d/u.test(word));
    const [first, end] = [part[0], part[last]];
    if (!first || !end) return [];
    const written = run.slice(first.start, end.end);
    return /[a-z]/u.test(written) && written.replace(/\D/gu, "").length >= 4 ? [{ start: offset + first.start, written }] : [];
  });
}

/** What hangs on the run without a gap: letters make it a name of something, `/5` or `#5` another line. */
function hanging(text: string, start: number, end: number): FoundNumber["isMixed"] {
  const before = text.slice(Math.max(0, start - 12), start);
  const after = text.slice(end, end + 4);
  if (/\d\s?[/#:=\\^&]\s?$/u.test(before) || /^\s?[/#:=\\^&]\s?\d/u.test(after)) return "more_digits";
  const isNamed = /[a-z][-_]?$/u.test(before) && !LEADING.test(before);
  return isNamed || /^[-_]?[a-z]/u.test(after) ? "letters" : undefined;
}

/** The nearest word before it in the same clause, else after it, that tells what kind of number it is. */
function saidOf(text: string, start: number, end: number, previousEnd: number): Said | undefined {
  const before =
    text
      .slice(Math.max(previousEnd, start - NEAR), start)
      .split(/[。！？!?;；\n]/u)
      .at(-1) ?? "";
  const nearest = closest(before, "last");
  const after = text.slice(end, end + NEAR).split(CLAUSE)[0] ?? "";
  // "（微信同号）": the same number on another service.
  const also = /(微信|wechat|vx|wx|qq|扣扣|电报|telegram)\s?同号/u.exec(after);
  if (also) return "other";
  return nearest ?? closest(after, "first");
}

function closest(words: string, end: "first" | "last"): Said | undefined {
  const hits = WORDS.flatMap(([said, pattern]) =>
    [...words.matchAll(pattern)].map((match) => ({ said, place: match.index + (end === "last" ? match[0].length : 0) })),
  );
  // Where two end at the same place the earlier of the list is the more exact ("QQ群").
  return hits.sort((a, b) => (end === "last" ? b.place - a.place : a.place - b.place))[0]?.said;
}
