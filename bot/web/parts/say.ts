/** Times, ranges and codes as a person says them, in the reader's own time zone. */
import type { Locale } from "./locale.ts";

/** `20:41`; on another day `11月19日 20:41` / `19 Nov, 20:41`. Milliseconds in. */
export function sayTime(at: number, now: number, locale: Locale): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(sameDay ? {} : { month: locale === "en" ? "short" : "long", day: "numeric" }),
  }).format(at);
}

/** Eight digits in two groups of four: `4072 1186`. */
export function groupCode(code: string): string {
  return code.replace(/^(\d{4})(\d{4})$/u, "$1 $2");
}

/** A waiting range in whole minutes, never narrower than one and never starting below one. Seconds in. */
export function minuteRange(low: number, high: number): { low: number; high: number } {
  const from = Math.max(1, Math.round(low / 60));
  return { low: from, high: Math.max(from + 1, Math.ceil(high / 60)) };
}

/** `3:05`, or `1:02:05` from an hour on; the sign is the caller's. Milliseconds in. */
export function sayDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(Math.abs(ms) / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
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

/**
 * A fact's value for a reader: `1204.00 CNY` → `¥1,204.00`, an instant → the clock. Figures are regrouped, never reckoned with; whatever
 * has neither form is said as it stands.
 */
export function sayValue(value: string, now: number, locale: Locale): string {
  const money = /^(-?\d+)(\.\d+)? ([A-Z]{3})$/u.exec(value);
  if (money) {
    const [, whole = "", cents = "", currency = ""] = money;
    return `${SYMBOLS[currency] ?? `${currency} `}${whole.replace(/\B(?=(\d{3})+$)/gu, ",")}${cents}`;
  }
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/u.test(value) ? sayTime(Date.parse(value), now, locale) : value;
}
