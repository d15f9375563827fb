import type { Candidate } from "./candidate.ts";
import type { EntityRules } from "./entity-rules.ts";
import { matches } from "./identifiers.ts";
import { ENGLISH_NUMBER, NUMERAL_CLASS, parseEnglishNumber, parseMixedNumber } from "./numerals.ts";

/** Sums of money: "500元", "¥30", "三百五", "1w", "RM 50", "充了500", "paid 30 bucks". Value `"500.00 CNY"`. */
const DIGIT_NUMBER = "\\d{1,3}(?:,\\d{3})+(?:\\.\\d{1,2})?|\\d{1,9}(?:\\.\\d{1,2})?";
const SCALED = `(?:${DIGIT_NUMBER})\\s?(?:万|千|百|[wk](?![a-z]))\\d?`;
const HAN_NUMBER = `[${NUMERAL_CLASS}]+`;
const NUMBER = `(?:${SCALED}|${DIGIT_NUMBER}|${HAN_NUMBER})`;

/** After a verb that moves money, a bare number is a sum unless one of these follows. */
const OTHER_UNIT =
  "(?!\\d|[.,:：/-]\\d|\\s*(?:多)?(?:个|次|回|遍|天|日|小时|分钟|分|秒|点|号|年|月|周|张|份|笔|单|位|人|台|件|条|级|折|倍|q币|Q币|钻|点券|金币|元宝|星|g\\b|m\\b|gb|mb|%|％|days?|hours?|hrs?|h\\b|mins?|minutes?|weeks?|months?|times|diamonds?|coins?|gems?|points?|uc\\b|credits?|codes?|cards?|keys?|items?|people|th\\b|st\\b|nd\\b|rd\\b|x\\b|am\\b|pm\\b|v-?bucks|robux|games?|accounts?|devices?|of\\b))";
const CLOCK_DIGITS = "\\d{1,2}|[一二两三四五六七八九]";
const VERB_ZH =
  "(?:充值|充|付款|支付|付|扣款|扣|提现|提|花|退款|退|转账|转|存|加款|缴|交|收|少|差|欠|刷|到账|余额|还剩|剩|骗|骗走|价值|金额|总共|共)";
const VERB_EN =
  "(?:topped up|top up|paid|pay|charged|charge|deposited|deposit|recharged|recharge|withdrew|withdraw|spent|transferred|transfer|refund|refunded|deducted|debited|amount(?: is| of|:)?|sum of|total(?: of|:)?|owe me)";

/** Compiles the finder for the operator's currencies; the first currency is the default. */
export function amountFinder(rules: EntityRules): (text: string) => Candidate[] {
  const currencyOf = new Map<string, string>();
  for (const [code, words] of Object.entries(rules.currencies)) for (const word of words) currencyOf.set(word, code);
  const fallback = Object.keys(rules.currencies)[0] ?? "CNY";
  const words = [...currencyOf.keys()].sort((a, b) => b.length - a.length);
  const signs = words.filter((word) => !/^[a-z]/u.test(word) || word.endsWith("$") || /^[a-z]{2,3}$/u.test(word));
  const bounded = (word: string): string => {
    const escaped = word.replace(/[$.*+?^{}()|[\]\\]/gu, "\\$&").replace(/ /gu, "\\s");
    return /[a-z]$/u.test(word) ? `${escaped}(?![a-z])` : escaped;
  };
  const suffix = words
    .filter((word) => !word.endsWith("$") && !/[¥€£]/u.test(word))
    .map(bounded)
    .join("|");
  const prefix = signs
    .filter((word) => /[$¥€£]$|^[a-z]/u.test(word))
    .map((word) => (/^[a-z]/u.test(word) ? `(?<![a-z])${bounded(word)}` : bounded(word)))
    .join("|");
  const withSuffix = new RegExp(
    `(?<![\\dA-Za-z.-])(${NUMBER})\\s?(?:多|来)?\\s?(${suffix})(半|[\\d一二两三四五六七八九](?!(?<=一)[直共样般起些下定点边切旦再]|\\d|个|分|天|次|月|号|点|小时|十|百))?`,
    "giu",
  );
  const withPrefix = new RegExp(`(${prefix})\\s?(${SCALED}|${DIGIT_NUMBER})(?![\\d])`, "giu");
  const afterSign = new RegExp(`(?<![\\dA-Za-z.-])(${DIGIT_NUMBER})\\s?([$€£])`, "giu");
  const bareZh = new RegExp(
    `${VERB_ZH}(?:了|的|我|我了|了我|掉|走|过|进去|进|到|给你们|值)?(?:是|为|:|：)?\\s?(${NUMBER})${OTHER_UNIT}`,
    "giu",
  );
  const bareEn = new RegExp(
    `(?<![a-z])${VERB_EN}\\s(?:me\\s|you\\s|us\\s|about\\s|a\\stotal\\sof\\s)?(${SCALED}|${DIGIT_NUMBER})${OTHER_UNIT}`,
    "giu",
  );

  // "买100的点卡": what it costs, before the thing.
  const priced = new RegExp(`(?:买|卖|拍|冲)了?(${DIGIT_NUMBER})(?=的)`, "gu");
  const scaled = new RegExp(
    `(?<![\\dA-Za-z.${NUMERAL_CLASS}-])((?:\\d+(?:\\.\\d+)?|[一二两三四五六七八九])[百千万wk](?:[${NUMERAL_CLASS}]*|\\d)?)${OTHER_UNIT}(?![a-z${NUMERAL_CLASS}])`,
    "giu",
  );
  const coins = new RegExp(`(?<!\\d)(${CLOCK_DIGITS})\\s?(?:毛钱?|角)(?!色|落|度)`, "gu");
  const spelled = new RegExp(`(?<![a-z])((?:${ENGLISH_NUMBER})(?:[\\s-](?:and\\s)?(?:${ENGLISH_NUMBER}))*)\\s(${suffix})`, "giu");

  const made = (raw: string, word: string | undefined, start: number, end: number, confidence: number, tail?: string): Candidate[] => {
    let value = parseMixedNumber(raw);
    if (value === undefined || !Number.isFinite(value) || value <= 0 || value > 1e9) return [];
    if (tail !== undefined) value += tail === "半" ? 0.5 : (parseMixedNumber(tail) ?? 0) / 10;
    const code = word === undefined ? fallback : (currencyOf.get(word.toLowerCase().replace(/\s+/gu, " ")) ?? fallback);
    return [{ type: "amount", value: `${value.toFixed(2)} ${code}`, start, end, confidence }];
  };

  return (text) => {
    const found: Candidate[] = [];
    for (const match of matches(withPrefix, text)) {
      found.push(...made(match[2] ?? "", match[1], match.index, match.index + match[0].length, 0.97));
    }
    for (const match of matches(withSuffix, text)) {
      // "一块" is usually "together" or "a piece"; "一元" stays a sum.
      if (
        /^[一两几]$/u.test(match[1] ?? "") &&
        match[2] === "块" &&
        match[3] === undefined &&
        !/[充付扣花少退收]了?$/u.test(text.slice(0, match.index))
      )
        continue;
      found.push(...made(match[1] ?? "", match[2], match.index, match.index + match[0].length, 0.95, match[3]));
    }
    for (const match of matches(afterSign, text)) {
      found.push(...made(match[1] ?? "", match[2], match.index, match.index + match[0].length, 0.85));
    }
    for (const match of matches(coins, text)) {
      const value = parseMixedNumber(match[1] ?? "");
      if (value !== undefined)
        found.push({
          type: "amount",
          value: `${(value / 10).toFixed(2)} ${fallback}`,
          start: match.index,
          end: match.index + match[0].length,
          confidence: 0.8,
        });
    }
    for (const match of matches(spelled, text)) {
      const value = parseEnglishNumber(match[1] ?? "");
      if (value !== undefined) found.push(...made(String(value), match[2], match.index, match.index + match[0].length, 0.85));
    }
    for (const match of matches(scaled, text)) {
      // "千万别", "万一", "一百个": words, not sums; a bare "三百" without a verb is a weaker sign.
      found.push(...made(match[1] ?? "", undefined, match.index, match.index + match[0].length, 0.6));
    }
    for (const regex of [priced, bareZh, bareEn]) {
      for (const match of matches(regex, text)) {
        const raw = match[1] ?? "";
        const end = match.index + match[0].length;
        // A single Han digit after a verb counts something else ("退一下", "付两次").
        if (/^[零〇一二两三四五六七八九十]$/u.test(raw) || /^\d{9,}$/u.test(raw)) continue;
        found.push(...made(raw, undefined, end - raw.length, end, 0.75));
      }
    }
    return found;
  };
}
