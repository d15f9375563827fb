/**
 * `order.trace`: paid and not arrived. Follows the order from payment to platform to supplier to game, and says what is known, what happens
 * next and when.
 */
import type { Finding } from "../../decide/finding.ts";
import { claimIn } from "../../guard/claims.ts";
import type { Order, Trace } from "../../ports/account-platform.ts";
import type { Tool, ToolBox, ToolRequest } from "../tool.ts";
import { pickOrder, unpicked, type Wanted } from "./find-order.ts";
import { isLate, paidAtOf, recheckAt } from "./lateness.ts";
import { LONGEST_WORKING_DAYS } from "./refund-status.ts";
import { downFinding, finding, orderFacts, plain, type Told, type Voice, verbatim, voiceOf } from "./voice.ts";
import { workingDaysAfter } from "./working-days.ts";

const NAME = "order.trace";
const KEY_KINDS: readonly Order["kind"][] = ["card_key", "software_licence"];
const MARKS: Readonly<Record<Trace["steps"][number]["state"], string>> = { done: "✓", running: "…", waiting: "○", failed: "✕" };

export const orderTrace: Tool = async (request, box) => {
  const picked = await pickOrder(request, box, notArrived(box, request.now, ALL_OF_THEM.test(request.text)));
  if (picked.kind === "down") return downFinding(request, box, NAME, picked.fault);
  if (picked.kind !== "one") return unpicked(request, box, NAME, picked);
  const { order } = picked;
  const looked = await box.platform.trace(order.orderNo);
  // Without its trace only an order under way is in doubt; what is over can still be told.
  if (!looked.ok && order.state === "processing") return downFinding(request, box, NAME, looked.fault);
  const trace: Trace = looked.ok ? looked.value : { orderNo: order.orderNo, steps: [], normalMinutes: 0 };

  const voice = voiceOf(request, box);
  const { verdict, text, actions, outcome } = tell(order, trace, request, box, voice);
  const steps = stepList(trace, voice);
  const told: Told = {
    verdict,
    text: steps === "" ? text : `${text}\n\n${steps}`,
    outcome: outcome ?? text,
    ...(actions ? { actions } : {}),
  };
  const more: Partial<Finding> = { facts: orderFacts(order, request.now), amount: order.amount };
  if (verdict !== "normal") return finding(request, NAME, told, more);
  const afterMs = recheckAt(order, trace, request.now) - request.now;
  return finding(request, NAME, told, { ...more, recheck: { afterMs, orderNo: order.orderNo, intent: request.intent } });
};

/** "两笔都没到": not only the one that is late. */
const ALL_OF_THEM = /(?:两|2|二|三|3)(?:笔|个|单|条).{0,4}(?:都|全)|\b(?:both|neither)\b/iu;

/** Orders that have not come to an end; the one that is late, when just one is. When nothing is open, what was delivered may be what he misses. */
function notArrived({ platform }: ToolBox, now: number, meansAll: boolean): Wanted {
  return {
    suits: ({ state }) => state !== "cancelled" && state !== "unpaid" && state !== "refunded",
    likely: async (orders) => {
      const underWay = orders.filter(({ state }) => state === "processing");
      if (underWay.length === 1 || (meansAll && underWay.length > 1)) return underWay;
      if (underWay.length === 0) {
        const unfinished = orders.filter(({ state }) => state !== "delivered");
        return unfinished.length > 0 ? unfinished : orders;
      }
      const traced = await Promise.all(underWay.slice(0, 8).map(async (order) => ({ order, trace: await platform.trace(order.orderNo) })));
      const late = traced.filter(({ order, trace }) => trace.ok && isLate(order, trace.value, now));
      if (late.length === 1) return late.map(({ order }) => order);
      return late.length > 1 ? late.map(({ order }) => order) : underWay;
    },
  };
}

function tell(order: Order, trace: Trace, request: ToolRequest, box: ToolBox, voice: Voice): Told {
  const { say, money, time, span, personButton } = voice;
  const values = { orderNo: verbatim(order.orderNo), money: money(order.amount) };
  const some = say("order.some_time");
  const paidAt = paidAtOf(order, trace);
  const paid = paidAt === undefined ? some : time(paidAt);
  switch (order.state) {
    case "processing": {
      if (trace.steps.some((step) => step.state === "failed"))
        return { verdict: "real_problem", text: say("order.trace.stuck", { ...values, paid }) };
      if (isLate(order, trace, request.now))
        return { verdict: "real_problem", text: say("order.trace.late", { ...values, paid, span: span(trace.normalMinutes) }) };
      const isDirect = order.kind === "direct_topup" || order.kind === "phone_credit";
      const within = isDirect && trace.normalMinutes === 30 ? say("span.direct") : say("span.within", { span: span(trace.normalMinutes) });
      const usual = say(`order.trace.usual.${order.kind}`, { span: within });
      const text = say("order.trace.normal", { ...values, paid, usual, again: time(recheckAt(order, trace, request.now)) });
      return { verdict: "normal", text };
    }
    case "delivered":
      return delivered(order, values, voice);
    case "failed":
      return { verdict: "real_problem", text: say("order.trace.failed", { ...values, paid }) };
    case "refunded":
      return refunded(order, values, request, box, voice);
    case "unpaid":
      return { verdict: "answered", text: say("order.trace.unpaid", values) };
    case "disputed":
      return { verdict: "answered", text: say("order.trace.disputed", values), actions: [personButton] };
    case "cancelled":
      // Cancelled after it was paid and no money back: nobody but a person can mend that.
      return paidAt === undefined
        ? { verdict: "answered", text: say("order.trace.cancelled", values) }
        : { verdict: "real_problem", text: say("order.trace.cancelled_paid", { ...values, paid }) };
  }
}

/** The auto-refund, with why it came and when it is there at the latest. */
function refunded(
  { channel, refundedAt }: Order,
  values: Readonly<Record<string, string>>,
  request: ToolRequest,
  { policy }: ToolBox,
  { say, time, channel: named, personButton }: Voice,
): Told {
  const to = { ...values, channel: named(channel), refunded: refundedAt === undefined ? say("order.some_time") : time(refundedAt) };
  if (channel === "balance") return { verdict: "answered", text: say("order.trace.refunded.balance", to) };
  if (refundedAt === undefined) return { verdict: "answered", text: say("order.trace.refunded.some_time", to) };
  const due = workingDaysAfter(Date.parse(refundedAt), LONGEST_WORKING_DAYS, policy.timeZone);
  if (request.now <= due) return { verdict: "answered", text: say("order.trace.refunded.channel", { ...to, due: time(due) }) };
  return { verdict: "answered", text: say("order.trace.refunded.overdue", { ...to, due: time(due) }), actions: [personButton] };
}

function delivered(order: Order, values: Readonly<Record<string, string>>, { say, time }: Voice): Told {
  const at = order.deliveredAt === undefined ? say("order.some_time") : time(order.deliveredAt);
  const still = say("order.button.still_missing");
  if (KEY_KINDS.includes(order.kind)) {
    const text = say("order.trace.delivered.key", { ...values, delivered: at });
    return { verdict: "answered", text, actions: [say("order.button.key", { orderNo: order.orderNo }), still] };
  }
  const where = order.kind === "phone_credit" || order.kind === "trade" || order.kind === "membership" ? order.kind : "direct";
  const account = order.targetAccount === undefined ? say("order.your_account") : verbatim(order.targetAccount);
  return { verdict: "answered", text: say(`order.trace.delivered.${where}`, { ...values, delivered: at, account }), actions: [still] };
}

/**
 * `- ✓ 付款 17:32` and so on; empty when the platform tells no steps. A remark that orders somebody about or says that something was approved
 * is the supplier's word and not ours: it is not passed on.
 */
function stepList(trace: Trace, { say, time }: Voice): string {
  return trace.steps
    .map(({ stage, state, at, note }) => {
      const when = at !== undefined ? ` ${time(at)}` : state === "running" ? ` ${say("order.trace.step.running")}` : "";
      return `- ${MARKS[state]} ${say(`order.trace.step.${stage}`)}${when}${note === undefined || claimIn(note) !== undefined ? "" : ` · ${plain(note)}`}`;
    })
    .join("\n");
}
