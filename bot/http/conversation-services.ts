/** What the routes of `/conversations` hand over to. Types only. */
import type { SecretKind } from "../guard/mask.ts";
import type { Instant } from "../policy/words.ts";
import type { Caller, IdempotencyKey } from "./services.ts";

/** Who answers the customer now. */
export interface Handling {
  readonly conversationId: string;
  readonly handler: "bot" | "agent";
  readonly agent?: { readonly id: string; readonly name: string };
  readonly since?: Instant;
}

export interface SpokenMessage {
  readonly id: string;
  readonly at: Instant;
  /** Kinds of secrets that were masked: not even an agent sends a key or a code in full. */
  readonly masked: readonly SecretKind[];
}

export interface ConversationServices {
  /** @throws Problem conversation_unknown */
  handling(id: string): Promise<Handling>;
  /**
   * @param request `agentId`: for whom an integration key asks; a desk user is himself
   * @throws Problem conversation_unknown, agent_unknown, forbidden (an agent without the conversation's call), taken_over
   */
  takeOver(id: string, request: { readonly agentId?: string }, by: Caller): Promise<Handling>;
  /** To the bot. Done already: nothing happens. @throws Problem conversation_unknown, taken_over (somebody else's) */
  handBack(id: string, by: Caller): Promise<Handling>;
  /** @throws Problem conversation_unknown, not_taken_over, taken_over, idempotency_mismatch */
  speak(
    id: string,
    message: { readonly text: string; readonly agentId?: string },
    by: Caller,
    key?: IdempotencyKey,
  ): Promise<SpokenMessage>;
}
