import type { Telephony } from "../ports/telephony.ts";

/** No exchange: the desk shows the number as a link, the agent dials and says what came of it. */
export const telephonyByHand: Telephony = { ring: async () => "by_hand" };
