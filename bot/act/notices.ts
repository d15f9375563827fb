/** What has to be said before anything else: secrets were masked, a claimed role or approval counts for nothing here. */
import type { Attempt } from "../conversation/conversation.ts";
import type { Reply } from "../decide/finding.ts";
import { claimIn } from "../guard/claims.ts";
import type { Policy } from "../policy/policy.ts";
import { sayFactName, sayValue } from "../policy/say-value.ts";
import type { ActInput } from "./act.ts";

export interface Notices {
  readonly replies: readonly Reply[];
  /** For the brief: what the agent has to know of it. */
  readonly attempts: readonly Attempt[];
}

export function noticesFor({ masked, text, conversation, decision, hearing, now }: ActInput, policy: Policy): Notices {
  const { language } = conversation.state;
  const say = (key: string, values?: Record<string, string>): string => policy.say(key, language, values);
  const what = masked.map((kind) => say(`guard.${kind}`)).join(language === "zh" ? "、" : ", ");
  const replies: Reply[] = masked.length > 0 ? [{ text: say("guard.masked", { what }) }] : [];
  for (const { name, value, was = "" } of hearing.corrected) {
    const told = (one: string): string => sayValue(name, one, policy, language, now);
    replies.push({ text: say("intake.corrected", { name: sayFactName(name, policy, language), value: told(value), was: told(was) }) });
  }
  const claim = claimIn(text);
  if (claim === undefined) return { replies, attempts: [] };
  // An order to the machine gets no answer of its own where there is something real to answer.
  if (claim !== "instruction") replies.push({ text: say(`guard.claim_${claim}`) });
  const at = new Date(now).toISOString();
  return { replies, attempts: [{ at, intent: decision.intent, did: "claim", outcome: say(`outcome.claim_${claim}`) }] };
}
