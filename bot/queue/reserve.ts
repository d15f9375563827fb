/**
 * Whose turn has to be reserved: told a time, and so near to it that the agents freed next must take him. He moves to lane 1 then, where the final
 * deadline decides; an agent who frees takes lanes 0, 1, 2 in that order, so nobody idles for a reservation.
 *
 * Latest start of the k-th told entry of a line = its limit − k × mean talk ÷ agents × 1.5 (the form the design was measured with). Pure.
 */
import type { QueueSnapshot } from "../ports/store.ts";

type Waiting = QueueSnapshot["waiting"][number];

export interface ReserveInput {
  readonly now: number;
  readonly waiting: readonly Waiting[];
  /** Agents at work who take that line, at least; overflow staff not counted. */
  agentsFor(entry: Waiting): number;
  meanHandleMs(entry: Waiting): number;
  readonly dialMs: number;
  readonly reserveMs: number;
}

const SPREAD = 1.5;

/** @returns ids of entries of lane 2 to be moved to lane 1 now. */
export function toReserve(input: ReserveInput): readonly string[] {
  const { now, dialMs, reserveMs } = input;
  const limited = input.waiting
    .flatMap((entry) => {
      // Held: answered before minute 15. With a callback already: dialled before its time.
      if (entry.finalBy === undefined) return [];
      const limit = entry.callbackId === undefined ? entry.holdUntil : entry.finalBy - dialMs;
      return limit === undefined ? [] : [{ entry, limit }];
    })
    .sort((a, b) => a.limit - b.limit);
  const ranks = new Map<string, number>();
  return limited.flatMap(({ entry, limit }) => {
    const line = `${entry.skill} ${entry.language}`;
    const rank = (ranks.get(line) ?? 0) + 1;
    ranks.set(line, rank);
    const agents = input.agentsFor(entry);
    const latestStart = limit - (agents === 0 ? 0 : ((rank * input.meanHandleMs(entry)) / agents) * SPREAD);
    return entry.lane === 2 && now >= latestStart - reserveMs ? [entry.id] : [];
  });
}
