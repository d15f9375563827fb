/**
 * A queue entry: one case's place in the phone queue.
 *
 *   waiting ──claim, dial──▶ offered ──accept, answered──▶ connected ──complete──▶ done
 *    ▲ │ ▲                    │ │ │                          │ │
 *    │ │ └── release, lapse ──┘ │ └───────── abandon ────────┼─┴──▶ abandoned
 *    │ │     (or transfer: into another line) ◀──────────────┘
 *    │ ├─ callback for later ─▶ parked ◀─ missed, tried again later ─ offered
 *    │ │                        │ │ └─ cancelled, case solved ─▶ abandoned
 *    │ │        time has come   │ └─ too late to ring ─▶ expired
 *    └─┼────────────────────────┘
 *      ├─ left, cancelled, case solved ─▶ abandoned
 *      └─ its callback's deadline passed, or nobody answered the last attempt ─▶ expired
 *
 * waiting    in line. Ordered by (lane, dueAt, id): lane 0 critical, 1 promise at risk or callback due, 2 everybody by earliest deadline.
 *            In lane 1 `dueAt` is the final deadline (`finalBy`), for those held and those to be rung alike. The first agent who leaves it to
 *            somebody better suited sets `preferUntil`; until then only he or his betters take it, after it anybody. A supervisor may put it
 *            elsewhere in its lane, with a reason; its join time stays, and so does its code.
 * parked     out of the line until `parkedUntil`: a callback agreed for later, or the gap after a missed one. Nobody can claim it.
 * offered    leased to one agent: his phone rings, or he dials. The lease lapses unless renewed; then the entry is waiting again, at its old
 *            place, or another claim takes it there and then.
 * connected  the agent accepted. The lease is still renewed; a lapse gives the entry back, so that a dead desk loses nobody.
 * done       completed with a disposition. The agent's wrap-up is his own state, not the entry's. Over.
 * abandoned  the customer left before or during the talk, cancelled his callback, or the case was solved without a call. Over; if he joins again
 *            within half an hour, the new entry has the old deadline, and thus the old place.
 * expired    the callback reached nobody as often as the policy tries, or was never dialled until its deadline (then it is breached too). Over;
 *            the case goes on in writing, and its customer is told by when.
 *
 * `holdUntil` = joined + 900 s: an entry that still waits then gets its one callback (see `callback.ts`). `promised` says that the customer was
 * told so; it is true only when the test of `promise.ts` held when he joined.
 *
 * Every claim raises `fence`; every later write names it, so that a holder who slept through his lease cannot write any more
 * (M. Kleppmann, "How to do distributed locking", 2016).
 */
import type { Instant, Language, Modifier, Priority, Skill } from "../policy/words.ts";

export const ENTRY_STATES = ["waiting", "parked", "offered", "connected", "done", "abandoned", "expired"] as const;
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
  /** The longest he is held in the line; absent out of hours. */
  readonly holdUntil?: Instant;
  /** Rung by then at the latest, if he was promised anything. */
  readonly finalBy?: Instant;
  /** He was told `holdUntil` and `finalBy`. */
  readonly promised?: true;
  readonly parkedUntil?: Instant;
  /** Who had this customer last, when he is wanted for him. */
  readonly lastAgent?: string;
  /** Left to somebody better suited until then. */
  readonly preferUntil?: Instant;
  readonly callbackId?: string;
  /** The wait as it was told at joining, seconds. */
  readonly toldLow?: number;
  readonly toldHigh?: number;
  /** What the replay alone guessed: one of ten futures below, half, nine of ten. Kept also when nothing was told. */
  readonly guessLow?: number;
  readonly guessLikely?: number;
  readonly guessHigh?: number;
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
  /** Takes lanes 0 and 1 only. */
  readonly overflow?: true;
  /** Of lane 1 overflow staff take what is due within so many ms: else they are busy when somebody critical comes. Absent: all of it. */
  readonly overflowPromiseMs?: number;
  /** ms by priority that an entry is left to somebody better suited. Absent: he takes what comes (a PBX, which chooses the agent itself). */
  readonly yields?: Readonly<Record<Priority, number>>;
  readonly standsIn?: StandIn;
}

/** Skills he has not, in which he helps out when somebody critical, or a promise, would otherwise be too late. */
export interface StandIn {
  readonly skills: readonly Skill[];
  /** ms before the deadline. */
  readonly criticalMs: number;
  readonly promiseMs: number;
}

/** A live count for one skill and language. */
export interface QueueCount {
  readonly skill: Skill;
  readonly language: Language;
  readonly waiting: number;
  readonly longestWaitMs: number;
}
