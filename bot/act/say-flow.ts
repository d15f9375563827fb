/** One step of a guided flow as the customer sees it: the words, where he is, the buttons, the article behind it. */
import type { FlowPlace } from "../conversation/conversation.ts";
import type { Reply } from "../decide/finding.ts";
import { afterStep, type FlowMove, placeAfter, progress } from "../decide/flow.ts";
import type { Policy } from "../policy/policy.ts";
import type { ActInput } from "./act.ts";
import type { TurnWorld } from "./world.ts";

interface SaidFlow {
  readonly reply: readonly Reply[];
  readonly did: string;
  readonly outcome: string;
  readonly moved: FlowMove;
}

export function sayFlow(move: FlowMove, intent: string, input: ActInput, { policy, knowledge }: TurnWorld): SaidFlow {
  const { language } = input.conversation.state;
  const say = (key: string, values?: Record<string, string | number>): string => policy.say(key, language, values);
  const flow = policy.flows.find(({ id }) => id === move.flow);
  const step = flow?.steps.find(({ id }) => id === move.step);
  if (!flow || !step) {
    const title = flow?.title[language] ?? "";
    return {
      reply: [{ text: say("flow.done") }],
      did: flow?.article ?? move.flow,
      outcome: say("outcome.flow_done", { title }),
      moved: { ...move, step: "end" },
    };
  }
  const at = progress(flow, placeAfter(move, input.conversation.state.flow) ?? { id: flow.id, step: step.id });
  const isLast = afterStep(flow, step) === "end";
  const actions = step.choices
    ? step.choices.map(({ text }) => text[language])
    : [say(isLast ? "button.done" : "button.next"), say("button.not_solved")];
  const id = step.article ?? flow.article;
  const article = knowledge.find({ intent, article: id, text: "", language })?.article;
  const sources = article && article.id === id ? [{ title: `${article.title} · ${article.source}`, id }] : undefined;
  const head = at ? `**${say("flow.progress", at)}**\n\n` : "";
  return {
    reply: [{ text: `${head}${step.say[language]}`, actions, ...(sources ? { sources } : {}) }],
    did: id,
    outcome: say("outcome.flow", { title: flow.title[language], place: at?.place ?? 1 }),
    moved: { flow: flow.id, step: step.id },
  };
}

/** The flow after the turn: gone on with, left for something else, or over. */
export function flowAfter(
  before: FlowPlace | undefined,
  moved: FlowMove | undefined,
  notUnderstood: boolean,
  policy: Policy,
): FlowPlace | undefined {
  if (moved) return placeAfter(moved, before);
  if (!before || notUnderstood) return before;
  const flow = policy.flows.find(({ id }) => id === before.id);
  const step = flow?.steps.find(({ id }) => id === before.step);
  // Nothing is left of it to come back to.
  if (!flow || !step || (!step.choices && afterStep(flow, step) === "end")) return undefined;
  return { ...before, paused: true };
}

/** A flow that was left has a button back, under an answer that has none of its own. */
export function withWayBack(
  replies: readonly Reply[],
  place: FlowPlace | undefined,
  input: ActInput,
  { policy }: TurnWorld,
): readonly Reply[] {
  const flow = place?.paused && policy.flows.find(({ id }) => id === place.id);
  const last = replies.at(-1);
  if (!flow || !last || last.actions || input.decision.kind !== "answer") return replies;
  const { language } = input.conversation.state;
  return [...replies.slice(0, -1), { ...last, actions: [policy.say("flow.resume", language, { title: flow.title[language] })] }];
}
