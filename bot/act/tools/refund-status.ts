/** `refund.status`: what was refunded, when, how much and where to; or that it has not been yet, and why. */
import type { Finding } from "../../decide/finding.ts";
import type { Order } from "../../ports/account-platform.ts";
import type { Tool, ToolBox, ToolRequest } from "../tool.ts";
import { pickOrder, unpicked } from "./find-order.ts";
import { stateLine } from "./order-status.ts";
import { downFinding, finding, orderFacts, type Told, type Voice, verbatim, voiceOf } from "./voice.ts";
import { workingDaysAfter } from "./working-days.ts";

const NAME = "refund.status";
/** Working days within which a refund to another channel than the balance has arrived. */
export const LONGEST_WORKING_DAYS = 7;
const MOST_TOLD = 3;

export const refundStatus: Tool = async (request, box) => {
  const picked = await pickOrder(request, box, {
    suits: ({ state }) => state === "refunded" || state === "disputed" || state === "failed",
    likely: async (orders) => {
      const refunded = orders.filter(({ state }) => state === "refunded");
      return refunded.length > 0 ? refunded : orders;
    },
  });
  if (picked.kind === "down") return downFinding(request, box, NAME, picked.fault);
  // Several refunds are told one after another: there is nothing to choose.
  const isPlainList = picked.kind === "several" && picked.said === undefined;
  if (picked.kind !== "one" && !isPlainList) return unpicked(request, box, NAME, picked);
  const orders = picked.kind === "one" ? [picked.order] : picked.orders.slice(0, MOST_TOLD);
  const told = orders.map((order) => tell(order, request, box));
  const [first] = orders;
  const more: Partial<Finding> = first && orders.length === 1 ? { facts: orderFacts(first, request.now), amount: first.amount } : {};
  const actions = [...new Set(told.flatMap((one) => one.actions ?? []))];
  return finding(
    request,
    NAME,
    { verdict: "answered", text: told.map((one) => one.text).join("\n\n"), actions, numbers: orders.map(({ orderNo }) => orderNo) },
    more,
  );
};

function tell(order: Order, request: ToolRequest, box: ToolBox): Told {
  const voice = voiceOf(request, box);
  const { say, money, personButton } = voice;
  const values = { orderNo: verbatim(order.orderNo), money: money(order.amount) };
  switch (order.state) {
    case "refunded":
      return refunded(order, values, request, box, voice);
    case "disputed":
    case "failed":
    case "processing":
      return { verdict: "answered", text: say(`refund.status.${order.state}`, values), actions: [personButton] };
    default:
      return { verdict: "answered", text: say("refund.status.not_refunded", { line: stateLine(order, voice) }) };
  }
}

function refunded(
  order: Order,
  values: Readonly<Record<string, string>>,
  request: ToolRequest,
  { policy }: ToolBox,
  { say, time, channel, personButton }: Voice,
): Told {
  const at = order.refundedAt === undefined ? undefined : Date.parse(order.refundedAt);
  const when = { ...values, refunded: at === undefined ? say("order.some_time") : time(at) };
  if (order.channel === "balance") return { verdict: "answered", text: say("refund.status.to_balance", when) };
  const to = { ...when, channel: channel(order.channel) };
  if (at === undefined) return { verdict: "answered", text: say("refund.status.to_channel_some_time", to) };
  const due = workingDaysAfter(at, LONGEST_WORKING_DAYS, policy.timeZone);
  if (request.now <= due) return { verdict: "answered", text: say("refund.status.to_channel", { ...to, due: time(due) }) };
  return { verdict: "answered", text: say("refund.status.overdue", { ...to, due: time(due) }), actions: [personButton] };
}
