import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DataFault } from "./read-yaml.ts";
import { NO_ROSTER, readRoster } from "./roster.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "jietong-roster-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

const CALENDAR = "calendar:\n  days_off: [{ name: 国庆节, from: 2026-09-30, to: 2026-10-02 }]\n  makeup_days: [2026-10-10]\n";
const one = (id: string, from = "09:00", to = "18:00"): string =>
  `  - { id: ${id}, skills: [orders], languages: [zh], shifts: [{ days: workdays, from: "${from}", to: "${to}" }] }\n`;

function read(text: string): ReturnType<typeof readRoster> | readonly string[] {
  const path = join(dir, "roster.yaml");
  writeFileSync(path, text);
  try {
    return readRoster(path, "roster.yaml");
  } catch (error) {
    if (error instanceof DataFault) return error.faults;
    throw error;
  }
}

it("reads agents and the calendar; a range is every day of it, over the month's end too", () => {
  expect(read(`agents:\n${one("early-1")}${CALENDAR}`)).toEqual({
    agents: [
      {
        id: "early-1",
        skills: ["orders"],
        languages: ["zh"],
        shifts: [{ days: "workdays", from: 540, to: 1080 }],
        breaks: [],
        overflow: false,
      },
    ],
    daysOff: new Set(["2026-09-30", "2026-10-01", "2026-10-02"]),
    makeupDays: new Set(["2026-10-10"]),
  });
});

it("takes China's holidays and make-up days; the operator's own word stands over them", () => {
  const own = "calendar:\n  country: china\n  days_off: [{ name: 店休, from: 2026-10-10, to: 2026-10-10 }]\n  makeup_days: [2026-10-01]\n";
  const roster = read(`agents:\n${one("a")}${own}`);
  if (!("agents" in roster)) throw new Error(roster.join());
  expect(roster.daysOff.has("2026-10-02")).toBe(true);
  expect(roster.makeupDays.has("2026-02-14")).toBe(true);
  expect([roster.daysOff.has("2026-10-10"), roster.makeupDays.has("2026-10-10")]).toEqual([true, false]);
  expect([roster.daysOff.has("2026-10-01"), roster.makeupDays.has("2026-10-01")]).toEqual([false, true]);
  expect(roster.knownTo).toMatch(/^20\d\d-12-31$/u);
  // A roster without agents follows no calendar.
  expect(read(`agents: []\n${own}`)).toMatchObject({ daysOff: new Set(["2026-10-10"]) });
});

it("is empty where there is no file", () => {
  expect(readRoster(join(dir, "none.yaml"), "none.yaml")).toBe(NO_ROSTER);
});

it.each([
  ["an id used twice", `agents:\n${one("a")}${one("a")}${CALENDAR}`, /roster\.yaml:3:\d+ id "a" is used twice/u],
  ["a shift that ends before it begins", `agents:\n${one("a", "18:00", "02:00")}${CALENDAR}`, /ends before it begins; split/u],
  ["a time that is none", `agents:\n${one("a", "9:00")}${CALENDAR}`, /must be a clock time like 09:00/u],
  ["a make-up day that is off", `agents: []\n${CALENDAR.replace("2026-10-10", "2026-10-01")}`, /2026-10-01 is a day off too/u],
  ["an unknown skill", `agents:\n${one("a").replace("orders", "sales")}${CALENDAR}`, /roster\.yaml:2:/u],
])("names %s", (_what, text, fault) => {
  expect(read(text)).toEqual(expect.arrayContaining([expect.stringMatching(fault)]));
});
