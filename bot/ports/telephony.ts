/**
 * The telephone. The agent is rung first, then the customer, and the two are joined. That somebody answered is told to the desk as an event
 * (`POST /callbacks/{id}/answered`, `missed`), never concluded from the answer to `ring`: an exchange accepts calls to nowhere.
 */
export interface OutgoingCall {
  /** Of this attempt alone: an exchange refuses a second call on a channel that lives. */
  readonly channelId: string;
  readonly agentId: string;
  /** E.164. */
  readonly phone: string;
  readonly caseCode: string;
}

/** `ringing`: the exchange took the call. `by_hand`: there is no exchange; the agent dials the number himself. */
export type Ringing = "ringing" | "by_hand";

export interface Telephony {
  /** @throws when the exchange cannot be reached: then the agent dials by hand. */
  ring(call: OutgoingCall): Promise<Ringing>;
}

/** Reads telephone numbers. */
export interface PhoneNumbers {
  /** @returns E.164, or undefined when it cannot be a number of any country. A number without country code is one of the desk's own country. */
  read(text: string): string | undefined;
}
