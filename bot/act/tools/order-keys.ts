/**
 * `order.keys`: the customer's own card key. First masked with the offer to show it; in full only when he asks once more, in a reply marked
 * `secret`. Never while the account is on hold: somebody else might be asking.
 */
import type { Finding } from "../../decide/finding.ts";
import type { CardKey, Order } from "../../ports/account-platform.ts";
import type { Tool, ToolRequest } from "../tool.ts";
import { pickOrder, unpicked } from "./find-order.ts";
import { stateLine } from "./order-status.ts";
import { downFinding, finding, orderFacts, plain, verbatim, voiceOf } from "./voice.ts";

const NAME = "order.keys";
const KINDS: readonly Order["kind"][] = ["card_key", "software_licence", "membership"];
const MOST_SHOWN = 10;

export const orderKeys: Tool = async (request, box) => {
  const { say, time, personButton } = voiceOf(request, box);
  const offered = offeredOrder(request);
  const suits = ({ kind, state }: Order): boolean => KINDS.includes(kind) && state === "delivered";
  const [customer, picked] = await Promise.all([
    box.platform.customer(request.customerId),
    pickOrder(offered === undefined ? request : onlyOrder(request, offered), box, { suits }),
  ]);
  if (!customer.ok) return downFinding(request, box, NAME, customer.fault);
  if (customer.value.frozen)
    return finding(request, NAME, { verdict: "answered", text: say("order.keys.frozen"), actions: [personButton] });
  if (picked.kind === "down") return downFinding(request, box, NAME, picked.fault);
  if (picked.kind !== "one") return unpicked(request, box, NAME, picked);

  const { order } = picked;
  const more: Partial<Finding> = { facts: orderFacts(order, request.now), amount: order.amount };
  const values = { orderNo: verbatim(order.orderNo), product: plain(order.product) };
  if (order.state !== "delivered")
    return finding(
      request,
      NAME,
      { verdict: "answered", text: say("order.keys.not_yet", { line: stateLine(order, voiceOf(request, box)) }) },
      more,
    );
  if (!KINDS.includes(order.kind))
    return finding(request, NAME, { verdict: "answered", text: say("order.keys.none_needed", values) }, more);

  const looked = await box.platform.keys(order.orderNo);
  if (!looked.ok && looked.fault !== "not_found") return downFinding(request, box, NAME, looked.fault);
  const keys = looked.ok ? looked.value.slice(0, MOST_SHOWN) : [];
  if (keys.length === 0) {
    // A membership is often switched on by itself; a card or licence without its key is the platform's fault.
    return order.kind === "membership"
      ? finding(request, NAME, { verdict: "answered", text: say("order.keys.none_needed", values) }, more)
      : finding(request, NAME, { verdict: "real_problem", text: say("order.keys.missing", values) }, more);
  }
  if (offered === order.orderNo) return inFull(keys, order, request, more, say);
  const delivered = order.deliveredAt === undefined ? say("order.some_time") : time(order.deliveredAt);
  const text = `${say("order.keys.masked", { ...values, delivered })}\n\n${keys.map(({ key }) => `- ${maskKey(key)}`).join("\n")}`;
  const seen = keys.some(({ revealedBefore }) => revealedBefore) ? `\n\n${say("order.keys.seen_before")}` : "";
  const told = {
    verdict: "answered",
    text: text + seen,
    outcome: say("order.keys.outcome_masked", values),
    actions: [say("order.keys.show")],
  } as const;
  return finding(request, NAME, told, { ...more, keyOffered: order.orderNo });
};

function inFull(
  keys: readonly CardKey[],
  order: Order,
  request: ToolRequest,
  more: Partial<Finding>,
  say: (key: string, values?: Record<string, string>) => string,
): Finding {
  const values = { orderNo: verbatim(order.orderNo), product: plain(order.product) };
  const text = `${say("order.keys.full", values)}\n\n${keys.map(({ key }) => `\`${key.replace(/[`\p{Cc}]/gu, "")}\``).join("\n\n")}\n\n${say("order.keys.warning")}`;
  const shown = finding(request, NAME, { verdict: "answered", text, outcome: say("order.keys.outcome_full", values) }, more);
  return { ...shown, replies: shown.replies.map((reply) => ({ ...reply, secret: true })) };
}

const SHOW = /显示|顯示|查看|看一下|看看|完整|全部|show|full|reveal|display/iu;
const YES =
  /^(好|好的|好吧|好啊|是|是的|要|要的|对|對|可以|行|嗯|嗯嗯|恩|ok|okay|yes|yes please|yeah|yep|sure|please|please do|go ahead|y)[。.，,~ ]*$/iu;
const NO = /不(?:要|用|必|需|看)|别|別|\bno\b|\bnot\b|don'?t|\bnever\b/iu;

/** The order whose key was offered last, when the customer now asks to see it and names no other. */
function offeredOrder({ conversation, text, entities }: ToolRequest): string | undefined {
  const offered = conversation.state.keyOffered;
  const words = text.normalize("NFKC").trim();
  if (offered === undefined || NO.test(words) || !(SHOW.test(words) || YES.test(words))) return undefined;
  const named = entities.find(({ type, span }) => type === "order_number" && span[1] > span[0]);
  return named === undefined || named.value === offered ? offered : undefined;
}

/** The request as if the customer had named that order: its owner is checked like any other's. */
function onlyOrder(request: ToolRequest, orderNo: string): ToolRequest {
  return { ...request, entities: [{ type: "order_number", value: orderNo, span: [0, 1], confidence: 1 }] };
}

/** `JTDM-••••-••••-4M3Z`: first and last group of a grouped key; of another one the first four characters and, when it is long, the last four. */
export function maskKey(key: string): string {
  const groups = key.split("-");
  if (groups.length >= 3)
    return groups.map((group, index) => (index === 0 || index === groups.length - 1 ? verbatim(group.slice(0, 5)) : "••••")).join("-");
  const shown = key.length >= 12 ? [key.slice(0, 4), key.slice(-4)] : [key.slice(0, Math.min(4, Math.floor(key.length / 3))), ""];
  return `${verbatim(shown[0] ?? "")}••••${verbatim(shown[1] ?? "")}`;
}
