/** Times, money and ranges as a person says them. Times are clock times in the desk's zone. */
import type { Language, Money } from "./words.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

function parts(at: number, timeZone: string): Record<string, string> {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    });
    formats.set(timeZone, format);
  }
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Further off than this, a day without its year would be taken for the one of this year. */
const HALF_A_YEAR_MS = 183 * 86_400_000;

/** `17:32` on the day of `now`, else `11月19日 17:32` / `19 Nov 17:32`; with the year when it is more than half a year away. */
export function sayTime(at: number, now: number, timeZone: string, language: Language): string {
  const then = parts(at, timeZone);
  const today = parts(now, timeZone);
  const clock = `${then.hour}:${then.minute}`;
  if (then.year === today.year && then.month === today.month && then.day === today.day) return clock;
  const isFar = Math.abs(at - now) > HALF_A_YEAR_MS;
  if (language === "zh") return `${isFar ? `${then.year}年` : ""}${Number(then.month)}月${Number(then.day)}日 ${clock}`;
  return `${Number(then.day)} ${MONTHS[Number(then.month) - 1]}${isFar ? ` ${then.year}` : ""} ${clock}`;
}

/** Minutes after midnight in the zone. */
export function minuteOfDay(at: number, timeZone: string): number {
  const then = parts(at, timeZone);
  return Number(then.hour) * 60 + Number(then.minute);
}

const SYMBOLS: Readonly<Record<string, string>> = {
  CNY: "¥",
  USD: "US$",
  EUR: "€",
  GBP: "£",
  HKD: "HK$",
  TWD: "NT$",
  SGD: "S$",
  MYR: "RM",
  JPY: "JP¥",
};

/** `1,204.00 元` / `¥1,204.00`. The figure is never rounded or reckoned with: it is the platform's own string, grouped. */
export function sayMoney(money: Money, language: Language): string {
  const [whole = "0", cents] = money.amount.split(".");
  const figure = whole.replace(/\B(?=(\d{3})+$)/gu, ",") + (cents === undefined ? "" : `.${cents}`);
  if (language === "zh" && money.currency === "CNY") return `${figure} 元`;
  const symbol = SYMBOLS[money.currency];
  const [sign, unsigned] = figure.startsWith("-") ? ["-", figure.slice(1)] : ["", figure];
  return symbol ? `${sign}${symbol}${unsigned}` : `${figure} ${money.currency}`;
}

/** Eight digits as `4072 1186`. */
export function sayCode(code: string): string {
  return `${code.slice(0, 4)} ${code.slice(4)}`;
}

/** `8–12 分钟（20:41 前后）` / `8–12 minutes (around 20:41)`; around the likely end, or the middle when that is not known. */
export function sayRange(
  range: { readonly lowSeconds: number; readonly likelySeconds?: number; readonly highSeconds: number },
  now: number,
  timeZone: string,
  language: Language,
): string {
  const low = Math.max(1, Math.round(range.lowSeconds / 60));
  const high = Math.max(low + 1, Math.ceil(range.highSeconds / 60));
  const likely = range.likelySeconds === undefined ? (low + high) / 2 : Math.min(high, Math.max(low, range.likelySeconds / 60));
  const around = sayTime(now + likely * 60_000, now, timeZone, language);
  return language === "zh" ? `${low}–${high} 分钟（${around} 前后）` : `${low}–${high} minutes (around ${around})`;
}

/** `"500.00 CNY"` as entities carry it → money. Undefined when it is not of that form. */
export function parseMoney(value: string): Money | undefined {
  const match = /^(\d+(?:\.\d+)?) ([A-Z]{3})$/u.exec(value);
  return match?.[1] && match[2] ? { amount: match[1], currency: match[2] } : undefined;
}

/** `UTC+8`: the zone in which clock times are told. */
export function sayZone(timeZone: string, at: number): string {
  const part = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "shortOffset" }).formatToParts(at);
  return (part.find(({ type }) => type === "timeZoneName")?.value ?? timeZone).replace("GMT", "UTC");
}
