/** From a decision to a case in the phone queue: facts, missing facts, summary, code, deadline. Chat reaches the queue here and nowhere else. */
import type { Case } from "../cases/case.ts";
import { newCaseCode } from "../cases/case-code.ts";
import { summarize } from "../cases/summarize.ts";
import type { CallbackNotice, QueueNotice } from "../conversation/activity.ts";
import type { ConversationState } from "../conversation/conversation.ts";
import { trend } from "../conversation/state.ts";
import type { Reason, Routing } from "../decide/decision.ts";
import type { Reply } from "../decide/finding.ts";
import { sayCode, sayRange, sayTime } from "../policy/speak.ts";
import { type Instant, PRIORITIES } from "../policy/words.ts";
import { laneOf, type Standing } from "../queue/phone-queue.ts";
import type { QueueEntry } from "../queue/queue-entry.ts";
import type { ActInput } from "./act.ts";
import { type CallbackNews, type CallbackWrite, callbackNews } from "./callback-news.ts";
import { missingFacts } from "./intake.ts";
import { sayAgreed } from "./say-callback.ts";
import { sayPlace } from "./say-place.ts";
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

/** One open case per conversation: a second escalation raises the priority and appends; new facts and moods flow in. */
async function carryOn(existing: Case, input: EscalateInput, world: TurnWorld): Promise<Escalated> {
  const { policy, queue } = world;
  const { state } = input;
  const { routing, reasons } = input.decision;
  const entry = await world.store.queue.openFor(existing.id);
  const isMore = routing !== undefined && PRIORITIES.indexOf(routing.priority) < PRIORITIES.indexOf(existing.priority);
  const priority = isMore ? routing.priority : existing.priority;
  const skill = isMore ? routing.skill : existing.skill;
  const modifiers = modifiersOf(existing, routing, isMore);
  const isOtherwise = isMore || modifiers.length > existing.modifiers.length;
  const raises: QueueEntry | undefined =
    isOtherwise && entry?.state === "waiting"
      ? {
          ...entry,
          priority,
          skill,
          modifiers,
          lane: laneOf(priority),
          dueAt: soonest(entry, queue.dueAt(entry.joinedAt, { priority, ...creditsOf(input) })),
        }
      : undefined;
  // He left the line, or an agent waits for him: asking again puts him back, with the same case.
  const place = { caseId: existing.id, priority, skill, language: state.language, modifiers, ...creditsOf(input) };
  const customer = { ...existing.customer, ...phoneOf(state) };
  const joining =
    routing && !entry && input.decision.kind === "escalate"
      ? await queue.joining(queue.draft(place, input.now), customer.phone, input.now)
      : undefined;
  const joins = joining?.entry;
  const added =
    input.decision.kind === "escalate" ? reasons.filter((reason) => !existing.reasons.some((old) => old.rule === reason.rule)) : [];
  const allReasons = [...existing.reasons, ...added];
  // A case about "a person, please" takes the name of the problem once that is known.
  const isNamed = existing.intent !== "human_agent" && existing.intent !== "callback_request" && existing.intent !== "out_of_scope";
  // Something worse on top of it (the account is being emptied) names it anew, so that the next step is the right one.
  const intent =
    isMore && routing.rule !== "angry" && routing.rule !== "annoyed-twice"
      ? input.decision.intent
      : isNamed
        ? existing.intent
        : (state.problems[0] ?? existing.intent);
  const missing = missingFacts(intent, state, policy);
  const moved = raises ?? joins;
  const standing = joining?.standing ?? (raises ? await standingOf(raises, world) : entry ? await queue.standing(entry) : { position: 1 });
  const isInLine = joins !== undefined || entry?.state === "waiting" || entry?.state === "parked";
  const about = {
    value: { id: existing.id, customer, priority, skill, language: state.language, modifiers },
    ahead: standing.position - 1,
    ...(joining ? { joining } : {}),
    ...(entry ? { entry } : {}),
  };
  const news = isInLine && input.decision.kind === "escalate" ? await callbackNews(about, input, world) : { says: [] };
  const promised = [...new Set([...existing.summary.promised, ...(state.promised ?? []), news.promise ?? ""])];
  const named = { ...input, decision: { ...input.decision, intent } };
  const value: Case = {
    ...existing,
    version: existing.version + 1,
    ...(joins ? { status: "queued" as const } : {}),
    priority,
    skill,
    modifiers,
    reasons: allReasons,
    intent,
    customer,
    mood: { label: input.understanding.mood.label, trend: trend(state.moods), reasons: input.understanding.mood.reasons },
    facts: state.facts,
    missing,
    summary: summarize(summaryInput(named, state, missing, allReasons, promised, world), policy),
    ...(moved ? { promise: { ...existing.promise, answerBy: moved.dueAt } } : {}),
    updatedAt: new Date(input.now).toISOString(),
  };
  const change: CaseChange = {
    value,
    isNew: false,
    ...(raises ? { raises } : {}),
    ...(joins ? { joins } : {}),
    ...(news.write ? { callback: news.write } : {}),
  };
  const shownCallback = news.notice ? { callback: news.notice } : {};
  if (entry?.state === "parked") {
    const text = news.says.length > 0 ? news.says.join("\n\n") : sayAgreed(entry, value, input.now, policy);
    const replies = input.decision.kind === "escalate" ? [{ text }] : noted(input, policy.say("case.fact_noted", state.language));
    return { replies, change, code: existing.code, ...shownCallback, open: true };
  }
  if (!isInLine) {
    const text = policy.say(entry ? "case.with_agent" : "case.noted", state.language, { code: sayCode(existing.code) });
    return { replies: input.decision.kind === "escalate" ? [{ text }] : [], change, code: existing.code, open: false };
  }
  // His place is told when it is new, when there is a new reason, or when he asks: not with every message.
  const isTold = moved !== undefined || added.length > 0 || input.hearing.wantsPerson;
  const shown =
    input.decision.kind === "escalate" && routing && isTold
      ? [withNews(queueReply(standing, { ...routing, priority, skill }, existing.code, input, world), news)]
      : noted(input, policy.say("case.fact_noted", state.language));
  return { replies: shown, change, code: existing.code, queue: noticeOf(standing, queue.isOpen(input.now)), ...shownCallback, open: true };
}

/** Whom the new decision asks for. One that presses as much (angry now) adds to them; one that presses less asks for nobody. */
function modifiersOf(existing: Case, routing: Routing | undefined, isMore: boolean): Case["modifiers"] {
  if (routing === undefined || (!isMore && routing.priority !== existing.priority)) return existing.modifiers;
  return isMore ? routing.modifiers : [...new Set([...existing.modifiers, ...routing.modifiers])];
}

/** A deadline is never taken back: a credit he had (upset then, calm now) stays. */
function soonest({ dueAt }: QueueEntry, other: Instant): Instant {
  return other < dueAt ? other : dueAt;
}

/** An answer to an intake question is acknowledged, once. */
function noted(input: EscalateInput, text: string): Reply[] {
  return input.hearing.answered || input.hearing.facts.length > 0 ? [{ text }] : [];
}

async function standingOf(entry: QueueEntry, world: TurnWorld): Promise<Standing> {
  const ahead = await world.store.queue.ahead(entry);
  const range = await world.queue.estimate(entry.skill, entry.language, ahead);
  return { position: ahead + 1, ...(range ? { range } : {}) };
}

function withNews(reply: Reply & { promise: string }, news: CallbackNews): Reply & { promise: string } {
  return news.says.length === 0 ? reply : { ...reply, text: [reply.text, ...news.says].join("\n\n") };
}

function queueReply(
  standing: Standing,
  routing: Routing,
  code: string,
  input: EscalateInput,
  world: TurnWorld,
): Reply & { promise: string } {
  const { policy, queue } = world;
  const { language } = input.state;
  const values = { ahead: standing.position - 1, code: sayCode(code), skill: policy.say(`skill.${routing.skill}`, language) };
  const isNext = standing.position === 1;
  if (!queue.isOpen(input.now)) {
    const by = sayTime(input.now + policy.writtenAnswerHours * 3_600_000, input.now, policy.timeZone, language);
    const opens = clock(policy.phoneHours.opens);
    return {
      text: policy.say(isNext ? "queue.closed_next" : "queue.closed", language, { ...values, opens, by }),
      promise: policy.say("promise.closed", language, { opens, by }),
    };
  }
  const place = isNext ? "next" : "joined";
  if (!standing.range)
    return {
      text: policy.say(`queue.${place}`, language, values),
      promise: policy.say("promise.joined", language, { place: sayPlace(values.ahead, policy, language) }),
    };
  const wait = sayRange(standing.range, input.now, policy.timeZone, language);
  return {
    text: policy.say(`queue.${place}_with_range`, language, { ...values, wait }),
    promise: policy.say("promise.range", language, { place: sayPlace(values.ahead, policy, language), wait }),
  };
}

/** Out of hours nobody serves the queue: then a range would be a promise nobody keeps. */
export function noticeOf({ position, range }: Standing, isOpen: boolean): QueueNotice {
  if (!range || !isOpen) return { position };
  const { lowSeconds: low, highSeconds: high, coverage } = range;
  return { position, low, high, ...(coverage === undefined ? {} : { coverage }) };
}

function creditsOf(input: ActInput): { vip: boolean; upset: boolean; earlierContacts: number } {
  return {
    vip: input.conversation.identity?.tier === "vip",
    upset: input.understanding.mood.label !== "calm",
    earlierContacts: input.contacts - 1,
  };
}

function phoneOf(state: ConversationState): { phone?: string } {
  const said =
    state.facts.findLast((fact) => fact.name === "phone" && fact.source === "customer") ??
    state.facts.find((fact) => fact.name === "phone");
  return said ? { phone: said.value } : {};
}

function summaryInput(
  input: EscalateInput,
  state: ConversationState,
  missing: readonly string[],
  reasons: readonly Reason[],
  promised: readonly string[],
  world: TurnWorld,
): Parameters<typeof summarize>[0] {
  const { intent } = input.decision;
  const frozenAt = state.facts.find((fact) => fact.name === "frozen_at")?.value;
  return {
    language: state.language,
    problem: world.recogniser.catalogue.get(intent)?.title[state.language] ?? world.policy.say("summary.unknown_problem", state.language),
    intent,
    said: state.said,
    facts: state.facts.filter((fact) => fact.name !== "frozen_at"),
    missing,
    attempts: state.attempts,
    moods: state.moods,
    reasons,
    promised: promised.filter((promise) => promise !== ""),
    verified: input.conversation.identity !== undefined,
    ...(frozenAt === undefined ? {} : { frozenAt }),
    now: input.now,
  };
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
