/**
 * A callback: we ring the customer. It belongs to one queue entry, at most one for each entry, and has no life apart from it.
 *
 *   scheduled ──time──▶ due ──dial──▶ dialling ──answered──▶ connected ──complete──▶ done
 *                        ▲ ▲             │ │                     │
 *                   time │ └─dial lapses─┘ │missed      release, lapse: due again
 *                        └────── missed ◀──┘
 *   anything open ──cancel, customer left, case solved──▶ cancelled; ──nobody answers, too late──▶ expired
 *
 * kind `promise`  made at the end of the longest hold (joined + 900 s) by the sweep, due 180 s later.
 *      `asked`    the customer asked for it: in his turn (the entry keeps its place in line) or at a time (the entry is parked until then).
 *      `honest`   the promise could not be given when he joined: he was told a time that can be kept, and keeps his place in line until then.
 *
 * scheduled  not before `startsAt`; the entry is parked.
 * due        an agent who claims the entry dials. From the sweep's promotion on it stands in lane 1, by `dueBy`.
 * dialling   one dial lease (`dialBy`, until `dialUntil`): nobody else can dial. A lapse counts as an attempt, because the phone may have rung.
 * missed     nobody answered; parked until `nextTryAt`.
 * `dueBy` is what the customer was told; kept when `dialledAt` is not later. `deadline`: no attempt after it.
 */
import type { Instant } from "../policy/words.ts";

export const CALLBACK_STATES = ["scheduled", "due", "dialling", "connected", "missed", "done", "cancelled", "expired"] as const;
export type CallbackState = (typeof CALLBACK_STATES)[number];
export const CALLBACK_KINDS = ["promise", "asked", "honest"] as const;
export type CallbackKind = (typeof CALLBACK_KINDS)[number];

export interface Callback {
  readonly id: string;
  readonly entryId: string;
  readonly caseId: string;
  readonly kind: CallbackKind;
  readonly state: CallbackState;
  /** E.164. Absent: the case's number is taken once there is one. */
  readonly phone?: string;
  /** The customer was told `dueBy` while the test of the promise held. */
  readonly promised: boolean;
  readonly startsAt: Instant;
  readonly dueBy: Instant;
  readonly deadline: Instant;
  /** The supervisor is warned then, if it was not dialled. */
  readonly warnAt: Instant;
  /** Times it was dialled. */
  readonly attempts: number;
  readonly nextTryAt?: Instant;
  readonly dialBy?: string;
  readonly dialUntil?: Instant;
  readonly dialledAt?: Instant;
  readonly warnedAt?: Instant;
  /** `dueBy` passed without a dial; never taken back. */
  readonly breachedAt?: Instant;
  readonly finishedAt?: Instant;
  readonly reason?: string;
  /** Four digits the agent says first, and four the customer may ask him for. */
  readonly says: string;
  readonly answers: string;
  readonly createdAt: Instant;
}

/** What a new callback is made from; the rest follows. */
export type CallbackDraft = Pick<
  Callback,
  "id" | "entryId" | "caseId" | "kind" | "promised" | "startsAt" | "dueBy" | "deadline" | "warnAt" | "says" | "answers"
> & {
  readonly phone?: string;
  /** Moves the entry to lane 1 at once. */
  readonly pressing: boolean;
  /** Most callbacks that may be agreed from `startsAt` to `dueBy` in the entry's pool. */
  readonly slotLimit?: number;
};

/** Another time, number or both. */
export type CallbackChange = Pick<Callback, "kind" | "startsAt" | "dueBy" | "deadline" | "warnAt" | "promised"> & {
  readonly phone?: string;
  readonly slotLimit?: number;
};

export interface CallbackFilter {
  readonly state?: CallbackState;
  readonly caseId?: string;
  readonly agentId?: string;
  /** Those whose time passed without a dial. */
  readonly breached?: boolean;
  /** Those the supervisor was warned of that still nobody has dialled. */
  readonly warned?: boolean;
}
