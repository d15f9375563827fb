/**
 * The one place where secrets are masked: before anything is stored, logged, shown to an agent or given to a model.
 *
 * Masked: card keys, one-time codes, passwords, bank card numbers (13–19 digits that pass Luhn, ISO/IEC 7812-1 annex B),
 * Chinese ID numbers (18 characters whose check digit is right, GB 11643-1999), tokens (JWT, `sk-…`).
 * Kept: the first four characters of a card key (the desk needs them to find it), the last four of a bank card.
 * Order numbers, payment serials (20 digits and more), phone numbers and amounts are not secrets and stay.
 */
import { digitOf } from "../contacts/fold.ts";

export type SecretKind = "card_key" | "one_time_code" | "password" | "bank_card" | "id_number" | "token";

export interface Masked {
  readonly text: string;
  readonly found: readonly SecretKind[];
}

const DOTS = "••••";

interface Narrow {
  readonly text: string;
  /** Where each of its characters begins in the original; absent when nothing was dressed up and the places are the same. */
  readonly from?: readonly number[];
}

const DRESSED =
  /[\u00a0\u00ad\u061c\u200b-\u200f\u2010-\u2015\u202a-\u202f\u2060-\u2069\u2212\u3000\ufe63\ufeff\uff01-\uff5e\u{1d7ce}-\u{1d7ff}]|\u20e3|\p{Variation_Selector}|(?![0-9])\p{Nd}|[①-⑨⓪❶-❾]/u;
const NOTHING = /^(?:[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\u20e3|\p{Variation_Selector})$/u;

/** The text as a person reads it: digits of any script and any dress, full-width letters, dashes and spaces as ASCII, invisible characters gone. */
function narrow(text: string): Narrow {
  if (!DRESSED.test(text)) return { text };
  let plain = "";
  const from: number[] = [];
  let place = 0;
  for (const char of text) {
    const one = NOTHING.test(char) ? "" : plainOf(char);
    for (let unit = 0; unit < one.length; unit += 1) from.push(place);
    plain += one;
    place += char.length;
  }
  from.push(place);
  return { text: plain, from };
}

function plainOf(char: string): string {
  const unit = char.charCodeAt(0);
  if (unit < 0x80) return char;
  if (unit >= 0xff01 && unit <= 0xff5e) return String.fromCharCode(unit - 0xfee0);
  if (/^[\u2010-\u2015\u2212\ufe63]$/u.test(char)) return "-";
  if (/^[\u00a0\u202f\u3000]$/u.test(char)) return " ";
  const digit = digitOf(char);
  return digit?.length === 1 ? digit : char;
}

/** Luhn check over a string of digits. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    let digit = Number(digits[digits.length - 1 - place]);
    if (place % 2 === 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

/** Check digit of an 18-character Chinese ID number: weights 2^(17-i) mod 11. */
export function isIdNumber(id: string): boolean {
  if (!/^[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]$/u.test(id)) return false;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, place) => total + weight * Number(id[place]), 0);
  return "10X98765432"[sum % 11] === id[17]?.toUpperCase();
}

/** "case code", "error code", "country code" … are none that open anything. */
const PLAIN_CODE =
  "code(?<!(?:case|error|area|country|zip|post|postal|qr|status|product|order|dial(?:l?ing)?|bar|colou?r|source|swift|bank|sort) ?code)(?<![a-z]code)";
const CODE_WORD = `验证码|驗證碼|校验码|校驗碼|确认码|动态码|动态密码|動態密碼|短信码|短信口令|verification code|security code|one[- ]time (?:code|password|passcode)|otp(?<![a-z]otp)|sms code|login code|auth(?:entication)? code|2fa code|${PLAIN_CODE}`;
const PASSWORD_WORD =
  "登录密码|交易密码|支付密码|服务密码|密码|密碼|口令|(?<![a-z])(?:password|passcode|passwd|pass ?phrase|pwd|pin(?: code)?)(?![a-z])";
const LINK =
  '[是为為:=,，\\s(（【“"]{0,4}(?:is|was|are|now|改成|改为|就是|发来是|收到是|of|from the (?:text|sms) (?:is|was))?[\\s:=是为為(（【“"]{0,3}';
/** Four to eight digits, alone or with a space or dash between; not the beginning of a longer number, not an amount or a span of time. */
const CODE = "\\d(?:[ -]?\\d){3,7}(?![ -]?\\d|\\s?(?:元|块|塊|分钟|分鐘|秒|次|位|minutes?|mins?|yuan|cny|rmb))";
const NUMERALS = "[零〇一二三四五六七八九幺两]{4,8}";
/** Words that follow "password is" and are none. */
const NO_PASSWORD =
  /^(?:wrong|not|incorrect|right|correct|forgot|reset|invalid|the|expired|too|always|never|what|required|being|lost|still|also|weak|strong|old|new|same|set|needed|safe|secure|working|asked|stuck|locked|rejected|changed|unknown)/iu;

interface Finder {
  readonly kind: SecretKind;
  /** Cheap, and true of every text the pattern could find something in: most texts are spared the pattern. */
  readonly gate: RegExp;
  readonly pattern: RegExp;
  /** The secret piece of a match (default: the whole), or undefined when it turns out to be none. */
  readonly secret?: (match: RegExpExecArray) => string | undefined;
  readonly shown: (secret: string) => string;
}

/** The number of an order or a payment as a receipt prints it: after its label, and mostly a date and a counter. No key is made so. */
function isPaymentNumber({ 0: value, index, input }: RegExpExecArray): boolean {
  // PayPal's are seventeen capitals and digits.
  return /\d{10}|^[0-9A-Z]{17}$/u.test(value) && PAYMENT_LABEL.test(input.slice(Math.max(0, index - 24), index));
}
const PAYMENT_LABEL =
  /(?:商户(?:订)?单号|merchant order|商家订单号|订单(?:编)?号|交易单?号|流水号|order (?:no\.?|number|id)|(?:paypal )?transaction(?: no\.?| number| id)?(?: is)?|reference)\s*[:：]?\s*$/iu;

/** Thirteen digits with little between them. */
const LONG = /(?:\d[ .-]{0,2}){13}/u;
const CODES = /[码碼]|口令|密[码碼]|code|otp|pass/iu;
const PASSWORDS = /密[码碼]|口令|pass|pwd|pin/iu;

const FINDERS: readonly Finder[] = [
  {
    kind: "token",
    gate: /eyJ|[-_]|A[KS]IA/u,
    pattern:
      /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}|\b(?:sk|pk|rk|jt|gh[opsu]|github_pat|glpat|xox[abprs])[-_][A-Za-z0-9_-]{16,}|\bA(?:KIA|SIA)[A-Z0-9]{16}\b/gu,
    shown: () => DOTS,
  },
  {
    kind: "token",
    gate: /bearer|token|key|secret|令牌|密钥/iu,
    pattern:
      /(?:\bbearer\s+|\b(?:access[ _]?|api[ _]?|refresh[ _]?)?(?:token|key|secret)\s{0,2}(?:is|[:=])\s{0,2}|令牌[是为:=\s]{1,3}|密钥[是为:=\s]{1,3})([A-Za-z0-9_\-.~+/]{20,}=*)/giu,
    secret: (match) => (/\d/u.test(match[1] ?? "") ? match[1] : undefined),
    shown: () => DOTS,
  },
  {
    // 3–6 groups of 4–6 letters or digits with one kind of dash between them; groups of digits alone are left to the bank card rule.
    kind: "card_key",
    gate: /[A-Za-z0-9][-_.][A-Za-z0-9]/u,
    pattern: /(?<![A-Za-z0-9-])[A-Za-z0-9]{4,6}([-_.])[A-Za-z0-9]{4,6}(?:\1[A-Za-z0-9]{4,6}){1,4}(?![A-Za-z0-9]|[-_][A-Za-z0-9])/gu,
    secret: (match) => (/\d/u.test(match[0]) && /[A-Za-z]/u.test(match[0]) ? match[0] : undefined),
    shown: (secret) => `${secret.slice(0, 4)}-${DOTS}`,
  },
  {
    // The same with spaces, where words stand too: capitals only, and at least two groups with a digit.
    kind: "card_key",
    gate: /[A-Z0-9] [A-Z0-9]/u,
    pattern: /(?<![A-Za-z0-9])[A-Z0-9]{4,6}(?: [A-Z0-9]{4,6}){2,5}(?![A-Za-z0-9])/gu,
    secret: (match) =>
      /[A-Z]/u.test(match[0]) && match[0].split(" ").filter((group) => /\d/u.test(group)).length >= 2 ? match[0] : undefined,
    shown: (secret) => `${secret.slice(0, 4)}-${DOTS}`,
  },
  {
    // One run of 12–32 letters and digits mixed. Order numbers and payment serials of the known forms are let through.
    kind: "card_key",
    gate: /[A-Za-z0-9]{14}/u,
    pattern: /(?<![A-Za-z0-9./@_-])(?=[A-Za-z0-9]*[A-Za-z])(?=[A-Za-z0-9]*\d[A-Za-z0-9]*\d)[A-Za-z0-9]{14,32}(?![A-Za-z0-9@_-]|\.[a-z])/gu,
    secret: (match) =>
      isPaymentNumber(match) ||
      /^(?:(?:card|visa|amex|debit|credit)\d+$|\d{4}[A-Z]{2,4}\d|[A-Z]{2}\d{6,}$|\d{6}[a-z]?\d+$)/u.test(match[0]) ||
      isIdNumber(match[0])
        ? undefined
        : match[0],
    shown: (secret) => `${secret.slice(0, 4)}${DOTS}`,
  },
  {
    kind: "card_key",
    gate: /卡密|激活码|兑换码|礼包码|cdk|code|key/iu,
    pattern:
      /(?:卡密|激活码|兑换码|礼包码|cdk|redeem code|card key|gift code|activation key|licen[cs]e key)[是为:=,，\s]{0,4}(?:is\s+)?([A-Za-z0-9][A-Za-z0-9-]{7,40})/giu,
    secret: (match) => (/\d/u.test(match[1] ?? "") ? match[1] : undefined),
    shown: (secret) => `${secret.slice(0, 4)}${DOTS}`,
  },
  {
    kind: "id_number",
    gate: LONG,
    pattern: /(?<!\d)\d(?:[ -]?\d){16}[ -]?[\dXx](?![\dA-Za-z])/gu,
    secret: (match) => (isIdNumber(match[0].replace(/[ -]/gu, "")) ? match[0] : undefined),
    shown: () => DOTS,
  },
  {
    kind: "bank_card",
    gate: LONG,
    pattern: /(?:(?<![\dA-Za-z-])|(?<=card|visa|amex|debit|credit))\d(?:[ .-]{0,2}\d){12,18}(?![\dA-Za-z]|[.-]\d)/giu,
    secret: (match) => {
      const digits = match[0].replace(/\D/gu, "");
      // Phone numbers with more behind them, and serials that begin with a date: no card begins so (ISO/IEC 7812, Mastercard 2221–2720).
      const isOther = /^1[3-9]\d{9}/u.test(digits) || /^20[1-4]\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])/u.test(digits);
      return digits.length >= 13 && digits.length <= 19 && passesLuhn(digits) && !isOther ? match[0] : undefined;
    },
    shown: (secret) => `${DOTS}${secret.replace(/\D/gu, "").slice(-4)}`,
  },
  {
    // The three or four digits on the back.
    kind: "bank_card",
    gate: /cv[vc]|安全[码碼]|背面/iu,
    pattern:
      /(?:(?<![a-z])cv[vc]2?(?![a-z])|安全码|安全碼|背面(?:后|後)?三位(?:数|數)?)[是为為:=\s]{0,3}(?:is\s)?(\d{3,4})(?![\dA-Za-z])/giu,
    secret: (match) => match[1],
    shown: () => DOTS,
  },
  {
    kind: "one_time_code",
    gate: CODES,
    pattern: new RegExp(`(?:${CODE_WORD})${LINK}(?<![\\dA-Za-z])(?:[A-Z]-)?(${CODE}|${NUMERALS})`, "giu"),
    secret: (match) => match[1],
    shown: () => DOTS,
  },
  {
    kind: "one_time_code",
    gate: CODES,
    pattern: new RegExp(
      `(?<![\\dA-Za-z-]|\\d )(${CODE}|${NUMERALS})[\\s,，)）】”"]{0,3}(?:就是|是|is|was)?\\s{0,2}(?:我的|我收到的|短信里的|登录|my|the|your)?\\s{0,2}(?:[(（]\\s?)?(?:登录)?(?:验证码|驗證碼|校验码|动态码|otp\\b|verification code|login code|one[- ]time code)`,
      "giu",
    ),
    secret: (match) => match[1],
    shown: () => DOTS,
  },
  {
    kind: "password",
    gate: PASSWORDS,
    pattern: new RegExp(`(?:${PASSWORD_WORD})(?:[是为為:=]|\\s+(?:is|was)\\s+|\\s*[:=]\\s*)\\s*([\\x21-\\x7e]{4,64})`, "giu"),
    secret: (match) => (NO_PASSWORD.test(match[1] ?? "") ? undefined : match[1]),
    shown: () => DOTS,
  },
  {
    // With nothing but a few words between: then only what has a digit in it and is long enough.
    kind: "password",
    gate: PASSWORDS,
    pattern: new RegExp(
      `(?:${PASSWORD_WORD})[\\s“"'(（【]{0,3}(?:(?:i |we |that |it |我|用的|设的|设成|设置的|改成了?|改为|就是|一直是|原来是|now |used |set |uses? |to |as |were |是|is |was |it's |for |the |account |login |账号|账户){1,6}[\\s“"'(（【:]{0,3})?([A-Za-z0-9!@#$%^&*._+=?-]{6,64})`,
      "giu",
    ),
    secret: (match) => (/\d/u.test(match[1] ?? "") && !/^[\d.]+-?[\d.]*(?:位|个|char)/iu.test(match[1] ?? "") ? match[1] : undefined),
    shown: () => DOTS,
  },
];

/**
 * @param text any text from outside, up to 4,000 characters
 * @returns the text with every secret replaced, and which kinds there were (each once). Idempotent.
 */
export function mask(text: string): Masked {
  let shown = text;
  const found = new Set<SecretKind>();
  let read = narrow(text);
  for (const finder of FINDERS) {
    const { text: plain, from: places } = read;
    if (!finder.gate.test(plain)) continue;
    const original = (place: number): number => (places ? (places[place] ?? shown.length) : place);
    let result = "";
    let from = 0;
    for (const match of plain.matchAll(finder.pattern)) {
      const secret = finder.secret ? finder.secret(match as RegExpExecArray) : match[0];
      if (!secret || secret.includes("•")) continue;
      const start = match.index + match[0].lastIndexOf(secret);
      if (original(start) < from) continue;
      result += shown.slice(from, original(start)) + finder.shown(secret);
      from = original(start + secret.length);
      found.add(finder.kind);
    }
    if (from === 0) continue;
    shown = result + shown.slice(from);
    read = narrow(shown);
  }
  return { text: shown, found: [...found] };
}
