import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MINUTE, openTestWorld, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { NOW } from "../decide/fixtures/heard.ts";
import { createPromiseGuard } from "../timers/guard-promises.ts";
import { sweepCallbacks } from "../timers/sweep-callbacks.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const person = { intents: ["human_agent"] };
const callbacks = () => world.store.callbacks.list({}, 20);
const iso = (at: string): string => new Date(at).toISOString();

describe("joining the line", () => {
  it("with somebody free: 15 + 3 is promised by the clock, kept as a promise in case and entry", async () => {
    await world.agent("a1", { skills: ["general"] });
    const talk = await world.talk({ customer: "u1001" });
    const said = await talk.hears("转人工", person);
    expect(said).toContain("等候最多到 20:56；到时还没接通，20:59 前由我们打给您。");
    expect(await talk.entry()).toMatchObject({
      promised: true,
      holdUntil: new Date(NOW + 15 * MINUTE).toISOString(),
      finalBy: new Date(NOW + 18 * MINUTE).toISOString(),
    });
    expect((await talk.case()).summary.promised).toContain("20:56 前接通，否则 20:59 前回电");
    expect(await callbacks()).toEqual([]);
  });

  it("behind many with one agent: an honest time and its callback instead, in the same breath", async () => {
    await world.agent("a1", { skills: ["general"] });
    const told: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      const talk = await world.talk({ customer: "u1001" });
      told.push(await talk.hears("转人工", person));
    }
    expect(told[0]).toContain("等候最多到");
    const last = told.at(-1) ?? "";
    expect(last).not.toContain("等候最多到");
    const by = /15 分钟内接通，我现在不敢保证。您不用守着：(\d\d:\d\d) 前由我们打给您/u.exec(last)?.[1];
    expect(by).toBeDefined();
    expect(last).toMatch(/专员先报暗号 \d{4}；您可以反问，他应答 \d{4}/u);
    const [newest] = await callbacks();
    expect(newest).toMatchObject({ kind: "honest", state: "due", promised: true });
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });
    expect(clock.format(Date.parse(newest?.dueBy ?? ""))).toBe(by);
    // Nobody was promised what six talks of five minutes for one agent cannot keep.
    const given = await world.sql("select count(*)::int as count from queue_entries where promised");
    expect(given[0]?.count).toBeLessThanOrEqual(4);
    // Minute 15 makes none for who has one.
    const before = (await callbacks()).filter(({ kind }) => kind === "honest").length;
    world.clock.set(NOW + 15 * MINUTE);
    await sweepCallbacks(world);
    expect((await callbacks()).filter(({ kind }) => kind === "honest")).toHaveLength(before);
    expect(await callbacks()).toHaveLength(6);
  });

  it("with nobody there: no time at all, a written answer by the clock, and the offer to agree on a time", async () => {
    const talk = await world.talk({ customer: "u1001" });
    const said = await talk.hears("转人工", person);
    expect(said).toMatch(/11月21日 20:41 前一定有书面答复；不想等，说“回电”约个时间/u);
    expect((await talk.entry()).promised).toBeUndefined();
    expect(await callbacks()).toEqual([]);
  });

  it("out of hours nobody is held: no promise, no callback at minute 15", async () => {
    world.clock.set(Date.parse("2026-11-20T18:30:00Z"));
    await world.agent("a1", { skills: ["general"] });
    const talk = await world.talk({ customer: "u1001" });
    expect(await talk.hears("转人工", person)).not.toMatch(/等候最多|前由我们打给您/u);
    expect((await talk.entry()).holdUntil).toBeUndefined();
    world.clock.set(Date.parse("2026-11-20T19:30:00Z"));
    await sweepCallbacks(world);
    expect(await callbacks()).toEqual([]);
  });

  it("a stolen account is not told about a quarter of an hour", async () => {
    await world.agent("a1", { skills: ["fraud"] });
    const talk = await world.talk({ customer: "u1004" });
    expect(await talk.hears("我的号被盗了", { intents: ["account_stolen"] })).not.toMatch(/等候最多/u);
    expect((await talk.entry()).holdUntil).toBe(new Date(NOW + 15 * MINUTE).toISOString());
  });

  it("in English too", async () => {
    await world.agent("a1", { skills: ["general"], languages: ["en"] });
    const talk = await world.talk({ customer: "u1002", locale: "en" });
    expect(await talk.hears("agent", person)).toContain(
      "You won't be held past 20:56; if nobody has answered by then, we ring you by 20:59.",
    );
  });
});

describe("asking to be rung", () => {
  const ring = (...entities: [["time", string]] | []) => ({ intents: ["callback_request"], entities });

  it("in his turn: the place stays, the promise stands, the number is his", async () => {
    await world.agent("a1", { skills: ["general"] });
    const talk = await world.talk({ customer: "u1001" });
    const said = await talk.hears("给我回个电话", ring());
    expect(said).toMatch(/好，轮到您时打 ··· 1001，最晚 20:59。位置没有动，下一位就是您。/u);
    expect(await callbacks()).toMatchObject([{ kind: "asked", state: "due", promised: true, phone: "+8613800001001" }]);
    expect(await talk.entry()).toMatchObject({ state: "waiting", lane: 2 });
  });

  it("a wait that became longer than told is said to be so, with the reason, and only then", async () => {
    await world.agent("a1", { skills: ["general"], state: "busy" });
    const talk = await world.talk({ customer: "u1001" });
    await talk.say("转人工", person);
    const told = (await talk.entry()).toldHigh ?? 0;
    expect(await talk.hears("还要多久", { intents: ["wait_time"] })).not.toContain("先说实话");
    world.clock.set(NOW + told * 1000 - MINUTE);
    expect(await talk.hears("还要多久呀", { intents: ["wait_time"] })).toMatch(/^先说实话：之前估计最晚 \d\d:\d\d 轮到您，现在看要更久/u);
  });

  it("first in line: nobody hears that nobody is ahead of him, whatever he asks", async () => {
    await world.agent("a1", { skills: ["general"], languages: ["zh", "en"], state: "busy" });
    const talk = await world.talk({ customer: "u1001" });
    const all = [await talk.hears("转人工", person), await talk.hears("给我回个电话", ring())];
    all.push(await talk.hears("还要多久", { intents: ["wait_time"] }), (await talk.case()).summary.promised.join("；"));
    const other = await world.talk({ locale: "en-US" });
    all.push(await other.hears("how long is the wait", { language: "en", intents: ["wait_time"] }));
    for (const text of all.slice(0, 4)) expect(text).toContain("下一位就是您");
    expect(all.at(-1)).toContain("Nobody is in line.");
    expect(all.join("\n")).not.toMatch(/(前面还有|有) 0 位|\b0 (ahead|in line)/u);
  });

  it("at a time: the quarter of an hour is held, and out of the line until then", async () => {
    await world.agent("a1", { skills: ["general"] });
    const talk = await world.talk({ customer: "u1001" });
    const said = await talk.hears("今晚九点半打给我", ring(["time", "2026-11-20T21:30:00+08:00"]));
    expect(said).toContain("约好了：21:30–21:45 之间打 ··· 1001。");
    expect(await callbacks()).toMatchObject([
      { state: "scheduled", startsAt: iso("2026-11-20T21:30:00+08:00"), dueBy: iso("2026-11-20T21:45:00+08:00") },
    ]);
    expect((await talk.entry()).state).toBe("parked");
    // Asked again for later: moved, not made twice. A word in between finds the appointment.
    expect(await talk.hears("还是十点吧", ring(["time", "2026-11-20T22:00:00+08:00"]))).toContain("22:00–22:15");
    expect(await talk.hears("转人工", person)).toContain("回电已经约好：22:00 打 ··· 1001");
    expect(await callbacks()).toHaveLength(1);
  });

  it("at a full time or at night: the nearest that can be kept, said as such", async () => {
    await world.agent("a1", { skills: ["general"] });
    const first = await world.talk({ customer: "u1001" });
    await first.hears("九点半打给我", ring(["time", "2026-11-20T21:30:00+08:00"]));
    const second = await world.talk({ customer: "u1004" });
    expect(await second.hears("九点半打给我", ring(["time", "2026-11-20T21:30:00+08:00"]))).toMatch(
      /您说的时间约满了或不在电话时段（09:00–24:00）。最近能保证的是 21:45–22:00/u,
    );
    const third = await world.talk({ customer: "u1001" });
    expect(await third.hears("明早六点打给我", ring(["time", "2026-11-21T06:00:00+08:00"]))).toContain("11月21日 09:00–09:15");
  });

  it("at night without a time: at opening", async () => {
    world.clock.set(Date.parse("2026-11-20T18:30:00Z"));
    await world.agent("a1", { skills: ["general"], state: "offline" });
    const talk = await world.talk({ customer: "u1001" });
    expect(await talk.hears("给我回个电话", ring())).toContain("约好了：09:00–09:15 之间打 ··· 1001。");
  });

  it("while he waits already: the same entry gets it", async () => {
    await world.agent("a1", { skills: ["general"] });
    const talk = await world.talk({ customer: "u1001" });
    await talk.say("转人工", person);
    const before = await talk.entry();
    await talk.say("你们打给我吧", ring());
    const after = await talk.entry();
    expect(after).toMatchObject({ id: before.id, dueAt: before.dueAt, joinedAt: before.joinedAt, callbackId: expect.any(String) });
    expect(await callbacks()).toHaveLength(1);
  });

  it("the hour he wants to be rung is not noted as the hour of his payment", async () => {
    await world.agent("a1", { skills: ["general"] });
    const talk = await world.talk({ customer: "u1001" });
    await talk.say("今晚九点半打给我", ring(["time", "2026-11-20T21:30:00+08:00"]));
    expect((await talk.case()).facts.map(({ name }) => name)).not.toContain("time");
  });
});

describe("the guard", () => {
  it("reserves the place of who comes near his time", async () => {
    await world.agent("a1", { skills: ["general"] });
    const talk = await world.talk({ customer: "u1001" });
    await talk.say("转人工", person);
    const guard = createPromiseGuard(world);
    await guard.look();
    expect((await talk.entry()).lane).toBe(2);
    world.clock.set(NOW + 8 * MINUTE);
    expect((await guard.look()).reserved).toBe(1);
    expect(await talk.entry()).toMatchObject({ lane: 1, dueAt: new Date(NOW + 18 * MINUTE).toISOString() });
    expect((await guard.look()).reserved).toBe(0);
  });

  it("takes a promise back before minute 15 when the agents went, with a time that can be kept, and warns of the line", async () => {
    for (const id of ["a1", "a2", "a3", "a4", "a5", "a6"]) await world.agent(id, { skills: ["general"] });
    const talks = [];
    for (let count = 0; count < 9; count += 1) {
      const talk = await world.talk({ customer: "u1001" });
      await talk.say("转人工", person);
      talks.push(talk);
    }
    const promised = async () => (await world.sql("select id from queue_entries where promised")).length;
    expect(await promised()).toBe(9);
    for (const id of ["a2", "a3", "a4", "a5", "a6"]) await world.agent(id, { skills: ["general"], state: "offline" });
    const { withdrawn } = await createPromiseGuard(world).look();
    expect(withdrawn).toBeGreaterThan(2);
    expect(await promised()).toBe(9 - withdrawn);
    const last = talks.at(-1);
    const log = await world.store.conversations.log(last?.id ?? "", 0, 100);
    expect(log.at(-1)?.activity.text).toMatch(
      /^先跟您说实话：刚才说的 20:59 前，现在看来做不到，抱歉。按现在的情况，\d\d:\d\d 前打给您，位置没有动。/u,
    );
    expect((await callbacks()).filter(({ kind }) => kind === "honest")).toHaveLength(withdrawn);
    const events = await world.sql("select distinct type from events where type like 'promise.%' order by type");
    expect(events.map(({ type }) => type)).toEqual(["promise.at_risk", "promise.withdrawn"]);
  });
});
