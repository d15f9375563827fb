/** Contacts in what the desk itself says: whatever is not in the register must not go out. */
import { matchesIn } from "./check-contact.ts";
import type { ContactKind, ContactMatch, Register } from "./contact-match.ts";
import type { FoundNumber } from "./find-numbers.ts";

const EMPTY: Register = { official: [], reportedScam: [], public: [] };

export interface ContactInText {
  readonly kind: ContactKind;
  /** As it stands in the text. */
  readonly value: string;
}

/** Phone numbers, links, WeChat and QQ ids in a text, each once, in no particular order. Order numbers, amounts, times and codes are none. */
export function contactsIn(text: string): ContactInText[] {
  return matchesIn(text, EMPTY, () => true).map(({ kind, value }) => ({ kind, value }));
}

/**
 * Contacts in an outgoing text that the register does not vouch for: unknown ones, look-alikes, reported frauds.
 * @param allowed values that may be named all the same, e.g. the customer's own number in any writing
 */
export function unknownContacts(text: string, register: Register, allowed: readonly string[] = []): ContactMatch[] {
  const own = allowed.map(bare).filter((value) => value.length >= 4);
  return matchesIn(text, register, isSaidOrLong).filter(
    ({ verdict, value }) =>
      (verdict === "unknown" || verdict === "reported_scam") && !own.some((allowedValue) => isSame(allowedValue, bare(value))),
  );
}

/** In the desk's own words a bare figure is a number to ring only when it is said to be one, or is as long as one. */
function isSaidOrLong({ said, digits }: FoundNumber): boolean {
  return said !== undefined || digits.length >= 10 || /^(?:95|96|12|10)\d{3,4}$/u.test(digits);
}

function bare(value: string): string {
  return value
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\-()+.]/gu, "");
}

/** The country code may stand or be left out. */
function isSame(a: string, b: string): boolean {
  if (a === b) return true;
  const [long, short] = a.length > b.length ? [a, b] : [b, a];
  return /^\d{7,}$/u.test(short) && long.endsWith(short) && long.length - short.length <= 4;
}
