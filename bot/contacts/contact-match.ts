/** What the contact check says of one thing it found: the words its parts share. */
import type { Bilingual, Contact, Policy } from "../policy/policy.ts";

export type Register = Policy["contacts"];
/** `messenger`: an id on a service the register has no entries for (Telegram, WhatsApp …). */
export type ContactKind = Contact["kind"] | "email" | "messenger";
export type ContactVerdict = "official" | "reported_scam" | "unknown";

export type Difference =
  | "one_digit"
  | "swapped_digits"
  | "extra_digit"
  | "missing_digit"
  | "letters_for_digits"
  | "prefix"
  | "one_letter"
  | "look_alike"
  | "extra_label"
  | "other_kind";

export interface NearMiss {
  /** As it stands in the text. */
  readonly value: string;
  /** The official entry it resembles. */
  readonly of: string;
  readonly difference: Difference;
}

export interface ContactMatch {
  readonly kind: ContactKind;
  /** The register's own writing for what is in it, else as it stands in the text. */
  readonly value: string;
  /** `public`: a line of the state's, genuine but not ours. */
  readonly verdict: ContactVerdict | "public";
  /** Name in the register. */
  readonly name?: Bilingual;
  readonly nearMiss?: NearMiss;
}

export function known(verdict: "official" | "reported_scam" | "public", { kind, value, name }: Contact, nearMiss?: NearMiss): ContactMatch {
  return { kind, value, verdict, name, ...(nearMiss ? { nearMiss } : {}) };
}

export function unknown(kind: ContactKind, value: string, nearMiss?: NearMiss): ContactMatch {
  return { kind, value, verdict: "unknown", ...(nearMiss ? { nearMiss } : {}) };
}
