/**
 * Times for callbacks: quarters of an hour (or what the policy says) within phone hours, each with room for a share of the talks the roster can
 * hold in it. Pure.
 */
import { closing, type Hours, isOpen } from "./phone-hours.ts";

export interface Slot {
  readonly from: number;
  readonly to: number;
  /** Most callbacks in it, those already agreed included. */
  readonly limit: number;
}

export interface SlotQuestion {
  /** The slot of this time is wanted, or the next one that has room. */
  readonly wanted: number;
  readonly now: number;
  readonly slotMs: number;
  readonly slotShare: number;
  readonly daysAhead: number;
  readonly hours: Hours;
  readonly meanHandleMs: number;
  /** Agents of the pool who work at that time. */
  agentsAt(at: number): number;
  /** Callbacks agreed for the slot that begins then. */
  agreedAt(from: number): number;
}

/** @returns undefined when nothing is free within `daysAhead`. */
export function freeSlot(question: SlotQuestion): Slot | undefined {
  const { wanted, now, slotMs, hours } = question;
  const last = now + question.daysAhead * 86_400_000;
  // A slot that has begun cannot be kept whole any more.
  let from = Math.floor(Math.max(wanted, now) / slotMs) * slotMs;
  if (from < now) from += slotMs;
  for (; from <= last; from += slotMs) {
    if (!isOpen(from, hours) || closing(from, hours) < from + slotMs) continue;
    const limit = roomIn(question, from);
    if (question.agreedAt(from) < limit) return { from, to: from + slotMs, limit };
  }
  return undefined;
}

/** At least one when anybody works then: a slot that can never be given helps nobody. */
function roomIn({ agentsAt, slotMs, slotShare, meanHandleMs }: SlotQuestion, from: number): number {
  const agents = Math.min(agentsAt(from), agentsAt(from + slotMs - 1));
  return agents === 0 ? 0 : Math.max(1, Math.floor((agents * slotMs * slotShare) / meanHandleMs));
}
