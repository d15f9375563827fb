/** Turns a decision into words and into what has to be stored. Nothing here is sent or committed: `turn.ts` does both. */
import type { Understanding } from "../../intents/index.ts";
import type { Case } from "../cases/case.ts";
import type { Activity, JietongChannelData } from "../conversation/activity.ts";
import type { Attempt, Conversation, ConversationState } from "../conversation/conversation.ts";
import { withAttempts, withFacts, withProblem } from "../conversation/state.ts";
import type { Decision } from "../decide/decision.ts";
import type { Finding, Reply } from "../decide/finding.ts";
import type { Hearing } from "../decide/hearing.ts";
import type { SecretKind } from "../guard/mask.ts";
import { sayCode, sayTime } from "../policy/speak.ts";
import type { Timer } from "../ports/store.ts";
import { acknowledge, inTheRightTone } from "./acknowledge.ts";
import { carryOut } from "./carry-out.ts";
import { type CaseChange, escalate } from "./escalate.ts";
import { type Asked, nextQuestion } from "./intake.ts";
import { noticesFor } from "./notices.ts";
import { recheckTimer } from "./recheck.ts";
import { flowAfter, withWayBack } from "./say-flow.ts";
import { shelved, toActivity } from "./to-activity.ts";
import type { TurnWorld } from "./world.ts";

const MOST_ASKED = 40;

export interface ActInput {
  readonly turnId: string;
  readonly conversation: Conversation;
  readonly understanding: Understanding;
  readonly hearing: Hearing;
  readonly findings: readonly Finding[];
  readonly decision: Decision;
  readonly text: string;
  readonly masked: readonly SecretKind[];
  readonly contacts: number;
  readonly now: number;
}

export interface Outcome {
  readonly replies: readonly Activity[];
  readonly state: ConversationState;
  readonly change?: CaseChange;
  readonly timers: readonly Timer[];
  /** Stored with the turn. */
  readonly events?: readonly { readonly type: string; readonly caseId?: string; readonly data: Readonly<Record<string, unknown>> }[];
}

export async function act(input: ActInput, world: TurnWorld): Promise<Outcome> {
  const { conversation, decision, findings, hearing, now } = input;
  const { policy } = world;
  const { language } = conversation.state;
  const say = (key: string, values?: Record<string, string | number>): string => policy.say(key, language, values);
  let state = withFacts(
    conversation.state,
    findings.flatMap((finding) => finding.facts),
  );

  const notices = noticesFor(input, policy);
  const replies: Reply[] = [...notices.replies];
  const mood = input.understanding.mood.label;
  const acknowledged = acknowledge(input, policy);
  if (acknowledged) replies.unshift(acknowledged);

  const done = carryOut(decision, input, world);
  replies.push(...done.replies);
  state = withAttempts(state, [...notices.attempts, ...done.attempts]);
  for (const intent of [...hearing.intents].reverse())
    if (world.recogniser.catalogue.get(intent)?.class === "problem") state = withProblem(state, intent);
  const flow = flowAfter(conversation.state.flow, done.flow, hearing.notUnderstood, policy);
  state = {
    ...remember(state, hearing, decision, findings, done.attempts),
    ...(flow ? { flow } : {}),
    promised: [...(state.promised ?? []), ...promisesOf(findings, input, world)].slice(-4),
  };

  const timers = findings.flatMap(({ recheck }): Timer[] => (recheck ? [recheckTimer(recheck, conversation.id, now)] : []));

  const escalated = await escalate({ ...input, state }, world);
  replies.push(...escalated.replies);
  state = { ...state, ...(escalated.change ? { caseId: escalated.change.value.id } : {}) };

  const question = nextQuestion(
    {
      decision,
      hearing,
      findings,
      state,
      mood,
      inQueue: escalated.open,
      ...(escalated.change ? { intent: escalated.change.value.intent, priority: escalated.change.value.priority } : {}),
    },
    policy,
  );
  if (question?.reply) replies.push(question.reply);
  state = withQuestion(state, question);
  // Nobody is left without a word: what has nothing to be said about it is written down for the person who takes the case.
  if (replies.length === 0)
    replies.push({ text: escalated.code === undefined ? say("intake.noted") : say("case.noted", { code: sayCode(escalated.code) }) });

  const channelData: JietongChannelData = {
    turn: input.turnId,
    decision: decision.kind,
    speaker: "bot",
    ...(escalated.code === undefined ? {} : { caseCode: escalated.code }),
    ...(escalated.change ? { about: aboutCase(escalated.change.value, world) } : {}),
    ...(escalated.queue ? { queue: escalated.queue } : {}),
    ...(escalated.callback ? { callback: escalated.callback } : {}),
  };
  const toned = inTheRightTone(question ? replies : withWayBack(replies, flow, input, world), input, policy);
  const shown = question ? toned : withButtonsLast(toned);
  const spoken = shown.map((reply, index) =>
    toActivity(
      reply,
      input,
      world,
      index === replies.length - 1 ? channelData : { turn: input.turnId, decision: decision.kind, speaker: "bot" },
    ),
  );
  return {
    replies: spoken.map((activity, index) => (replies[index]?.secret ? shelved(activity, now, world) : activity)),
    state,
    ...(escalated.change ? { change: escalated.change } : {}),
    // The brief is ready as it stands; a model may word it better afterwards, and the queue does not wait for it.
    timers: escalated.change && world.languageHelp ? [...timers, world.languageHelp.rewordLater(escalated.change.value.id, now)] : timers,
  };
}

/** Buttons belong to the newest message: those of an earlier one go along to the end. */
function withButtonsLast(replies: readonly Reply[]): readonly Reply[] {
  const last = replies.at(-1);
  const actions = replies.findLast((reply) => reply.actions)?.actions;
  return !last || last.actions || !actions ? replies : [...replies.slice(0, -1), { ...last, actions }];
}

/** What the next turn has to know about this one. */
function remember(
  state: ConversationState,
  hearing: Hearing,
  decision: Decision,
  findings: readonly Finding[],
  attempts: readonly Attempt[],
): ConversationState {
  const { keyOffered: _key, offeredPerson: _offer, flow: _flow, ...rest } = state;
  const keyOffered = findings.find((finding) => finding.keyOffered !== undefined)?.keyOffered;
  const offersPerson = decision.steps.some((step) => step.do === "offer_person") || attempts.some((attempt) => attempt.did === "abstained");
  return {
    ...rest,
    misunderstood: hearing.notUnderstood && decision.kind !== "escalate" ? state.misunderstood + 1 : 0,
    skipped: hearing.skipped === undefined ? state.skipped : [...new Set([...state.skipped, hearing.skipped])],
    ...(keyOffered === undefined ? {} : { keyOffered }),
    ...(offersPerson ? { offeredPerson: true } : {}),
  };
}

function withQuestion(state: ConversationState, asked: Asked | undefined): ConversationState {
  const { question: _before, ...rest } = state;
  if (!asked) return rest;
  const slots = asked.reply ? [...(state.asked ?? []), asked.question.slot].slice(-MOST_ASKED) : state.asked;
  const picker = asked.question.choices ? { picker: asked.question } : {};
  return { ...rest, question: asked.question, ...picker, ...(slots ? { asked: slots } : {}) };
}

function promisesOf(findings: readonly Finding[], input: ActInput, world: TurnWorld): string[] {
  const { language } = input.conversation.state;
  return findings.flatMap((finding) => {
    if (!finding.recheck) return [];
    const time = sayTime(input.now + finding.recheck.afterMs, input.now, world.policy.timeZone, language);
    return [world.policy.say("promise.recheck", language, { time, orderNo: finding.recheck.orderNo })];
  });
}

/** `付款了没到账 · KM1001-A`: the case card's headline. Several orders are all named. */
function aboutCase(value: Case, world: TurnWorld): string {
  const title =
    world.recogniser.catalogue.get(value.intent)?.title[value.language] ?? world.policy.say(`skill.${value.skill}`, value.language);
  const orders = new Set(value.facts.flatMap((fact) => (fact.name === "order_number" ? [fact.value] : [])));
  return orders.size === 0 ? title : `${title} · ${[...orders].join(value.language === "zh" ? "、" : ", ")}`;
}
