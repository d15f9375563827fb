/** A word to the customer that no turn of his brought about: an agent took his case, gave it back, lost it, ended it. */
import type { Case } from "../cases/case.ts";
import type { JietongChannelData } from "../conversation/activity.ts";
import type { Repositories } from "../ports/store.ts";
import { noticeOf } from "./queue-reply.ts";
import { sayPlace } from "./say-place.ts";
import { endOfCall } from "./take-back.ts";
import { toActivity } from "./to-activity.ts";
import type { TurnWorld } from "./world.ts";

/** What an agent does with a call, as the customer has to know it: a sentence, and what his case card shows from then on. */
export type CallNews = "agent.took" | "agent.done" | "agent.gave_back" | "agent.passed_on" | "agent.lost";

/** Says it in the case's language, within the transaction that changes the case. A case without a conversation has nobody to tell. */
export async function tellCustomer(repositories: Repositories, value: Case, news: CallNews, world: TurnWorld): Promise<void> {
  if (value.conversationId === undefined) return;
  const conversation = await repositories.conversations.get(value.conversationId);
  if (!conversation) return;
  const { text, card } = await wordsFor(repositories, value, news, world);
  const spoken = { ...conversation, state: { ...conversation.state, language: value.language } };
  const now = world.clock.now();
  const activity = toActivity({ text }, { conversation: spoken, now }, world, { speaker: "bot", caseCode: value.code, ...card });
  await repositories.conversations.append(conversation.id, activity, { awaitsTurn: false });
}

async function wordsFor(
  repositories: Repositories,
  { id, language, skill }: Case,
  news: CallNews,
  { policy, queue, clock }: TurnWorld,
): Promise<{ text: string; card: JietongChannelData }> {
  if (news === "agent.took") return { text: policy.say(news, language), card: { caseState: "connected" } };
  if (news === "agent.done") return { text: policy.say(news, language), card: { caseState: "done" } };
  const entry = await repositories.queue.openFor(id);
  const standing = entry ? await queue.standing(entry, repositories) : { position: 1 };
  const ahead = standing.position - 1;
  const place = sayPlace(ahead, policy, language);
  const text = policy.say(news, language, { place, skill: policy.say(`skill.${skill}`, language) });
  return { text, card: { caseState: "waiting", queue: noticeOf(standing, queue.isOpen(clock.now())) } };
}

/**
 * A call whose lease lapsed waits again: its case goes along, and the customer, who was told that somebody is on it, hears that he is in line.
 * @returns the case as it stands now; undefined when nobody had accepted the call, or somebody else was faster
 */
export async function backInLine(repositories: Repositories, caseId: string, world: TurnWorld): Promise<Case | undefined> {
  const before = await repositories.cases.get(caseId);
  if (before?.status !== "in_progress") return undefined;
  const after: Case = {
    ...before,
    status: "queued",
    version: before.version + 1,
    updatedAt: new Date(world.clock.now()).toISOString(),
  };
  if (!(await repositories.cases.update(after))) return undefined;
  await repositories.events.append({
    type: "case.updated",
    at: after.updatedAt,
    caseId,
    ...(after.conversationId === undefined ? {} : { conversationId: after.conversationId }),
    data: { version: after.version, status: after.status, reason: "lease_lapsed" },
  });
  await tellCustomer(repositories, after, "agent.lost", world);
  // The chat he had taken over goes back too. A turn that ends in this very moment wins: its own timer gives the chat back.
  await endOfCall(repositories, after, { isSolved: false }, world);
  return after;
}

/** Lost calls handled in one round; the next round takes the rest. */
const MOST_AT_ONCE = 50;

/** Part of every sweep, after lapsed leases were given back. */
export async function followLapsed(world: TurnWorld): Promise<void> {
  for (const { id, caseId } of await world.store.queue.strayed(MOST_AT_ONCE)) {
    await world.store.transaction(async (repositories) => {
      // Claimed and accepted meanwhile: then it is in progress rightly.
      const entry = await repositories.queue.get(id);
      if (entry?.state === "waiting") await backInLine(repositories, caseId, world);
    });
  }
}
