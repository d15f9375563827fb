/** Ends an agent's hold on a conversation without him: when he has left the customer without a word, or when his call is over. */
import type { Case } from "../cases/case.ts";
import { handbackTimerId, handedBack, isForsaken, OWED_MS } from "../conversation/takeover.ts";
import type { Repositories } from "../ports/store.ts";
import { ratingAsked, scoreButtons } from "./rating.ts";
import { toActivity } from "./to-activity.ts";
import type { TurnWorld } from "./world.ts";

const RETAKES = 4;

/** Done by a timer: the bot answers again, and says so. A timer that is no longer true is only removed. */
export async function takeBack(
  world: TurnWorld,
  conversationId: string,
  timer: { readonly id: string; readonly fireAt: string },
): Promise<void> {
  const { store, clock, policy } = world;
  for (let attempt = 0; attempt < RETAKES; attempt += 1) {
    const conversation = await store.conversations.get(conversationId);
    const now = clock.now();
    if (!conversation || !isForsaken(conversation.state, now)) {
      await store.timers.finish(timer.id, timer.fireAt);
      return;
    }
    const { state } = conversation;
    const name = state.takenBy?.name ?? "";
    const text = policy.say("takeover.forsaken", state.language, { name, minutes: OWED_MS / 60_000 });
    const says = toActivity({ text, actions: [policy.say("button.person", state.language)] }, { conversation, now }, world, {
      speaker: "bot",
    });
    const isDone = await store.transaction(async (repositories) => {
      if (
        !(await repositories.conversations.saveState(conversationId, { ...handedBack(state), offeredPerson: true }, conversation.version))
      )
        return false;
      if (!(await repositories.timers.finish(timer.id, timer.fireAt))) throw new Error(`the timer ${timer.id} was taken anew`);
      await repositories.conversations.append(conversationId, says, { awaitsTurn: false });
      const data = { by: "timer", agentId: state.takenBy?.agentId };
      await repositories.events.append({ type: "conversation.handed_back", at: new Date(now).toISOString(), conversationId, data });
      return true;
    });
    if (isDone) return;
  }
  throw new Error(`conversation ${conversationId} could not be handed back: it keeps changing`);
}

/**
 * The agent's call is over, in the transaction that ends it: the conversation is the bot's again, and a customer whose case is solved is asked
 * how it was. After the words about the call itself.
 *
 * @returns false when a turn changed the conversation meanwhile: the whole step has to be taken again
 */
export async function endOfCall(
  repositories: Repositories,
  value: Case,
  { isSolved, agentId }: { readonly isSolved: boolean; readonly agentId?: string },
  world: TurnWorld,
): Promise<boolean> {
  if (value.conversationId === undefined) return true;
  const conversation = await repositories.conversations.get(value.conversationId);
  if (!conversation) return true;
  const now = world.clock.now();
  const isTaken = conversation.state.handler === "agent";
  if (!isTaken && !isSolved) return true;
  const free = isTaken ? handedBack(conversation.state) : conversation.state;
  const about = { caseId: value.id, ...(agentId === undefined ? {} : { agentId }) };
  const state = isSolved ? ratingAsked({ ...conversation, state: free }, about, now) : free;
  if (!(await repositories.conversations.saveState(conversation.id, state, conversation.version))) return false;
  if (isTaken) await repositories.timers.cancel(handbackTimerId(conversation.id));
  if (isSolved) {
    const reply = { text: world.policy.say("rating.ask_agent", value.language), actions: scoreButtons(world.policy, value.language) };
    const spoken = { ...conversation, state: { ...conversation.state, language: value.language } };
    const card = { caseCode: value.code, caseState: "done" } as const;
    const says = toActivity(reply, { conversation: spoken, now }, world, { speaker: "bot", ...card });
    await repositories.conversations.append(conversation.id, says, { awaitsTurn: false });
  }
  return true;
}
