/**
 * A receipt pasted into the chat: Alipay, WeChat Pay, a bank's message, the English ones. Its labels say which number is which, so the
 * merchant's order number and the payment reference are never taken for one another; the rest of the message is read as words.
 */
import { isoInZone } from "./wall-clock.ts";

export interface Receipt {
  /** `"500.00 CNY"`. */
  readonly amount?: string;
  /** ISO 8601 with the desk's offset. */
  readonly time?: string;
  /** `alipay`, `wechat`, `bank_card`, `paypal`. */
  readonly channel?: string;
  /** 商户单号: the number the shop gave the payment, on most platforms its own order number. */
  readonly merchantOrder?: string;
  /** 交易单号: the payment channel's own number. */
  readonly serial?: string;
  readonly payee?: string;
  /** The message with every piece of the receipt made blank: as long as the message, so that places in it stay true. */
  readonly rest: string;
}

type Field = "amount" | "time" | "merchantOrder" | "serial" | "alipayOrder" | "payee" | "paidWith" | "other";

/** Longest first, so that 商户订单号 is not read as 订单号. `alipayOrder`: 订单号 alone is Alipay's own number, but only in its form. */
const LABELS: readonly (readonly [Field, string])[] = [
  [
    "merchantOrder",
    "商户订单号|商家订单号|商户单号|商户訂單號|商戶單號|商戶訂單號|merchant order (?:no\\.?|number|id)|merchant order|order reference",
  ],
  [
    "serial",
    "交易单号|交易單號|支付流水号|交易流水号|交易号|交易號|流水号|流水號|转账单号|支付单号|transaction (?:no\\.?|id|number)|payment reference|reference (?:no\\.?|number)|receipt no\\.?",
  ],
  ["alipayOrder", "订单号|訂單號|order no\\.?"],
  [
    "time",
    "创建时间|創建時間|支付时间|支付時間|付款时间|付款時間|交易时间|交易時間|转账时间|payment time|transaction time|paid (?:at|on)|date",
  ],
  [
    "amount",
    "付款金额|付款金額|支付金额|支付金額|交易金额|交易金額|订单金额|消费金额|实付金额|实付款|实付|实际支付|合计|amount paid|amount|total paid|total",
  ],
  [
    "payee",
    "收款方全称|收款方|收款商户|商户全称|商戶全稱|商户名称|商家名称|对方账户|对方户名|收款人|payee|merchant name|merchant(?! order)|recipient|paid to",
  ],
  ["paidWith", "付款方式|支付方式|付款方法|payment method|paid with|paid by"],
  [
    "other",
    "当前状态|當前狀態|交易状态|支付状态|收单机构|清算机构|商品说明|商品說明|商品|账单分类|标签和备注|备注|支付奖励|账单服务|对此订单有疑问|可在支持的商户扫码退款|current status|payment status|status|description|item|remark|acquirer",
  ],
];

const FIELD_OF = new Map<string, Field>();
const LABEL = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${LABELS.map(([field, words], index) => {
    FIELD_OF.set(`f${index}`, field);
    return `(?<f${index}>${words})`;
  }).join("|")})(?![a-z])[ \\t]*[:：]?[ \\t]*`,
  "giu",
);

/** Labels nobody uses but a receipt; two fields make one, and one of these has to be among them. */
const PLAIN = new Set<Field>(["alipayOrder", "amount", "other", "paidWith"]);
const ALIPAY_NUMBER = /^20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{20}(?:\d{4})?$/u;
const WECHAT_NUMBER = /^4200\d{24}$/u;

const MONEY =
  /[-−+]?\s*(?<sign>CNY|RMB|USD|HKD|SGD|US\$|HK\$|S\$|[¥￥$])?\s*(?<figure>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,8}(?:\.\d{1,2})?)(?![\d,.]*\d)\s*(?<unit>元|圆|CNY|RMB|USD|HKD|SGD|yuan)?/iu;
const CURRENCY: Readonly<Record<string, string>> = { USD: "USD", $: "USD", US$: "USD", HKD: "HKD", HK$: "HKD", SGD: "SGD", S$: "SGD" };

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAY_NUMERIC =
  /(?:(?<year>20\d\d)\s*[-/.年]\s*)?(?<month>\d{1,2})\s*[-/.月]\s*(?<day>\d{1,2})\s*日?[\sT]*(?<hour>\d{1,2})\s*[:：时時]\s*(?<minute>\d{2})(?:\s*[:：分]\s*(?<second>\d{2})秒?|分)?/u;
const DAY_WORDS =
  /(?:(?<day>\d{1,2}) (?<month>[A-Z][a-z]{2})[a-z]*|(?<month2>[A-Z][a-z]{2})[a-z]* (?<day2>\d{1,2}))(?:,? (?<year>20\d\d))?,?(?: at)? (?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?\s*(?<half>[AaPp][Mm])?/u;

/** A bank's message: its name in brackets or the end of the card's number, and what went out. */
const BANK =
  /【[^】]{2,12}(?:银行|銀行|信用卡|信合)】|\[[^\]]{2,12}银行\]|尾号\s*\*{0,4}\d{3,4}|尾號\s*\d{3,4}|(?:card|account|a\/c) (?:ending(?: in)?|no\.?) ?[*x]*\d{4}/iu;
const CAME_IN = /退款|退回|入账|收入|存入|转入|refund|credited|reversal/iu;
const WENT_OUT = /支出|消费|消費|扣款|快捷支付|支付|付款|扣除|转出|debited|charged|spent|paid|purchase/iu;
const BALANCE =
  /(?:可用余额|活期余额|当前余额|余额|餘額|可用额度|available bal(?:ance)?|avail\.? bal\.?|balance)[\s:：为是]*(?:is )?(?:人民币|CNY|RMB|USD|HKD|SGD|US\$|[¥￥$])?\s*[\d,]+(?:\.\d{1,2})?元?/giu;

/** How a bank's message begins before it comes to the card. */
const ADDRESS = /(?:尊敬的[^，,]{2,8}[，,：:]?\s*)?(?:您的?|你的?|your|dear (?:customer|client),?)\s*$/iu;

interface Piece {
  readonly start: number;
  readonly end: number;
}

/**
 * @param text the customer's own message (masked), with its line breaks
 * @param now milliseconds since the epoch: a day without its year is the last such day
 * @returns undefined when the message holds no receipt
 */
export function readReceipt(text: string, now: number, timeZone: string): Receipt | undefined {
  if (!/\d{2}/u.test(text)) return undefined;
  return labelled(text, now, timeZone) ?? bankMessage(text, now, timeZone);
}

function labelled(text: string, now: number, timeZone: string): Receipt | undefined {
  const marks = [...text.matchAll(LABEL)].map((match) => {
    const name = Object.keys(match.groups ?? {}).find((group) => match.groups?.[group] !== undefined) ?? "";
    return { field: FIELD_OF.get(name) ?? ("other" as const), start: match.index, from: match.index + match[0].length };
  });
  if (marks.length < 2) return undefined;
  const found: Partial<Record<Field, string>> = {};
  const pieces: Piece[] = [];
  for (const [index, { field, start, from }] of marks.entries()) {
    const value = valueAt(text, from, marks[index + 1]?.start ?? text.length);
    const read = value && readValue(field, value.text, now, timeZone);
    if (value === undefined || read === undefined) continue;
    pieces.push({ start, end: value.start + read.length });
    found[field] ??= read.value;
  }
  const fields = Object.keys(found) as Field[];
  if (fields.length < 2 || fields.every((field) => PLAIN.has(field))) return undefined;

  const bareAmount = found.amount === undefined ? amountAlone(text) : undefined;
  if (bareAmount) pieces.push(bareAmount);
  const statusLines = [
    ...text.matchAll(/^[ \t]*(?:支付成功|交易成功|付款成功|支付宝|微信支付|账单详情|全部账单|payment successful)[ \t]*$/gimu),
  ];
  pieces.push(...statusLines.map((match) => ({ start: match.index, end: match.index + match[0].length })));
  pieces.push(...headLines(text, found.payee, bareAmount));
  const serial = found.serial ?? found.alipayOrder;
  const channel = channelOf(text, serial);
  return receipt(text, pieces, {
    amount: found.amount ?? bareAmount?.value,
    time: found.time,
    channel,
    merchantOrder: found.merchantOrder,
    serial,
    payee: found.payee,
  });
}

function bankMessage(text: string, now: number, timeZone: string): Receipt | undefined {
  const bank = BANK.exec(text);
  // A refund names the way it was once paid; it is no payment.
  if (!bank || !WENT_OUT.test(text) || CAME_IN.test(text)) return undefined;
  // What is left on the account is not what was paid.
  const seen = text.replace(BALANCE, (match) => " ".repeat(match.length));
  const time = readTime(seen, now, timeZone);
  const paid = time ? blank(seen, [time]) : seen;
  const amount = paidIn(paid);
  if (!amount) return undefined;
  const balances = [...text.matchAll(BALANCE), ...text.matchAll(/[[【][^\]】\n]{2,12}(?:银行|銀行)[\]】]/gu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  const head = { start: bank.index, end: bank.index + bank[0].length };
  // The message of the bank is one sentence: all of it up to the last thing read is the receipt.
  const end = Math.max(amount.end, time?.end ?? 0, head.end, ...balances.map((piece) => piece.end));
  const first = Math.min(amount.start, time?.start ?? text.length, head.start);
  const start = first - (ADDRESS.exec(text.slice(0, first))?.[0].length ?? 0);
  return receipt(text, [{ start, end }], { amount: amount.value, time: time?.value, channel: channelOf(text, undefined) ?? "bank_card" });
}

/** In a bank's message a sum has a sign or a unit; the digits of the card have none. */
function paidIn(text: string): (Piece & { value: string }) | undefined {
  for (const match of text.matchAll(new RegExp(MONEY.source, "giu"))) {
    const { sign, unit } = match.groups ?? {};
    if (sign === undefined && unit === undefined && !/人民币\s*$/u.test(text.slice(0, match.index))) continue;
    const value = moneyOf(match);
    if (value !== undefined) return { start: match.index, end: match.index + match[0].length, value };
  }
  return undefined;
}

/** What stands after a label: the rest of its line, or the next line when a copied page puts the value there. */
function valueAt(text: string, from: number, to: number): { text: string; start: number } | undefined {
  const lead = /^[ \t]*(?:\r?\n[ \t]*)?/u.exec(text.slice(from, to))?.[0].length ?? 0;
  const line = text.slice(from + lead, to).split(/\r?\n/u)[0] ?? "";
  return line.trim() === "" ? undefined : { text: line, start: from + lead };
}

/** @returns the value, and how much of the line it is: words behind it are the customer's own */
function readValue(field: Field, line: string, now: number, timeZone: string): { value: string; length: number } | undefined {
  switch (field) {
    case "amount": {
      const match = MONEY.exec(line);
      const value = match?.index === 0 ? moneyOf(match) : undefined;
      return match && value !== undefined ? { value, length: match[0].trimEnd().length } : undefined;
    }
    case "time": {
      const time = readTime(line, now, timeZone);
      return time?.start === 0 ? { value: time.value, length: time.end } : undefined;
    }
    case "merchantOrder":
    case "serial":
    case "alipayOrder": {
      const number = /^[A-Za-z0-9][A-Za-z0-9_-]{5,63}(?![A-Za-z0-9_•-])/u.exec(line)?.[0];
      if (number === undefined || !/\d{3}/u.test(number)) return undefined;
      if (field === "alipayOrder" && !ALIPAY_NUMBER.test(number)) return undefined;
      return { value: number.toUpperCase(), length: number.length };
    }
    case "payee":
    case "paidWith":
    case "other": {
      const words = /^[^\n,，。;；]{1,60}/u.exec(line)?.[0].trimEnd();
      return words ? { value: words.replace(/\s+/gu, " ").trim(), length: words.length } : undefined;
    }
  }
}

/** The shop's name stands once more above the sum: that line is no request about the shop. */
function headLines(text: string, payee: string | undefined, amount: Piece | undefined): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const name = line.trim();
    const isAbove = amount !== undefined && start + line.length + 1 === amount.start && [...name].length <= 24;
    const isPayee = payee !== undefined && name.length >= 2 && (payee.includes(name) || name === payee);
    if (name !== "" && (isAbove || isPayee)) pieces.push({ start, end: start + line.length });
    start += line.length + 1;
  }
  return pieces;
}

function amountAlone(text: string): (Piece & { value: string }) | undefined {
  const match = /^[ \t]*([-−][¥￥]?|[¥￥])\s*\d[\d,]*(?:\.\d{2})?[ \t]*$/mu.exec(text);
  const money = match && MONEY.exec(match[0]);
  const value = money && moneyOf(money);
  return match && value !== undefined && value !== null ? { start: match.index, end: match.index + match[0].length, value } : undefined;
}

function moneyOf({ groups }: RegExpExecArray | RegExpMatchArray): string | undefined {
  const [whole = "0", cents = ""] = (groups?.figure ?? "").replaceAll(",", "").split(".");
  const named = (groups?.sign ?? groups?.unit ?? "").toUpperCase();
  const amount = `${whole.replace(/^0+(?=\d)/u, "")}.${cents.padEnd(2, "0")}`;
  return Number(amount) > 0 ? `${amount} ${CURRENCY[named] ?? "CNY"}` : undefined;
}

function readTime(line: string, now: number, timeZone: string): (Piece & { value: string }) | undefined {
  const numeric = DAY_NUMERIC.exec(line);
  const match = numeric ?? DAY_WORDS.exec(line);
  const groups = match?.groups;
  if (!match || !groups) return undefined;
  const month = numeric ? Number(groups.month) : MONTHS.indexOf((groups.month ?? groups.month2 ?? "").toLowerCase()) + 1;
  const clock = Number(groups.hour);
  const half = groups.half?.toLowerCase();
  const hour = half === "pm" && clock < 12 ? clock + 12 : half === "am" && clock === 12 ? 0 : clock;
  const value = isoInZone(
    {
      year: groups.year === undefined ? undefined : Number(groups.year),
      month,
      day: Number(groups.day ?? groups.day2),
      hour,
      minute: Number(groups.minute),
      second: Number(groups.second ?? 0),
    },
    now,
    timeZone,
  );
  return value === undefined ? undefined : { start: match.index, end: match.index + match[0].trimEnd().length, value };
}

function channelOf(text: string, serial: string | undefined): string | undefined {
  if (serial !== undefined && WECHAT_NUMBER.test(serial)) return "wechat";
  if (serial !== undefined && ALIPAY_NUMBER.test(serial)) return "alipay";
  if (/财付通|微信|wechat|tenpay/iu.test(text)) return "wechat";
  if (/支付宝|余额宝|花呗|alipay/iu.test(text)) return "alipay";
  if (/paypal/iu.test(text)) return "paypal";
  return /(?:付款方式|支付方式|payment method|paid with)[\s:：]*[^\n]*(?:银行|bank|visa|mastercard|\(\d{4}\))/iu.test(text)
    ? "bank_card"
    : undefined;
}

function receipt(text: string, pieces: readonly Piece[], fields: { readonly [K in keyof Receipt]?: string | undefined }): Receipt {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), rest: blank(text, pieces) };
}

/** Every character of a piece becomes a space; the lines stay where they are. */
function blank(text: string, pieces: readonly Piece[]): string {
  let result = text;
  for (const { start, end } of pieces)
    result = result.slice(0, start) + text.slice(start, end).replace(/[^\n]/gu, (c) => " ".repeat(c.length)) + result.slice(end);
  return result;
}
