import { createRequire } from "node:module";
import type { Candidate } from "./candidate.ts";
import { isoDate, isoWithOffset, offsetMinutes, toWallClock } from "./zone.ts";

/** English dates and times by `chrono-node`, loaded when a text first hints at a time. */

interface ChronoComponents {
  date(): Date;
  isCertain(component: string): boolean;
}
interface ChronoResult {
  readonly index: number;
  readonly text: string;
  readonly start: ChronoComponents;
}
interface Chrono {
  readonly casual: { parse(text: string, reference: { instant: Date; timezone: number }, options?: object): ChronoResult[] };
}
const require = createRequire(import.meta.url);
let chrono: Chrono | undefined;

const HINT =
  /\b(?:yesterday|today|tonight|tomorrow|ago|last|this (?:morning|afternoon|evening|week|month)|noon|midnight|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)\b|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december|\d{1,2}\s?(?:am|pm|a\.m|p\.m)|\d{1,2}:\d{2}|20\d{2}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}\/\d{1,2})/iu;
const ISO = /(?<![\d-])(20\d{2})[-/](0?[1-9]|1[0-2])[-/](0?[1-9]|[12]\d|3[01])(?:[ T]([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?)?(?!\d)/gu;
const JUST = /\b(?:just now|a moment ago|a minute ago)\b/giu;
const SINCE =
  /\b(?:for|waited|waiting|been)\s+(?:about |over |almost |nearly |more than )?(\d{1,3}|an?|two|three|four|five|six|half an)\s+(minutes?|mins?|hours?|hrs?|days?|weeks?)\b/giu;
const WORDS: ReadonlyMap<string, number> = new Map(
  Object.entries({ a: 1, an: 1, two: 2, three: 3, four: 4, five: 5, six: 6, "half an": 0.5 }),
);

/** Finds times in folded text. */
export function findEnglishTimes(text: string, now: number, zone: string): Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(SINCE)) {
    const count = WORDS.get((match[1] ?? "").toLowerCase()) ?? Number(match[1]);
    const unit = (match[2] ?? "").toLowerCase();
    const seconds = unit.startsWith("m") ? 60 : unit.startsWith("h") ? 3_600 : unit.startsWith("d") ? 86_400 : 604_800;
    if (!Number.isFinite(count)) continue;
    const at = now - count * seconds * 1000;
    const start = match.index + match[0].indexOf(match[1] ?? "");
    found.push({
      type: "time",
      value: seconds >= 86_400 ? isoDate(toWallClock(at, zone)) : isoWithOffset(at, zone),
      start,
      end: match.index + match[0].length,
      confidence: 0.55,
    });
  }
  for (const match of text.matchAll(JUST)) {
    found.push({ type: "time", value: isoWithOffset(now, zone), start: match.index, end: match.index + match[0].length, confidence: 0.7 });
  }
  if (!HINT.test(text)) return found;
  chrono ??= require("chrono-node/en") as Chrono;
  let results: ChronoResult[];
  try {
    results = chrono.casual.parse(
      text.slice(0, 1000),
      { instant: new Date(now), timezone: offsetMinutes(now, zone) },
      { forwardDate: false },
    );
  } catch {
    // A date library's stumble on odd text must not stop a turn.
    return found;
  }
  for (const { index, text: spoken, start } of results) {
    if (!/[a-z]/iu.test(spoken) && !/[:/-]/u.test(spoken)) continue;
    if (/^(?:may|mar|sun|sat|wed|dec|march|second|sec|min|now)$/iu.test(spoken)) continue;
    const instant = start.date().getTime();
    if (!Number.isFinite(instant)) continue;
    const timed = start.isCertain("hour") || /\b(?:minutes?|mins?|hours?|hrs?|seconds?) ago\b|just now|moment ago/iu.test(spoken);
    found.push({
      type: "time",
      value: timed ? isoWithOffset(instant, zone) : isoDate(toWallClock(instant, zone)),
      start: index,
      end: index + spoken.length,
      confidence: 0.88,
    });
  }
  return found;
}

/** Dates in figures, whatever the language: 2026-11-20, 2026/11/20 17:30. */
export function findIsoTimes(text: string): Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(ISO)) {
    if (match[4] !== undefined) continue;
    const value = isoDate({ year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) });
    found.push({ type: "time", value, start: match.index, end: match.index + match[0].length, confidence: 0.9 });
  }
  return found;
}
