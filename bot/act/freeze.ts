/** Stolen account: hold first, queue second. */
import type { Conversation } from "../conversation/conversation.ts";
import type { Finding } from "../decide/finding.ts";
import { sayTime } from "../policy/speak.ts";
import type { TurnWorld } from "./world.ts";

/**
 * Holds the account on the platform: reversible, and only for an identity the platform has signed. Somebody who is not signed in is told how
 * it is done; who has had it done is not told twice. Whatever becomes of it, the case goes to the queue.
 */
export async function freeze(world: TurnWorld, conversation: Conversation, now: number): Promise<Finding> {
  const { policy } = world;
  const { language, facts } = conversation.state;
  const at = new Date(now).toISOString();
  const finding = (verdict: Finding["verdict"], key: string, outcome: string, values: Record<string, string> = {}): Finding => ({
    intent: "account_stolen",
    tool: "account.freeze",
    verdict,
    replies: [{ text: policy.say(key, language, values), actions: [policy.say("button.stolen_next", language)] }],
    facts: [],
    outcome: policy.say(outcome, language, { time: sayTime(now, now, policy.timeZone, language), ...values }),
  });
  if (!conversation.identity) return finding("answered", "stolen.not_signed_in", "outcome.freeze_unverified");
  const { customerId } = conversation.identity;
  const held = facts.findLast(({ name, source }) => name === "frozen_at" && source === "platform");
  if (held) {
    const time = sayTime(Date.parse(held.value), now, policy.timeZone, language);
    const record = await world.platform.customer(customerId);
    if (record.ok && record.value.frozen) return finding("answered", "stolen.still_frozen", "outcome.still_frozen", { time });
  }
  // One key for one theft: repeated it is the same hold; after it was lifted, a new one.
  const key = `freeze-${conversation.id}${held ? `-${held.value}` : ""}`;
  const frozen = await world.platform.freeze(customerId, "account_stolen", key);
  if (!frozen.ok) return finding("down", "stolen.freeze_failed", "outcome.freeze_failed");
  const done = finding("answered", "stolen.frozen", "outcome.frozen");
  return { ...done, facts: [{ name: "frozen_at", value: frozen.value.frozenAt, source: "platform", at }] };
}
