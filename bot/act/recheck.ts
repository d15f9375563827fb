/** The durable timer behind "I'll look again at 17:32 and tell you". */
import type { Recheck } from "../decide/finding.ts";
import type { Timer } from "../ports/store.ts";

const MINUTE = 60_000;
/** When the promised time is farther off than this, it is looked in between too, and told only if something has changed. */
const FAR_MS = 60 * MINUTE;
const BETWEEN_MS = 30 * MINUTE;
/** The platform did not answer: the next try after this, and how many there are before a person takes it. */
export const TRY_AGAIN_MS = 5 * MINUTE;
export const MOST_TRIES = 3;

/** One timer for an order in a conversation: asked again, the customer is told a new time, and the old one is replaced. */
export function recheckTimer({ orderNo, intent, afterMs }: Recheck, conversationId: string, now: number, tries = 0): Timer {
  const promisedAt = now + afterMs;
  return {
    id: `recheck-${conversationId}-${orderNo}`,
    fireAt: new Date(promisedAt - now > FAR_MS ? now + BETWEEN_MS : promisedAt).toISOString(),
    kind: "recheck",
    data: { conversationId, intent, orderNo, promisedAt: new Date(promisedAt).toISOString(), ...(tries > 0 ? { tries } : {}) },
  };
}
