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

const MOST_CHARACTERS = 4000;
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

/** @param counts whether a number that is not in the register and resembles nothing in it is a contact at all */
export function matchesIn(text: string, register: Register, counts: (number: FoundNumber) => boolean): ContactMatch[] {
  const original = text.slice(0, MOST_CHARACTERS);
  const folded = fold(original);
  const links = findLinks(original, folded);
  const names = findNames(
    original,
    folded,
    links.filter(({ isDoubtful }) => !isDoubtful).map(({ start, end }) => [start, end]),
  );
  const judgedLinks = links.flatMap((link) => judgeLink(link, register) ?? []);
  const judgedNames = names.map((name) => ({ name, match: judgeName(name, register) })).filter(({ match }) => match !== undefined);
  const taken = [...links.filter(({ isDoubtful }) => !isDoubtful), ...judgedNames.map(({ name }) => name)].map(
    ({ start, end }) => [start, end] as const,
  );
  const numbers = findNumbers(original, folded, taken);
  const all = [
    ...judgedLinks,
    ...judgedNames.flatMap(({ match }) => match ?? []),
    ...numbers.flatMap((number) => judgeNumber(number, register, counts)),
  ];
  return all.filter(
    (match, place) =>
      all.findIndex((other) => other.value === match.value && other.verdict === match.verdict && other.kind === match.kind) === place,
  );
}
