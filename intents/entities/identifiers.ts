import { createRequire } from "node:module";
import type { Candidate } from "./candidate.ts";
import { ANNOUNCED_TYPES, type EntityRules, PATTERN_TYPES } from "./entity-rules.ts";

/** Findings that are numbers or names: order numbers, secrets, phones, links, accounts. All read folded text. */
type Finder = (text: string) => Candidate[];

const BEFORE = "(?<![A-Za-z0-9])";
const AFTER = "(?![A-Za-z0-9])";
const compact = (text: string): string => text.replace(/[\s_]/gu, "").toUpperCase();
const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/gu, "\\$&").replace(/ /gu, "\\s+");

/** Longest number that may stand after a word that announces it. */
const ANNOUNCED_VALUE = "([A-Za-z0-9](?:[A-Za-z0-9_-]|(?<=\\d) (?=\\d)){3,38}[A-Za-z0-9])";

/** Compiles the finders of identifiers once for the operator's rules. */
export function identifierFinders(rules: EntityRules): Finder[] {
  return [
    ...patternFinders(rules),
    ...announcedFinders(rules),
    findHandles,
    findLinks,
    findEmails,
    findPasswords,
    findIdNumbers,
    findBankCards,
    findCardKeys,
    findOneTimeCodes,
    findPhones,
  ];
}

function patternFinders(rules: EntityRules): Finder[] {
  return PATTERN_TYPES.flatMap((type) =>
    rules.patterns[type].map(({ pattern, confidence }): Finder => {
      const regex = new RegExp(`${BEFORE}(?:${pattern})${AFTER}`, "giu");
      return (text) =>
        matches(regex, text).map((match) => ({
          type,
          value: compact(match[0]),
          start: match.index,
          end: match.index + match[0].length,
          confidence,
        }));
    }),
  );
}

function announcedFinders(rules: EntityRules): Finder[] {
  return ANNOUNCED_TYPES.filter((type) => rules.announced[type].length > 0).map((type): Finder => {
    const words = [...rules.announced[type]].sort((a, b) => b.length - a.length).map(quote);
    const link = "(?:\\s*(?:是|为|叫|:|：|=|#|is|was|no\\.?|number|号|码)){0,3}\\s*";
    const regex = new RegExp(`(?<![a-z])(?:${words.join("|")})${link}${ANNOUNCED_VALUE}${AFTER}`, "giu");
    return (text) =>
      matches(regex, text).flatMap((match) => {
        const value = match[1] ?? "";
        // "account is frozen" announces nothing; a number or a name with a digit or underscore does.
        if (!/\d/u.test(value) && !(type === "account" && value.includes("_"))) return [];
        const digits = value.replace(/\D/gu, "").length;
        if (type === "case_code" && value.replace(/\D/gu, "").length !== 8) return [];
        if (type !== "account" && (digits < 4 || value.replace(/[\s-]/gu, "").length < 5)) return [];
        const start = match.index + match[0].length - value.length;
        const normal = type === "account" ? value : compact(value);
        return [{ type, value: normal, start, end: start + value.length, confidence: type === "account" ? 0.75 : 0.85 }];
      });
  });
}

/** Names as games and shops give them: `lx_8866`, `player_ray88`. */
const HANDLE = /(?<![A-Za-z0-9_@./-])[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]*\d[A-Za-z0-9_]*(?![A-Za-z0-9_@./-])/gu;

function findHandles(text: string): Candidate[] {
  return matches(HANDLE, text).map((match) => ({
    type: "account",
    value: match[0],
    start: match.index,
    end: match.index + match[0].length,
    confidence: 0.6,
  }));
}

const LINK =
  /(?:https?:\/\/|www\.)[^\s\u3000-\u303f\u4e00-\u9fff<>"'“”‘’（）]+|(?<![A-Za-z0-9@._-])(?:[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?\.){1,3}(?:com|cn|net|org|example|top|xyz|vip|shop|cc|io|club|site|online|app|me|info|biz|store|link|live|ru|tk|co|hk|tw)(?![A-Za-z0-9@-])(?:\/[^\s\u4e00-\u9fff]*)?/giu;

function findLinks(text: string): Candidate[] {
  return matches(LINK, text).map((match) => {
    const raw = match[0].replace(/[.,;:!?)\]}'"]+$/u, "");
    return { type: "link", value: raw, start: match.index, end: match.index + raw.length, confidence: 0.95 };
  });
}

const EMAIL = /(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?![A-Za-z0-9-])/gu;

function findEmails(text: string): Candidate[] {
  return matches(EMAIL, text).map((match) => ({
    type: "email",
    value: match[0],
    start: match.index,
    end: match.index + match[0].length,
    confidence: 0.97,
  }));
}

const PASSWORD = /(?:密码|口令|password|passcode|passwd|pwd)\s*(是|为|:|：|=|is\s*:?|was)\s*([\x21-\x7e]{4,32})/giu;

function findPasswords(text: string): Candidate[] {
  return matches(PASSWORD, text).flatMap((match) => {
    const value = (match[2] ?? "").replace(/[,.;!?)]+$/u, "");
    const marked = /[:：=]/u.test(match[1] ?? "");
    // "password is wrong": an everyday word is no password unless a colon announces it.
    if (value.length < 4 || (!marked && !/[\d!@#$%^&*_+~]/u.test(value))) return [];
    const start = match.index + match[0].length - (match[2] ?? "").length;
    return [{ type: "password", value, start, end: start + value.length, confidence: 0.9 }];
  });
}

const ID_NUMBER = /(?<![A-Za-z0-9])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![A-Za-z0-9])/gu;
const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;

/** Check digit of a Chinese identity card: ISO 7064 MOD 11-2 (GB 11643-1999). */
export function isIdNumber(text: string): boolean {
  if (!/^\d{17}[\dXx]$/u.test(text)) return false;
  const sum = ID_WEIGHTS.reduce((total, weight, index) => total + weight * Number(text.charAt(index)), 0);
  return "10X98765432".charAt(sum % 11) === text.charAt(17).toUpperCase();
}

function findIdNumbers(text: string): Candidate[] {
  return matches(ID_NUMBER, text)
    .filter((match) => isIdNumber(match[0]))
    .map((match) => ({ type: "id_number", value: match[0].toUpperCase(), start: match.index, end: match.index + 18, confidence: 0.97 }));
}

const BANK_CARD = /(?<![A-Za-z0-9-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![A-Za-z0-9-])/gu;

/** Luhn's check (ISO/IEC 7812-1). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    let value = Number(digits.charAt(digits.length - 1 - i));
    if (i % 2 === 1) value = value > 4 ? value * 2 - 9 : value * 2;
    sum += value;
  }
  return sum % 10 === 0;
}

function findBankCards(text: string): Candidate[] {
  return matches(BANK_CARD, text).flatMap((match) => {
    const digits = match[0].replace(/\D/gu, "");
    if (digits.length < 13 || digits.length > 19 || !passesLuhn(digits) || isIdNumber(digits)) return [];
    return [{ type: "bank_card", value: digits, start: match.index, end: match.index + match[0].length, confidence: 0.9 }];
  });
}

const GROUPED_KEY = /(?<![A-Za-z0-9-])[A-Za-z0-9]{4,6}(?:-[A-Za-z0-9]{4,6}){2,7}(?![A-Za-z0-9-])/gu;
const LONG_KEY = /(?<![A-Za-z0-9/._-])(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{16,40}(?![A-Za-z0-9/._@-])/gu;
const ANNOUNCED_KEY =
  /(?:卡密|卡号|兑换码|激活码|充值码|序列号|密钥|cdk|cd-?key|gift\s*card(?:\s*code)?|redeem\s*code|activation\s*code|licen[cs]e\s*key|product\s*key|(?:my|the)\s*key)\s*(?:是|为|:|：|=|is|was)\s*([A-Za-z0-9](?:[A-Za-z0-9]|[- ](?=[A-Za-z0-9])){6,38}[A-Za-z0-9])/giu;

function findCardKeys(text: string): Candidate[] {
  const found: Candidate[] = [];
  for (const match of matches(GROUPED_KEY, text)) {
    const digits = match[0].replace(/\D/gu, "").length;
    // Words joined by hyphens hold no digit; a phone number or a date holds no letter and has short groups.
    if (digits === 0 || (digits === match[0].replace(/-/gu, "").length && digits < 15)) continue;
    found.push({ type: "card_key", value: compact(match[0]), start: match.index, end: match.index + match[0].length, confidence: 0.95 });
  }
  for (const match of matches(LONG_KEY, text)) {
    if ((match[0].match(/\d/gu)?.length ?? 0) < 3) continue;
    found.push({ type: "card_key", value: compact(match[0]), start: match.index, end: match.index + match[0].length, confidence: 0.85 });
  }
  for (const match of matches(ANNOUNCED_KEY, text)) {
    const value = match[1] ?? "";
    if ((value.match(/\d/gu)?.length ?? 0) < 4) continue;
    const start = match.index + match[0].length - value.length;
    found.push({ type: "card_key", value: compact(value), start, end: start + value.length, confidence: 0.9 });
  }
  return found;
}

const CODE_AFTER =
  /(?<!case |error |promo |coupon |discount |zip |postal |country |area |qr |个案|工单|订单|错误)(?:验证码|校验码|动态码|短信码|动态密码|otp|one[- ]time (?:code|password)|verification code|security code|sms code|passcode|the code|my code|code|pin|(?<![\u4e00-\u9fff])码|个码)\s*(?:我收到的|收到的)?\s*(?:是|为|:|：|=|is|was|#|给你)?\s*(?:[“"'‘]\s*)?(\d{4,8}|\d{3}[ -]\d{3})(?!\d|[-.]\d)/giu;
const CODE_BEFORE =
  /(?<![\dA-Za-z.-])(\d{4,8})\s*(?:，|,)?\s*(?:是|is|就是|这是)\s*(?:我的|刚收到的|my|the)?\s*(?:验证码|校验码|动态码|verification code|otp|sms code|code)/giu;

function findOneTimeCodes(text: string): Candidate[] {
  const found: Candidate[] = [];
  for (const regex of [CODE_AFTER, CODE_BEFORE]) {
    for (const match of matches(regex, text)) {
      const value = match[1] ?? "";
      const start = match.index + match[0].lastIndexOf(value);
      found.push({ type: "one_time_code", value: value.replace(/\D/gu, ""), start, end: start + value.length, confidence: 0.9 });
    }
  }
  return found;
}

const CN_MOBILE = /(?<![\dA-Za-z.])(?:(?:\+|00)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\dA-Za-z]|-\d)/gu;
const CN_SERVICE =
  /(?<![\dA-Za-z])[48]00[- ]?\d{3}[- ]?\d{4}(?![\dA-Za-z])|(?<![\dA-Za-z])0(?:10|2\d|[3-9]\d{2})[- ]\d{7,8}(?![\dA-Za-z])/gu;
const FOREIGN = /(?<![\dA-Za-z])(?:\+|00)[1-9][\d ()-]{6,18}\d(?![\dA-Za-z])/gu;

interface PhoneLibrary {
  parsePhoneNumberFromString(text: string): { readonly number: string; isPossible(): boolean } | undefined;
}
const require = createRequire(import.meta.url);
let phoneLibrary: PhoneLibrary | undefined;

function findPhones(text: string): Candidate[] {
  const found: Candidate[] = [];
  for (const match of matches(CN_MOBILE, text)) {
    found.push({
      type: "phone",
      value: `+86${match[0].replace(/\D/gu, "").slice(-11)}`,
      start: match.index,
      end: match.index + match[0].length,
      confidence: 0.95,
    });
  }
  for (const match of matches(CN_SERVICE, text)) {
    found.push({
      type: "phone",
      value: `+86${match[0].replace(/\D/gu, "").replace(/^0/u, "")}`,
      start: match.index,
      end: match.index + match[0].length,
      confidence: 0.9,
    });
  }
  for (const match of matches(FOREIGN, text)) {
    // Loaded when the first foreign number comes: its tables cost start-up time nobody else needs.
    phoneLibrary ??= require("libphonenumber-js/min") as PhoneLibrary;
    const parsed = phoneLibrary.parsePhoneNumberFromString(match[0].replace(/^00/u, "+"));
    if (parsed?.isPossible() === true) {
      found.push({ type: "phone", value: parsed.number, start: match.index, end: match.index + match[0].length, confidence: 0.9 });
    }
  }
  return found;
}

/** All matches of a global expression. */
export function matches(regex: RegExp, text: string): RegExpExecArray[] {
  regex.lastIndex = 0;
  const found: RegExpExecArray[] = [];
  for (let match = regex.exec(text); match !== null; match = regex.exec(text)) {
    found.push(match);
    if (match[0] === "") regex.lastIndex += 1;
  }
  return found;
}
