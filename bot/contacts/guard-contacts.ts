/** Contacts in what the desk itself says: whatever is not in the register must not go out. */
import { MOST_CHARACTERS, matchesIn, type PlacedMatch, placedMatches, type Reading } from "./check-contact.ts";
import type { ContactKind, ContactMatch, Register } from "./contact-match.ts";
import type { FoundNumber } from "./find-numbers.ts";

const EMPTY: Register = { official: [], reportedScam: [], public: [], warningArticles: [] };

export interface ContactInText {
  readonly kind: ContactKind;
  /** As it stands in the text. */
  readonly value: string;
}

/** Phone numbers, links, WeChat and QQ ids in a text, each once, in no particular order. Order numbers, amounts, times and codes are none. */
export function contactsIn(text: string): ContactInText[] {
  return matchesIn(text, EMPTY, () => true).map(({ kind, value }) => ({ kind, value }));
}

/** A piece of an outgoing text that the register does not vouch for. */
export interface Unvouched extends PlacedMatch {
  /** As it stands in the text. */
  readonly written: string;
}

/** Two windows share this much, so that nothing is cut in two. */
const OVERLAP = 200;

/** Texts that were found clean or not before: articles and the desk's sentences are said again and again. */
const remembered = new WeakMap<Register, Map<string, readonly Unvouched[]>>();
const MOST_REMEMBERED = 512;

/**
 * Where an outgoing text names what the register does not vouch for: unknown contacts, look-alikes, reported frauds. Text of any length.
 * @param allowed values that may be named all the same, e.g. the customer's own number in any writing
 */
export function unvouchedIn(text: string, register: Register, allowed: readonly string[] = []): readonly Unvouched[] {
  if (everyPlace(text, register).length === 0 || allowed.length === 0) return everyPlace(text, register);
  // What is allowed goes first: an order number and the amount after it would else be read as one number.
  const found = everyPlace(allowed.reduce(without, text), register);
  const own = allowed.map(bare).filter((value) => value.length >= 4);
  return found
    .map((place) => ({ ...place, written: text.slice(place.start, place.end) }))
    .filter(({ match, written }) => !own.some((value) => isSame(value, bare(match.value)) || isSame(value, bare(written))));
}

/** The text with the value out of it wherever it stands by itself, and everything else in its place. */
function without(text: string, value: string): string {
  if (value.length < 5 || !text.includes(value)) return text;
  const isPart = (char: string): boolean => /[\p{L}\p{N}@.\-_]/u.test(char) && !/\p{Script=Han}/u.test(char);
  let left = text;
  for (let at = left.indexOf(value); at !== -1; at = left.indexOf(value, at + value.length)) {
    const end = at + value.length;
    // A full stop at the end of a sentence is no part of it.
    const next = left[end] === "." && !/[\p{L}\p{N}]/u.test(left[end + 1] ?? "") ? "" : (left[end] ?? "");
    if (!isPart(left[at - 1] ?? "") && !isPart(next)) left = `${left.slice(0, at)}${"\n".repeat(value.length)}${left.slice(end)}`;
  }
  return left;
}

/** The same, each contact once. */
export function unknownContacts(text: string, register: Register, allowed: readonly string[] = []): ContactMatch[] {
  const all = unvouchedIn(text, register, allowed).map(({ match }) => match);
  return all.filter((match, place) => all.findIndex((other) => other.value === match.value && other.kind === match.kind) === place);
}

function everyPlace(text: string, register: Register): readonly Unvouched[] {
  let known = remembered.get(register);
  if (!known) {
    known = new Map();
    remembered.set(register, known);
  }
  const before = known.get(text);
  if (before) return before;
  const found: Unvouched[] = [];
  for (let from = 0; from === 0 || from + OVERLAP < text.length; from += MOST_CHARACTERS - OVERLAP) {
    for (const { match, start, end } of placedMatches(text.slice(from), register, OUTGOING)) {
      const place = { match, start: start + from, end: end + from, written: text.slice(start + from, end + from) };
      const isBad = match.verdict === "unknown" || match.verdict === "reported_scam";
      if (isBad && !found.some((other) => other.start === place.start && other.match.value === match.value)) found.push(place);
    }
  }
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(text, found);
  return found;
}

/** How the desk's own words are read. */
const OUTGOING: Reading = {
  // In them a bare figure is a number to ring only when it is said to be one, or is as long as one.
  // No number to ring has more than fifteen digits (ITU-T E.164); payment serials do.
  counts: ({ said, digits }) => said !== undefined || (digits.length >= 10 && digits.length <= 15) || SERVICE_LINE.test(digits),
  // A word like 订单 a little way off does not make an order number of a hotline; directly before it, it does.
  read: (number) => (number.said === "none" && looksDialled(number) ? { ...number, said: "phone" } : number),
  unlabelled: true,
  // A QQ number has five digits at least; the register's shorter ones are official in any case.
  shortest: 5,
};

const SERVICE_LINE = /^(?:95|96|12|10)\d{3,4}$/u;

function looksDialled({ digits, plus }: FoundNumber): boolean {
  return plus || /^(?:1[3-9]\d{9}|[48]00\d{7}|0\d{9,11}|95\d{3,4})$/u.test(digits);
}

function bare(value: string): string {
  return value
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\-()+.]/gu, "");
}

/** Of the places customers ring from; with the prefix for dialling abroad. */
const COUNTRY_CODE = /^(?:00)?(?:1|33|44|49|60|61|62|63|65|66|81|82|84|86|852|853|886)$/u;

/** The country code of a person's number may stand or be left out; a service number has none. */
function isSame(a: string, b: string): boolean {
  if (a === b) return true;
  const [long, short] = a.length > b.length ? [a, b] : [b, a];
  if (!/^\d{7,}$/u.test(short) || /^[48]00\d{7}$/u.test(short)) return false;
  return long.endsWith(short) && COUNTRY_CODE.test(long.slice(0, -short.length));
}
