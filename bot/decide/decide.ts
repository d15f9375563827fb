/**
 * One decision a turn: answer, ask, or escalate, with its reasons. A function of its arguments: no time, no network, no chance.
 *
 * It escalates when the customer asks for a person (once is enough), when a rule that says so matches, when the platform itself shows that
 * something went wrong and the bot has no fix, when a problem needs a person's hands (a refund, a dispute), or when the customer says that the
 * answer did not help. A customer who is calm is first asked for the one fact without which nobody could act; a critical or angry one never.
 */
import type { IntentDefinition, Understanding } from "../../intents/index.ts";
import type { Conversation, ConversationState } from "../conversation/conversation.ts";
import type { Policy, RoutingRule } from "../policy/policy.ts";
import type { Decision, Reason, Step } from "./decision.ts";
import { matchRouting } from "./escalation.ts";
import type { Finding } from "./finding.ts";
import type { Hearing } from "./hearing.ts";

export interface DecideInput {
  readonly understanding: Understanding;
  readonly hearing: Hearing;
  /** With the facts of this turn already in its state. */
  readonly conversation: Conversation;
  readonly findings: readonly Finding[];
  readonly contacts: number;
  readonly text: string;
  readonly policy: Policy;
  readonly catalogue: ReadonlyMap<string, IntentDefinition>;
}

/** Problems the bot can explain but not mend: a person has to do something. */
const NEEDS_HANDS = new Set(["wrong_topup", "refund_request", "cancel_order", "trade_dispute"]);
/** What is said to a bare yes or no is nothing beside a person who takes over. */
const FILLERS = new Set(["affirm", "deny"]);
/** A question passed over twice is not put a third time. */
const MOST_ASKS = 2;
/** Problems whose record says how the order stands and not what to do about it: the article says that. */
const RECORD_IS_HALF = new Set(["card_key_invalid"]);

export function decide(input: DecideInput): Decision {
  const { hearing, conversation, policy, catalogue, understanding } = input;
  const { state } = conversation;
  const language = state.language;
  const isProblem = (name: string): boolean => catalogue.get(name)?.class === "problem";

  const isIntake = answersIntake(input);
  if (hearing.receiptAlone && !conversation.identity) return asksAboutReceipt(input);
  const findings = isIntake ? [] : input.findings;
  const named = hearing.intents.filter(isProblem);
  const problems = [...named, ...state.problems];
  const candidates = [
    ...new Set([
      ...hearing.intents.filter((name) => isProblem(name) || name === "human_agent" || name === "callback_request"),
      // The problem of an earlier turn goes on only while no other is named.
      ...(named.length > 0 ? [] : state.problems.slice(0, 1)),
    ]),
  ];
  // Whoever gets stuck in a guide goes to those who know about it.
  const guide = policy.flows.find(({ id }) => id === state.flow?.id)?.intents[0];
  const isStuck = guide !== undefined && (hearing.wantsPerson || hearing.notHelped) && !candidates.some(isProblem);
  if (isStuck) candidates.unshift(guide);
  if (candidates.length === 0) candidates.push(hearing.intents[0] ?? "out_of_scope");
  // A wish for a person goes where the problem goes, if one is known.
  const ordered = candidates.sort((a, b) => Number(isProblem(b)) - Number(isProblem(a)));
  const matched = matchRouting(ordered, input.text, understanding.mood, conversation, findings, input.contacts, policy);

  const reasons: Reason[] = [];
  const because = (rule: string, key: string): void => {
    reasons.push({ rule, text: policy.say(`reason.${key}`, language) });
  };
  const real = findings.find((finding) => finding.verdict === "real_problem");
  // What was said in an earlier turn was acted on in that turn. Thanks for it are no second alarm.
  const isPressing =
    !hearing.flow && matched.rule.escalates && (isNews(matched.rule, hearing) || (hearing.intents.includes(matched.intent) && !isIntake));
  if (isPressing) reasons.push({ rule: matched.rule.id, text: matched.rule.text[language] });
  if (hearing.wantsPerson) because("asked_for_person", "asked_for_person");
  if (real) because("platform_shows_problem", "platform_shows_problem");
  if (hearing.notHelped) because("answer_did_not_help", "answer_did_not_help");

  const missing = firstMissing(problems[0], input);
  const hands = !isIntake && hearing.intents.some((name) => NEEDS_HANDS.has(name));
  const down = findings.find((finding) => finding.verdict === "down" && isProblem(finding.intent));
  // The order picker is on the screen: the customer chooses first.
  const isChoosing = findings.some((finding) => finding.verdict === "several");
  if (hands && !missing && !isChoosing) because("needs_a_person", "needs_a_person");
  if (down) because("platform_down", "platform_down");
  if (!hearing.among && findings.some((finding) => isProblem(finding.intent) && isSecondMiss(finding, state)))
    because("not_found", "not_found");
  const unverified = findings.find((finding) => finding.verdict === "sign_in" && isProblem(finding.intent));
  if (unverified && !missing && (hearing.answered || state.facts.some((fact) => NAMES_A_PAYMENT.has(fact.name))))
    because("cannot_look_up", "cannot_look_up");
  if (hearing.notUnderstood && state.misunderstood >= 2 && !state.caseId) because("not_understood", "not_understood");

  const steps = isIntake ? [] : hearing.intents.flatMap((name) => stepsFor(name, input));
  if (reasons.length > 0) {
    const isFiller = (step: Step): boolean => step.do === "reply" && FILLERS.has(step.reply);
    if (!reasons.some((reason) => reason.rule === matched.rule.id))
      reasons.push({ rule: matched.rule.id, text: matched.rule.text[language] });
    return {
      kind: "escalate",
      reasons,
      steps: steps
        .filter((step) => !isFiller(step))
        .filter(
          (step) =>
            !isProblem("intent" in step ? step.intent : "") ||
            (step.do !== "sign_in" && !(step.do === "article" && unverified?.intent === step.intent)),
        ),
      routing: matched.routing,
      intent: matched.intent,
    };
  }

  const intent = problems[0] ?? hearing.intents[0] ?? understanding.intents[0]?.name ?? "out_of_scope";
  if (hearing.notUnderstood) {
    because("not_understood", "not_understood");
    if (hearing.unsure && state.misunderstood === 0)
      return { kind: "ask", reasons, steps: [{ do: "choose", intents: hearing.unsure }], intent };
    if (state.misunderstood >= 1) return { kind: "ask", reasons, steps: [{ do: "offer_person" }], intent };
    return { kind: "ask", reasons, steps: [{ do: "reply", intent: "out_of_scope", reply: "not_understood" }], intent };
  }
  const asks: Step[] = missing && !state.caseId ? [{ do: "ask", intent: problems[0] ?? intent, slot: missing }] : [];
  const isAsking = asks.length > 0 || isChoosing;
  const plainly = hearing.by ?? "understood";
  because(isAsking ? "fact_missing" : plainly, isAsking ? "fact_missing" : plainly);
  return {
    kind: isAsking ? "ask" : "answer",
    reasons,
    steps: [...(asks.length > 0 ? inShort(steps, problems[0]) : steps), ...asks],
    intent,
  };
}

/** Beside a question an article of one screen is too much: who cannot be looked up hears the one thing that matters, and the question. */
function inShort(steps: readonly Step[], problem: string | undefined): Step[] {
  const needsSignIn = steps.some((step) => step.do === "sign_in" && step.intent === problem);
  if (!needsSignIn) return [...steps];
  return steps
    .filter((step) => !(step.do === "article" && step.intent === problem))
    .map((step) => (step.do === "sign_in" && step.intent === problem ? { ...step, or: "tell" } : step));
}

/** Nobody is signed in and nobody said what is wrong: the receipt is kept, and one question follows. */
function asksAboutReceipt({ policy, conversation: { state } }: DecideInput): Decision {
  const reasons = [{ rule: "fact_missing", text: policy.say("reason.fact_missing", state.language) }];
  return { kind: "ask", reasons, steps: [{ do: "reply", intent: "order_status", reply: "receipt_alone" }], intent: "order_status" };
}

/** With one of these a person can find what it is about. */
const NAMES_A_PAYMENT = new Set(["order_number", "payment_serial", "merchant_order"]);

/** Answers that let the platform be asked anew; any other is written down for the person who takes the case. */
const OPENS_A_LOOK_UP = new Set(["order_number", "payment_serial", "withdrawal_number"]);

/** The case waits and the customer answers one of the questions asked meanwhile: it is noted, and nothing is dealt with twice. */
function answersIntake({ hearing, conversation: { state } }: DecideInput): boolean {
  const { question } = state;
  if (state.caseId === undefined || !hearing.answered || question === undefined) return false;
  if (hearing.skipped === undefined && OPENS_A_LOOK_UP.has(question.slot)) return false;
  return !hearing.wantsPerson && hearing.intents.every((name) => name === question.intent);
}

/** Such a rule speaks of this turn; one that names intents alone speaks of what the customer may have said long ago. */
function isNews({ when }: RoutingRule, { facts }: Hearing): boolean {
  if (when.amount_from !== undefined) return facts.some((fact) => fact.name === "amount");
  return when.signal !== undefined || when.mood !== undefined || when.annoyed_turns !== undefined;
}

/** The turn before looked up the same, and it still finds nothing that is meant. */
function isSecondMiss({ intent, tool, verdict }: Finding, { attempts }: ConversationState): boolean {
  if (verdict !== "not_found" && verdict !== "nothing" && verdict !== "several") return false;
  const before = attempts.filter((attempt) => attempt.at === attempts.at(-1)?.at);
  return before.some((attempt) => attempt.did === tool && attempt.intent === intent);
}

/** The fact without which nobody could act on the problem, when neither the customer nor the platform has given it and he has not skipped it. */
function firstMissing(problem: string | undefined, { conversation, findings, policy, hearing }: DecideInput): string | undefined {
  if (!problem || !hearing.intents.includes(problem)) return undefined;
  const own = findings.filter((finding) => finding.intent === problem);
  if (own.some((finding) => ["answered", "normal", "real_problem", "several", "nothing"].includes(finding.verdict))) return undefined;
  // The finding's own words already ask (order picker) or say that there is nothing: no second question on top.
  const known = new Set([
    ...conversation.state.facts.map((fact) => fact.name),
    ...own.flatMap((finding) => finding.facts.map((fact) => fact.name)),
  ]);
  if (known.has("payment_serial") || known.has("merchant_order")) known.add("order_number");
  const { skipped, asked = [] } = conversation.state;
  const passedOver = (slot: string): boolean => asked.filter((one) => one === slot).length >= MOST_ASKS && !hearing.answered;
  return policy
    .intakeFor(problem)
    .first.find((slot) => !known.has(slot) && !skipped.includes(slot) && slot !== hearing.skipped && !passedOver(slot));
}

function stepsFor(name: string, input: DecideInput): Step[] {
  const { attempts } = input.conversation.state;
  const wasDone = (did: string): boolean => attempts.some((attempt) => attempt.intent === name && attempt.did === did);
  const steps = allSteps(name, input);
  if (!input.hearing.continues) return steps;
  return steps.filter(
    (step) => !(step.do === "sign_in" && wasDone("sign_in")) && !(step.do === "article" && attempts.some((one) => one.intent === name)),
  );
}

function allSteps(name: string, { catalogue, findings, hearing }: DecideInput): Step[] {
  if (hearing.flow) return [{ do: "flow", intent: name, ...hearing.flow }];
  if (hearing.article !== undefined) return [{ do: "article", intent: name, article: hearing.article }];
  const answer = catalogue.get(name)?.answer;
  if (!answer) return [];
  const own = findings.filter((candidate) => candidate.intent === name);
  const [finding] = own;
  if (finding && finding.verdict !== "sign_in") {
    const isHalf = ({ verdict, tool }: Finding): boolean =>
      ((verdict === "nothing" || verdict === "not_found") && tool !== "contacts.check") ||
      (verdict === "answered" && RECORD_IS_HALF.has(name));
    // One request, one look-up; only where the message names several orders is there one for each.
    const told = own.filter((one) => one === finding || one.orderNo !== undefined);
    return [
      ...told.map(({ tool, orderNo }): Step => ({ do: "tool", intent: name, tool, ...(orderNo === undefined ? {} : { orderNo }) })),
      ...(answer.article && told.every(isHalf) ? [{ do: "article", intent: name, article: answer.article } as const] : []),
    ];
  }
  const steps: Step[] = [];
  if (finding?.verdict === "sign_in") steps.push({ do: "sign_in", intent: name });
  if (answer.article) steps.push({ do: "article", intent: name, article: answer.article });
  else if (answer.reply) steps.push({ do: "reply", intent: name, reply: answer.reply });
  return steps;
}
