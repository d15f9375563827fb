/** One short transaction for all a turn changed: record, state, replies, case, queue entry, timers, events. All or nothing. */

import type { Understanding } from "../../intents/index.ts";
import type { Outcome } from "../act/act.ts";
import type { CaseChange } from "../act/escalate.ts";
import type { TurnWorld } from "../act/world.ts";
import type { Decision } from "../decide/decision.ts";
import { Problem } from "../errors.ts";
import type { Instant } from "../policy/words.ts";
import type { Repositories, TurnRecord } from "../ports/store.ts";
import type { Activity } from "./activity.ts";
import type { Conversation } from "./conversation.ts";

export interface Thought {
  readonly turnId: string;
  /** As it was read: its version guards the commit. */
  readonly conversation: Conversation;
  readonly took: readonly number[];
  readonly understanding: Understanding;
  readonly decision: Decision;
  readonly outcome: Outcome;
  readonly at: Instant;
}

/** A timer that was taken, as it stands in the store meanwhile. */
export interface FiredTimer {
  readonly id: string;
  readonly fireAt: Instant;
}

/** Thrown inside the transaction to roll it back when somebody was faster. */
class Overtaken extends Error {}

/** @returns false when the conversation or its case was changed meanwhile: nothing is written. */
export async function commit(
  world: TurnWorld,
  thought: Thought,
  replies: readonly Activity[],
  milliseconds: number,
  firedTimer?: FiredTimer,
): Promise<boolean> {
  const { conversation, outcome, at } = thought;
  const turn: TurnRecord = {
    id: thought.turnId,
    conversationId: conversation.id,
    at,
    took: thought.took,
    understanding: thought.understanding,
    decision: thought.decision,
    milliseconds,
  };
  const moodChange = moodChangeOf(thought);
  // Most turns change the conversation alone: one statement, committed by itself.
  const events = [...(moodChange ? [{ type: "conversation.mood_changed", data: moodChange }] : []), ...(outcome.events ?? [])];
  if (!outcome.change && outcome.timers.length === 0 && events.length === 0 && firedTimer === undefined)
    return (await world.store.conversations.commitTurn(turn, outcome.state, conversation.version, replies)) !== undefined;
  try {
    await world.store.transaction(async (repositories) => {
      if (outcome.change) await writeCase(outcome.change, repositories, conversation.id, at);
      // The timer that fired goes before new ones are set: a further look at the same order has the same id.
      if (firedTimer !== undefined && !(await repositories.timers.finish(firedTimer.id, firedTimer.fireAt))) throw new Overtaken();
      for (const timer of outcome.timers) await repositories.timers.set(timer);
      for (const event of events) await repositories.events.append({ ...event, at, conversationId: conversation.id });
      const committed = await repositories.conversations.commitTurn(turn, outcome.state, conversation.version, replies);
      if (!committed) throw new Overtaken();
    });
    return true;
  } catch (error) {
    // A case code already taken, or a case opened by another node in this very moment: the turn is taken again.
    if (error instanceof Overtaken || (error instanceof Problem && error.code === "state_conflict")) return false;
    throw error;
  }
}

/** From one mood to another, when the customer's changed in this turn. */
function moodChangeOf({ conversation, understanding, took }: Thought): { from: string; to: string } | undefined {
  const from = conversation.state.moods.at(-1)?.label ?? "calm";
  const to = understanding.mood.label;
  return took.length > 0 && from !== to ? { from, to } : undefined;
}

async function writeCase(
  { value, isNew, joins, raises, callback }: CaseChange,
  repositories: Repositories,
  conversationId: string,
  at: Instant,
): Promise<void> {
  if (isNew) await repositories.cases.insert(value);
  else if (!(await repositories.cases.update(value))) throw new Overtaken();
  if (joins) await repositories.queue.join(joins);
  if (raises) await repositories.queue.raise(raises.id, raises.priority, raises.lane, raises.dueAt, raises.skill, raises.modifiers);
  if (callback?.create && !(await repositories.callbacks.create(callback.create, Date.parse(at)))) throw new Overtaken();
  if (callback?.change && !(await repositories.callbacks.change(callback.change.id, callback.change.to, Date.parse(at))))
    throw new Overtaken();
  await repositories.events.append({
    type: isNew ? "case.opened" : "case.updated",
    at,
    caseId: value.id,
    conversationId,
    data: { priority: value.priority, skill: value.skill, intent: value.intent, version: value.version },
  });
}
