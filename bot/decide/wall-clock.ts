/** A day and a clock time as a receipt prints them, as an instant. */

export interface WallTime {
  /** Absent: the last such day. */
  readonly year: number | undefined;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** @returns `2026-11-20T17:30:00+08:00`; undefined for a day or a time that does not exist */
export function isoInZone(wall: WallTime, now: number, timeZone: string): string | undefined {
  const { month, day, hour, minute, second } = wall;
  const year = wall.year ?? new Date(now + offsetMinutes(now, timeZone) * MINUTE).getUTCFullYear();
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(asUtc);
  if (Number.isNaN(asUtc) || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = offsetMinutes(asUtc - offsetMinutes(asUtc, timeZone) * MINUTE, timeZone);
  // A receipt of tomorrow is one of last year.
  if (wall.year === undefined && asUtc - offset * MINUTE > now + DAY) return isoInZone({ ...wall, year: year - 1 }, now, timeZone);
  const two = (value: number): string => String(value).padStart(2, "0");
  const size = Math.abs(offset);
  return `${date.toISOString().slice(0, 19)}${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Offset of the zone from UTC at an instant. */
function offsetMinutes(instant: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    formats.set(timeZone, format);
  }
  const name = format.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const match = /GMT([+-])(\d\d):(\d\d)/u.exec(name);
  return match ? (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) : 0;
}
