/**
 * The one place where secrets are masked: before anything is stored, logged, shown to an agent or given to a model.
 *
 * Masked: card keys, one-time codes, passwords, bank card numbers (13–19 digits that pass Luhn, ISO/IEC 7812-1 annex B),
 * Chinese ID numbers (18 characters whose check digit is right, GB 11643-1999), tokens (JWT, `sk-…`).
 * Kept: the first four characters of a card key (the desk needs them to find it), the last four of a bank card.
 * Order numbers, payment serials (20 digits and more), phone numbers and amounts are not secrets and stay.
 */
export type SecretKind = "card_key" | "one_time_code" | "password" | "bank_card" | "id_number" | "token";

export interface Masked {
  readonly text: string;
  readonly found: readonly SecretKind[];
}

const DOTS = "••••";

/** Full-width digits, letters and dashes count as their ASCII forms; each is one code unit, so places stay the same. */
function narrow(text: string): string {
  return text.replace(/[！-～]/gu, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0)).replace(/[‐-―−﹣]/gu, "-");
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

const CODE_WORD =
  "验证码|驗證碼|校验码|动态码|动态密码|短信码|verification code|security code|one[- ]time (?:code|password|passcode)|otp|sms code|login code|auth(?:entication)? code|2fa code|code";
const PASSWORD_WORD = "登录密码|交易密码|支付密码|服务密码|密码|密碼|口令|password|passcode|passwd|pwd|pin";
const LINK = "[是为:=,，\\s]{0,4}(?:is|was|are|now|改成|改为|就是)?[\\s:=]{0,3}";

interface Finder {
  readonly kind: SecretKind;
  readonly pattern: RegExp;
  /** The secret piece of a match (default: the whole), or undefined when it turns out to be none. */
  readonly secret?: (match: RegExpExecArray) => string | undefined;
  readonly shown: (secret: string) => string;
}

const FINDERS: readonly Finder[] = [
  { kind: "token", pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}|\b(?:sk|pk|ghp|xox[bp])[-_][A-Za-z0-9_-]{16,}/gu, shown: () => DOTS },
  {
    // 3–6 groups of 4–6 letters or digits with one kind of dash between them; groups of digits alone are left to the bank card rule.
    kind: "card_key",
    pattern: /(?<![A-Za-z0-9-])[A-Za-z0-9]{4,6}([-_.])[A-Za-z0-9]{4,6}(?:\1[A-Za-z0-9]{4,6}){1,4}(?![A-Za-z0-9]|[-_][A-Za-z0-9])/gu,
    secret: (match) => (/\d/u.test(match[0]) && /[A-Za-z]/u.test(match[0]) ? match[0] : undefined),
    shown: (secret) => `${secret.slice(0, 4)}-${DOTS}`,
  },
  {
    // The same with spaces, where words stand too: capitals only, and at least two groups with a digit.
    kind: "card_key",
    pattern: /(?<![A-Za-z0-9])[A-Z0-9]{4,6}(?: [A-Z0-9]{4,6}){2,5}(?![A-Za-z0-9])/gu,
    secret: (match) =>
      /[A-Z]/u.test(match[0]) && match[0].split(" ").filter((group) => /\d/u.test(group)).length >= 2 ? match[0] : undefined,
    shown: (secret) => `${secret.slice(0, 4)}-${DOTS}`,
  },
  {
    // One run of 12–32 letters and digits mixed. Order numbers and payment serials of the known forms are let through.
    kind: "card_key",
    pattern: /(?<![A-Za-z0-9./@_-])(?=[A-Za-z0-9]*[A-Za-z])(?=[A-Za-z0-9]*\d[A-Za-z0-9]*\d)[A-Za-z0-9]{14,32}(?![A-Za-z0-9@_-]|\.[a-z])/gu,
    secret: (match) =>
      /^(?:\d{4}[A-Z]{2,4}\d|[A-Z]{2}\d{6,}$|\d{6}[a-z]?\d+$)/u.test(match[0]) || isIdNumber(match[0]) ? undefined : match[0],
    shown: (secret) => `${secret.slice(0, 4)}${DOTS}`,
  },
  {
    kind: "card_key",
    pattern:
      /(?:卡密|激活码|兑换码|礼包码|cdk|redeem code|card key|gift code|activation key|licen[cs]e key)[是为:=,，\s]{0,4}(?:is\s+)?([A-Za-z0-9][A-Za-z0-9-]{7,40})/giu,
    secret: (match) => (/\d/u.test(match[1] ?? "") ? match[1] : undefined),
    shown: (secret) => `${secret.slice(0, 4)}${DOTS}`,
  },
  {
    kind: "id_number",
    pattern: /(?<!\d)\d{17}[\dXx](?![\dA-Za-z])/gu,
    secret: (match) => (isIdNumber(match[0]) ? match[0] : undefined),
    shown: () => DOTS,
  },
  {
    kind: "bank_card",
    pattern: /(?<![\dA-Za-z-])\d(?:[ -]?\d){12,18}(?![\dA-Za-z-])/gu,
    secret: (match) => {
      const digits = match[0].replace(/\D/gu, "");
      return digits.length >= 13 && digits.length <= 19 && passesLuhn(digits) && !/^1[3-9]\d{9}/u.test(digits) ? match[0] : undefined;
    },
    shown: (secret) => `${DOTS}${secret.slice(-4)}`,
  },
  {
    kind: "one_time_code",
    pattern: new RegExp(`(?:${CODE_WORD})${LINK}(?<!\\d)(\\d{4,8})(?!\\d)`, "giu"),
    secret: (match) => match[1],
    shown: () => DOTS,
  },
  {
    kind: "one_time_code",
    pattern:
      /(?<![\dA-Za-z])(\d{4,8})(?!\d)[\s,，]{0,2}(?:是|is)?[\s]{0,2}(?:我的|my|the)?[\s]{0,2}(?:验证码|校验码|动态码|otp\b|verification code)/giu,
    secret: (match) => match[1],
    shown: () => DOTS,
  },
  {
    kind: "password",
    pattern: new RegExp(`(?:${PASSWORD_WORD})(?:[是为:=]|\\s+is\\s+|\\s*[:=]\\s*)\\s*([\\x21-\\x7e]{4,64})`, "giu"),
    secret: (match) =>
      /^(?:wrong|not|incorrect|right|correct|forgot|reset|invalid|the|expired|too|always|never|what|required|being|lost)/iu.test(
        match[1] ?? "",
      )
        ? undefined
        : match[1],
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
  for (const finder of FINDERS) {
    const plain = narrow(shown);
    if (plain.length !== shown.length) continue;
    let result = "";
    let from = 0;
    for (const match of plain.matchAll(finder.pattern)) {
      const secret = finder.secret ? finder.secret(match as RegExpExecArray) : match[0];
      if (!secret || secret.includes("•")) continue;
      const start = match.index + match[0].lastIndexOf(secret);
      result += shown.slice(from, start) + finder.shown(plain.slice(start, start + secret.length));
      from = start + secret.length;
      found.add(finder.kind);
    }
    shown = result + shown.slice(from);
  }
  return { text: shown, found: [...found] };
}
