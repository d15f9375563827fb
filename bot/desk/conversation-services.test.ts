import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { takeBack } from "../act/take-back.ts";
import { followLapsed } from "../act/tell-customer.ts";
import { MINUTE, openTestWorld, type Talk, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { handbackTimerId, OWED_MS } from "../conversation/takeover.ts";
import { NOW } from "../decide/fixtures/heard.ts";
import type { Caller, DeskServices, Held } from "../http/services.ts";
import { createDeskServices } from "./desk-services.ts";

let world: TestWorld;
let desk: DeskServices;
beforeAll(async () => {
  world = await openTestWorld();
  desk = createDeskServices(world);
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const KEY: Caller = { kind: "integration", keyId: "main", name: "key:main" };
const caller = (agentId: string, role: "agent" | "supervisor" = "agent"): Caller => ({
  kind: "agent",
  agentId,
  role,
  name: `agent:${agentId}`,
});

interface InHand {
  readonly talk: Talk;
  readonly me: Caller;
  readonly held: Held;
}

/** A customer whose call `a1` holds and has accepted. */
async function inHand(): Promise<InHand> {
  const talk = await world.talk();
  await talk.say("转人工", { intents: ["human_agent"] });
  const { skill } = await talk.case();
  await world.agent("a1", { skills: [skill], name: "小陈" });
  const held = await desk.claim({}, caller("a1"));
  if (!held) throw new Error("nothing to claim");
  await desk.accept(held.entry.id, held.lease.fence, caller("a1"));
  return { talk, me: caller("a1"), held };
}

const log = async (talk: Talk) => (await world.store.conversations.log(talk.id, 0, 200)).map(({ activity }) => activity);
const lastSaid = async (talk: Talk) => (await log(talk)).at(-1);
const timers = () => world.sql("select id from timers where kind = 'handback'");

describe("an agent takes a conversation over", () => {
  it("and the customer sees who answers; the bot reads on and is silent; handed back, it answers again", async () => {
    const { talk, me } = await inHand();
    expect(await desk.takeOver(talk.id, {}, me)).toMatchObject({ handler: "agent", agent: { id: "a1", name: "小陈" } });
    expect((await lastSaid(talk))?.text).toMatch(/小陈接手/u);

    expect(await talk.say("订单 KM1001-A 是 500 块", { intents: ["paid_not_delivered"] })).toEqual([]);
    const spoken = await desk.speak(talk.id, { text: "我在查这笔，**马上**看完" }, me);
    const shown = await lastSaid(talk);
    expect(shown).toMatchObject({
      id: spoken.id,
      text: "我在查这笔，**马上**看完",
      textFormat: "plain",
      from: { id: "agent:a1", name: "小陈" },
      channelData: { jietong: { speaker: "agent" } },
    });

    const turns = await world.store.conversations.turns(talk.id);
    expect(turns.at(-1)?.decision.reasons.map(({ rule }) => rule)).toEqual(["agent_answers"]);

    expect(await desk.handBack(talk.id, me)).toEqual({ conversationId: talk.id, handler: "bot" });
    expect((await lastSaid(talk))?.text).toMatch(/交还给我/u);
    expect(await talk.say("你好", { intents: ["greeting"] })).toHaveLength(1);
  });

  it("what the customer says meanwhile stands in the case", async () => {
    const { talk, me } = await inHand();
    await desk.takeOver(talk.id, {}, me);
    const before = await talk.case();
    await talk.say("我要投诉，太气人了", { intents: ["complaint"], mood: "angry" });
    const after = await talk.case();
    expect(after.version).toBeGreaterThan(before.version);
    expect(after.mood.label).toBe("angry");
  });

  it("a pasted secret is masked, and that alone the bot says", async () => {
    const { talk, me } = await inHand();
    await desk.takeOver(talk.id, {}, me);
    const replies = await talk.say("卡密 JTDM-7K2P-Q9XW-4M3Z", { intents: ["card_key_invalid"] });
    expect(replies.map(({ text }) => text)).toEqual([expect.stringMatching(/遮住/u)]);
    expect(JSON.stringify(await log(talk))).not.toContain("7K2P-Q9XW");
  });

  it("an agent's own words go through the same guards: secrets masked, foreign contacts out", async () => {
    const { talk, me } = await inHand();
    await desk.takeOver(talk.id, {}, me);
    const sent = await desk.speak(talk.id, { text: "新卡密 JTDM-7K2P-Q9XW-4M3Z，有事打 400-000-1243" }, me);
    expect(sent.masked).toContain("card_key");
    const text = (await lastSaid(talk))?.text ?? "";
    expect(text).not.toContain("7K2P");
    expect(text).not.toContain("400-000-1243");
  });

  it("only who holds its call may; a supervisor may, and takes it from an agent", async () => {
    const { talk, me } = await inHand();
    await world.agent("a2", { skills: ["general"] });
    await expect(desk.takeOver(talk.id, {}, caller("a2"))).rejects.toMatchObject({ code: "forbidden" });
    await desk.takeOver(talk.id, {}, me);
    await expect(desk.handBack(talk.id, caller("a2"))).rejects.toMatchObject({ code: "taken_over" });
    await world.agent("boss", { role: "supervisor", name: "林主管" });
    expect(await desk.takeOver(talk.id, {}, caller("boss", "supervisor"))).toMatchObject({ agent: { name: "林主管" } });
    await expect(desk.takeOver(talk.id, {}, me)).rejects.toMatchObject({ code: "taken_over" });
    await expect(desk.speak(talk.id, { text: "在吗" }, me)).rejects.toMatchObject({ code: "taken_over" });
  });

  it("a user name is not shown to the customer", async () => {
    const { talk } = await inHand();
    await world.agent("boss", { role: "supervisor", name: "boss" });
    await desk.takeOver(talk.id, {}, caller("boss", "supervisor"));
    await desk.speak(talk.id, { text: "您好" }, caller("boss", "supervisor"));
    expect((await log(talk)).slice(-2).map(({ text, from }) => [text, from.name])).toEqual([
      [expect.stringMatching(/^专员接手/u), "接通"],
      ["您好", "专员"],
    ]);
  });

  it("a key names whom it speaks for", async () => {
    const { talk } = await inHand();
    await expect(desk.takeOver(talk.id, {}, KEY)).rejects.toMatchObject({ code: "bad_request" });
    await expect(desk.takeOver(talk.id, { agentId: "nobody" }, KEY)).rejects.toMatchObject({ code: "agent_unknown" });
    expect(await desk.takeOver(talk.id, { agentId: "a1" }, KEY)).toMatchObject({ agent: { id: "a1" } });
  });

  it("nobody speaks in a conversation that is the bot's, or that does not exist", async () => {
    const { talk, me } = await inHand();
    await expect(desk.speak(talk.id, { text: "在吗" }, me)).rejects.toMatchObject({ code: "not_taken_over" });
    await expect(desk.takeOver("conv_none", {}, KEY))
      .rejects.toMatchObject({ code: "agent_unknown" })
      .catch(() => {});
    await expect(desk.handBack("conv_none", KEY)).rejects.toMatchObject({ code: "conversation_unknown" });
  });

  it("the same key sends once", async () => {
    const { talk, me } = await inHand();
    await desk.takeOver(talk.id, {}, me);
    const key = { scope: "s", key: "k1", requestHash: "h1" };
    const first = await desk.speak(talk.id, { text: "收到" }, me, key);
    expect(await desk.speak(talk.id, { text: "收到" }, me, key)).toEqual(first);
    expect((await log(talk)).filter(({ text }) => text === "收到")).toHaveLength(1);
    await expect(desk.speak(talk.id, { text: "别的" }, me, { ...key, requestHash: "h2" })).rejects.toMatchObject({
      code: "idempotency_mismatch",
    });
  });
});

describe("a customer whom the agent leaves without a word", () => {
  it("gets the bot back after ten minutes from the first message, once", async () => {
    const { talk, me } = await inHand();
    await desk.takeOver(talk.id, {}, me);
    await talk.say("在吗", { intents: ["greeting"] });
    world.clock.set(NOW + 4 * MINUTE);
    await talk.say("还在吗", { intents: ["greeting"] });
    const [timer] = await world.sql("select id, fire_at from timers where kind = 'handback'");
    const fireAt = new Date(String(timer?.fire_at)).toISOString();
    expect(fireAt).toBe(new Date(NOW + OWED_MS).toISOString());

    world.clock.set(NOW + OWED_MS);
    await takeBack(world, talk.id, { id: handbackTimerId(talk.id), fireAt });
    expect((await talk.state()).handler).toBe("bot");
    expect((await lastSaid(talk))?.text).toMatch(/等了 10 分钟/u);
    const count = (await log(talk)).length;
    await takeBack(world, talk.id, { id: handbackTimerId(talk.id), fireAt });
    expect(await log(talk)).toHaveLength(count);
    expect(await timers()).toEqual([]);
  });

  it("also when the agent has come and says nothing at all", async () => {
    const { talk, me } = await inHand();
    await desk.takeOver(talk.id, {}, me);
    expect(await timers()).toHaveLength(1);
    world.clock.set(NOW + OWED_MS);
    await takeBack(world, talk.id, { id: handbackTimerId(talk.id), fireAt: new Date(NOW + OWED_MS).toISOString() });
    expect((await talk.state()).handler).toBe("bot");
  });

  it("and whose lease lapsed is followed by the next holder", async () => {
    const { talk, me, held } = await inHand();
    await desk.takeOver(talk.id, {}, me);
    world.clock.set(NOW + 60 * MINUTE);
    await world.store.queue.sweepLapsed(NOW + 60 * MINUTE);
    await followLapsed(world);
    expect((await talk.state()).handler).toBe("bot");
    await world.agent("a2", { skills: [held.case.skill], name: "小吴" });
    const again = await desk.claim({}, caller("a2"));
    expect(again?.case.id).toBe(held.case.id);
    expect(await desk.takeOver(talk.id, {}, caller("a2"))).toMatchObject({ agent: { name: "小吴" } });
  });

  it("and keeps the agent who answered in time", async () => {
    const { talk, me } = await inHand();
    await desk.takeOver(talk.id, {}, me);
    await talk.say("在吗", { intents: ["greeting"] });
    expect(await timers()).toHaveLength(1);
    await desk.speak(talk.id, { text: "在的" }, me);
    expect(await timers()).toEqual([]);
  });
});

describe("the end of a call", () => {
  it("gives the conversation back and asks for a score, which is stored with its case and agent", async () => {
    const { talk, me, held } = await inHand();
    await desk.takeOver(talk.id, {}, me);
    await desk.complete(held.entry.id, held.lease.fence, { disposition: "solved" }, me);
    const { handler, rating } = await talk.state();
    expect({ handler, rating }).toMatchObject({ handler: "bot", rating: { caseId: held.case.id, agentId: "a1" } });
    expect((await lastSaid(talk))?.suggestedActions?.actions).toHaveLength(5);

    expect(await talk.hears("4 分", { intents: ["slot_answer"] })).toMatch(/谢谢您的评分/u);
    const rated = await world.sql("select data from events where type = 'conversation.rated'");
    expect(rated).toEqual([{ data: { score: 4, by: "agent", caseId: held.case.id, agentId: "a1" } }]);
    expect((await talk.state()).rating).toBeUndefined();
  });

  it("a bad score gets an apology and a person on offer, not thanks", async () => {
    const { talk, me, held } = await inHand();
    await desk.complete(held.entry.id, held.lease.fence, { disposition: "solved" }, me);
    expect(await talk.hears("1 分 · 很不满意")).toMatch(/抱歉/u);
    expect((await talk.state()).offeredPerson).toBe(true);
  });

  it("who goes on with something else is answered, and a later 5 is no score", async () => {
    const { talk, me, held } = await inHand();
    await desk.complete(held.entry.id, held.lease.fence, { disposition: "solved" }, me);
    await talk.say("怎么开发票", { intents: ["invoice"] });
    expect((await talk.state()).rating).toBeUndefined();
    await talk.say("5");
    expect(await world.sql("select id from events where type = 'conversation.rated'")).toEqual([]);
  });

  it("a call given back takes the conversation from the agent, and nothing is asked", async () => {
    const { talk, me, held } = await inHand();
    await desk.takeOver(talk.id, {}, me);
    await desk.release(held.entry.id, held.lease.fence, me);
    const { handler, rating } = await talk.state();
    expect({ handler, rating }).toEqual({ handler: "bot", rating: undefined });
  });
});
