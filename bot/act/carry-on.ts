/** A conversation that has a case already: it is added to, raised, put back in line; never opened a second time. */
import type { Case } from "../cases/case.ts";
import { summarize } from "../cases/summarize.ts";
import { trend } from "../conversation/state.ts";
import type { Routing } from "../decide/decision.ts";
import type { Reply } from "../decide/finding.ts";
import { sayCode } from "../policy/speak.ts";
import { type Instant, PRIORITIES } from "../policy/words.ts";
import { laneOf, type Standing } from "../queue/phone-queue.ts";
import type { QueueEntry } from "../queue/queue-entry.ts";
import { callbackNews } from "./callback-news.ts";
import { creditsOf, phoneOf, summaryInput } from "./case-parts.ts";
import type { CaseChange, Escalated, EscalateInput } from "./escalate.ts";
import { missingFacts } from "./intake.ts";
import { noticeOf, queueReply, withNews } from "./queue-reply.ts";
import { sayAgreed } from "./say-callback.ts";
import type { TurnWorld } from "./world.ts";

/** One open case per conversation: a second escalation raises the priority and appends; new facts and moods flow in. */
export async function carryOn(existing: Case, input: EscalateInput, world: TurnWorld): Promise<Escalated> {
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
  if (input.hearing.corrected.length > 0) return [];
  return input.hearing.answered || input.hearing.facts.length > 0 ? [{ text }] : [];
}

async function standingOf(entry: QueueEntry, world: TurnWorld): Promise<Standing> {
  const ahead = await world.store.queue.ahead(entry);
  const range = await world.queue.estimate(entry.skill, entry.language, ahead);
  return { position: ahead + 1, ...(range ? { range } : {}) };
}
