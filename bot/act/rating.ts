/** How good it was: asked once at the end, of an agent's work or of the bot's, and taken as a figure from 1 to 5. */
import type { Conversation, ConversationState } from "../conversation/conversation.ts";
import type { Decision } from "../decide/decision.ts";
import type { Policy } from "../policy/policy.ts";
import type { Instant, Language } from "../policy/words.ts";
import { hasCalmed } from "./acknowledge.ts";
import type { ActInput, Outcome } from "./act.ts";
import { toActivity } from "./to-activity.ts";
import type { TurnWorld } from "./world.ts";

/** From here down it was bad: the customer is offered a person instead of thanks. */
const BAD = 2;
/** `5`, `5分`, `评4分`, `3 stars`, `4/5`, and what the buttons send. */
const SCORE = /^(?:评(?:分|价)?|打)?\s*([1-5])\s*(?:分|星|stars?|\/\s*5)?(?:\s*·.{0,20})?\s*[。.!！]?$/iu;
const DIGITS = /[１-５]/gu;

/** @returns 1 to 5, or undefined when he was not asked or says something else */
export function scoreIn(text: string, { rating }: Pick<ConversationState, "rating">): number | undefined {
  if (rating === undefined) return undefined;
  const plain = text.trim().replace(DIGITS, (digit) => String(digit.charCodeAt(0) - 0xff10));
  const stars = /^(?:★|⭐|☆|\s|\uFE0F){1,20}$/u.test(plain) ? (plain.match(/[★⭐]/gu)?.length ?? 0) : 0;
  const score = stars > 0 ? stars : Number(SCORE.exec(plain)?.[1] ?? 0);
  return score >= 1 && score <= 5 ? score : undefined;
}

export function scoreButtons(policy: Policy, language: Language): readonly string[] {
  return [5, 4, 3, 2, 1].map((score) => policy.say(`rating.button_${score}`, language));
}

export function decideToRate({ conversation }: Pick<ActInput, "conversation">, { policy }: TurnWorld): Decision {
  const { language, problems } = conversation.state;
  return {
    kind: "answer",
    reasons: [{ rule: "rated", text: policy.say("reason.rated", language) }],
    steps: [],
    intent: problems[0] ?? "thanks",
  };
}

/** The figure is stored as `conversation.rated` with the turn that took it. */
export function rate(score: number, input: ActInput, world: TurnWorld): Outcome {
  const { conversation, turnId, decision } = input;
  const { rating, ...state } = conversation.state;
  const { language } = state;
  const isBad = score <= BAD;
  const text = world.policy.say(isBad ? "rating.sorry" : "rating.thanks", language);
  const reply = { text, ...(isBad ? { actions: [world.policy.say("button.person", language)] } : {}) };
  const about = {
    ...(rating?.caseId === undefined ? {} : { caseId: rating.caseId }),
    ...(rating?.agentId === undefined ? {} : { agentId: rating.agentId }),
  };
  return {
    replies: [toActivity(reply, input, world, { turn: turnId, decision: decision.kind, speaker: "bot" })],
    state: { ...state, ...(rating?.caseId === undefined ? { rated: true } : {}), ...(isBad ? { offeredPerson: true } : {}) },
    timers: [],
    // With the case it is about it stands in that case's history.
    events: [
      {
        type: "conversation.rated",
        ...(rating?.caseId === undefined ? {} : { caseId: rating.caseId }),
        data: { score, by: rating?.caseId === undefined ? "bot" : "agent", ...about },
      },
    ],
  };
}

/** Thanks or a goodbye after something the bot solved alone: how good was it? Whoever has a case is asked when an agent ends it. */
export function askForRating(outcome: Outcome, input: ActInput, world: TurnWorld): Outcome {
  const { state } = outcome;
  const [step, ...more] = input.decision.steps;
  const isFarewell = step?.do === "reply" && more.length === 0 && (step.intent === "thanks" || step.intent === "goodbye");
  const solved = state.attempts.some(({ did }) => !UNSOLVED.has(did));
  // Who was upset a moment ago is asked by nobody how nice it was.
  if (hasCalmed(input) || input.understanding.mood.label !== "calm") return withoutStale(outcome);
  if (!isFarewell || !solved || state.caseId !== undefined || state.rated || state.question) return withoutStale(outcome);
  const ask = toActivity(
    { text: world.policy.say("rating.ask_bot", state.language), actions: scoreButtons(world.policy, state.language) },
    input,
    world,
    { turn: input.turnId, decision: input.decision.kind, speaker: "bot" },
  );
  return { ...outcome, replies: [...outcome.replies, ask], state: { ...state, rating: { askedAt: askedAt(input.now) } } };
}

/** What `attempts` hold that solved nothing. */
const UNSOLVED: ReadonlySet<string> = new Set(["not_understood", "abstained", "sign_in", "claim"]);

/** Who goes on with something else does not rate any more: a bare 5 is then an answer to what he is asked. */
function withoutStale(outcome: Outcome): Outcome {
  if (outcome.state.rating === undefined) return outcome;
  const { rating: _late, ...state } = outcome.state;
  return { ...outcome, state };
}

const askedAt = (now: number): Instant => new Date(now).toISOString();

/** Asked by the agent's ending of the call, in the transaction that ends it. */
export function ratingAsked(
  conversation: Conversation,
  about: { readonly caseId: string; readonly agentId?: string },
  now: number,
): ConversationState {
  return { ...conversation.state, rating: { askedAt: askedAt(now), ...about } };
}
