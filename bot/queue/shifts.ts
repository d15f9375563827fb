/** Who is on duty by the roster, until when, and which line nobody covers. Pure; times in ms, in the desk's zone. */
import type { Policy } from "../policy/policy.ts";
import { type Roster, type RosterAgent, type Span, WEEKDAYS, type Weekday } from "../policy/roster.ts";
import { type Language, SKILLS, type Skill } from "../policy/words.ts";
import { isOpen } from "./phone-hours.ts";

export interface LocalDay {
  /** `2026-10-01`. */
  readonly date: string;
  readonly weekday: Weekday;
  readonly minute: number;
}

const MINUTE = 60_000;
const STEP = 30 * MINUTE;
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

export interface Gap {
  readonly skill: Skill;
  readonly language: Language;
  readonly from: number;
  readonly to: number;
}

/** Stretches of phone hours in which a line has nobody, looked at by half hours. An empty roster has no gaps: it says nothing. */
export function coverageGaps(from: number, to: number, policy: Pick<Policy, "roster" | "phoneHours" | "timeZone">): readonly Gap[] {
  const { roster, timeZone } = policy;
  if (roster.agents.length === 0) return [];
  return SKILLS.flatMap((skill) =>
    (["zh", "en"] as const).flatMap((language) => {
      const gaps: { skill: Skill; language: Language; from: number; to: number }[] = [];
      for (let at = Math.ceil(from / STEP) * STEP; at < to; at += STEP) {
        if (!isOpen(at, policy) || onDuty({ skill, language }, at, roster, timeZone) > 0) continue;
        const last = gaps.at(-1);
        if (last?.to === at) last.to = at + STEP;
        else gaps.push({ skill, language, from: at, to: at + STEP });
      }
      return gaps;
    }),
  );
}
