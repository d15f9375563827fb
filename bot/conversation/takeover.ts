/**
 * Who answers: the bot or an agent. Pure transitions.
 *
 *   bot ──takeover──▶ agent ──handback, end of the call, or ten minutes without a word of his──▶ bot
 *
 * While an agent has it the bot reads on (facts, mood, the brief) and says nothing but what protects the customer.
 */
import type { Instant } from "../policy/words.ts";
import type { Timer } from "../ports/store.ts";
import type { ConversationState, TakenBy } from "./conversation.ts";

/** A customer who is answered by nobody gets the bot back after this. */
export const OWED_MS = 10 * 60_000;
export const HANDBACK_TIMER = "handback";

export function takenOver(state: ConversationState, agent: Pick<TakenBy, "agentId" | "name">, at: Instant): ConversationState {
  // What the bot had asked is the agent's to ask now.
  const { question: _asked, offeredPerson: _offered, rating: _rating, ...rest } = state;
  // He has just told the customer that he is there: he owes him the first word.
  return { ...rest, handler: "agent", takenBy: { agentId: agent.agentId, name: agent.name, since: at, owesSince: at } };
}

export function handedBack(state: ConversationState): ConversationState {
  const { takenBy: _agent, ...rest } = state;
  return { ...rest, handler: "bot" };
}

/** The customer wrote: from the first message nobody has answered the clock runs. */
export function owesWord(state: ConversationState, at: Instant): ConversationState {
  const { takenBy } = state;
  return takenBy === undefined || takenBy.owesSince !== undefined ? state : { ...state, takenBy: { ...takenBy, owesSince: at } };
}

export function spoke(state: ConversationState): ConversationState {
  if (state.takenBy?.owesSince === undefined) return state;
  const { owesSince: _owed, ...takenBy } = state.takenBy;
  return { ...state, takenBy };
}

export const handbackTimerId = (conversationId: string): string => `${HANDBACK_TIMER}:${conversationId}`;

export function handbackTimer(conversationId: string, owesSince: Instant): Timer {
  return {
    id: handbackTimerId(conversationId),
    fireAt: new Date(Date.parse(owesSince) + OWED_MS).toISOString(),
    kind: HANDBACK_TIMER,
    data: { conversationId },
  };
}

/** Whether the customer has waited for the agent's word for too long. */
export function isForsaken({ takenBy }: ConversationState, now: number): boolean {
  return takenBy?.owesSince !== undefined && now - Date.parse(takenBy.owesSince) >= OWED_MS;
}
