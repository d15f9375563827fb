/** Tools that ask the desk itself: where a case stands, how long the wait is, whether a contact is official. No identity needed. */
import { checkContact, reportedContacts, sayContactCheck } from "../contacts/index.ts";
import type { Conversation, Fact } from "../conversation/conversation.ts";
import type { Finding } from "../decide/finding.ts";
import { sayCode, sayRange, sayTime } from "../policy/speak.ts";
import { sayPlace } from "./say-place.ts";
import type { TurnWorld } from "./world.ts";

export interface DeskToolRequest {
  readonly intent: string;
  readonly conversation: Conversation;
  readonly text: string;
  readonly now: number;
}

type DeskTool = (request: DeskToolRequest, world: TurnWorld) => Promise<Finding>;

const found = (request: DeskToolRequest, tool: string, text: string, verdict: Finding["verdict"] = "answered"): Finding => ({
  intent: request.intent,
  tool,
  verdict,
  replies: text === "" ? [] : [{ text }],
  facts: [],
  outcome: text,
});

const caseStatus: DeskTool = async (request, world) => {
  const { language } = request.conversation.state;
  const open = await world.store.cases.openFor(request.conversation.id);
  if (!open) return found(request, "case.status", world.policy.say("case.none", language), "nothing");
  const entry = await world.store.queue.openFor(open.id);
  const code = sayCode(open.code);
  if (!entry) {
    const by = sayTime(Date.parse(open.promise.resolveBy), request.now, world.policy.timeZone, language);
    return found(request, "case.status", world.policy.say("case.open", language, { code, by }));
  }
  if (entry.state !== "waiting") return found(request, "case.status", world.policy.say("case.with_agent", language, { code }));
  return found(request, "case.status", await waitingLine(request, world, entry.id, code));
};

const queueWait: DeskTool = async (request, world) => {
  const { language } = request.conversation.state;
  const open = await world.store.cases.openFor(request.conversation.id);
  const entry = open && (await world.store.queue.openFor(open.id));
  if (open && entry?.state === "waiting")
    return found(request, "queue.wait", await waitingLine(request, world, entry.id, sayCode(open.code)));
  const counts = (await world.store.queue.counts(request.now)).filter((count) => count.language === language && count.skill === "general");
  const ahead = counts[0]?.waiting ?? 0;
  const range = world.queue.isOpen(request.now) ? await world.queue.estimate("general", language, ahead) : undefined;
  if (!range) return found(request, "queue.wait", "", "nothing");
  const wait = sayRange(range, request.now, world.policy.timeZone, language);
  const text = ahead === 0 ? "wait.if_joined_next" : "wait.if_joined";
  return found(request, "queue.wait", world.policy.say(text, language, { ahead, wait }));
};

/** Smaller changes are no news. */
const WORTH_SAYING_MS = 60_000;

async function waitingLine(request: DeskToolRequest, world: TurnWorld, entryId: string, code: string): Promise<string> {
  const { language } = request.conversation.state;
  const entry = await world.store.queue.get(entryId);
  if (!entry) return world.policy.say("case.with_agent", language, { code });
  const standing = await world.queue.standing(entry);
  const place = sayPlace(standing.position - 1, world.policy, language);
  if (!standing.range || !world.queue.isOpen(request.now)) return world.policy.say("wait.place", language, { place, code });
  const wait = sayRange(standing.range, request.now, world.policy.timeZone, language);
  const text = world.policy.say("wait.place_and_range", language, { place, wait, code });
  // What ends later than he was told at joining is not slipped in: it is said, with the reason.
  const told = entry.toldHigh === undefined ? undefined : Date.parse(entry.joinedAt) + entry.toldHigh * 1000;
  const isLater = told !== undefined && request.now + standing.range.highSeconds * 1000 > told + WORTH_SAYING_MS;
  if (!isLater) return text;
  const before = sayTime(told, request.now, world.policy.timeZone, language);
  return `${world.policy.say("wait.longer_than_told", language, { before })}\n\n${text}`;
}

const contactsCheck: DeskTool = async (request, world) => {
  const { language } = request.conversation.state;
  const { contacts } = world.policy;
  const check = checkContact(request.text, contacts);
  const text = sayContactCheck(check, world.policy, language);
  if (check.matches.length === 0) return found(request, "contacts.check", text, "nothing");
  const phone = request.conversation.identity?.phone;
  const reported = reportedContacts(request.text, contacts, phone === undefined ? [] : [phone]);
  const quotes = [...check.matches.map(({ value }) => value), ...(check.nearMiss ? [check.nearMiss.value] : [])];
  const actions = reported.length > 0 ? [world.policy.say("contacts.button.report", language)] : [];
  return {
    ...found(request, "contacts.check", text),
    replies: [{ text, quotes, ...(actions.length > 0 ? { actions } : {}) }],
    // Should he report it next, nobody has to ask for it again.
    facts: reported.length === 0 ? [] : [reportedFact(reported, request.now)],
  };
};

function reportedFact(reported: readonly string[], now: number): Fact {
  return { name: "fraud_contact", value: reported.join(", "), source: "customer", at: new Date(now).toISOString() };
}

export const DESK_TOOLS: ReadonlyMap<string, DeskTool> = new Map([
  ["case.status", caseStatus],
  ["queue.wait", queueWait],
  ["contacts.check", contactsCheck],
]);
