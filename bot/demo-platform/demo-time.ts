/** Times of the demo data, reckoned back from its start. The shop lives in China: UTC+8 all year, working days Monday to Friday. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const ZONE = 8 * HOUR;

/** The same clock time `days` working days before `at`. Holidays are not known. */
export function workingDaysBefore(at: number, days: number): number {
  let then = at;
  for (let left = days; left > 0; ) {
    then -= DAY;
    const weekday = new Date(then + ZONE).getUTCDay();
    if (weekday !== 0 && weekday !== 6) left -= 1;
  }
  return then;
}

/** `minutes` before `at`, or half-way to the last midnight in China when that is nearer: a thing of "today" stays one just after midnight. */
export function earlierToday(at: number, minutes: number): number {
  const sinceMidnight = (at + ZONE) % DAY;
  return at - Math.min(minutes * MINUTE, sinceMidnight / 2);
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}
