/** A message may name several orders: each is looked up by itself, and what was found comes together again here. */
import type { Entity } from "../../intents/index.ts";
import type { Fact } from "../conversation/conversation.ts";
import type { Finding } from "../decide/finding.ts";
import { MOST_ORDERS } from "../decide/orders-named.ts";
import type { Policy } from "../policy/policy.ts";
import { parseMoney, sayMoney } from "../policy/speak.ts";
import type { Language } from "../policy/words.ts";

/** Tools that look at one order. Others answer a message about several orders once. */
export const PER_ORDER: ReadonlySet<string> = new Set(["order.status", "order.trace", "order.keys", "refund.status"]);

/** The entities as if the customer had named that order alone. */
export function aboutOrder(entities: readonly Entity[], orderNo: string): readonly Entity[] {
  const others = entities.filter(({ type }) => type !== "order_number");
  return [{ type: "order_number", value: orderNo, span: [0, 1], confidence: 1 }, ...others];
}

/**
 * Findings of one request about several orders. The one that went wrong comes first in the facts and keeps all of its own; of the others
 * the number and one line are kept, so that no amount or account stands beside the wrong order.
 * @param findings one for each order of `orders`, in its order
 * @param left order numbers beyond the limit, which were not looked up
 */
export function joinOrders(
  findings: readonly Finding[],
  orders: readonly string[],
  left: readonly string[],
  language: Language,
  policy: Policy,
): readonly Finding[] {
  const main = Math.max(
    0,
    findings.findIndex(({ verdict }) => verdict === "real_problem"),
  );
  const joined = findings.map((finding, index): Finding => {
    const facts = index === main ? finding.facts : inOneLine(finding.facts, language, policy);
    return { ...finding, orderNo: orders[index] ?? "", facts };
  });
  const last = joined.at(-1);
  if (!last || left.length === 0) return joined;
  const more = policy.say("order.more_than", language, { count: MOST_ORDERS, orders: left.join(language === "zh" ? "、" : ", ") });
  return [...joined.slice(0, -1), { ...last, replies: [...last.replies, { text: more }] }];
}

/** The number, for whoever counts contacts by it, and `KM1001-B · 话费 30 元 · 30.00 元 · 处理中`. */
function inOneLine(facts: readonly Fact[], language: Language, policy: Policy): readonly Fact[] {
  const number = facts.find(({ name }) => name === "order_number");
  if (!number) return [];
  const told = ["product", "amount", "order_state"].flatMap((name) => {
    const value = facts.find((fact) => fact.name === name)?.value;
    if (value === undefined) return [];
    const money = name === "amount" ? parseMoney(value) : undefined;
    if (money) return [sayMoney(money, language)];
    return [policy.replyKeys.includes(`value.${name}.${value}`) ? policy.say(`value.${name}.${value}`, language) : value];
  });
  return [number, { ...number, name: "other_order", value: [number.value, ...told].join(" · ") }];
}
