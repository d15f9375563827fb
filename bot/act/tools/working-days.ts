/** Working days, Monday to Friday in the desk's zone. Public holidays are not known here: a promise counted with them would only be later. */

const DAY = 86_400_000;
const WEEKEND = new Set(["Sat", "Sun"]);

/** The same clock time `days` working days after `at`. Milliseconds since the epoch. */
export function workingDaysAfter(at: number, days: number, timeZone: string): number {
  const weekday = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short" });
  let then = at;
  for (let left = days; left > 0; ) {
    then += DAY;
    if (!WEEKEND.has(weekday.format(then))) left -= 1;
  }
  return then;
}
