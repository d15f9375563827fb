/** The promised second look at a top-up: asks the platform again and reports in the conversation, by the same steps as a turn. */
import type { Understanding } from "../../intents/index.ts";
import { act } from "../act/act.ts";
import { lookUp } from "../act/look-up.ts";
import type { TurnWorld } from "../act/world.ts";
import { decide } from "../decide/decide.ts";
import type { Hearing } from "../decide/hearing.ts";
import { sayTime } from "../policy/speak.ts";
import type { Activity } from "./activity.ts";
import { commit, type Thought } from "./commit.ts";

export interface SecondLook {
  readonly timerId: string;
  readonly conversationId: string;
  readonly intent: string;
  readonly orderNo: string;
  /** When it was due, in ms: the report names the time that was promised. */
  readonly dueAt: number;
}

/** @returns false when the conversation is gone (so is the timer), or was changed meanwhile (the timer stays and fires again). */
export async function lookAgain(world: TurnWorld, look: SecondLook): Promise<boolean> {
  const conversation = await world.store.conversations.get(look.conversationId);
  if (!conversation) {
    await world.store.timers.cancel(look.timerId);
    return false;
  }
  const { policy } = world;
  const { language } = conversation.state;
  const now = world.clock.now();
  const at = new Date(now).toISOString();
  const understanding: Understanding = {
    language,
    intents: [{ name: look.intent, confidence: 1 }],
    certainty: "sure",
    requests: [],
    entities: [{ type: "order_number", value: look.orderNo, span: [0, 0], confidence: 1 }],
    mood: { label: "calm", score: 0, reasons: [], signs: [] },
  };
  const hearing: Hearing = {
    intents: [look.intent],
    facts: [],
    answered: false,
    wantsPerson: false,
    notHelped: false,
    notUnderstood: false,
  };
  const turnId = world.ids.next("turn");
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
    const findings = await lookUp(world, conversation, understanding, hearing, look.orderNo);
    const decision = decide({
      understanding,
      hearing,
      conversation,
      findings,
      contacts: 1,
      text: "",
      policy,
      catalogue: world.recogniser.catalogue,
    });
    const outcome = await act(
      { turnId, conversation, understanding, hearing, findings, decision, text: "", masked: [], contacts: 1, now },
      world,
    );
    thought = { turnId, conversation, took: [], understanding, decision, outcome, at };
    const lead = policy.say("recheck.done", language, { time: sayTime(look.dueAt, now, policy.timeZone, language), orderNo: look.orderNo });
    for (const [index, reply] of outcome.replies.entries())
      await send(index === 0 ? { ...reply, text: `${lead}\n\n${reply.text ?? ""}` } : reply);
  });
  return thought !== undefined && commit(world, thought, replies, world.clock.now() - now, look.timerId);
}
