/** `order.status`: where an order stands, in words. Also the facts of the order for whoever will have to do something about it. */
import type { Fact } from "../../conversation/conversation.ts";
import type { Order } from "../../ports/account-platform.ts";
import type { Tool, ToolBox, ToolRequest } from "../tool.ts";
import { pickOrder, unpicked } from "./find-order.ts";
import { isLate } from "./lateness.ts";
import { downFinding, finding, orderFacts, plain, type Voice, verbatim, voiceOf } from "./voice.ts";

const NAME = "order.status";

/** Orders a problem can be about. Any other intent takes them all. */
const SUITS: Readonly<Record<string, (order: Order) => boolean>> = {
  cancel_order: ({ state }) => state === "processing" || state === "unpaid",
  wrong_topup: ({ kind, state }) =>
    (kind === "direct_topup" || kind === "phone_credit") && (state === "processing" || state === "delivered"),
  refund_request: ({ state }) => state !== "unpaid" && state !== "cancelled" && state !== "refunded",
  card_key_invalid: ({ kind, state }) => ["card_key", "software_licence", "membership"].includes(kind) && state === "delivered",
};

/** Somebody who asks where his order is means the one under way. */
async function underWay(orders: readonly Order[]): Promise<readonly Order[]> {
  const open = orders.filter(({ state }) => state === "processing");
  return open.length === 1 ? open : orders;
}

export const orderStatus: Tool = async (request, box) => {
  const suits = SUITS[request.intent];
  const picked = await pickOrder(request, box, suits ? { suits } : { suits: () => true, likely: underWay });
  if (picked.kind === "down") return downFinding(request, box, NAME, picked.fault);
  if (picked.kind !== "one") return unpicked(request, box, NAME, picked);
  const { order } = picked;
  const voice = voiceOf(request, box);
  const trace = order.state === "processing" && !suits ? await box.platform.trace(order.orderNo) : undefined;
  const late = trace?.ok && isLate(order, trace.value, request.now) ? trace.value : undefined;
  const text = late
    ? voice.say("order.status.late", { ...valuesOf(order, voice), span: voice.span(late.normalMinutes) })
    : stateLine(order, voice);
  const needsCare = late !== undefined || (order.state === "failed" && !suits);
  const actions = needsCare ? [voice.say("order.button.missing", { orderNo: order.orderNo })] : [];
  const facts = [...orderFacts(order, request.now), ...(request.intent === "card_key_invalid" ? await keyStart(order, request, box) : [])];
  return finding(request, NAME, { verdict: "answered", text, actions }, { facts, amount: order.amount });
};

/** One line: number, amount, product, state, since when. */
export function stateLine(order: Order, voice: Voice): string {
  const values = valuesOf(order, voice);
  if (order.state === "delivered" && order.deliveredAt === undefined) return voice.say("order.status.delivered_some_time", values);
  if (order.state === "processing" && order.paidAt === undefined) return voice.say("order.status.processing_some_time", values);
  if (order.state === "cancelled" && order.paidAt !== undefined) return voice.say("order.status.cancelled_paid", values);
  return voice.say(`order.status.${order.state}`, values);
}

function valuesOf(order: Order, voice: Voice): Record<string, string> {
  const { paidAt, deliveredAt, refundedAt } = order;
  const some = voice.say("order.some_time");
  return {
    orderNo: verbatim(order.orderNo),
    money: voice.money(order.amount),
    product: plain(order.product),
    channel: voice.channel(order.channel),
    paid: paidAt === undefined ? some : voice.time(paidAt),
    delivered: deliveredAt === undefined ? some : voice.time(deliveredAt),
    refunded: refundedAt === undefined ? some : voice.time(refundedAt),
  };
}

/** The first four characters of the keys, so that nobody has to be asked for them. */
async function keyStart(order: Order, { now }: ToolRequest, { platform }: ToolBox): Promise<Fact[]> {
  const looked = await platform.keys(order.orderNo);
  if (!looked.ok || looked.value.length === 0) return [];
  const starts = looked.value.map(({ key }) => key.slice(0, 4));
  return [{ name: "key_start", value: starts.join(", "), source: "platform", at: new Date(now).toISOString() }];
}
