/**
 * A turn while an agent answers: the bot reads on and keeps the brief true, and is silent. One thing it still says: that a secret was masked,
 * because whoever asked for it, the customer has to know that nobody of ours ever does.
 */
import { handbackTimer, owesWord } from "../conversation/takeover.ts";
import type { Decision } from "../decide/decision.ts";
import type { ActInput, Outcome } from "./act.ts";
import { escalate } from "./escalate.ts";
import { noticesFor } from "./notices.ts";
import { toActivity } from "./to-activity.ts";
import type { TurnWorld } from "./world.ts";

export function decideToListen({ conversation, hearing }: Pick<ActInput, "conversation" | "hearing">, { policy }: TurnWorld): Decision {
  const { state } = conversation;
  return {
    kind: "answer",
    reasons: [{ rule: "agent_answers", text: policy.say("reason.agent_answers", state.language, { name: state.takenBy?.name ?? "" }) }],
    steps: [],
    intent: state.problems[0] ?? hearing.intents[0] ?? "out_of_scope",
  };
}

export async function listen(input: ActInput, world: TurnWorld): Promise<Outcome> {
  const { conversation, now, turnId, decision } = input;
  const state = owesWord(conversation.state, new Date(now).toISOString());
  const { change } = await escalate({ ...input, state }, world);
  const masked = input.masked.length > 0 ? noticesFor(input, world.policy).replies.slice(0, 1) : [];
  const jietong = { turn: turnId, decision: decision.kind, speaker: "bot" } as const;
  const owesSince = state.takenBy?.owesSince;
  return {
    replies: masked.map((reply) => toActivity(reply, input, world, jietong)),
    state,
    ...(change ? { change } : {}),
    timers: owesSince === undefined ? [] : [handbackTimer(conversation.id, owesSince)],
  };
}
