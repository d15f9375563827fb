import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MINUTE, openTestWorld, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { NOW, policy } from "../decide/fixtures/heard.ts";
import { PRIORITIES, type Priority } from "../policy/words.ts";
import { createPhoneQueue, type JoinRequest, laneOf } from "./phone-queue.ts";
import { onDuty } from "./shifts.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const request: JoinRequest = {
  caseId: "case_1",
  priority: "normal",
  skill: "orders",
  language: "zh",
  modifiers: [],
  vip: false,
  upset: false,
  earlierContacts: 0,
};
/** Seconds from joining to the deadline. */
const wait = (change: Partial<JoinRequest>): number => (Date.parse(world.queue.draft({ ...request, ...change }, NOW).dueAt) - NOW) / 1000;

describe("the deadline", () => {
  it.each<readonly [change: Partial<JoinRequest>, seconds: number]>([
    [{ priority: "critical" }, 60],
    [{ priority: "high" }, 180],
    [{ priority: "normal" }, 600],
    [{ priority: "low" }, 900],
    [{ vip: true }, 420],
    [{ upset: true }, 480],
    [{ earlierContacts: 2 }, 480],
    [{ vip: true, upset: true }, 300],
    // Credits end at 60 %.
    [{ vip: true, upset: true, earlierContacts: 1 }, 240],
    [{ vip: true, upset: true, earlierContacts: 9 }, 240],
    [{ priority: "high", vip: true, upset: true, earlierContacts: 9 }, 72],
  ])("%j: %i s", (change, seconds) => {
    expect(wait(change)).toBe(seconds);
  });
  it("comes sooner, never later, with every credit and with every more pressing priority, and lies always ahead", () => {
    const credits = fc.record({ vip: fc.boolean(), upset: fc.boolean(), earlierContacts: fc.nat(20) });
    fc.assert(
      fc.property(credits, fc.nat(2), (given, place) => {
        const [more, less] = [PRIORITIES[place] as Priority, PRIORITIES[place + 1] as Priority];
        expect(wait({ ...given, priority: more })).toBeLessThan(wait({ ...given, priority: less }));
        expect(wait({ ...given, vip: true })).toBeLessThanOrEqual(wait({ ...given, vip: false }));
        expect(wait({ ...given, earlierContacts: given.earlierContacts + 1 })).toBeLessThanOrEqual(wait(given));
        expect(wait(given)).toBeGreaterThan(0);
      }),
    );
  });
  it("counts from when he joined, whatever the priority becomes", () => {
    const joined = new Date(NOW - 5 * MINUTE).toISOString();
    expect(world.queue.dueAt(joined, { ...request, priority: "high" })).toBe(new Date(NOW - 2 * MINUTE).toISOString());
  });
});

it("drafts an entry that waits, with a fresh fence, critical ones in the first lane", () => {
  expect(world.queue.draft({ ...request, priority: "critical", modifiers: ["senior"] }, NOW)).toMatchObject({
    state: "waiting",
    fence: 0,
    attempt: 0,
    lane: 0,
    modifiers: ["senior"],
    joinedAt: new Date(NOW).toISOString(),
  });
  expect(PRIORITIES.map(laneOf)).toEqual([0, 2, 2, 2]);
});

describe("opening hours", () => {
  const at = (clock: string): number => Date.parse(`2026-11-20T${clock}+08:00`);
  it.each([
    ["08:59:59", false],
    ["09:00:00", true],
    ["23:59:59", true],
    ["00:00:00", false],
  ] as const)("%s: %s", (clock, open) => {
    expect(world.queue.isOpen(at(clock))).toBe(open);
  });
  it("end on the minute they name", () => {
    const day = createPhoneQueue(world.store, { ...policy, phoneHours: { opens: 9 * 60, closes: 18 * 60 } }, world.ids, world.clock);
    expect(["08:59:00", "09:00:00", "17:59:59", "18:00:00"].map((clock) => day.isOpen(at(clock)))).toEqual([false, true, true, false]);
  });
  it("may run past midnight", () => {
    const late = createPhoneQueue(world.store, { ...policy, phoneHours: { opens: 18 * 60, closes: 2 * 60 } }, world.ids, world.clock);
    expect(["17:59:00", "18:00:00", "23:30:00", "00:30:00", "01:59:00", "02:00:00"].map((clock) => late.isOpen(at(clock)))).toEqual([
      false,
      true,
      true,
      true,
      true,
      false,
    ]);
  });
});

describe("before the last agent leaves", () => {
  it("nobody is told a time after it, whatever the line and the moment: by shift, by break, by closing", async () => {
    const span = (from: number, to: number) => ({ from, to });
    const last = {
      id: "a1",
      skills: ["orders" as const],
      languages: ["zh" as const],
      overflow: false,
      breaks: [span(20 * 60, 20 * 60 + 30)],
    };
    const evening = [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const, ...span(9 * 60, 22 * 60) }];
    const roster = { agents: [{ ...last, shifts: evening }], daysOff: new Set<string>(), makeupDays: new Set<string>() };
    const queue = createPhoneQueue(world.store, { ...policy, roster }, world.ids, world.clock);
    const at = (clock: string): number => Date.parse(`2026-11-20T${clock}:00+08:00`);
    await world.agent("a1", { state: "busy" });
    let given = 0;
    let refused = 0;
    for (const clock of ["19:10", "19:41", "19:43", "19:55", "21:00", "21:40", "21:43", "21:50", "21:58"]) {
      const now = at(clock);
      world.clock.set(now);
      const { entry, admission } = await queue.joining(queue.draft({ ...request, caseId: "case_1" }, now), undefined, now);
      const by = admission.kind === "promised" ? Date.parse(entry.finalBy ?? "") : admission.kind === "honest" ? admission.by : undefined;
      if (by === undefined) refused += 1;
      else given += 1;
      // 18 minutes on, or an honest time: a1 must be there then, not at supper and not at home.
      if (by !== undefined) expect(onDuty({ skill: "orders", language: "zh" }, by - 1, roster, policy.timeZone), clock).toBe(1);
    }
    expect(given).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});

describe("the estimate", () => {
  it("counts only agents who could take the call: signed in, with the skill and the language", async () => {
    await world.agent("off", { state: "offline" });
    await world.agent("pause", { state: "break" });
    await world.agent("english", { languages: ["en"] });
    await world.agent("payments", { skills: ["payments"] });
    expect(await world.queue.estimate("orders", "zh", 0)).toBeUndefined();
    await world.agent("busy", { state: "busy" });
    const one = await world.queue.estimate("orders", "zh", 3);
    await world.agent("wrap", { state: "wrap_up" });
    const two = await world.queue.estimate("orders", "zh", 3);
    expect(two?.highSeconds).toBeLessThan(one?.highSeconds ?? 0);
  });
  it("goes with the place in the line", async () => {
    await world.agent("busy", { skills: ["general"], state: "busy" });
    const standings = [];
    for (let index = 0; index < 3; index += 1) {
      const talk = await world.talk();
      await talk.say("转人工", { intents: ["human_agent"] });
      standings.push(await world.queue.standing(await talk.entry()));
    }
    expect(standings.map(({ position }) => position)).toEqual([1, 2, 3]);
    const highs = standings.map(({ range }) => range?.highSeconds ?? 0);
    expect(highs).toEqual([...highs].sort((a, b) => a - b));
    expect(new Set(highs).size).toBe(3);
  });
});
