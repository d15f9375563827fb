/** What the callback routes hand over to. Types only. */
import type { Instant } from "../policy/words.ts";
import type { Page } from "../ports/store.ts";
import type { Ringing } from "../ports/telephony.ts";
import type { Callback, CallbackFilter } from "../queue/callback.ts";
import type { Lease, QueueEntry } from "../queue/queue-entry.ts";
import type { Caller, CaseView, IdempotencyKey } from "./services.ts";

/** The two codes by which customer and agent know each other stand together. */
export type CallbackView = Omit<Callback, "says" | "answers"> & { readonly codes: { readonly says: string; readonly answers: string } };

/** For a case by id or by code. Without `at`: in his turn. The number is the case's when none is given. */
export interface NewCallback {
  readonly caseId?: string;
  readonly caseCode?: string;
  readonly phone?: string;
  readonly at?: Instant;
}

export interface CallbackTalk {
  readonly callback: CallbackView;
  readonly case: CaseView;
  readonly entry: QueueEntry;
  readonly lease: Lease;
}

export interface CallbackServices {
  /** @throws Problem case_unknown, case_code_invalid, phone_invalid, do_not_call, no_slot, state_conflict, idempotency_mismatch */
  createCallback(body: NewCallback, by: Caller, key?: IdempotencyKey): Promise<CallbackView>;
  listCallbacks(query: CallbackFilter & { readonly limit: number; readonly cursor?: string }): Promise<Page<CallbackView>>;
  /** @throws Problem callback_unknown, as all below */
  getCallback(id: string): Promise<CallbackView>;
  /**
   * Takes the dial lease and the entry, then rings.
   * @param agentId only from an integration key: dials for that agent, else for the PBX itself
   * @throws Problem already_dialling, state_conflict (not due, hands full), phone_unknown, do_not_call, agent_unknown
   */
  dialCallback(
    id: string,
    agentId: string | undefined,
    by: Caller,
  ): Promise<CallbackTalk & { readonly attempt: number; readonly channelId: string; readonly ringing: Ringing }>;
  /** @throws Problem lease_lost when the caller does not dial it (any more) */
  answeredCallback(id: string, by: Caller): Promise<CallbackTalk>;
  /** @throws Problem lease_lost */
  missedCallback(id: string, by: Caller): Promise<CallbackView>;
  /** @throws Problem already_dialling, state_conflict */
  cancelCallback(id: string, reason: string | undefined, by: Caller): Promise<CallbackView>;
  /** @throws Problem phone_invalid */
  blockNumber(phone: string, reason: string, by: Caller): Promise<void>;
  /** @throws Problem phone_invalid, not_found */
  unblockNumber(phone: string, by: Caller): Promise<void>;
}
