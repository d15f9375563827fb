/**
 * A queue entry: one case's place in the phone queue.
 *
 *   waiting ──claim──▶ offered ──accept──▶ connected ──complete──▶ done
 *      ▲                 │  │                  │
 *      └──release, lapse─┘  └───abandon────────┴──▶ abandoned
 *
 * waiting    in line. Ordered by (lane, dueMs, id): lane 0 critical, 1 promise at risk or callback due, 2 everybody by earliest deadline.
 * offered    leased to one agent: his phone rings. The lease lapses unless renewed; then the entry is waiting again, at its old place.
 * connected  the agent accepted. The lease is still renewed; a lapse gives the entry back, so that a dead desk loses nobody.
 * done       completed with a disposition.
 * abandoned  the customer left before or during the talk.
 *
 * Every claim raises `fence`; every later write names it, so that a holder who slept through his lease cannot write any more
 * (M. Kleppmann, "How to do distributed locking", 2016).
 */
import type { Instant, Language, Modifier, Priority, Skill } from "../policy/words.ts";

export const ENTRY_STATES = ["waiting", "offered", "connected", "done", "abandoned"] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

export interface QueueEntry {
  readonly id: string;
  readonly caseId: string;
  readonly skill: Skill;
  readonly language: Language;
  readonly priority: Priority;
  readonly modifiers: readonly Modifier[];
  readonly lane: 0 | 1 | 2;
  readonly state: EntryState;
  readonly joinedAt: Instant;
  /** joinedAt + answer target of the priority, brought forward by the credits of the policy. */
  readonly dueAt: Instant;
  readonly agentId?: string;
  readonly leaseUntil?: Instant;
  readonly fence: number;
  readonly attempt: number;
  readonly disposition?: string;
}

export interface Lease {
  readonly until: Instant;
  readonly fence: number;
}

/** Who may be given an entry. */
export interface Claimant {
  /** Desk agent or the PBX (integration key). */
  readonly agentId: string;
  readonly skills: readonly Skill[];
  readonly languages: readonly Language[];
  /** Entries he may hold at once; a PBX may hold many. */
  readonly capacity: number;
}

/** A live count for one skill and language. */
export interface QueueCount {
  readonly skill: Skill;
  readonly language: Language;
  readonly waiting: number;
  readonly longestWaitMs: number;
}
