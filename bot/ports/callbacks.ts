/** Keeping callbacks, see `bot/queue/callback.ts`. Each change also appends its event in the same transaction. */
import type { Callback, CallbackChange, CallbackDraft, CallbackFilter } from "../queue/callback.ts";
import type { QueueEntry } from "../queue/queue-entry.ts";

export type { Callback, CallbackChange, CallbackDraft, CallbackFilter, QueueEntry };

/** Who dials: a desk agent, or the PBX by its key. */
export interface Dialler {
  readonly agentId: string;
  /** Entries he may hold at once. */
  readonly capacity: number;
}

export interface Dialled {
  readonly callback: Callback;
  /** Held by who dials, with its lease. */
  readonly entry: QueueEntry;
  readonly attempt: number;
  readonly channelId: string;
}

export interface CallbackRepository {
  /** @returns undefined when the entry has one already, is not in the line (held, or over), or the slot is full. */
  create(draft: CallbackDraft, now: number): Promise<Callback | undefined>;
  get(id: string): Promise<Callback | undefined>;
  forEntry(entryId: string): Promise<Callback | undefined>;
  /** Newest first. `before`: the last one of the page before. */
  list(filter: CallbackFilter, limit: number, before?: Pick<Callback, "createdAt" | "id">): Promise<readonly Callback[]>;
  /**
   * Takes the dial lease and, if nobody holds it, the entry. Undefined: not due, no number, dialled or held by somebody else, or his hands are
   * full. The number comes from the case when the callback has none.
   */
  dial(id: string, by: Dialler, now: number, leases: { readonly entryMs: number; readonly dialMs: number }): Promise<Dialled | undefined>;
  /** Undefined from these two: he does not dial it (any more). */
  answered(id: string, by: string, now: number, leaseMs: number): Promise<{ callback: Callback; entry: QueueEntry } | undefined>;
  /** @param retryAt when to try again; undefined: not again, the entry expires. */
  missed(id: string, by: string, now: number, retryAt: number | undefined): Promise<Callback | undefined>;
  /** Ends it and its entry, unless somebody is talking. Undefined: over already, dialling or connected. */
  cancel(id: string, now: number, reason: string): Promise<Callback | undefined>;
  /** Agrees on another time or number; only while nobody dials. */
  change(id: string, to: CallbackChange, now: number): Promise<Callback | undefined>;

  /** Inside a transaction: entries held to their `holdUntil`, locked; taken by one node alone. */
  heldTooLong(now: number, limit: number): Promise<readonly QueueEntry[]>;
  /** Those whose time has come, and those whose dial lapsed, become due: back into the line, lane 1. */
  fallDue(now: number, limit: number): Promise<readonly Callback[]>;
  /** Marks those whose `warnAt` passed without a dial; each once. */
  warn(now: number, limit: number): Promise<readonly Callback[]>;
  /** Marks those whose `dueBy` passed without a dial; each once. */
  breach(now: number, limit: number): Promise<readonly Callback[]>;
  /** Ends those whose `deadline` passed. */
  expire(now: number, limit: number): Promise<readonly Callback[]>;
  /** Earliest time in ms at which one of these five has something to do. */
  nextDue(): Promise<number | undefined>;

  /** Callbacks agreed for a time in one pool: start of the slot in ms (a multiple of `stepMs`) → how many. */
  agreed(pool: Pick<QueueEntry, "skill" | "language">, from: number, to: number, stepMs: number): Promise<ReadonlyMap<number, number>>;

  /** The number may be rung. */
  mayCall(phone: string): Promise<boolean>;
  block(phone: string, now: number, who: string, reason: string): Promise<void>;
  unblock(phone: string): Promise<boolean>;
}
