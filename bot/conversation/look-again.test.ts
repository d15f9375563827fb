import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NOW } from "../decide/fixtures/heard.ts";
import type { AccountPlatform, Order, Trace } from "../ports/account-platform.ts";
import { MINUTE, openTestWorld, type Talk, type TestWorld } from "./fixtures/test-world.ts";
import { lookAgain } from "./look-again.ts";

let world: TestWorld;
/** The demo platform as it is. */
let plain: AccountPlatform;
beforeAll(async () => {
  world = await openTestWorld();
  plain = { ...world.platform };
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const ORDER = "KM1001-B";

/** The demo platform with one order as the test wants it. */
function platformWith(change: Partial<Order>, trace: Partial<Trace> = {}): AccountPlatform {
  const platform = plain;
  return {
    ...platform,
    order: async (orderNo) => {
      const looked = await platform.order(orderNo);
      return looked.ok && orderNo === ORDER ? { ok: true, value: { ...looked.value, ...change } } : looked;
    },
    orders: async (customerId, limit) => {
      const looked = await platform.orders(customerId, limit);
      return looked.ok ? { ok: true, value: looked.value.map((one) => (one.orderNo === ORDER ? { ...one, ...change } : one)) } : looked;
    },
    trace: async (orderNo) => {
      const looked = await platform.trace(orderNo);
      return looked.ok && orderNo === ORDER ? { ok: true, value: { ...looked.value, ...trace } } : looked;
    },
  };
}

const DOWN = (platform: AccountPlatform): AccountPlatform => ({ ...platform, order: async () => ({ ok: false, fault: "unavailable" }) });

interface StoredTimer {
  readonly id: string;
  readonly fire_at: Date;
  readonly data: { readonly promisedAt: string; readonly tries?: number; readonly conversationId: string; readonly intent: string };
}

const timer = async (): Promise<StoredTimer | undefined> =>
  (await world.sql("select id, fire_at, data from timers"))[0] as unknown as StoredTimer;

/** What the sweep does when the timer is due, by a node that has the platform given. */
async function fire(platform: AccountPlatform): Promise<boolean> {
  const due = await timer();
  if (!due) throw new Error("no timer is set");
  world.clock.set(Math.max(world.clock.now(), due.fire_at.getTime()));
  const { conversationId, intent, promisedAt, tries = 0 } = due.data;
  return lookAgain(
    { ...world, platform },
    {
      timer: { id: due.id, fireAt: due.fire_at.toISOString() },
      conversationId,
      intent,
      orderNo: ORDER,
      promisedAt: Date.parse(promisedAt),
      tries,
    },
  );
}

const botSaid = async (talk: Talk): Promise<string[]> =>
  (await world.store.conversations.log(talk.id, 0, 100)).flatMap(({ activity }) =>
    activity.from.role === "user" ? [] : (activity.text ?? []),
  );

async function asked(platform?: AccountPlatform, locale = "zh-CN"): Promise<Talk> {
  const talk = await world.talk({ customer: "u1001", locale });
  Object.assign(world.platform, platform ?? plain);
  await talk.say("KM1001-B还没到", { intents: ["paid_not_delivered"], entities: [["order_number", ORDER]] });
  Object.assign(world.platform, plain);
  return talk;
}

describe("a look at an order that may take a day", () => {
  const slow = () => platformWith({ kind: "trade", state: "processing" }, { normalMinutes: 24 * 60 });

  it("is made every half hour in silence, and speaks as soon as something has changed", async () => {
    const talk = await asked(slow());
    const before = (await botSaid(talk)).length;
    expect((await timer())?.fire_at.getTime()).toBe(NOW + 30 * MINUTE);
    const promisedAt = (await timer())?.data.promisedAt;
    for (const minutes of [60, 90]) {
      expect(await fire(slow())).toBe(false);
      expect((await timer())?.fire_at.getTime()).toBe(NOW + minutes * MINUTE);
    }
    // Nobody is told that the platform is away at a time nobody was promised.
    await fire(DOWN(slow()));
    expect((await timer())?.data).toMatchObject({ promisedAt });
    expect(await botSaid(talk)).toHaveLength(before);

    expect(await fire(platformWith({ kind: "trade", state: "delivered", deliveredAt: new Date(NOW + 100 * MINUTE).toISOString() }))).toBe(
      true,
    );
    const said = await botSaid(talk);
    expect(said).toHaveLength(before + 1);
    expect(said.at(-1)).toMatch(/^您在等的订单 KM1001-B 有新情况：/u);
    expect(await timer()).toBeUndefined();
  });

  it("goes to a person at once when it failed, with no word from the customer", async () => {
    const talk = await asked(slow());
    await fire(platformWith({ kind: "trade", state: "failed" }));
    expect(await talk.case()).toMatchObject({ status: "queued", intent: "paid_not_delivered" });
    expect((await botSaid(talk)).join("\n")).toMatch(/有新情况.*没有成功.*先不要重复付款/su);
  });
});

describe("the platform does not answer at the promised time", () => {
  it("is said with the time of the next try, three times in all, then a person takes it", async () => {
    const talk = await asked();
    const before = (await botSaid(talk)).length;
    const due = Date.parse((await timer())?.data.promisedAt ?? "");
    for (const tries of [1, 2]) {
      expect(await fire(DOWN(world.platform))).toBe(true);
      expect((await timer())?.data).toMatchObject({ tries, promisedAt: new Date(due + tries * 5 * MINUTE).toISOString() });
      expect((await botSaid(talk)).at(-1)).toMatch(/现在连不上平台，没查到结果。\d\d:\d\d 我再查一次并告诉您；先不要重复付款。$/u);
    }
    expect((await talk.state()).caseId).toBeUndefined();
    expect(await fire(DOWN(world.platform))).toBe(true);
    expect(await talk.case()).toMatchObject({ status: "queued", intent: "paid_not_delivered" });
    expect(await timer()).toBeUndefined();
    expect((await botSaid(talk)).length).toBeGreaterThanOrEqual(before + 3);
  });

  it("and when it answers at the second try, the report comes once, in the customer's language", async () => {
    const talk = await asked(undefined, "en-US");
    await fire(DOWN(world.platform));
    expect((await botSaid(talk)).at(-1)).toMatch(/I'll try again at \d\d:\d\d and tell you\. Please don't pay twice\.$/u);
    await fire(world.platform);
    expect((await botSaid(talk)).at(-1)).toMatch(/^I said I'd look at order KM1001-B again at .*credited to 13800001001/su);
    expect(await timer()).toBeUndefined();
  });
});

describe("exactly once", () => {
  it("a node that was so slow that another took the timer over writes nothing", async () => {
    const talk = await asked();
    const due = await timer();
    if (!due) throw new Error("no timer");
    world.clock.set(due.fire_at.getTime());
    const { conversationId, intent, promisedAt } = due.data;
    const look = { conversationId, intent, orderNo: ORDER, promisedAt: Date.parse(promisedAt), tries: 0 };
    // The other node took it a minute later, and set it to a time of its own.
    const retaken = new Date(due.fire_at.getTime() + 2 * MINUTE).toISOString();
    await world.store.timers.set({ id: due.id, kind: "recheck", data: due.data, fireAt: retaken });
    const slow = { timer: { id: due.id, fireAt: new Date(due.fire_at.getTime() + MINUTE).toISOString() }, ...look };
    const before = (await botSaid(talk)).length;
    expect(await lookAgain(world, slow)).toBe(false);
    expect(await botSaid(talk)).toHaveLength(before);
    expect(await lookAgain(world, { timer: { id: due.id, fireAt: retaken }, ...look })).toBe(true);
    expect(await lookAgain(world, slow)).toBe(false);
    expect(await botSaid(talk)).toHaveLength(before + 1);
  });

  it("what he was told meanwhile, because he asked, is not told again", async () => {
    const talk = await asked();
    world.clock.set(NOW + 26 * MINUTE);
    expect(await talk.hears("到了吗", { intents: ["order_status"], entities: [["order_number", ORDER]] })).toContain("已完成");
    const before = (await botSaid(talk)).length;
    await world.store.timers.set({
      id: "t",
      kind: "recheck",
      fireAt: new Date(NOW + 27 * MINUTE).toISOString(),
      data: { conversationId: talk.id, intent: "paid_not_delivered", promisedAt: new Date(NOW + 27 * MINUTE).toISOString() },
    });
    await world.sql(`delete from timers where id <> 't'`);
    expect(await fire(world.platform)).toBe(false);
    expect(await botSaid(talk)).toHaveLength(before);
    expect(await timer()).toBeUndefined();
  });

  it("says nothing while an agent has the conversation, and keeps what was found", async () => {
    const talk = await asked();
    const { state, version } = await talk.conversation();
    await world.store.conversations.saveState(talk.id, { ...state, handler: "agent" }, version);
    const before = (await botSaid(talk)).length;
    expect(await fire(world.platform)).toBe(true);
    expect(await botSaid(talk)).toHaveLength(before);
    expect((await talk.state()).facts).toContainEqual(expect.objectContaining({ name: "order_state", value: "delivered" }));
  });
});
