/** The customer takes something back: "不是500,是800", "订单号发错了,是KM1001-B", "not 500, it was 800", "sorry, I meant WeChat". */
import type { Entity } from "../../intents/index.ts";
import type { Fact } from "../conversation/conversation.ts";
import { parseMoney } from "../policy/speak.ts";
import type { Instant } from "../policy/words.ts";

/** Places in the text: what is taken back, and what holds instead. */
interface Parts {
  readonly from?: readonly [start: number, end: number];
  readonly to: readonly [start: number, end: number];
}

const PIECE = "[^，,。;；!！\\n]{1,40}";
const PATTERNS: readonly RegExp[] = [
  new RegExp(
    `(?:不是|并非|不对[，,]?\\s*不是)\\s*(?<from>[^，,。;；\\n]{1,40}?)[，,。;；\\s]*(?:而是|应该是|应为|改成|改为|是)\\s*(?<to>${PIECE})`,
    "du",
  ),
  new RegExp(`(?<!不)(?:应该)?是\\s*(?<to>[^，,。;；\\n是]{1,40}?)[，,\\s]*(?:不是|而不是|而非)\\s*(?<from>${PIECE})`, "du"),
  new RegExp(
    `(?:不对|[说写打发记填搞弄]错了?|更正|纠正一?下?|改一下|口误)[，,。：:\\s]*(?:了|一下|应该|其实|金额|时间|订单号)*\\s*(?:是|为|改成|改为)?\\s*(?<to>${PIECE})`,
    "du",
  ),
  new RegExp(`(?:应该是|应为|其实是|改成|改为)\\s*(?<to>${PIECE})`, "du"),
  /\b(?:not|isn't|wasn't|it isn't|it wasn't)\s+(?<from>[^,;\n]{1,40}?)\s*(?:[,;.]|\bbut\b|-)+\s*(?:sorry,?\s*)?(?:it(?:'s| is| was)|that(?:'s| was)|but|rather|actually|i meant)?\s*(?<to>[^,;\n]{1,40})/diu,
  /(?:\b(?:it(?:'s| is| was)|that(?:'s| was)|amount (?:is|was)|number (?:is|was))\s+)?(?<to>[^,;\n]{1,40}?)\s*(?:,|\band\b|-)?\s*\bnot\s+(?<from>[^,;\n]{1,40})/diu,
  /\b(?:sorry|correction|oops|my mistake|typo|i meant|i mean|actually|make that|(?:it )?should be)\b[,:\s]*(?:i meant|i mean|it(?:'s| is| was)|that(?:'s| was)|should be|the (?:amount|order number|time) (?:is|was))?\s*(?<to>[^,;\n]{1,40})/diu,
];

const ADDS = /也没|也是|也买|还有|另外|另一|\b(?:also|too|either|another|as well)\b/iu;

/** Entities a correction may be about, and the fact each fills. A phone number, a link: too much else may be meant. */
const FACT_OF: Readonly<Partial<Record<Entity["type"], string>>> = {
  order_number: "order_number",
  payment_serial: "payment_serial",
  withdrawal_number: "withdrawal_number",
  amount: "amount",
  time: "time",
  channel: "channel",
  account: "account",
};

/**
 * Facts the customer corrects, with what they were before in `was`. None when the words correct nothing that is known or asked.
 * @param question the slot asked for last: what answers it corrects nothing
 */
export function correctionsIn(
  text: string,
  entities: readonly Entity[],
  known: readonly Fact[],
  at: Instant,
  question: string | undefined,
): readonly Fact[] {
  // "My order B hasn't arrived either" adds to what was said; it takes nothing back.
  if (known.length === 0 || ADDS.test(text)) return [];
  for (const pattern of PATTERNS) {
    const parts = partsOf(text, pattern);
    const facts = parts ? factsIn(text, parts, entities, known, at).filter(({ name, was }) => was !== undefined || name === question) : [];
    if (facts.some(({ was }) => was !== undefined)) return facts;
  }
  return [];
}

function partsOf(text: string, pattern: RegExp): Parts | undefined {
  const groups = pattern.exec(text)?.indices?.groups;
  const to = groups?.to;
  return to && { to, ...(groups?.from ? { from: groups.from } : {}) };
}

function factsIn(text: string, { from, to }: Parts, entities: readonly Entity[], known: readonly Fact[], at: Instant): Fact[] {
  const told = (name: string): Fact | undefined => known.findLast((fact) => fact.name === name && fact.source === "customer");
  const inside = entities.filter(({ span }) => span[0] >= to[0] && span[1] <= to[1] + 1 && span[1] > span[0]);
  const facts = inside.flatMap(({ type, value }): Fact[] => {
    const name = FACT_OF[type];
    const old = name === undefined ? undefined : told(name);
    return name !== undefined && old !== undefined && old.value !== value ? [{ name, value, source: "customer", at, was: old.value }] : [];
  });
  if (facts.some(({ name }) => name === "amount")) return facts;
  // "不是500,是800": a bare number is a sum where the number taken back is the sum known, or the words speak of the amount.
  const amount = told("amount");
  const money = amount && parseMoney(amount.value);
  const number = /^\s*[¥￥$]?\s*(\d{1,8}(?:\.\d{1,2})?)\s*(?:了|的|吧|啊|块|元|yuan)?[\s。.!]*$/u.exec(text.slice(...to))?.[1];
  if (!amount || !money || number === undefined || inside.length > 0) return facts;
  const taken = from && /\d+(?:\.\d+)?/u.exec(text.slice(...from))?.[0];
  const isSum = taken === undefined ? /金额|多少钱|amount|price|sum/iu.test(text) : Number(taken) === Number(money.amount);
  const value = `${Number(number).toFixed(2)} ${money.currency}`;
  return isSum && value !== amount.value ? [...facts, { name: "amount", value, source: "customer", at, was: amount.value }] : facts;
}
