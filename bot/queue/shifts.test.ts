import { describe, expect, it } from "vitest";
import { readChinaDays } from "../policy/china-days.ts";
import { loadPolicy } from "../policy/load-policy.ts";
import type { Roster, RosterAgent } from "../policy/roster.ts";
import { coverageGaps, dutyOn, isDayOff, isOnDuty, leavesIn, localDay, onDuty } from "./shifts.ts";

const ZONE = "Asia/Shanghai";
const shipped = loadPolicy("bot/policy").roster;
const china = readChinaDays();
const calendar: Roster = { agents: [], daysOff: new Set(china.daysOff), makeupDays: new Set(china.makeupDays) };
const at = (day: string, clock: string): number => Date.parse(`${day}T${clock}:00+08:00`);
const span = (from: string, to: string) => {
  const minute = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  return { from: minute(from), to: minute(to) };
};

const split: RosterAgent = {
  id: "split",
  skills: ["orders"],
  languages: ["zh"],
  shifts: [
    { days: "workdays", ...span("09:00", "13:00") },
    { days: "workdays", ...span("17:00", "24:00") },
    { days: "days_off", ...span("10:00", "16:00") },
  ],
  breaks: [span("11:00", "11:15"), span("20:00", "20:30")],
  overflow: false,
};
const roster: Roster = { ...calendar, agents: [split] };

describe("the calendar", () => {
  it.each([
    ["2026-11-20", "an ordinary Friday", false],
    ["2026-11-21", "an ordinary Saturday", true],
    ["2026-10-01", "National Day, a Thursday", true],
    ["2026-10-10", "a Saturday worked for it (调休)", false],
    ["2026-02-14", "a Saturday before Spring Festival, worked", false],
    ["2026-02-23", "Spring Festival's last Monday", true],
  ])("%s, %s: off %s", (day, _what, off) => {
    expect(isDayOff(localDay(at(day, "12:00"), ZONE), calendar)).toBe(off);
  });

  it("counts days in the desk's zone, not in UTC", () => {
    expect(localDay(Date.parse("2026-09-30T16:00:00Z"), ZONE)).toEqual({ date: "2026-10-01", weekday: "thu", minute: 0 });
  });
});

describe("duty", () => {
  it("is the shifts without the breaks, split shifts apart", () => {
    expect(dutyOn(split, { date: "2026-11-20", weekday: "fri" }, roster)).toEqual([
      span("09:00", "11:00"),
      span("11:15", "13:00"),
      span("17:00", "20:00"),
      span("20:30", "24:00"),
    ]);
    expect(dutyOn(split, { date: "2026-10-01", weekday: "thu" }, roster)).toEqual([span("10:00", "11:00"), span("11:15", "16:00")]);
  });

  it.each([
    ["2026-11-20", "08:59", false],
    ["2026-11-20", "09:00", true],
    ["2026-11-20", "11:05", false],
    ["2026-11-20", "13:00", false],
    ["2026-11-20", "23:59", true],
    ["2026-11-21", "09:30", false],
    ["2026-10-10", "09:30", true],
  ])("%s %s: %s", (day, clock, works) => {
    expect(isOnDuty(split, at(day, clock), roster, ZONE)).toBe(works);
    expect(onDuty({ skill: "orders", language: "zh" }, at(day, clock), roster, ZONE)).toBe(works ? 1 : 0);
  });

  it("ends at the next break or the shift's end; unknown for who is not on the roster or stays on", () => {
    expect(leavesIn("split", at("2026-11-20", "10:40"), roster, ZONE)).toBe(20 * 60_000);
    expect(leavesIn("split", at("2026-11-20", "12:00") + 15_000, roster, ZONE)).toBe(60 * 60_000 - 15_000);
    expect(leavesIn("split", at("2026-11-20", "14:00"), roster, ZONE)).toBeUndefined();
    expect(leavesIn("nobody", at("2026-11-20", "12:00"), roster, ZONE)).toBeUndefined();
  });

  it("joins shifts that touch", () => {
    const long = {
      ...split,
      breaks: [],
      shifts: [
        { days: ["fri" as const], ...span("09:00", "12:00") },
        { days: ["fri" as const], ...span("12:00", "18:00") },
      ],
    };
    expect(dutyOn(long, { date: "2026-11-20", weekday: "fri" }, roster)).toEqual([span("09:00", "18:00")]);
  });
});

describe("gaps", () => {
  const policy = { roster, phoneHours: { opens: 540, closes: 1440 }, timeZone: ZONE };
  const day = [at("2026-11-20", "00:00"), at("2026-11-21", "00:00")] as const;

  it("are named by line and stretch; overflow staff cover nothing", () => {
    const gaps = coverageGaps(...day, policy);
    expect(gaps.filter(({ skill, language }) => skill === "orders" && language === "zh").map(({ from, to }) => [from, to])).toEqual([
      // His break at eleven, his afternoon, his supper.
      [at("2026-11-20", "11:00"), at("2026-11-20", "11:15")],
      [at("2026-11-20", "13:00"), at("2026-11-20", "17:00")],
      [at("2026-11-20", "20:00"), at("2026-11-20", "20:30")],
    ]);
    expect(gaps.filter(({ skill }) => skill === "fraud").map(({ language, from, to }) => [language, from, to])).toEqual([
      ["zh", at("2026-11-20", "09:00"), at("2026-11-21", "00:00")],
      ["en", at("2026-11-20", "09:00"), at("2026-11-21", "00:00")],
    ]);
    const over = coverageGaps(...day, { ...policy, roster: { ...roster, agents: [{ ...split, overflow: true }] } });
    expect(over).toHaveLength(12);
  });

  it("are to the minute, over midnight, through holidays and make-up days, and where a day has 25 hours", () => {
    const night = { ...split, breaks: [], shifts: [{ days: "workdays" as const, ...span("00:00", "02:00") }] };
    const late = { ...policy, phoneHours: { opens: 22 * 60 + 5, closes: 120 }, roster: { ...roster, agents: [night] } };
    const own = (from: number, to: number) =>
      coverageGaps(from, to, late)
        .filter(({ skill, language }) => skill === "orders" && language === "zh")
        .map(({ from: begins, to: ends }) => [begins, ends]);
    // Friday evening has nobody; Saturday is off, so its first two hours have nobody either.
    expect(own(at("2026-11-20", "12:00"), at("2026-11-21", "12:00"))).toEqual([[at("2026-11-20", "22:05"), at("2026-11-21", "02:00")]]);
    // A Saturday worked for a holiday (调休) is covered; National Day is not.
    expect(own(at("2026-10-10", "00:00"), at("2026-10-10", "12:00"))).toEqual([]);
    expect(own(at("2026-10-01", "00:00"), at("2026-10-01", "12:00"))).toEqual([[at("2026-10-01", "00:00"), at("2026-10-01", "02:00")]]);
    const berlin = { ...policy, timeZone: "Europe/Berlin", phoneHours: { opens: 540, closes: 600 } };
    const dayOf = Date.parse("2026-10-25T00:00:00Z") - 2 * 3_600_000;
    const hours = coverageGaps(dayOf, dayOf + 3 * 86_400_000, {
      ...berlin,
      roster: { ...roster, agents: [{ ...split, skills: ["fraud"] }] },
    });
    expect(
      hours
        .filter(({ skill, language }) => skill === "orders" && language === "zh")
        .map(({ from }) => localDay(from, "Europe/Berlin").minute),
    ).toEqual([540, 540, 540]);
  });

  it("are none where there is no roster", () => {
    expect(coverageGaps(...day, { ...policy, roster: shipped })).toEqual([]);
  });
});
