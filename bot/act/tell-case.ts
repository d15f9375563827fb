/** Something the customer is told about his case when no turn of his is being taken. */
import type { Case } from "../cases/case.ts";
import type { JietongChannelData } from "../conversation/activity.ts";
import type { Repositories } from "../ports/store.ts";
import { toActivity } from "./to-activity.ts";
import type { TurnWorld } from "./world.ts";

/**
 * Appends one message to the case's conversation, in the caller's transaction: it is told when, and only when, what it speaks of is stored.
 * A case without a conversation (opened by API) has nobody to tell here.
 */
export async function tellCase(
  repositories: Pick<Repositories, "conversations">,
  value: Case,
  text: string,
  world: Pick<TurnWorld, "ids" | "clock">,
  data: Partial<JietongChannelData> = {},
): Promise<void> {
  if (value.conversationId === undefined) return;
  const conversation = await repositories.conversations.get(value.conversationId);
  if (!conversation) return;
  const spoken = { ...conversation, state: { ...conversation.state, language: value.language } };
  const activity = toActivity({ text }, { conversation: spoken, now: world.clock.now() }, world, {
    speaker: "bot",
    caseCode: value.code,
    ...data,
  });
  await repositories.conversations.append(conversation.id, activity, { awaitsTurn: false });
}
