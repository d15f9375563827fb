/** The orders a message names, for messages about more than one. */
import type { Entity } from "../../intents/index.ts";

/** Orders of one message that are looked up. More are answered by asking for them one after the other. */
export const MOST_ORDERS = 3;

/** "Not KM1-A but KM1-B": the first is named to be taken back. */
const TAKEN_BACK = /(?:不是|并非|而非|\bnot)\s*(?:订单|order)?\s*$/iu;

/**
 * Order numbers said now, in the order said, each once. Values remembered from earlier turns have no place in the text and do not count.
 * @param text what the spans of `entities` point into
 */
export function ordersNamed(entities: readonly Entity[], text: string): readonly string[] {
  const named = entities.filter(({ type, span }) => type === "order_number" && span[1] > span[0]);
  const meant = named.filter(({ span }) => !TAKEN_BACK.test(text.slice(0, span[0])));
  return [...new Set((meant.length > 0 ? meant : named).map(({ value }) => value))];
}
