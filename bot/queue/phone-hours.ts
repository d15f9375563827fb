/** When phone agents work, in the desk's own time zone. Pure. */
import type { Policy } from "../policy/policy.ts";
import { minuteOfDay } from "../policy/speak.ts";

export type Hours = Pick<Policy, "phoneHours" | "timeZone">;

const MINUTE = 60_000;

export function isOpen(now: number, { phoneHours: { opens, closes }, timeZone }: Hours): boolean {
  const minute = minuteOfDay(now, timeZone);
  return opens < closes ? minute >= opens && minute < closes : minute >= opens || minute < closes;
}

/** The first moment from `from` on at which the phones are staffed. */
export function opening(from: number, hours: Hours): number {
  let at = from;
  // Once is enough but where a clock is put forward or back in between.
  for (let round = 0; round < 4 && !isOpen(at, hours); round += 1) {
    const wait = (hours.phoneHours.opens - minuteOfDay(at, hours.timeZone) + 1440) % 1440;
    at = Math.floor(at / MINUTE) * MINUTE + Math.max(1, wait) * MINUTE;
  }
  return at;
}

/** The moment after `now` at which the phones close, while they are staffed. */
export function closing(now: number, hours: Hours): number {
  const left = (hours.phoneHours.closes - minuteOfDay(now, hours.timeZone) + 1440) % 1440;
  return Math.floor(now / MINUTE) * MINUTE + (left === 0 ? 1440 : left) * MINUTE;
}
