/**
 * `account.transactions`: the last movements, and for a payment problem the payment that went wrong.
 *
 * Charged wrongly is what the platform's own books show: a payment that belongs to no order, or two payments of the same amount within a day
 * that belong to the same order, or to two orders for the same thing. Two purchases of different things are not.
 */
import type { Fact } from "../../conversation/conversation.ts";
import type { Finding } from "../../decide/finding.ts";
import { parseMoney } from "../../policy/speak.ts";
import type { Order, Transaction } from "../../ports/account-platform.ts";
import type { Tool, ToolBox, ToolRequest } from "../tool.ts";
import { sameMoney } from "./find-order.ts";
import { downFinding, finding, plain, verbatim, voiceOf } from "./voice.ts";

const NAME = "account.transactions";
const SHOWN = 5;
const LOOKED_THROUGH = 50;
const DAY = 86_400_000;
/** Older payments are not what somebody complains of today, unless he names them. */
const RECENT = 30 * DAY;

interface Wrong {
  readonly how: "without_order" | "twice";
  readonly payment: Transaction;
  /** The payment it repeats. */
  readonly first?: Transaction;
}

export const accountTransactions: Tool = async (request, box) => {
  const isProblem = request.intent === "payment_problem";
  const [looked, ordered] = await Promise.all([
    box.platform.transactions(request.customerId, isProblem ? LOOKED_THROUGH : SHOWN),
    isProblem ? box.platform.orders(request.customerId, LOOKED_THROUGH) : undefined,
  ]);
  if (!looked.ok) return downFinding(request, box, NAME, looked.fault);
  if (ordered && !ordered.ok) return downFinding(request, box, NAME, ordered.fault);
  const { say } = voiceOf(request, box);
  const newestFirst = [...looked.value].sort((a, b) => b.at.localeCompare(a.at));
  if (newestFirst.length === 0) return finding(request, NAME, { verdict: "nothing", text: say("account.transactions.nothing") });

  if (!isProblem) {
    const text = `${say("account.transactions.last")}\n\n${lines(newestFirst, request, box)}`;
    return finding(request, NAME, {
      verdict: "answered",
      text,
      outcome: say("account.transactions.shown"),
      numbers: numbersOf(newestFirst),
    });
  }
  const wrong = findWrong(newestFirst.filter(isPayment), ordered?.value ?? [], request);
  if (wrong) return told(wrong, request, box);
  const payments = newestFirst.filter(isPayment);
  if (payments.length === 0) return finding(request, NAME, { verdict: "nothing", text: say("account.transactions.no_payments") });
  const text = `${say("account.transactions.which")}\n\n${lines(payments, request, box)}`;
  return finding(
    request,
    NAME,
    { verdict: "answered", text, outcome: say("account.transactions.none_wrong"), numbers: numbersOf(payments) },
    { needs: "payment_serial" },
  );
};

function numbersOf(transactions: readonly Transaction[]): string[] {
  return transactions.slice(0, SHOWN).flatMap(({ id, orderNo }) => (orderNo === undefined ? [id] : [orderNo]));
}

function isPayment({ kind }: Transaction): boolean {
  return kind === "purchase" || kind === "card_payment";
}

/** The wrong payment the customer most likely means: the one whose serial or amount he said, else the newest. */
function findWrong(payments: readonly Transaction[], orders: readonly Order[], { entities, now }: ToolRequest): Wrong | undefined {
  const all = payments.flatMap((payment): Wrong[] => {
    const first = payments.find((other) => other !== payment && isEarlier(other, payment) && isSameCharge(other, payment, orders));
    if (first) return [{ how: "twice", payment, first }];
    return payment.orderNo === undefined ? [{ how: "without_order", payment }] : [];
  });
  const serials = entities.flatMap((entity) => (entity.type === "payment_serial" ? [entity.value.toUpperCase()] : []));
  const bySerial = all.find(
    ({ payment, first }) => serials.includes(payment.id.toUpperCase()) || (first && serials.includes(first.id.toUpperCase())),
  );
  if (bySerial) return bySerial;
  const amounts = entities.flatMap((entity) => (entity.type === "amount" ? (parseMoney(entity.value) ?? []) : []));
  const meant = amounts.length === 0 ? all : all.filter(({ payment }) => amounts.some((amount) => sameMoney(amount, payment.amount)));
  return meant.find(({ payment }) => now - Date.parse(payment.at) <= RECENT);
}

function isEarlier(other: Transaction, payment: Transaction): boolean {
  return other.at < payment.at || (other.at === payment.at && other.id < payment.id);
}

function isSameCharge(a: Transaction, b: Transaction, orders: readonly Order[]): boolean {
  if (!sameMoney(a.amount, b.amount) || Math.abs(Date.parse(a.at) - Date.parse(b.at)) > DAY) return false;
  if (a.orderNo === undefined || b.orderNo === undefined || a.orderNo === b.orderNo) return true;
  const [first, second] = [a.orderNo, b.orderNo].map((orderNo) => orders.find((order) => order.orderNo === orderNo));
  return first !== undefined && second !== undefined && first.product === second.product && first.targetAccount === second.targetAccount;
}

function told({ how, payment, first }: Wrong, request: ToolRequest, box: ToolBox): Finding {
  const { say, money, time, channel } = voiceOf(request, box);
  const values = {
    money: money(payment.amount),
    channel: channel(channelOf(payment)),
    time: time(payment.at),
    serial: verbatim(payment.id),
  };
  const belongs = payment.orderNo === undefined ? "no_order" : "other_order";
  const text = first
    ? say(`account.transactions.twice.${belongs}`, {
        ...values,
        firstTime: time(first.at),
        firstSerial: verbatim(first.id),
        ...(payment.orderNo === undefined ? {} : { orderNo: payment.orderNo }),
      })
    : say(`account.transactions.${how}`, values);
  const at = new Date(request.now).toISOString();
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    ["payment_serial", payment.id],
    ["amount", `${payment.amount.amount} ${payment.amount.currency}`],
    ["time", payment.at],
    ["channel", channelOf(payment)],
    ["order_number", payment.orderNo],
  ];
  return finding(
    request,
    NAME,
    { verdict: "real_problem", text },
    {
      facts: facts.flatMap(([name, value]): Fact[] => (value === undefined ? [] : [{ name, value, source: "platform", at }])),
      amount: payment.amount,
      signals: ["charged_wrongly"],
    },
  );
}

function channelOf({ channel, kind }: Transaction): string | undefined {
  return channel ?? (kind === "card_payment" ? "bank_card" : undefined);
}

function lines(transactions: readonly Transaction[], request: ToolRequest, box: ToolBox): string {
  const { say, money, time, channel } = voiceOf(request, box);
  return transactions
    .slice(0, SHOWN)
    .map((transaction) => {
      const parts = [
        time(transaction.at),
        say(`account.transactions.kind.${transaction.kind}`),
        money(transaction.amount),
        ...(channelOf(transaction) === undefined ? [] : [channel(channelOf(transaction))]),
        transaction.orderNo ?? verbatim(transaction.id),
        ...(transaction.note === undefined ? [] : [plain(transaction.note)]),
      ];
      return `- ${parts.join(" · ")}`;
    })
    .join("\n");
}
