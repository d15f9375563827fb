/** Whether a number is in the register, and which entry it resembles when it is not. */
import type { Contact } from "../policy/policy.ts";
import { type ContactMatch, type Difference, known, type NearMiss, type Register, unknown } from "./contact-match.ts";
import type { FoundNumber } from "./find-numbers.ts";
import { fold } from "./fold.ts";
import { oneOff } from "./look-alike.ts";

const isDialled = ({ kind }: Contact): boolean => kind === "phone" || kind === "qq";

const digitsKnown = new WeakMap<Contact, string>();

function digitsOf(contact: Contact): string {
  const known = digitsKnown.get(contact);
  if (known !== undefined) return known;
  const digits = fold(contact.value)
    .text.replace(/\D/gu, "")
    .replace(/^0086/u, "")
    .replace(/^86(?=[14]\d{9}$)/u, "");
  digitsKnown.set(contact, digits);
  return digits;
}

/** The number as it is dialled inside mainland China, when it is written for dialling from abroad. */
function withoutCountry({ digits, plus }: { readonly digits: string; readonly plus: boolean }): string {
  if (plus) return digits.startsWith("86") ? digits.slice(2) : `+${digits}`;
  return digits.startsWith("0086") ? digits.slice(4) : digits;
}

/** @param counts whether a number that is not in the register and resembles nothing in it is a contact at all */
export function judgeNumber(number: FoundNumber, register: Register, counts: (number: FoundNumber) => boolean): ContactMatch[] {
  const digits = withoutCountry(number);
  const kind = number.said === "qq" || number.said === "wechat" ? number.said : "phone";
  const entry = (entries: readonly Contact[]): Contact | undefined =>
    entries.find((contact) => isDialled(contact) && digitsOf(contact) === digits);
  const scam = entry(register.reportedScam);
  const near = likeness(number, digits, register);
  if (scam) return [known("reported_scam", scam, near)];
  const ours = entry(register.official);
  if (ours && number.isMixed === undefined && fits(number, ours)) return [known("official", ours)];
  if (ours && number.said === "none") return [];
  const line = number.isMixed === undefined && number.said !== "none" ? entry(register.public) : undefined;
  if (line) return [known("public", line)];
  const parts = ours ? [] : apart(number, register);
  if (parts.length > 0) return parts.flatMap((part) => judgeNumber(part, register, counts));
  if (near) return [unknown(kind, number.value, near)];
  const isPlausible = number.isMixed === undefined && number.said !== "none" && digits.length <= 19 && counts(number);
  const isLong = digits.length >= (number.said === "qq" || number.said === "wechat" ? 5 : 7) || /^(?:95|96|12|10)\d{3,4}$/u.test(digits);
  return isPlausible && isLong ? [unknown(kind, number.value)] : [];
}

/** A QQ number is official as a QQ number, a phone number as a phone number; said to be nothing in particular, as either. */
function fits({ said, plus, digits }: FoundNumber, { kind }: Contact): boolean {
  return said === undefined || said === kind ? !(kind === "qq" && (plus || digits.startsWith("0086"))) : false;
}

/** How the number resembles an official one without being it. */
function likeness(number: FoundNumber, digits: string, register: Register): NearMiss | undefined {
  for (const contact of register.official.filter(isDialled)) {
    const official = digitsOf(contact);
    const miss = (difference: Difference): NearMiss => ({ value: number.value, of: contact.value, difference });
    if (official.length < 6) continue;
    if (digits === official) {
      if (number.isMixed) return miss(number.isMixed === "letters" ? "letters_for_digits" : "prefix");
      if (!fits(number, contact)) return miss("other_kind");
      continue;
    }
    const off = oneOff(digits.replace(/^\+/u, ""), official);
    if (off) return miss(number.isMixed === "letters" ? "letters_for_digits" : off);
    if (digits.includes(official) && digits.length <= official.length + 8) return miss("prefix");
  }
  return undefined;
}

/** "400-000-1234 10000000": several numbers that only spaces part, when each of them is known or a mobile number. */
function apart(number: FoundNumber, register: Register): FoundNumber[] {
  if (number.isMixed || number.groups.length < 2) return [];
  const all = [...register.official, ...register.reportedScam, ...register.public].filter(isDialled).map(digitsOf);
  const isWhole = (digits: string): boolean => all.includes(digits) || /^1[3-9]\d{9}$/u.test(digits);
  const split = (from: number): string[] | undefined => {
    if (from === number.groups.length) return [];
    let digits = "";
    for (let to = from; to < number.groups.length; to += 1) {
      const group = number.groups[to];
      digits += group?.digits ?? "";
      const canEnd = to === number.groups.length - 1 || /\s|[|•·*]/u.test(group?.gap ?? "");
      if (!canEnd || !isWhole(digits.replace(/^(?:0086|86)(?=.{10,11}$)/u, ""))) continue;
      const rest = split(to + 1);
      if (rest) return [digits, ...rest];
    }
    return undefined;
  };
  const parts = split(0);
  if (!parts || parts.length < 2) return [];
  return parts.map((digits) => ({ ...number, value: digits, digits, groups: [{ digits, gap: "" }], plus: false, said: undefined }));
}
