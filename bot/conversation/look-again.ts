/**
 * The promised second look at a top-up: asks the platform again and reports in the conversation, by the same steps as a turn.
 *
 *   nothing new before the promised time ─▶ looks again later, says nothing      late or failed ─▶ reports, and the case queues by itself
 *   the platform does not answer ─▶ says so and tries again, three times in all   arrived, refunded ─▶ reports, once
 *
 * The timer that fired is taken away in the transaction that stores the report, and only by the one who took it last: a look that was overtaken
 * by another node, or by a restart, writes nothing.
 */
import type { Understanding } from "../../intents/index.ts";
import { act, type Outcome } from "../act/act.ts";
import { lookUp } from "../act/look-up.ts";
import { MOST_TRIES, recheckTimer, TRY_AGAIN_MS } from "../act/recheck.ts";
import { toActivity } from "../act/to-activity.ts";
import type { TurnWorld } from "../act/world.ts";
import { decide } from "../decide/decide.ts";
import type { Decision } from "../decide/decision.ts";
import type { Finding } from "../decide/finding.ts";
import type { Hearing } from "../decide/hearing.ts";
import { sayTime } from "../policy/speak.ts";
import type { Timer } from "../ports/store.ts";
import type { Activity } from "./activity.ts";
import { commit, type FiredTimer, type Thought } from "./commit.ts";
import type { Conversation } from "./conversation.ts";

export interface SecondLook {
  /** As it stands in the store while this look is under way. */
  readonly timer: FiredTimer;
  readonly conversationId: string;
  readonly intent: string;
  readonly orderNo: string;
  /** The time the customer was told, in ms; later than now when this is a look in between. */
  readonly promisedAt: number;
  /** How often the platform has not answered already. */
  readonly tries: number;
}

/** @returns false when nothing was written: the conversation is gone (so is the timer), or somebody was faster (the timer fires again if it is still there). */
export async function lookAgain(world: TurnWorld, look: SecondLook): Promise<boolean> {
  const conversation = await world.store.conversations.get(look.conversationId);
  if (!conversation) {
    await world.store.timers.cancel(look.timer.id);
    return false;
  }
  const now = world.clock.now();
  const understanding = asIfAsked(look, conversation);
  const hearing: Hearing = {
    intents: [look.intent],
    facts: [],
    corrected: [],
    answered: false,
    continues: false,
    wantsPerson: false,
    notHelped: false,
    notUnderstood: false,
  };
  const findings = await lookUp(world, conversation, understanding, hearing, look.orderNo);
  const [found] = findings;
  if (!found) return dropTimer(world, look.timer);
  const isEarly = now < look.promisedAt;
  const isSilent = isEarly && (found.verdict === "normal" || found.verdict === "down");
  if (isSilent) return replaceTimer(world, look.timer, laterTimer(look, now, look.promisedAt));
  // He has asked meanwhile and was told the end of it.
  if (isOver(found) && toldAlready(found, conversation)) return dropTimer(world, look.timer);

  const turnId = world.ids.next("turn");
  const at = new Date(now).toISOString();
  const trigger: Activity = {
    id: turnId,
    type: "event",
    name: "second_look",
    timestamp: at,
    from: { id: "jietong" },
    conversation: { id: conversation.id },
    channelId: conversation.channel,
  };
  let thought: Thought | undefined;
  const replies = await world.pipeline.run(trigger, async (send) => {
    const isTriedAgain = found.verdict === "down" && look.tries + 1 < MOST_TRIES;
    const input = { turnId, conversation, understanding, hearing, findings, text: "", masked: [], contacts: 1, now } as const;
    const decision: Decision = isTriedAgain
      ? waits(look, world, conversation)
      : decide({ ...input, policy: world.policy, catalogue: world.recogniser.catalogue });
    const outcome = isTriedAgain ? triedAgain(look, world, conversation, turnId, now) : await act({ ...input, decision }, world);
    thought = { turnId, conversation, took: [], understanding, decision, outcome, at };
    // An agent who has the conversation speaks for himself; what was found is in the case.
    if (conversation.state.handler === "agent") return;
    const lead = leadOf(look, isEarly, world, conversation, now);
    for (const [index, reply] of outcome.replies.entries())
      await send(index === 0 && !isTriedAgain ? { ...reply, text: `${lead}\n\n${reply.text ?? ""}` } : reply);
  });
  return thought !== undefined && commit(world, thought, replies, world.clock.now() - now, look.timer);
}

function asIfAsked({ intent, orderNo }: SecondLook, { state }: Conversation): Understanding {
  return {
    language: state.language,
    intents: [{ name: intent, confidence: 1 }],
    certainty: "sure",
    requests: [],
    entities: [{ type: "order_number", value: orderNo, span: [0, 0], confidence: 1 }],
    mood: { label: "calm", score: 0, reasons: [], signs: [] },
  };
}

function leadOf(look: SecondLook, isEarly: boolean, { policy }: TurnWorld, { state }: Conversation, now: number): string {
  const { language } = state;
  if (isEarly) return policy.say("recheck.news", language, { orderNo: look.orderNo });
  return policy.say("recheck.done", language, { time: sayTime(look.promisedAt, now, policy.timeZone, language), orderNo: look.orderNo });
}

function laterTimer(look: SecondLook, now: number, promisedAt: number): Timer {
  return recheckTimer({ orderNo: look.orderNo, intent: look.intent, afterMs: promisedAt - now }, look.conversationId, now, look.tries);
}

/** The platform did not answer at the promised time: he is told so, with the time of the next try. */
function triedAgain(look: SecondLook, world: TurnWorld, conversation: Conversation, turnId: string, now: number): Outcome {
  const { policy } = world;
  const { language } = conversation.state;
  const again = now + TRY_AGAIN_MS;
  const time = (at: number): string => sayTime(at, now, policy.timeZone, language);
  const values = { orderNo: look.orderNo, time: time(look.promisedAt), again: time(again) };
  const text = policy.say("recheck.not_reached", language, values);
  const promise = policy.say("promise.recheck", language, { orderNo: look.orderNo, time: values.again });
  return {
    replies: [toActivity({ text }, { conversation, now }, world, { turn: turnId, decision: "answer", speaker: "bot" })],
    state: { ...conversation.state, promised: [...(conversation.state.promised ?? []), promise].slice(-4) },
    timers: [recheckTimer({ orderNo: look.orderNo, intent: look.intent, afterMs: TRY_AGAIN_MS }, conversation.id, now, look.tries + 1)],
  };
}

function waits({ intent }: SecondLook, { policy }: TurnWorld, { state }: Conversation): Decision {
  return { kind: "answer", reasons: [{ rule: "recheck", text: policy.say("reason.recheck", state.language) }], steps: [], intent };
}

function isOver({ facts }: Finding): boolean {
  const state = facts.find(({ name }) => name === "order_state")?.value;
  return state === "delivered" || state === "refunded";
}

function toldAlready({ facts }: Finding, { state }: Conversation): boolean {
  const known = (name: string): string | undefined =>
    state.facts.findLast((fact) => fact.name === name && fact.source === "platform")?.value;
  return ["order_number", "order_state"].every((name) => known(name) === facts.find((fact) => fact.name === name)?.value);
}

async function dropTimer(world: TurnWorld, timer: FiredTimer): Promise<boolean> {
  await world.store.timers.finish(timer.id, timer.fireAt);
  return false;
}

async function replaceTimer(world: TurnWorld, timer: FiredTimer, next: Timer): Promise<boolean> {
  await world.store.transaction(async (repositories) => {
    if (await repositories.timers.finish(timer.id, timer.fireAt)) await repositories.timers.set(next);
  });
  return false;
}
