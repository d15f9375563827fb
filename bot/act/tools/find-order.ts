/**
 * Which of his orders the customer means: by its number, by a payment serial, by what he said of it (amount, channel, account, time), or, when
 * he said nothing, by what the tool knows is likely. An order of somebody else is as unknown as one that does not exist.
 */
import type { Entity } from "../../../intents/index.ts";
import type { Finding } from "../../decide/finding.ts";
import { parseMoney } from "../../policy/speak.ts";
import type { Money } from "../../policy/words.ts";
import type { Order, PlatformFault } from "../../ports/account-platform.ts";
import type { ToolBox, ToolRequest } from "../tool.ts";
import { finding, plain, verbatim, voiceOf } from "./voice.ts";

export type Picked =
  | { readonly kind: "one"; readonly order: Order }
  /** Newest first; `said` is the amount that none of them has. */
  | { readonly kind: "several"; readonly orders: readonly Order[]; readonly said?: Money }
  | { readonly kind: "not_found"; readonly given: string }
  | { readonly kind: "nothing" }
  | { readonly kind: "down"; readonly fault: PlatformFault };

export interface Wanted {
  /** Orders the tool is about. Others are taken only when the customer names them. */
  suits(order: Order): boolean;
  /** Chooses among several that suit when what was said does not; all of them when it cannot. Default: no choice. */
  likely?(orders: readonly Order[]): Promise<readonly Order[]>;
}

const MOST_ORDERS = 50;
const MOST_BUTTONS = 4;
/** "At half past five" is meant to within this much. */
const CLOSE_MS = 90 * 60_000;

export async function pickOrder(request: ToolRequest, box: ToolBox, wanted: Wanted): Promise<Picked> {
  const said = request.entities.filter(isSaidNow);
  const remembered = request.entities.filter((entity) => !isSaidNow(entity));
  const numbered = said.find(isOrderNumber);
  const serial = said.find(isSerial);
  if (numbered) {
    const byItsNumber = await byNumber(numbered.value, request, box);
    // On a receipt the merchant's number may be another than ours; the payment beside it is the same.
    if (byItsNumber.kind !== "not_found" || !serial) return byItsNumber;
  }

  const listed = await box.platform.orders(request.customerId, MOST_ORDERS);
  if (!listed.ok) return { kind: "down", fault: listed.fault };
  const { among } = request;
  const own = listed.value.filter((order) => order.customerId === request.customerId && (!among || among.includes(order.orderNo)));

  if (serial) return bySerial(serial.value, own);
  const hinted = narrow(own, said, request, box);
  if (hinted && hinted.orders.length > 0) return choose(await preferring(hinted.orders, wanted));

  const earlier = remembered.find(isOrderNumber);
  if (earlier) return byNumber(earlier.value, request, box);
  const earlierSerial = remembered.find(isSerial);
  if (earlierSerial && own.some((order) => hasSerial(order, earlierSerial.value))) return bySerial(earlierSerial.value, own);
  if (!hinted) {
    const before = narrow(own, remembered, request, box);
    if (before && before.orders.length > 0) return choose(await preferring(before.orders, wanted));
  }

  const suiting = own.filter(wanted.suits);
  if (suiting.length === 0) return { kind: "nothing" };
  // An amount that fits no order: better to show what there is than to pick one he did not mean.
  if (hinted?.amount) return { kind: "several", orders: suiting.slice(0, MOST_BUTTONS), said: hinted.amount };
  return choose(await preferring(suiting, wanted));
}

/** The finding for whatever is not one order. `tool` gives the keys of what to say: `tool.<tool>.which`, `tool.<tool>.nothing`. */
export function unpicked(request: ToolRequest, box: ToolBox, tool: string, picked: Exclude<Picked, { kind: "one" | "down" }>): Finding {
  const { say, money } = voiceOf(request, box);
  switch (picked.kind) {
    case "not_found":
      return finding(
        request,
        tool,
        { verdict: "not_found", text: say("order.not_found", { given: verbatim(picked.given) }) },
        { needs: "order_number" },
      );
    case "nothing":
      return finding(request, tool, { verdict: "nothing", text: say(`${tool}.nothing`) });
    case "several": {
      const text = picked.said ? say("order.no_such_amount", { money: money(picked.said) }) : say(`${tool}.which`);
      const choices = picked.orders.map((order) => ({
        value: order.orderNo,
        label: say(`${tool}.button`, { orderNo: order.orderNo, money: money(order.amount), product: plain(order.product) }),
        amount: `${order.amount.amount} ${order.amount.currency}`,
      }));
      const actions = choices.map(({ label }) => label);
      const outcome = say("order.several", { orders: picked.orders.map((order) => order.orderNo).join(", ") });
      const numbers = picked.orders.map((order) => order.orderNo);
      return finding(request, tool, { verdict: "several", text, outcome, actions, numbers }, { needs: "order_number", choices });
    }
  }
}

async function byNumber(orderNo: string, request: ToolRequest, { platform }: ToolBox): Promise<Picked> {
  const looked = await platform.order(orderNo);
  if (!looked.ok && looked.fault !== "not_found") return { kind: "down", fault: looked.fault };
  return looked.ok && looked.value.customerId === request.customerId
    ? { kind: "one", order: looked.value }
    : { kind: "not_found", given: orderNo };
}

function bySerial(serial: string, own: readonly Order[]): Picked {
  const order = own.find((candidate) => hasSerial(candidate, serial));
  return order ? { kind: "one", order } : { kind: "not_found", given: serial };
}

function choose(orders: readonly Order[]): Picked {
  const [first, ...others] = orders;
  if (!first) return { kind: "nothing" };
  return others.length === 0 ? { kind: "one", order: first } : { kind: "several", orders: orders.slice(0, MOST_BUTTONS) };
}

/** What was said fits several: those the tool is about, the likely ones of them. */
async function preferring(orders: readonly Order[], wanted: Wanted): Promise<readonly Order[]> {
  const suiting = orders.filter(wanted.suits);
  if (suiting.length === 0) return orders;
  return suiting.length > 1 && wanted.likely ? await wanted.likely(suiting) : suiting;
}

/**
 * Orders that fit what was said. An amount must fit; channel, account and time only narrow, for they are often about something else.
 * @returns undefined when nothing that was said tells orders apart
 */
function narrow(
  own: readonly Order[],
  said: readonly Entity[],
  request: ToolRequest,
  box: ToolBox,
): { orders: readonly Order[]; amount?: Money } | undefined {
  const amounts = said.flatMap((entity) => (entity.type === "amount" ? (parseMoney(entity.value) ?? []) : []));
  const [amount] = amounts;
  let left = amount ? own.filter((order) => amounts.some((wanted) => sameMoney(wanted, order.amount))) : own;
  let isTold = amount !== undefined;
  for (const entity of said) {
    const fits = fitting(entity, request, box);
    const kept = fits ? left.filter(fits) : [];
    if (kept.length === 0 || kept.length === left.length) continue;
    left = kept;
    isTold = true;
  }
  return isTold ? { orders: left, ...(amount ? { amount } : {}) } : undefined;
}

function fitting(entity: Entity, request: ToolRequest, { policy }: ToolBox): ((order: Order) => boolean) | undefined {
  switch (entity.type) {
    case "channel":
      return (order) => order.channel === entity.value;
    case "account":
    case "phone": {
      const target = bare(entity.value);
      return (order) => order.targetAccount !== undefined && target.length >= 4 && bare(order.targetAccount).endsWith(target);
    }
    case "time":
      return (order) => order.paidAt !== undefined && isAbout(entity.value, Date.parse(order.paidAt), policy.timeZone, request.now);
    default:
      return undefined;
  }
}

/** @param said a day (`2026-11-20`), or an instant with offset, meant to within an hour and a half */
function isAbout(said: string, at: number, timeZone: string, now: number): boolean {
  if (/^\d{4}-\d\d-\d\d$/u.test(said)) return new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(at) === said;
  const instant = Date.parse(said);
  return !Number.isNaN(instant) && instant < now - 60_000 && Math.abs(instant - at) <= CLOSE_MS;
}

/** `86` in front of a mainland mobile number is no difference. */
function bare(account: string): string {
  return account.toLowerCase().replace(/[\s-]/gu, "").replace(/^\+86/u, "");
}

/** Decimal strings compared without floats: `500` is `500.00`. */
export function sameMoney(a: Money, b: Money): boolean {
  const trim = (amount: string): string => (amount.includes(".") ? amount.replace(/\.?0+$/u, "") : amount).replace(/^0+(?=\d)/u, "");
  return a.currency === b.currency && trim(a.amount) === trim(b.amount);
}

/** Values of earlier turns come without a place in the text. */
function isSaidNow(entity: Entity): boolean {
  return entity.span[1] > entity.span[0];
}

function isOrderNumber(entity: Entity): boolean {
  return entity.type === "order_number";
}

function isSerial(entity: Entity): boolean {
  return entity.type === "payment_serial";
}

function hasSerial(order: Order, serial: string): boolean {
  return order.paymentSerial?.toUpperCase() === serial.toUpperCase();
}
