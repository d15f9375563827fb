/**
 * Whether a phone number, link, WeChat or QQ id in a text is in the operator's register.
 *
 * `official` is said only of what *is* the register's entry, however it is written; of a text only when everything found in it is official.
 * What merely resembles an entry is unknown, and its likeness is told. Unknown never means safe.
 */
import type { ContactMatch, ContactVerdict, NearMiss, Register } from "./contact-match.ts";
import { findLinks } from "./find-links.ts";
import { findNames } from "./find-names.ts";
import { type FoundNumber, findNumbers } from "./find-numbers.ts";
import { fold } from "./fold.ts";
import { judgeLink } from "./judge-link.ts";
import { judgeName } from "./judge-name.ts";
import { judgeNumber } from "./judge-number.ts";

export interface ContactCheck {
  readonly verdict: ContactVerdict;
  /** Everything found, worst first; empty when the text holds no contact. */
  readonly matches: readonly ContactMatch[];
  /** Of the worst that has one. */
  readonly nearMiss?: NearMiss;
}

/** Read at once. */
export const MOST_CHARACTERS = 4000;
const BADNESS: readonly ContactMatch["verdict"][] = ["reported_scam", "unknown", "official", "public"];

/** @param text only the first 4,000 characters are read */
export function checkContact(text: string, register: Register): ContactCheck {
  const matches = matchesIn(text, register, () => true).sort((a, b) => rank(a) - rank(b));
  const verdicts = new Set(matches.map(({ verdict }) => verdict));
  const verdict = verdicts.has("reported_scam")
    ? "reported_scam"
    : verdicts.has("official") && !verdicts.has("unknown")
      ? "official"
      : "unknown";
  const nearMiss = matches.find((match) => match.nearMiss)?.nearMiss;
  return { verdict, matches, ...(nearMiss ? { nearMiss } : {}) };
}

function rank(match: ContactMatch): number {
  return BADNESS.indexOf(match.verdict) * 2 + (match.nearMiss ? 0 : 1);
}

export interface PlacedMatch {
  readonly match: ContactMatch;
  /** Where it stands in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

export interface Reading {
  /** Whether a number that is not in the register and resembles nothing in it is a contact at all. */
  counts(number: FoundNumber): boolean;
  /** The number as it is to be judged. Default: as it was found. */
  read?(number: FoundNumber): FoundNumber;
  /** Fewest digits of a number that matters. Default 3. */
  readonly shortest?: number;
  /** "订单号 …" is an order number whatever its digits. */
  readonly unlabelled?: boolean;
}

/** Each contact once, in no particular order. */
export function matchesIn(text: string, register: Register, counts: Reading["counts"]): ContactMatch[] {
  const all = placedMatches(text, register, { counts }).map(({ match }) => match);
  return all.filter(
    (match, place) =>
      all.findIndex((other) => other.value === match.value && other.verdict === match.verdict && other.kind === match.kind) === place,
  );
}

/** Every place where a contact stands, of the text's first 4,000 characters. */
export function placedMatches(text: string, register: Register, { counts, read, ...wanted }: Reading): PlacedMatch[] {
  const original = text.slice(0, MOST_CHARACTERS);
  const folded = fold(original);
  const links = findLinks(original, folded);
  const sure = links.filter(({ isDoubtful }) => !isDoubtful).map(({ start, end }) => [start, end] as const);
  const names = findNames(original, folded, sure).flatMap((name) => {
    const match = judgeName(name, register);
    return match ? [{ name, match }] : [];
  });
  const taken = [...sure, ...names.map(({ name }) => [name.start, name.end] as const)];
  const placed = (match: ContactMatch, { start, end }: { readonly start: number; readonly end: number }): PlacedMatch => ({
    match,
    start: folded.from[start] ?? 0,
    end: folded.to[end - 1] ?? original.length,
  });
  return [
    ...links.flatMap((link) => {
      const match = judgeLink(link, register);
      return match ? [placed(match, link)] : [];
    }),
    ...names.map(({ name, match }) => placed(match, name)),
    ...findNumbers(original, folded, taken, wanted).flatMap((number) =>
      judgeNumber(read ? read(number) : number, register, counts).map((match) => placed(match, number)),
    ),
  ];
}
