/** From a decision to a case in the phone queue: facts, missing facts, summary, code, deadline. Chat reaches the queue here and nowhere else. */
import type { Case } from "../cases/case.ts";
import { newCaseCode } from "../cases/case-code.ts";
import { summarize } from "../cases/summarize.ts";
import type { CallbackNotice, QueueNotice } from "../conversation/activity.ts";
import type { ConversationState } from "../conversation/conversation.ts";
import { trend } from "../conversation/state.ts";
import type { Reply } from "../decide/finding.ts";
import type { QueueEntry } from "../queue/queue-entry.ts";
import type { ActInput } from "./act.ts";
import { type CallbackWrite, callbackNews } from "./callback-news.ts";
import { carryOn } from "./carry-on.ts";
import { creditsOf, phoneOf, summaryInput } from "./case-parts.ts";
import { missingFacts } from "./intake.ts";
import { noticeOf, queueReply, withNews } from "./queue-reply.ts";
import type { TurnWorld } from "./world.ts";

/** What the commit has to write for the case. */
export interface CaseChange {
  readonly value: Case;
  readonly isNew: boolean;
  /** Set when the case joins the queue now. */
  readonly joins?: QueueEntry;
  /** Set when a waiting entry moves to a more pressing place. */
  readonly raises?: QueueEntry;
  /** Stored after the entry: a callback agreed at joining or asked for. */
  readonly callback?: CallbackWrite;
}

export interface Escalated {
  readonly replies: readonly Reply[];
  readonly change?: CaseChange;
  readonly code?: string;
  readonly queue?: QueueNotice;
  readonly callback?: CallbackNotice;
  /** The case's entry waits in the queue after this turn. */
  readonly open: boolean;
}

export interface EscalateInput extends ActInput {
  readonly state: ConversationState;
}

export async function escalate(input: EscalateInput, world: TurnWorld): Promise<Escalated> {
  // The turn has just looked: without an open case and without a reason for one there is nothing to do.
  if (input.conversation.state.caseId === undefined && input.decision.kind !== "escalate") return { replies: [], open: false };
  const existing = await world.store.cases.openFor(input.conversation.id);
  if (existing) return carryOn(existing, input, world);
  const { routing } = input.decision;
  if (input.decision.kind !== "escalate" || !routing) return { replies: [], open: false };

  const { policy, queue } = world;
  const { state } = input;
  const { identity } = input.conversation;
  const at = new Date(input.now).toISOString();
  const id = world.ids.next("case");
  const drafted = queue.draft({ ...routing, caseId: id, language: state.language, ...creditsOf(input) }, input.now);
  const code = newCaseCode((below) => world.ids.random(below));
  const missing = missingFacts(input.decision.intent, state, policy);
  const phone = phoneOf(state);
  const joining = await queue.joining(drafted, phone.phone, input.now);
  const { entry, standing } = joining;
  const customer = {
    ...(identity ? { id: identity.customerId } : {}),
    verified: identity !== undefined,
    ...(identity?.name === undefined ? {} : { name: identity.name }),
    ...phone,
  };
  const about = { ...routing, id, customer, language: state.language };
  const news = await callbackNews({ value: about, joining, ahead: standing.position - 1 }, input, world);
  const reply = withNews(queueReply(standing, routing, code, input, world), news);
  const value: Case = {
    id,
    code,
    version: 1,
    status: "queued",
    priority: routing.priority,
    reasons: input.decision.reasons,
    skill: routing.skill,
    modifiers: routing.modifiers,
    language: state.language,
    channel: input.conversation.channel,
    customer,
    conversationId: input.conversation.id,
    intent: input.decision.intent,
    mood: { label: input.understanding.mood.label, trend: trend(state.moods), reasons: input.understanding.mood.reasons },
    facts: state.facts,
    missing,
    summary: summarize(
      summaryInput(input, state, missing, input.decision.reasons, [...(state.promised ?? []), reply.promise, news.promise ?? ""], world),
      policy,
    ),
    promise: { answerBy: entry.dueAt, resolveBy: new Date(input.now + policy.writtenAnswerHours * 3_600_000).toISOString() },
    notes: [],
    createdAt: at,
    updatedAt: at,
  };
  return {
    replies: [reply],
    change: { value, isNew: true, joins: entry, ...(news.write ? { callback: news.write } : {}) },
    code,
    queue: noticeOf(standing, queue.isOpen(input.now)),
    ...(news.notice ? { callback: news.notice } : {}),
    open: true,
  };
}
