/**
 * "My case code is 4072 1186", in a chat that knows nothing of it: the case goes on here when this is the customer's own. His signed identity says so,
 * or the last four digits of the number we know. To anybody else nothing is said, not even whether there is such a case; a person can help. Wrong digits
 * are counted on the case, over all chats: five an hour, ten ever.
 */
import type { Case } from "../cases/case.ts";
import { readCaseCode } from "../cases/case-code.ts";
import type { CaseClaim, Conversation, ConversationState } from "../conversation/conversation.ts";
import type { Decision } from "../decide/decision.ts";
import { sayCode, sayRange, sayTime } from "../policy/speak.ts";
import type { ActInput, Outcome } from "./act.ts";
import { noticeOf } from "./queue-reply.ts";
import { sayAgreed } from "./say-callback.ts";
import { sayPlace } from "./say-place.ts";
import { toActivity } from "./to-activity.ts";
import type { TurnWorld } from "./world.ts";

type Claiming = Omit<ActInput, "decision">;

const HOUR = 3_600_000;
/** Wrong digits for one case within an hour, whoever gives them. */
const MOST_GUESSES = 5;
/** Wrong digits for one case at all: after them only a signed identity or a person opens it. */
const MOST_GUESSES_EVER = 10;
/** Codes one chat may name. */
const MOST_CODES = 6;
/** After this the question for the digits is forgotten. */
const CLAIM_MS = 10 * 60_000;
const MOST_SAID = 10;

/** @returns undefined when the turn takes its usual way */
export async function continueCase(
  input: Claiming,
  world: TurnWorld,
): Promise<{ readonly decision: Decision; readonly outcome: Outcome } | undefined> {
  const { state } = input.conversation;
  if (state.caseId !== undefined) return undefined;
  const pending = pendingClaim(input);
  const named = codeIn(input);
  const answer = named === undefined && pending ? /(?<!\d)(\d{4})(?!\d)/u.exec(input.text.normalize("NFKC"))?.[1] : undefined;
  const code = named ?? (answer === undefined ? undefined : pending?.code);
  if (code === undefined) return undefined;
  return claim(input, code, answer ?? tailBeside(input, code), world);
}

async function claim(
  input: Claiming,
  code: string,
  tail: string | undefined,
  world: TurnWorld,
): Promise<{ decision: Decision; outcome: Outcome }> {
  const { conversation, now } = input;
  const codes = [...new Set([...(conversation.state.caseClaim?.codes ?? []), code])];
  if (codes.length > MOST_CODES) return refuse(input, { code, codes: codes.slice(0, MOST_CODES) }, "claim.too_many", world);
  const found = await world.store.cases.byCode(code);
  const oldest = now - world.policy.caseCodeDays * 24 * HOUR;
  const asked = { code, codes, askedAt: new Date(now).toISOString() };
  // Whether there is such a case is not told to somebody who guesses: he is asked for the digits all the same.
  if (!found || Date.parse(found.updatedAt) < oldest)
    return refuse(input, asked, tail === undefined ? "claim.ask_tail" : "claim.wrong_tail", world);
  const { identity } = conversation;
  if (identity !== undefined && identity.customerId === found.customer.id) return goOn(input, found, world);
  const known = found.customer.phone?.replace(/\D/gu, "").slice(-4);
  if (known === undefined || known.length < 4)
    return refuse(input, asked, tail === undefined ? "claim.ask_tail" : "claim.wrong_tail", world);
  if (identity?.phone?.replace(/\D/gu, "").endsWith(known)) return goOn(input, found, world);
  const guesses = (await world.store.events.forCase(found.id)).filter(({ type }) => type === "case.claim_refused");
  const recent = guesses.filter(({ at }) => Date.parse(at) > now - HOUR);
  if (recent.length >= MOST_GUESSES || guesses.length >= MOST_GUESSES_EVER) return refuse(input, { code, codes }, "claim.exists", world);
  if (tail === known) return goOn(input, found, world);
  if (tail === undefined) return refuse(input, asked, "claim.ask_tail", world);
  return refuse(input, asked, "claim.wrong_tail", world, [{ type: "case.claim_refused", caseId: found.id, data: {} }]);
}

function pendingClaim({ conversation, now }: Claiming): CaseClaim | undefined {
  const claimed = conversation.state.caseClaim;
  return claimed?.askedAt !== undefined && Date.parse(claimed.askedAt) > now - CLAIM_MS ? claimed : undefined;
}

/** Announced as a case code, or nothing but a code. A number that cannot be one is left to the usual way. */
function codeIn({ understanding, text }: Claiming): string | undefined {
  const announced = understanding.entities.find(({ type }) => type === "case_code")?.value;
  return readCaseCode(announced ?? text.trim());
}

/** Four digits beside the code, in the same message. */
function tailBeside({ text }: Claiming, code: string): string | undefined {
  const rest = text.normalize("NFKC").replace(new RegExp([...code].join("[\\s-]*"), "u"), " ");
  return /(?<!\d)(\d{4})(?!\d)/u.exec(rest)?.[1];
}

function refuse(input: Claiming, caseClaim: CaseClaim, key: string, world: TurnWorld, events: Outcome["events"] = []) {
  const { conversation, turnId } = input;
  const { language } = conversation.state;
  const decision = decided("claim_open", input, "out_of_scope", world);
  const text = world.policy.say(key, language, { code: sayCode(caseClaim.code) });
  const offers = key !== "claim.ask_tail";
  const reply = { text, ...(offers ? { actions: [world.policy.say("button.person", language)] } : {}) };
  const outcome: Outcome = {
    replies: [toActivity(reply, input, world, { turn: turnId, decision: decision.kind, speaker: "bot" })],
    state: { ...conversation.state, caseClaim, ...(offers ? { offeredPerson: true } : {}) },
    timers: [],
    events,
  };
  return { decision, outcome };
}

function decided(rule: string, { conversation }: Claiming, intent: string, { policy }: TurnWorld): Decision {
  return { kind: "answer", reasons: [{ rule, text: policy.say(`reason.${rule}`, conversation.state.language) }], steps: [], intent };
}

/** The case moves into this chat with what the earlier one knew; code, place, agent and promises are as they were. */
async function goOn(input: Claiming, found: Case, world: TurnWorld): Promise<{ decision: Decision; outcome: Outcome }> {
  const { conversation, turnId, now } = input;
  const { language } = conversation.state;
  const decision = decided("case_continued", input, found.intent, world);
  const isOver = found.status === "resolved" || found.status === "closed";
  const earlier = found.conversationId === undefined ? undefined : await world.store.conversations.get(found.conversationId);
  const { text, queue } = isOver
    ? { text: world.policy.say("claim.over", language, { code: sayCode(found.code) }), queue: undefined }
    : await whereItStands(input, found, world);
  // Four digits open the case, they do not prove who he is: nothing is shown or given on the strength of the earlier identity.
  const isHis = conversation.identity !== undefined && conversation.identity.customerId === found.customer.id;
  const value: Case = {
    ...found,
    customer: isHis ? found.customer : { ...found.customer, verified: false },
    conversationId: conversation.id,
    version: found.version + 1,
    updatedAt: new Date(now).toISOString(),
  };
  const jietong = { turn: turnId, decision: decision.kind, speaker: "bot" as const };
  const shown = isOver ? jietong : { ...jietong, caseCode: found.code, ...(queue ? { queue } : {}) };
  const outcome: Outcome = {
    replies: [toActivity({ text }, input, world, shown)],
    state: isOver ? withoutClaim(conversation.state) : carriedOver(conversation, earlier, found),
    ...(isOver ? {} : { change: { value, isNew: false } }),
    timers: [],
  };
  return { decision, outcome };
}

async function whereItStands({ conversation, now }: Claiming, found: Case, world: TurnWorld) {
  const { policy } = world;
  const { language } = conversation.state;
  const say = (key: string, values?: Record<string, string>): string => policy.say(key, language, values);
  const continued = say("claim.continued", { code: sayCode(found.code) });
  const entry = await world.store.queue.openFor(found.id);
  const by = sayTime(Date.parse(found.promise.resolveBy), now, policy.timeZone, language);
  // A time that has passed is no promise any more.
  const waits = Date.parse(found.promise.resolveBy) > now ? say("claim.not_in_line", { by }) : say("claim.not_in_line_late");
  if (!entry) return { text: `${continued}\n\n${waits}` };
  if (entry.state === "parked") return { text: `${continued}\n\n${sayAgreed(entry, { ...found, language }, now, policy)}` };
  if (entry.state !== "waiting") return { text: `${continued}\n\n${say("case.with_agent", { code: sayCode(found.code) })}` };
  const standing = await world.queue.standing(entry);
  const place = sayPlace(standing.position - 1, policy, language);
  const isOpen = world.queue.isOpen(now);
  const line =
    standing.range && isOpen
      ? say("claim.place_and_range", { place, wait: sayRange(standing.range, now, policy.timeZone, language) })
      : say("claim.place", { place });
  return { text: `${continued}\n\n${line}`, queue: noticeOf(standing, isOpen) };
}

function withoutClaim({ caseClaim: _, ...state }: ConversationState): ConversationState {
  return state;
}

function carriedOver(conversation: Conversation, earlier: Conversation | undefined, found: Case): ConversationState {
  const { caseClaim: _, ...state } = conversation.state;
  const old = earlier?.state;
  const isNew = ({ name }: { name: string }): boolean => found.facts.every((fact) => fact.name !== name);
  const { caseClaim: __, caseId: ___, takenBy: ____, rating: _____, ...kept }: ConversationState = old ?? state;
  return {
    ...kept,
    language: state.language,
    handler: "bot",
    facts: [...found.facts, ...state.facts.filter(isNew)],
    problems: old?.problems ?? [found.intent],
    attempts: old ? [...old.attempts, ...state.attempts] : [...triedOf(found), ...state.attempts],
    moods: [...(old?.moods ?? []), ...state.moods],
    said: [...(old?.said ?? []), ...state.said].slice(-MOST_SAID),
    caseId: found.id,
  };
}

/** A case that was opened by telephone has no chat behind it: what the brief says was tried stays in the brief. */
function triedOf({ summary, intent, createdAt }: Case): ConversationState["attempts"] {
  return summary.tried.map((outcome) => ({ at: createdAt, intent, did: "earlier", outcome }));
}
