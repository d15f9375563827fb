import type { EntityType } from "../understanding.ts";

/** A finding in the folded text, before overlaps are settled. */
export interface Candidate {
  readonly type: EntityType;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
}

/** What comes first when two findings claim the same characters: what must be masked, then what names a thing, then the rest. */
const PRECEDENCE: readonly EntityType[] = [
  "link",
  "email",
  "password",
  "id_number",
  "payment_serial",
  "withdrawal_number",
  "bank_card",
  "card_key",
  "case_code",
  "one_time_code",
  "order_number",
  "phone",
  "time",
  "amount",
  "account",
  "channel",
];

/** Keeps non-overlapping findings: by precedence, then the longer, then the earlier. Result in order of place. */
export function settle(candidates: readonly Candidate[]): Candidate[] {
  const ordered = [...candidates].sort(
    (a, b) => PRECEDENCE.indexOf(a.type) - PRECEDENCE.indexOf(b.type) || b.end - b.start - (a.end - a.start) || a.start - b.start,
  );
  const kept: Candidate[] = [];
  for (const one of ordered) {
    if (one.end <= one.start) continue;
    if (kept.every((other) => one.end <= other.start || one.start >= other.end)) kept.push(one);
  }
  return kept.sort((a, b) => a.start - b.start);
}
