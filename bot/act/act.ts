/** Turns a decision into words and into what has to be stored. Nothing here is sent or committed: `turn.ts` does both. */
import type { Understanding } from "../../intents/index.ts";
import type { Case } from "../cases/case.ts";
import type { Activity, CardAction, JietongChannelData } from "../conversation/activity.ts";
import type { Attempt, Conversation, ConversationState, OpenQuestion } from "../conversation/conversation.ts";
import { withAttempts, withFacts, withProblem } from "../conversation/state.ts";
import type { Decision, Step } from "../decide/decision.ts";
import type { Finding, Reply } from "../decide/finding.ts";
import type { Hearing } from "../decide/hearing.ts";
import { mask, type SecretKind } from "../guard/mask.ts";
import { refuse } from "../guard/refuse.ts";
import { sayCode, sayTime } from "../policy/speak.ts";
import type { Timer } from "../ports/store.ts";
import { answerFromKnowledge } from "./answer.ts";
import { type CaseChange, escalate } from "./escalate.ts";
import { nextQuestion } from "./intake.ts";
import { noticesFor } from "./notices.ts";
import { recheckTimer } from "./recheck.ts";
import type { TurnWorld } from "./world.ts";

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
  readonly events?: readonly { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[];
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
  if (decision.kind === "escalate" && mood !== "calm" && decision.routing?.skill !== "fraud") replies.push({ text: say(`ack.${mood}`) });

  const done = carryOut(decision, input, world);
  replies.push(...done.replies);
  state = withAttempts(state, [...notices.attempts, ...done.attempts]);
  for (const intent of [...hearing.intents].reverse())
    if (world.recogniser.catalogue.get(intent)?.class === "problem") state = withProblem(state, intent);
  state = {
    ...remember(state, hearing, decision, findings, done.attempts),
    promised: [...(state.promised ?? []), ...promisesOf(findings, input, world)].slice(-4),
  };

  const timers = findings.flatMap(({ recheck }): Timer[] => (recheck ? [recheckTimer(recheck, conversation.id, now)] : []));

  const escalated = await escalate({ ...input, state }, world);
  replies.push(...escalated.replies);
  state = { ...state, ...(escalated.change ? { caseId: escalated.change.value.id } : {}) };

  const question = nextQuestion(
    {
      decision,
      state,
      mood,
      inQueue: escalated.open,
      ...(escalated.change ? { intent: escalated.change.value.intent, priority: escalated.change.value.priority } : {}),
    },
    policy,
  );
  if (question) replies.push(question.reply);
  state = withQuestion(state, question?.question);
  // Nobody is left without a word: what has nothing to be said about it is written down for the person who takes the case.
  if (replies.length === 0)
    replies.push({ text: escalated.code === undefined ? say("not_understood") : say("case.noted", { code: sayCode(escalated.code) }) });

  const channelData: JietongChannelData = {
    turn: input.turnId,
    decision: decision.kind,
    speaker: "bot",
    ...(escalated.code === undefined ? {} : { caseCode: escalated.code }),
    ...(escalated.change ? { about: aboutCase(escalated.change.value, world) } : {}),
    ...(escalated.queue ? { queue: escalated.queue } : {}),
    ...(escalated.callback ? { callback: escalated.callback } : {}),
  };
  const spoken = replies.map((reply, index) =>
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

interface Carried {
  readonly replies: readonly Reply[];
  readonly attempts: readonly Attempt[];
}

/** Does each step of the decision; what was tried goes into the record, so that nobody tries it twice. */
function carryOut(decision: Decision, input: ActInput, world: TurnWorld): Carried {
  const replies: Reply[] = [];
  const attempts: Attempt[] = [];
  const at = new Date(input.now).toISOString();
  const isQuiet = decision.kind === "escalate" && decision.routing?.priority === "critical";
  for (const step of decision.steps) {
    const { reply, did, outcome } = carryOutStep(step, decision, input, world);
    // Somebody whose money is leaving reads one thing at a time: what was done for him.
    if (isQuiet && step.do === "article") continue;
    // Two requests may lead to the same look-up: what was said once is not said again.
    replies.push(...reply.filter((one) => !replies.some((other) => other.text === one.text)));
    if (did !== undefined && outcome !== undefined)
      attempts.push({ at, intent: "intent" in step ? step.intent : decision.intent, did, outcome });
  }
  return { replies, attempts };
}

function carryOutStep(
  step: Step,
  decision: Decision,
  input: ActInput,
  world: TurnWorld,
): { reply: readonly Reply[]; did?: string; outcome?: string } {
  const { policy, recogniser } = world;
  const { language } = input.conversation.state;
  const say = (key: string, values?: Record<string, string | number>): string => policy.say(key, language, values);
  const title = (intent: string): string => recogniser.catalogue.get(intent)?.title[language] ?? intent;
  switch (step.do) {
    case "tool": {
      const finding = input.findings.find(
        (candidate) => candidate.intent === step.intent && candidate.tool === step.tool && candidate.orderNo === step.orderNo,
      );
      return { reply: finding?.replies ?? [], did: step.tool, outcome: finding?.outcome ?? "" };
    }
    case "article": {
      const answer = answerFromKnowledge(step, input, world);
      if (!answer)
        return {
          reply: [{ text: say("abstain"), actions: [say("button.person")] }],
          did: "abstained",
          outcome: say("outcome.abstained", { topic: title(step.intent) }),
        };
      const isProblem = recogniser.catalogue.get(step.intent)?.class === "problem" && decision.kind !== "escalate";
      return {
        reply: [isProblem ? { ...answer, actions: [say("button.not_solved"), say("button.person")] } : answer],
        did: step.article,
        outcome: say("outcome.article", { title: answer.sources?.[0]?.title ?? step.article }),
      };
    }
    case "reply":
      return {
        reply: [
          {
            text: step.reply === "refuse_abuse" ? refuse(input.text, policy, language) : say(step.reply),
            ...(step.reply === "not_understood" ? { actions: [say("button.order"), say("button.missing"), say("button.person")] } : {}),
          },
        ],
        ...(step.reply === "not_understood" ? { did: "not_understood", outcome: say("outcome.not_understood") } : {}),
      };
    case "sign_in":
      return { reply: [{ text: say("sign_in", { topic: title(step.intent) }) }], did: "sign_in", outcome: say("outcome.sign_in") };
    case "choose": {
      const [a = "", b = ""] = step.intents.map(title);
      return {
        reply: [{ text: say("did_you_mean", { a, b }), actions: [a, b, say("button.person")] }],
        did: "not_understood",
        outcome: say("outcome.not_understood"),
      };
    }
    case "offer_person":
      return {
        reply: [{ text: say("offer_person"), actions: [say("button.person"), say("button.rephrase")] }],
        did: "not_understood",
        outcome: say("outcome.not_understood"),
      };
    case "ask":
      return { reply: [] };
  }
}

/** What the next turn has to know about this one. */
function remember(
  state: ConversationState,
  hearing: Hearing,
  decision: Decision,
  findings: readonly Finding[],
  attempts: readonly Attempt[],
): ConversationState {
  const { keyOffered: _key, offeredPerson: _offer, ...rest } = state;
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

function withQuestion(state: ConversationState, question: OpenQuestion | undefined): ConversationState {
  const { question: _asked, ...rest } = state;
  return question ? { ...rest, question } : rest;
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

/** The log keeps the masked text; the full one is for this customer's eyes, for a few minutes. */
function shelved(activity: Activity, now: number, world: TurnWorld): Activity {
  world.shelf.put(activity.id, activity.text ?? "", now);
  return { ...activity, text: mask(activity.text ?? "").text };
}

export function toActivity(
  reply: Reply,
  input: Pick<ActInput, "conversation" | "now">,
  world: Pick<TurnWorld, "ids">,
  jietong: JietongChannelData,
): Activity {
  const { conversation } = input;
  const actions = reply.actions?.map((title): CardAction => ({ type: "imBack", title, value: title }));
  return {
    id: world.ids.next("act"),
    type: "message",
    timestamp: new Date(input.now).toISOString(),
    from: { id: "jietong", name: "接通", role: "bot" },
    conversation: { id: conversation.id },
    channelId: conversation.channel,
    text: reply.text,
    textFormat: "markdown",
    locale: conversation.state.language === "zh" ? "zh-CN" : "en",
    inputHint: actions ? "expectingInput" : "acceptingInput",
    ...(actions ? { suggestedActions: { to: [conversation.userId], actions } } : {}),
    channelData: {
      jietong: { ...jietong, ...(reply.sources ? { sources: reply.sources } : {}), ...(reply.quotes ? { quotes: reply.quotes } : {}) },
    },
  };
}
