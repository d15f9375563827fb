/** How the account tools speak: sentences of `replies/tools.yaml`, money, times and names filled in as a person says them. */
import type { Fact } from "../../conversation/conversation.ts";
import type { Finding, Reply } from "../../decide/finding.ts";
import { sayMoney, sayTime } from "../../policy/speak.ts";
import type { Instant, Money } from "../../policy/words.ts";
import type { Order, PlatformFault } from "../../ports/account-platform.ts";
import type { ToolBox, ToolRequest } from "../tool.ts";

export interface Voice {
  /** Sentence `tool.<key>`. */
  say(key: string, values?: Readonly<Record<string, string | number>>): string;
  money(money: Money): string;
  /** Clock time, with the day when it is not today. */
  time(at: Instant | number): string;
  /** 支付宝, Alipay … A channel the desk has no word for is said as the platform writes it. */
  channel(channel: string | undefined): string;
  /** 30 分钟 / 2 hours. */
  span(minutes: number): string;
  /** The button that always leads to a person. */
  readonly personButton: string;
}

export function voiceOf({ language, now }: ToolRequest, { policy }: ToolBox): Voice {
  const say = (key: string, values?: Readonly<Record<string, string | number>>): string => policy.say(`tool.${key}`, language, values);
  return {
    say,
    money: (money) => sayMoney(money, language),
    time: (at) => sayTime(typeof at === "number" ? at : Date.parse(at), now, policy.timeZone, language),
    channel: (channel) => {
      if (channel === undefined) return say("channel.unknown");
      return policy.replyKeys.includes(`value.channel.${channel}`) ? policy.say(`value.channel.${channel}`, language) : plain(channel);
    },
    span: (minutes) => {
      const [unit, count] = minutes >= 120 ? ["hours", Math.round(minutes / 60)] : ["minutes", Math.round(minutes)];
      return say(`span.${unit}`, { count });
    },
    personButton: policy.say("button.person", language),
  };
}

/** A platform's text in one line, without what Markdown would make something of. */
export function plain(text: string): string {
  return text
    .replace(/[[\]<>`*_|\\]|\p{Cc}/gu, " ")
    .replace(/\s+/gu, " ")
    .trim()
    .slice(0, 80);
}

/** Account names and serials are shown as they are, only kept from being read as Markdown. An underscore inside a word is none. */
export function verbatim(text: string): string {
  return text
    .replace(/[\p{Cc}`]/gu, "")
    .replace(/[[\]<>*|\\]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (char) => `\\${char}`)
    .slice(0, 80);
}

/** Platform-confirmed facts about an order, in the words the intake and the case use. */
export function orderFacts(order: Order, now: number): Fact[] {
  const at = new Date(now).toISOString();
  const values: readonly (readonly [name: string, value: string | undefined])[] = [
    ["order_number", order.orderNo],
    ["product", plain(order.product)],
    ["amount", `${order.amount.amount} ${order.amount.currency}`],
    ["time", order.paidAt],
    ["channel", order.channel],
    ["payment_serial", order.paymentSerial],
    ["account", order.targetAccount],
    ["order_state", order.state],
  ];
  return values.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value, source: "platform", at }]));
}

export interface Told {
  readonly verdict: Finding["verdict"];
  readonly text: string;
  /** For the summary. Default: the text. */
  readonly outcome?: string;
  readonly actions?: readonly string[];
  /** Numbers of the platform's own in the text or on the buttons: on some platforms they look like phone numbers. */
  readonly numbers?: readonly string[];
}

/** A finding with one reply. `more` adds facts, amount, re-check and so on. */
export function finding(
  request: ToolRequest,
  tool: string,
  { verdict, text, outcome, actions, numbers }: Told,
  more: Partial<Finding> = {},
): Finding {
  const reply: Reply = {
    text,
    ...(actions && actions.length > 0 ? { actions } : {}),
    ...(numbers && numbers.length > 0 ? { quotes: numbers } : {}),
  };
  return { intent: request.intent, tool, verdict, replies: [reply], facts: [], outcome: outcome ?? text, ...more };
}

/** Intents for which nobody waits in the queue: after a fault the customer is told how to go on. */
const ROUTINE = new Set(["balance_check", "transaction_history", "order_status", "card_key_retrieve", "refund_status"]);

/**
 * The platform did not answer. Nothing is promised about the queue here: whether the case goes there is decided elsewhere.
 * @param fault kept in the outcome, for the desk
 */
export function downFinding(request: ToolRequest, box: ToolBox, tool: string, fault: PlatformFault): Finding {
  const { say } = voiceOf(request, box);
  const text = say(ROUTINE.has(request.intent) ? "down.routine" : "down.problem");
  return finding(request, tool, { verdict: "down", text, outcome: say("down.outcome", { fault: say(`fault.${fault}`) }) });
}
