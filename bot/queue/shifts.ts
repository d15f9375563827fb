/** Who is on duty by the roster, until when, and which line nobody covers. Pure; times in ms, in the desk's zone. */
import type { Policy } from "../policy/policy.ts";
import { type Roster, type RosterAgent, type Span, WEEKDAYS, type Weekday } from "../policy/roster.ts";
import { type Language, SKILLS, type Skill } from "../policy/words.ts";

export interface LocalDay {
  /** `2026-10-01`. */
  readonly date: string;
  readonly weekday: Weekday;
  readonly minute: number;
}

const MINUTE = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

export function localDay(at: number, timeZone: string): LocalDay {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
    });
    formats.set(timeZone, format);
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    weekday: WEEKDAYS.find((day) => day === part.weekday?.toLowerCase()) ?? "mon",
    minute: Number(part.hour) * 60 + Number(part.minute),
  };
}

/** A holiday is a day off whatever day it is; a make-up day (调休) is a workday though it is a weekend. */
export function isDayOff({ date, weekday }: Pick<LocalDay, "date" | "weekday">, roster: Roster): boolean {
  if (roster.daysOff.has(date)) return true;
  return !roster.makeupDays.has(date) && (weekday === "sat" || weekday === "sun");
}

/** His time on duty that day: shifts without breaks, in order, touching ones joined. */
export function dutyOn(agent: RosterAgent, day: Pick<LocalDay, "date" | "weekday">, roster: Roster): readonly Span[] {
  const off = isDayOff(day, roster);
  const shifts = agent.shifts
    .filter(({ days }) => (days === "workdays" ? !off : days === "days_off" ? off : days.includes(day.weekday)))
    .map(({ from, to }): Span => ({ from, to }))
    .sort((a, b) => a.from - b.from);
  const joined: { from: number; to: number }[] = [];
  for (const span of shifts) {
    const last = joined.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else joined.push({ ...span });
  }
  return agent.breaks.reduce<readonly Span[]>(
    (spans, pause) =>
      spans.flatMap(({ from, to }) =>
        pause.from >= to || pause.to <= from
          ? [{ from, to }]
          : [
              { from, to: pause.from },
              { from: pause.to, to },
            ].filter((span) => span.from < span.to),
      ),
    joined,
  );
}

export function isOnDuty(agent: RosterAgent, at: number, roster: Roster, timeZone: string): boolean {
  const day = localDay(at, timeZone);
  return dutyOn(agent, day, roster).some(({ from, to }) => day.minute >= from && day.minute < to);
}

/** ms until his shift ends or his break begins. Undefined: not on the roster, or at work beyond it. */
export function leavesIn(agentId: string, at: number, roster: Roster, timeZone: string): number | undefined {
  const agent = roster.agents.find(({ id }) => id === agentId);
  if (!agent) return undefined;
  const day = localDay(at, timeZone);
  const span = dutyOn(agent, day, roster).find(({ from, to }) => day.minute >= from && day.minute < to);
  return span && (span.to - day.minute) * MINUTE - (at % MINUTE);
}

/** Agents of a line on duty at that time; overflow staff count for none. */
export function onDuty(line: { skill: Skill; language: Language }, at: number, roster: Roster, timeZone: string): number {
  return roster.agents.filter(
    (agent) =>
      !agent.overflow &&
      agent.skills.includes(line.skill) &&
      agent.languages.includes(line.language) &&
      isOnDuty(agent, at, roster, timeZone),
  ).length;
}

/** Whether the roster has somebody of that line up to a later moment. A roster that has nobody now, though people are at work, says nothing. */
export function staffed(
  line: { readonly skill: Skill; readonly language: Language },
  now: number,
  { roster, timeZone }: Pick<Policy, "roster" | "timeZone">,
): (at: number) => boolean {
  const knows = roster.agents.length > 0 && onDuty(line, now, roster, timeZone) > 0;
  return (at) => !knows || onDuty(line, at - 1, roster, timeZone) > 0;
}

export interface Gap {
  readonly skill: Skill;
  readonly language: Language;
  readonly from: number;
  readonly to: number;
}

/** Stretches of phone hours in which a line has nobody, to the minute. An empty roster has no gaps: it says nothing. */
export function coverageGaps(from: number, to: number, policy: Pick<Policy, "roster" | "phoneHours" | "timeZone">): readonly Gap[] {
  if (policy.roster.agents.length === 0) return [];
  const days = daysBetween(from, to, policy.timeZone).map(({ begins, day }) => ({
    begins,
    duties: policy.roster.agents.flatMap((agent) => (agent.overflow ? [] : [{ agent, spans: dutyOn(agent, day, policy.roster) }])),
  }));
  return SKILLS.flatMap((skill) =>
    (["zh", "en"] as const).flatMap((language) => {
      const gaps: { skill: Skill; language: Language; from: number; to: number }[] = [];
      for (const { begins, duties } of days) {
        const own = duties.filter(({ agent }) => agent.skills.includes(skill) && agent.languages.includes(language));
        for (const span of without(
          openSpans(policy),
          own.flatMap(({ spans }) => spans),
        )) {
          const gap = { from: Math.max(from, momentOf(begins, span.from, policy)), to: Math.min(to, momentOf(begins, span.to, policy)) };
          const last = gaps.at(-1);
          if (gap.from >= gap.to) continue;
          if (last?.to === gap.from) last.to = gap.to;
          else gaps.push({ skill, language, ...gap });
        }
      }
      return gaps;
    }),
  );
}

/** The local days that the stretch touches, with the moment each begins. */
function daysBetween(from: number, to: number, timeZone: string): readonly { begins: number; day: LocalDay }[] {
  const days: { begins: number; day: LocalDay }[] = [];
  for (let at = from; at < to; ) {
    const day = localDay(at, timeZone);
    const begins = Math.floor(at / MINUTE) * MINUTE - day.minute * MINUTE;
    days.push({ begins, day });
    // Into the next day's noon and back to its beginning: a day may have 23 or 25 hours.
    const noon = begins + 36 * 60 * MINUTE;
    at = noon - localDay(noon, timeZone).minute * MINUTE;
  }
  return days;
}

/** A clock time of that day, also where the clock was put forward or back in between. */
function momentOf(begins: number, minute: number, { timeZone }: Pick<Policy, "timeZone">): number {
  const guess = begins + minute * MINUTE;
  const off = (minute - localDay(guess, timeZone).minute + 2160) % 1440;
  return guess + (off - 720) * MINUTE;
}

/** Phone hours of one day; those past midnight are two stretches. */
function openSpans({ phoneHours: { opens, closes } }: Pick<Policy, "phoneHours">): readonly Span[] {
  if (opens < closes) return [{ from: opens, to: closes }];
  return [
    { from: 0, to: closes },
    { from: opens, to: 1440 },
  ];
}

function without(open: readonly Span[], covered: readonly Span[]): readonly Span[] {
  return covered.reduce<readonly Span[]>(
    (left, cover) =>
      left.flatMap(({ from, to }) =>
        [
          { from, to: Math.min(to, cover.from) },
          { from: Math.max(from, cover.to), to },
        ].filter((span) => span.from < span.to),
      ),
    open,
  );
}
