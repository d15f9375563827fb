/** Wall-clock arithmetic in a time zone, on `Intl` alone. */

/** A wall clock: month 1–12; overflow is normalised by `toInstant`. */
export interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>();
const FALLBACK_ZONE = "Asia/Shanghai";

function format(zone: string): Intl.DateTimeFormat {
  let known = formats.get(zone);
  if (known === undefined) {
    try {
      known = new Intl.DateTimeFormat("en-US", {
        timeZone: zone,
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      });
    } catch {
      // A zone nobody knows (a channel's mistake) must not stop a turn.
      known = format(FALLBACK_ZONE);
    }
    if (formats.size < 500) formats.set(zone, known);
  }
  return known;
}

/** The wall clock of an instant (milliseconds) in a zone. */
export function toWallClock(instant: number, zone: string): WallClock {
  const parts: Record<string, number> = {};
  for (const { type, value } of format(zone).formatToParts(instant)) if (type !== "literal") parts[type] = Number(value);
  return {
    year: parts.year ?? 1970,
    month: parts.month ?? 1,
    day: parts.day ?? 1,
    hour: parts.hour ?? 0,
    minute: parts.minute ?? 0,
    second: parts.second ?? 0,
  };
}

/** Offset of a zone from UTC at an instant, in minutes. */
export function offsetMinutes(instant: number, zone: string): number {
  const wall = toWallClock(instant, zone);
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  return Math.round((asUtc - Math.floor(instant / 1000) * 1000) / 60_000);
}

/** The instant (milliseconds) of a wall clock in a zone; days and months may overflow. */
export function toInstant(wall: WallClock, zone: string): number {
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  const first = asUtc - offsetMinutes(asUtc, zone) * 60_000;
  // Once more, for a wall clock beside a change of the clocks.
  return asUtc - offsetMinutes(first, zone) * 60_000;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** `2026-11-20T17:30:00+08:00` */
export function isoWithOffset(instant: number, zone: string): string {
  const wall = toWallClock(instant, zone);
  const offset = offsetMinutes(instant, zone);
  const size = Math.abs(offset);
  return `${isoDate(wall)}T${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** `2026-11-20`, with overflowing days put right. */
export function isoDate(wall: Pick<WallClock, "year" | "month" | "day">): string {
  const date = new Date(Date.UTC(wall.year, wall.month - 1, wall.day));
  return Number.isNaN(date.getTime()) ? "1970-01-01" : date.toISOString().slice(0, 10);
}

/** Day of the week, 0 = Sunday. */
export function weekday(wall: Pick<WallClock, "year" | "month" | "day">): number {
  return new Date(Date.UTC(wall.year, wall.month - 1, wall.day)).getUTCDay();
}
