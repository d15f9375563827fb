/** The operator's roster: who works when. */
import { existsSync } from "node:fs";
import { z } from "zod";
import { readChinaDays } from "./china-days.ts";
import { DataFault, readYaml } from "./read-yaml.ts";
import { type Language, SKILLS, type Skill } from "./words.ts";

export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Minutes after midnight in the desk's zone; `to` is the first minute after it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Shift extends Span {
  readonly days: readonly Weekday[] | "workdays" | "days_off";
}

export interface RosterAgent {
  readonly id: string;
  readonly skills: readonly Skill[];
  readonly languages: readonly Language[];
  readonly shifts: readonly Shift[];
  readonly breaks: readonly Span[];
  readonly overflow: boolean;
}

export interface Roster {
  readonly agents: readonly RosterAgent[];
  /** `2026-10-01`, in the desk's zone. */
  readonly daysOff: ReadonlySet<string>;
  readonly makeupDays: ReadonlySet<string>;
  /** The calendar knows the holidays up to and with that day. */
  readonly knownTo?: string;
}

export const NO_ROSTER: Roster = { agents: [], daysOff: new Set(), makeupDays: new Set() };

const clock = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "must be a clock time like 09:00, 24:00 at the latest");
const date = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, "must be a date like 2026-10-01");
const span = { from: clock, to: clock };

const rosterSchema = z.strictObject({
  agents: z.array(
    z.strictObject({
      id: z.string().min(1),
      skills: z.array(z.enum(SKILLS)).min(1),
      languages: z.array(z.enum(["zh", "en"])).min(1),
      shifts: z
        .array(z.strictObject({ days: z.union([z.array(z.enum(WEEKDAYS)).min(1), z.enum(["workdays", "days_off"])]), ...span }))
        .min(1),
      breaks: z.array(z.strictObject(span)).default([]),
      overflow: z.boolean().default(false),
    }),
  ),
  calendar: z.strictObject({
    country: z.enum(["china", "none"]).default("none"),
    days_off: z.array(z.strictObject({ name: z.string().min(1), from: date, to: date })).default([]),
    makeup_days: z.array(date).default([]),
  }),
});

/**
 * A folder without the file has an empty roster.
 * @throws DataFault with file, line and the valid keys
 */
export function readRoster(path: string, shown: string): Roster {
  if (!existsSync(path)) return NO_ROSTER;
  const { data, at } = readYaml(path, rosterSchema, shown);
  const faults: string[] = [];
  const spanOf = ({ from, to }: { from: string; to: string }, ...keys: readonly (string | number)[]): Span => {
    const read = { from: minutes(from), to: minutes(to) };
    if (read.from >= read.to) faults.push(`${at(...keys)} ends before it begins; split what runs past midnight into two`);
    return read;
  };
  const ids = data.agents.map(({ id }) => id);
  const agents = data.agents.map((agent, index): RosterAgent => {
    if (ids.indexOf(agent.id) !== index) faults.push(`${at("agents", index, "id")} id "${agent.id}" is used twice`);
    return {
      ...agent,
      shifts: agent.shifts.map((shift, number) => ({ days: shift.days, ...spanOf(shift, "agents", index, "shifts", number) })),
      breaks: agent.breaks.map((pause, number) => spanOf(pause, "agents", index, "breaks", number)),
    };
  });
  const daysOff = new Set(data.calendar.days_off.flatMap(({ from, to }) => datesBetween(from, to)));
  for (const [index, day] of data.calendar.makeup_days.entries())
    if (daysOff.has(day)) faults.push(`${at("calendar", "makeup_days", index)} ${day} is a day off too`);
  if (faults.length > 0) throw new DataFault(faults);
  const makeupDays = new Set(data.calendar.makeup_days);
  // What nobody on the roster follows need not be read.
  if (data.calendar.country === "none" || agents.length === 0) return { agents, daysOff, makeupDays };
  const china = readChinaDays();
  return {
    agents,
    // The operator's own word stands over the calendar's.
    daysOff: new Set([...china.daysOff.filter((day) => !makeupDays.has(day)), ...daysOff]),
    makeupDays: new Set([...china.makeupDays.filter((day) => !daysOff.has(day)), ...makeupDays]),
    knownTo: china.knownTo,
  };
}

function minutes(time: string): number {
  const [hours = "0", rest = "0"] = time.split(":");
  return Number(hours) * 60 + Number(rest);
}

function datesBetween(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let at = Date.parse(`${from}T00:00Z`); at <= Date.parse(`${to}T00:00Z`) && dates.length < 400; at += 86_400_000)
    dates.push(new Date(at).toISOString().slice(0, 10));
  return dates;
}
