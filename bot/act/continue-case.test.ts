import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MINUTE, openTestWorld, type Talk, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { NOW } from "../decide/fixtures/heard.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const person = { intents: ["human_agent"] };
/** 林晓 in line; his number ends in 1001. */
async function inLine(): Promise<{ talk: Talk; code: string }> {
  await world.agent("a1", { skills: ["general", "orders"], state: "busy" });
  const talk = await world.talk({ customer: "u1001" });
  await talk.say("转人工", person);
  return { talk, code: (await talk.case()).code };
}
const named = (code: string) => ({ entities: [["case_code", code]] as [["case_code", string]] });
const spoken = (code: string) => `${code.slice(0, 4)} ${code.slice(4)}`;

describe("a case code in a new chat", () => {
  it("goes on for the same signed customer: place, facts and code as they were, the old chat has it no more", async () => {
    const { talk, code } = await inLine();
    const before = await talk.entry();
    const again = await world.talk({ customer: "u1001" });
    const said = await again.hears(`我的个案码 ${spoken(code)}`, named(code));
    expect(said).toContain(`对上了，个案 ${spoken(code)} 在这里接着办`);
    expect(said).toContain("下一位就是您");
    const value = await again.case();
    expect(value).toMatchObject({ code, conversationId: again.id, status: "queued" });
    expect(await again.entry()).toEqual(before);
    expect(await world.store.cases.openFor(talk.id)).toBeUndefined();
    // What he says next flows into the case, and nothing that was known is lost.
    await again.say("订单号 KM1001-A", { entities: [["order_number", "KM1001-A"]] });
    const later = await again.case();
    expect(later.code).toBe(code);
    for (const fact of value.facts) expect(later.facts.map(({ name }) => name)).toContain(fact.name);
    expect((await again.state()).said).toEqual(expect.arrayContaining(["转人工"]));
  });

  it("who is not known is asked for four digits; the right ones open it, also in the same message, also as a bare number", async () => {
    const { code } = await inLine();
    const stranger = await world.talk();
    const asked = await stranger.hears(spoken(code));
    expect(asked).toContain("后四位");
    expect(asked).not.toMatch(/1001|林晓|排队/u);
    expect(await stranger.hears("1001")).toContain("对上了");
    const opened = await stranger.case();
    expect(opened.code).toBe(code);
    // Four digits are no identity: an agent must not take him for the one the platform had signed.
    expect(opened.customer.verified).toBe(false);
    const other = await world.talk({ locale: "en-US" });
    expect(await other.hears(`case code ${spoken(code)}, phone ends 1001`, { language: "en", ...named(code) })).toContain("goes on here");
    expect((await other.case()).conversationId).toBe(other.id);
  });

  it("wrong digits say nothing of the case; five in an hour, over all chats, close it for the rest of it", async () => {
    const { talk, code } = await inLine();
    for (let guess = 0; guess < 5; guess += 1) {
      const stranger = await world.talk();
      expect(await stranger.hears(`${spoken(code)} 尾号 ${2000 + guess}`, named(code))).toContain("对不上");
      expect(await stranger.conversation()).toMatchObject({ state: { offeredPerson: true } });
    }
    const late = await world.talk();
    // Even the right ones.
    expect(await late.hears(`${spoken(code)} 尾号 1001`, named(code))).toContain("核对不了");
    expect(await world.store.cases.openFor(late.id)).toBeUndefined();
    expect((await talk.case()).conversationId).toBe(talk.id);
    // The hour ends; after ten ever only his signed identity or a person opens it.
    world.clock.set(NOW + 61 * MINUTE);
    expect(await late.hears("1001", {})).not.toContain("对上了");
    const fresh = await world.talk();
    expect(await fresh.hears(`${spoken(code)} 尾号 1001`, named(code))).toContain("对上了");
  });

  it("a case without a number, an unknown code, one too old, one that is over", async () => {
    const { talk, code } = await inLine();
    const stranger = await world.talk();
    const slip = `${code.slice(0, 7)}${(Number(code[7]) + 1) % 10}`;
    expect(await stranger.hears(`个案码 ${slip}`, named(slip))).not.toMatch(/有个案|没有找到/u);
    // Nobody learns by guessing which codes there are.
    const { newCaseCode } = await import("../cases/case-code.ts");
    const unknown = newCaseCode(() => 4711);
    const heard = async (which: string) =>
      [
        await (await world.talk()).hears(`个案码 ${which}`, named(which)),
        await (await world.talk()).hears(`个案码 ${which} 尾号 9999`, named(which)),
      ].map((text) => text.replaceAll(/\d{4} \d{4}/gu, "#"));
    const ofUnknown = await heard(unknown);
    expect(ofUnknown).toEqual([expect.stringContaining("后四位"), expect.stringContaining("对不上")]);
    expect(await heard(code)).toEqual(ofUnknown);
    await world.sql(`update cases set customer = customer - 'phone'`);
    expect(await heard(code)).toEqual(ofUnknown);
    await world.sql(`update cases set updated_at = updated_at - interval '40 days'`);
    expect(await heard(code)).toEqual(ofUnknown);
    await world.sql(`update cases set updated_at = updated_at + interval '40 days', status = 'resolved'`);
    const own = await world.talk({ customer: "u1001" });
    expect(await own.hears(`个案码 ${code}`, named(code))).toContain("已经办结");
    expect(await world.sql("select conversation_id from cases")).toEqual([{ conversation_id: talk.id }]);
  });

  it("one chat may try only so many codes", async () => {
    const { newCaseCode } = await import("../cases/case-code.ts");
    const stranger = await world.talk();
    const said: string[] = [];
    for (let count = 0; count < 7; count += 1) {
      const code = newCaseCode(() => 1000 + count);
      said.push(await stranger.hears(`个案码 ${code}`, named(code)));
    }
    expect(said.slice(0, 6).every((text) => text.includes("后四位"))).toBe(true);
    expect(said[6]).toContain("太多");
  });

  it("cut off and back within half an hour: the old place, from the new chat too", async () => {
    const { talk, code } = await inLine();
    const before = await talk.entry();
    await world.store.queue.abandon(before.id, undefined, NOW + MINUTE);
    world.clock.set(NOW + 20 * MINUTE);
    const again = await world.talk({ customer: "u1001" });
    expect(await again.hears(`个案码 ${code}`, named(code))).toContain("回到原来的位置");
    await again.say("转人工", person);
    expect(await again.entry()).toMatchObject({ caseId: before.caseId, dueAt: before.dueAt });
  });
});
