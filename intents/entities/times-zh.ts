import type { Candidate } from "./candidate.ts";
import { matches } from "./identifiers.ts";
import { NUMERAL_CLASS, parseMixedNumber } from "./numerals.ts";
import { isoDate, isoWithOffset, toInstant, toWallClock, type WallClock, weekday } from "./zone.ts";

/** Chinese dates and times, relative to `now` in the customer's zone: 刚刚, 半小时前, 昨晚十点半, 上周五, 3号下午两点, 11月20日. */

const NUM = `(?:\\d{1,4}(?:\\.\\d)?|[${NUMERAL_CLASS}]{1,4}|半)`;
const CLOCK_NUM = "(?:\\d{1,2}|[零〇一二两三四五六七八九十]{1,3})";
const DAY_WORDS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    大前天: -3,
    前天: -2,
    前日: -2,
    前晚: -2,
    昨天: -1,
    昨日: -1,
    昨晚: -1,
    昨夜: -1,
    昨儿: -1,
    昨: -1,
    今天: 0,
    今日: 0,
    今早: 0,
    今晨: 0,
    今晚: 0,
    今儿: 0,
    当天: 0,
    明天: 1,
    明日: 1,
    明早: 1,
    明晚: 1,
    明儿: 1,
    后天: 2,
  }),
);
const DAY_PART = "凌晨|清晨|清早|大清早|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜|早|晚";
const RELATIVE_DAY = "大前天|前天|前日|前晚|昨天|昨日|昨晚|昨夜|昨儿|今天|今日|今早|今晨|今晚|今儿|明天|明日|明早|明晚|明儿|后天";
const WEEK_DAY = "(?:上上|上|这|本|下)?(?:个)?(?:周|星期|礼拜)[一二三四五六日天]";
const CALENDAR =
  "(?:20\\d{2}\\s?[年./-]\\s?)?(?:1[0-2]|0?[1-9])\\s?[月./-]\\s?(?:3[01]|[12]\\d|0?[1-9])(?:日|号)?|(?:上个月|上月|这个月|本月)?(?:3[01]|[12]\\d|[1-9]|[一二三四五六七八九十]{1,3})号|(?:[一二三四五六七八九十]{1,2})月(?:[一二三四五六七八九十]{1,3})(?:日|号)";
const CLOCK = `(?:${CLOCK_NUM}\\s?(?:点钟|点|时(?!候|间|效|不|常))\\s?(?:半|一刻|三刻|整|过|多|${CLOCK_NUM}\\s?分?)?|(?:[01]?\\d|2[0-3])[:：][0-5]\\d(?:[:：][0-5]\\d)?)`;

const AGO = new RegExp(
  `(${NUM})\\s?(?:来|多)?\\s?(个半|个多)?\\s?(?:个)?\\s?(秒钟|秒|分钟|分|刻钟|小时|钟头|天|日|周|星期|礼拜|月|年)(?:半|多)?\\s?(?:之前|以前|前)|(半)\\s?(?:个)?\\s?(小时|钟头|天|年|个月)\\s?(?:之前|以前|前)`,
  "gu",
);
const SINCE = new RegExp(
  `(?:等了|过了|已经|都|快|有|充了|付了)?\\s?(${NUM})\\s?(?:来|多)?\\s?(个半|个多)?\\s?(?:个)?\\s?(分钟|小时|钟头|天|周|星期|礼拜|月)(?:了|还没|都没|仍|依然|也没|一直)`,
  "gu",
);
const JUST = /刚刚|刚才|方才|(?<!刚)刚(?=充|付|买|下|转|扣|提|登|收|打)/gu;
const POINT = new RegExp(
  `(?:(${RELATIVE_DAY})|(${WEEK_DAY})|(${CALENDAR}))(?:的)?\\s?(${DAY_PART})?\\s?(?:的)?\\s?(${CLOCK})?|(${DAY_PART})?\\s?(${CLOCK})`,
  "gu",
);

const UNIT_SECONDS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    秒钟: 1,
    秒: 1,
    分钟: 60,
    分: 60,
    刻钟: 900,
    小时: 3_600,
    钟头: 3_600,
    天: 86_400,
    日: 86_400,
    周: 604_800,
    星期: 604_800,
    礼拜: 604_800,
  }),
);

/** Finds times in folded text. */
export function findChineseTimes(text: string, now: number, zone: string): Candidate[] {
  const found: Candidate[] = [];
  for (const match of matches(JUST, text)) {
    found.push({ type: "time", value: isoWithOffset(now, zone), start: match.index, end: match.index + match[0].length, confidence: 0.7 });
  }
  for (const [regex, confidence] of [
    [AGO, 0.92],
    [SINCE, 0.55],
  ] as const) {
    for (const match of matches(regex, text)) {
      const value = ago(
        match[1] ?? match[4] ?? "",
        match[2],
        match[3] ?? match[5] ?? "",
        /半(?:之前|以前|前)$/u.test(match[0]) && match[4] === undefined && match[1] !== "半",
        now,
        zone,
      );
      if (value !== undefined)
        found.push({
          type: "time",
          value,
          start: match.index,
          end: match.index + match[0].replace(/(?:了|还没|都没|仍|依然|也没|一直)$/u, "").length,
          confidence,
        });
    }
  }
  for (const match of matches(POINT, text)) {
    const value = point(match, text, now, zone);
    if (value !== undefined && match[0].trim() !== "") {
      const start = match.index + (match[0].length - match[0].trimStart().length);
      found.push({ type: "time", value: value.text, start, end: match.index + match[0].trimEnd().length, confidence: value.confidence });
    }
  }
  return found;
}

function ago(amount: string, extra: string | undefined, unit: string, half: boolean, now: number, zone: string): string | undefined {
  const count = amount === "半" ? 0.5 : parseMixedNumber(amount);
  if (count === undefined) return undefined;
  const size = count + (extra === "个半" || half ? 0.5 : 0);
  if (unit === "月" || unit === "个月" || unit === "年") {
    const wall = toWallClock(now, zone);
    return isoDate({ year: wall.year, month: wall.month - Math.round(unit === "年" ? size * 12 : size), day: wall.day });
  }
  const seconds = UNIT_SECONDS.get(unit);
  if (seconds === undefined) return undefined;
  const instant = now - size * seconds * 1000;
  // Days and weeks name a day, not a minute.
  return seconds >= 86_400 && Number.isInteger(size) ? isoDate(toWallClock(instant, zone)) : isoWithOffset(instant, zone);
}

function point(
  match: RegExpExecArray,
  text: string,
  now: number,
  zone: string,
): { readonly text: string; readonly confidence: number } | undefined {
  const [, relative, week, calendar, partAfter, clockAfter, partAlone, clockAlone] = match;
  const today = toWallClock(now, zone);
  const clock = readClock(clockAfter ?? clockAlone);
  const spokenPart = partAfter ?? partAlone ?? impliedPart(relative);
  if (clockAlone !== undefined && !acceptsBareClock(match[0], clockAlone, partAlone, text, match.index)) return undefined;
  let day: Pick<WallClock, "year" | "month" | "day"> | undefined;
  if (relative !== undefined) day = shift(today, DAY_WORDS.get(relative) ?? 0);
  else if (week !== undefined) day = weekDay(week, today);
  else if (calendar !== undefined) {
    day = calendarDay(calendar, today, clock !== undefined);
    if (day === undefined) return undefined;
  }
  if (clock === undefined) return day === undefined ? undefined : { text: isoDate(day), confidence: calendar === undefined ? 0.9 : 0.8 };
  const hour = hourOfDay(clock.hour, spokenPart);
  if (hour > 24) return undefined;
  const at = { ...(day ?? today), hour, minute: clock.minute, second: clock.second ?? 0 };
  let instant = toInstant(at, zone);
  if (
    day === undefined &&
    instant > now &&
    !/(?:后|以后|之后|前|之前|给我|打|回|联系|到|开始)/u.test(text.slice(match.index + match[0].length, match.index + match[0].length + 3))
  ) {
    // "十点充的" said at nine in the evening is this morning; said at eight in the morning it was yesterday evening or morning.
    instant = toInstant({ ...at, day: at.day - 1 }, zone);
  } else if (day === undefined && spokenPart === undefined && clock.hour <= 11 && instant < now) {
    const evening = toInstant({ ...at, hour: hour + 12 }, zone);
    if (evening <= now) instant = evening;
  }
  return { text: isoWithOffset(instant, zone), confidence: day === undefined ? 0.7 : 0.93 };
}

/** "3点" needs a sign that it is a time: a part of the day, minutes, or no counted noun behind it ("3点券"). */
function acceptsBareClock(whole: string, clock: string, part: string | undefined, text: string, at: number): boolean {
  const next = text.charAt(at + whole.length);
  if (/[券数卡]/u.test(next) || /[\d.]/u.test(text.charAt(at - 1))) return false;
  if (part !== undefined || /[:：]|半|刻|分/u.test(clock)) return true;
  if (/几|多少|差|有/u.test(text.charAt(at - 1))) return false;
  return !/^[一]点$/u.test(clock) && !/^\s?(?:一|几)点/u.test(whole);
}

function impliedPart(relative: string | undefined): string | undefined {
  if (relative === undefined) return undefined;
  if (/晚|夜/u.test(relative)) return "晚上";
  if (/早|晨/u.test(relative)) return "早上";
  return undefined;
}

function readClock(text: string | undefined): { readonly hour: number; readonly minute: number; readonly second?: number } | undefined {
  if (text === undefined) return undefined;
  const digital = /^(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?/u.exec(text);
  if (digital !== null) return { hour: Number(digital[1]), minute: Number(digital[2]), second: Number(digital[3] ?? 0) };
  const spoken = /^(\S+?)\s?(?:点钟|点|时)\s?(.*)$/u.exec(text);
  const hour = spoken === null ? undefined : parseMixedNumber(spoken[1] ?? "");
  if (spoken === null || hour === undefined || hour > 24) return undefined;
  const rest = (spoken[2] ?? "").replace(/\s?分$/u, "");
  const minute =
    rest === "半" ? 30 : rest === "一刻" ? 15 : rest === "三刻" ? 45 : /^(?:整|过|多|)$/u.test(rest) ? 0 : parseMixedNumber(rest);
  return minute === undefined || minute > 59 ? { hour, minute: 0 } : { hour, minute };
}

function hourOfDay(hour: number, part: string | undefined): number {
  if (part === undefined || hour > 12) return hour;
  if (/下午|傍晚|晚/u.test(part)) return hour === 12 ? (/晚/u.test(part) ? 24 : 12) : hour < 12 ? hour + 12 : hour;
  if (/中午/u.test(part)) return hour <= 3 ? hour + 12 : hour;
  if (/夜/u.test(part)) return hour === 12 ? 24 : hour >= 8 ? hour + 12 : hour;
  return hour === 12 && /凌晨/u.test(part) ? 0 : hour;
}

function shift(day: Pick<WallClock, "year" | "month" | "day">, days: number): Pick<WallClock, "year" | "month" | "day"> {
  return { year: day.year, month: day.month, day: day.day + days };
}

function weekDay(spoken: string, today: WallClock): Pick<WallClock, "year" | "month" | "day"> {
  const wanted = ("日一二三四五六".indexOf(spoken.slice(-1).replace("天", "日")) + 6) % 7;
  const current = (weekday(today) + 6) % 7;
  const weeks = spoken.startsWith("上上") ? -2 : spoken.startsWith("上") ? -1 : spoken.startsWith("下") ? 1 : 0;
  let days = wanted - current + weeks * 7;
  // "周五充的" without this/last is the last one that was.
  if (/^[周星礼]/u.test(spoken) && days > 0) days -= 7;
  return shift(today, days);
}

function calendarDay(spoken: string, today: WallClock, clocked: boolean): Pick<WallClock, "year" | "month" | "day"> | undefined {
  const full =
    /^(?:(20\d{2})\s?[年./-]\s?)?(\d{1,2}|[一二三四五六七八九十]{1,2})\s?([月./-])\s?(\d{1,2}|[一二三四五六七八九十]{1,3})(日|号)?$/u.exec(
      spoken,
    );
  if (full !== null) {
    // "3.5" or "2-3" alone is a number or a range, not a date.
    if (full[1] === undefined && full[3] !== "月" && !clocked) return undefined;
    const month = parseMixedNumber(full[2] ?? "") ?? 1;
    const day = parseMixedNumber(full[4] ?? "") ?? 1;
    const year =
      full[1] === undefined
        ? month > today.month || (month === today.month && day > today.day)
          ? today.year - 1
          : today.year
        : Number(full[1]);
    return { year, month, day };
  }
  const only = /^(上个月|上月|这个月|本月)?(\d{1,2}|[一二三四五六七八九十]{1,3})号$/u.exec(spoken);
  const day = only === null ? undefined : parseMixedNumber(only[2] ?? "");
  if (only === null || day === undefined || day > 31) return undefined;
  const back = only[1]?.startsWith("上") === true || (only[1] === undefined && day > today.day);
  return { year: today.year, month: today.month - (back ? 1 : 0), day };
}
