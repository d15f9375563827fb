/** Where a guided flow goes with the customer's words: on, back, by a choice, left for something else, taken up again. */
import type { Entity } from "../../intents/index.ts";
import type { Conversation, FlowPlace } from "../conversation/conversation.ts";
import type { Flow, FlowStep, FlowWhen } from "../policy/flows.ts";
import type { Policy } from "../policy/policy.ts";
import type { Hearing } from "./hearing.ts";

/** `end`: the flow is over. */
export interface FlowMove {
  readonly flow: string;
  readonly step: string;
}

const ON =
  /^(?:好的?|好了|行|嗯|可以了?|弄好了|办好了|完成了?|做完了|搞定了?|继续|下一步|然后呢|接着呢|下一个|点了|填好了|看到了|有了|next(?: step)?|ok(?:ay)?|done|continue|go on|got it|and then|yes|yep|ready)[。.!！~，, ]*$/iu;
const BACK = /^(?:上一步|返回|退回|回到上一步|back|previous(?: step)?|go back)[。.!！ ]*$/iu;
const AGAIN = /^(?:继续|接着(?:刚才的?|说)?|回到(?:刚才|流程)|continue|resume|go on|back to (?:it|the steps))[。.!！ ]*$/iu;
const FROM_START = /^(?:从头(?:来|开始)?|重新来|start over|from the (?:start|beginning))[。.!！ ]*$/iu;

/**
 * @param text the customer's words
 * @returns undefined when they are not about a flow: it stays where it is, or there is none
 */
export function flowMove(text: string, entities: readonly Entity[], conversation: Conversation, policy: Policy): FlowMove | undefined {
  const words = text.normalize("NFKC").trim().toLowerCase();
  // A wish for a person is never a step, whatever button it stands on.
  const isPerson = (["zh", "en"] as const).some((language) => words === policy.say("button.person", language).toLowerCase());
  if (words === "" || isPerson) return undefined;
  const isBegunBy = ({ words: given, only_after: after }: Flow): boolean =>
    given !== undefined &&
    [...given.zh, ...given.en].some((one) => one.toLowerCase() === words) &&
    // Words anybody may say begin it only for whom it is meant.
    (after === undefined || after.some((intent) => conversation.state.problems.includes(intent)));
  const begun = policy.flows.find(isBegunBy);
  if (begun) return at(begun, firstOf(begun, begun.steps[0]?.id, entities, conversation));
  const place = conversation.state.flow;
  const flow = place && policy.flows.find(({ id }) => id === place.id);
  if (!place || !flow) return undefined;
  const language = conversation.state.language;
  const resume = policy.say("flow.resume", language, { title: flow.title[language] }).normalize("NFKC").toLowerCase();
  if (place.paused) return words === resume || AGAIN.test(words) ? at(flow, place.step) : undefined;
  const step = flow.steps.find(({ id }) => id === place.step);
  if (!step) return undefined;
  const choice = step.choices?.find(({ text: label, words: more }) =>
    [label.zh, label.en, ...(more?.zh ?? []), ...(more?.en ?? [])].some((one) => one.toLowerCase() === words),
  );
  if (choice) return at(flow, firstOf(flow, choice.go, entities, conversation));
  if (BACK.test(words)) return at(flow, place.before?.at(-1) ?? place.step);
  if (FROM_START.test(words)) return at(flow, firstOf(flow, flow.steps[0]?.id, entities, conversation));
  if (!step.choices && ON.test(words)) return at(flow, firstOf(flow, afterStep(flow, step), entities, conversation));
  return undefined;
}

/** Whether words go on in the flow that stand for something else where none is: "done", "ok", "next". */
export function withFlowMove(hearing: Hearing, move: FlowMove | undefined, policy: Policy): Hearing {
  const flow = move && policy.flows.find(({ id }) => id === move.flow);
  if (!move || !flow) return hearing;
  const { skipped: _skipped, article: _article, unsure: _unsure, ...rest } = hearing;
  return {
    ...rest,
    intents: [flow.intents[0] ?? "topup_guide"],
    notUnderstood: false,
    notHelped: false,
    wantsPerson: false,
    continues: true,
    flow: move,
  };
}

/** Where a flow begins when the customer asked for what `article` answers; undefined when it is none of the flow's. */
export function flowStart(
  intent: string,
  article: string,
  entities: readonly Entity[],
  conversation: Conversation,
  policy: Policy,
): FlowMove | undefined {
  const flow = policy.flows.find(({ intents }) => intents.includes(intent));
  if (!flow) return undefined;
  const own = flow.steps.find((step) => step.article === article);
  if (!own && flow.article !== article) return undefined;
  return at(flow, firstOf(flow, own?.id ?? flow.steps[0]?.id, entities, conversation));
}

/** Where the conversation stands in the flow after the move. */
export function placeAfter(move: FlowMove, before: FlowPlace | undefined): FlowPlace | undefined {
  if (move.step === "end") return undefined;
  const path = before?.id === move.flow ? (before.before ?? []) : [];
  const isBack = before?.id === move.flow && path.at(-1) === move.step;
  if (isBack) return { id: move.flow, step: move.step, before: path.slice(0, -1) };
  const walked = before?.id === move.flow && before.step !== move.step ? [...path, before.step] : path;
  return { id: move.flow, step: move.step, ...(walked.length > 0 ? { before: walked.slice(-20) } : {}) };
}

/** `2` of `4`: steps to do since the last choice, along the way the flow takes from here; undefined at a choice and where there is one only. */
export function progress(flow: Flow, place: FlowPlace): { readonly place: number; readonly of: number } | undefined {
  const stepOf = (id: string): FlowStep | undefined => flow.steps.find((step) => step.id === id);
  const step = stepOf(place.step);
  if (!step || step.choices) return undefined;
  const done = (place.before ?? []).toReversed();
  const menu = done.findIndex((id) => stepOf(id)?.choices !== undefined);
  const number = (menu === -1 ? done.length : menu) + 1;
  let of = number;
  for (let next = stepOf(afterStep(flow, step)); next && !next.choices && of < flow.steps.length; next = stepOf(afterStep(flow, next)))
    of += 1;
  return of > 1 ? { place: number, of } : undefined;
}

/** The step that follows, `end` after the last. */
export function afterStep(flow: Flow, step: FlowStep): string {
  return step.next ?? flow.steps[flow.steps.indexOf(step) + 1]?.id ?? "end";
}

/** The first step from there whose condition holds. */
function firstOf(flow: Flow, from: string | undefined, entities: readonly Entity[], conversation: Conversation): string {
  let id = from ?? "end";
  for (let tries = 0; tries <= flow.steps.length && id !== "end"; tries += 1) {
    const step = flow.steps.find((one) => one.id === id);
    if (!step) return "end";
    if (!step.when || holds(step.when, entities, conversation)) return id;
    id = flow.steps[flow.steps.indexOf(step) + 1]?.id ?? "end";
  }
  return "end";
}

function holds(when: FlowWhen, entities: readonly Entity[], { identity, state }: Conversation): boolean {
  return Object.entries(when).every(([key, wanted]) => {
    if (key === "signed_in") return (identity !== undefined) === wanted;
    const said = [...entities.filter(({ type }) => type === key), ...state.facts.filter(({ name }) => name === key)].map(
      ({ value }) => value,
    );
    return Array.isArray(wanted) ? said.some((value) => wanted.includes(value)) : said.length > 0 === wanted;
  });
}

function at({ id }: Flow, step: string): FlowMove {
  return { flow: id, step };
}
