import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TurnWorld } from "../act/world.ts";
import { type Meaning, NOW } from "../decide/fixtures/heard.ts";
import type { TurnPipeline } from "../ports/channel.ts";
import type { Store } from "../ports/store.ts";
import { MINUTE, openTestWorld, type Talk, type TestWorld } from "./fixtures/test-world.ts";
import { takeTurn } from "./turn.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

/** Puts a message into the log without letting anybody take its turn. */
async function left(talk: Talk, text: string, given: Meaning): Promise<void> {
  world.means(text, given);
  const activity = {
    id: world.ids.next("act"),
    type: "message",
    timestamp: new Date(NOW).toISOString(),
    from: { id: "dl_1", role: "user" },
    conversation: { id: talk.id },
    channelId: "directline",
    text,
  } as const;
  await world.store.conversations.append(talk.id, activity, { awaitsTurn: true });
}

/** The world with something that happens while the turn is being thought, the first `times`. */
function meanwhile(times: number, happens: () => Promise<unknown>): TurnWorld {
  let left = times;
  const pipeline: TurnPipeline = {
    run: async (incoming, handler) => {
      const replies = await world.pipeline.run(incoming, handler);
      if (left-- > 0) await happens();
      return replies;
    },
  };
  return { ...world, pipeline };
}

const bots = async (talk: Talk): Promise<number> =>
  (await world.store.conversations.log(talk.id, 0, 500)).filter(({ activity }) => activity.from.role === "bot").length;

describe("a turn that somebody overtook", () => {
  it("is taken again on what is there now, and its replies stand once", async () => {
    const talk = await world.talk({ customer: "u1001" });
    await left(talk, "转人工", { intents: ["human_agent"] });
    const before = await bots(talk);
    const bump = async (): Promise<void> => {
      const { state, version } = await talk.conversation();
      await world.store.conversations.saveState(
        talk.id,
        { ...state, facts: [...state.facts, { name: "amount", value: "77.00 CNY", source: "customer", at: state.facts[0]?.at ?? "" }] },
        version,
      );
    };
    expect(await takeTurn(meanwhile(2, bump), talk.id)).toMatchObject({ id: talk.id });
    const value = await talk.case();
    expect(value.summary.text).toContain("77.00");
    expect(await world.sql("select count(*) as count from cases")).toEqual([{ count: "1" }]);
    expect(await world.sql("select count(*) as count from queue_entries")).toEqual([{ count: "1" }]);
    expect(await world.store.conversations.turns(talk.id)).toHaveLength(1);
    expect((await bots(talk)) - before).toBeGreaterThan(0);
    expect((await bots(talk)) - before).toBeLessThanOrEqual(2);
  });

  it("by an agent's change of the case is taken again too, and the change stays", async () => {
    const talk = await world.talk();
    await talk.say("转人工", { intents: ["human_agent"] });
    await left(talk, "13800138000", { entities: [["phone", "+8613800138000"]] });
    const note = async (): Promise<void> => {
      const value = await talk.case();
      await world.store.cases.update({
        ...value,
        version: value.version + 1,
        notes: [{ at: value.createdAt, by: "agent:a", text: "在看" }],
      });
    };
    expect(await takeTurn(meanwhile(1, note), talk.id)).toMatchObject({ id: talk.id });
    expect(await talk.case()).toMatchObject({ notes: [{ text: "在看" }], customer: { phone: "+8613800138000" } });
  });

  it("by another node that opened the case adds to that case", async () => {
    const talk = await world.talk();
    await left(talk, "转人工", { intents: ["human_agent"] });
    const other = await world.talk();
    await other.say("转人工", { intents: ["human_agent"] });
    const theirs = await other.case();
    const open = () => world.store.cases.insert({ ...theirs, id: "case_theirs", code: "10000009", conversationId: talk.id, version: 1 });
    expect(await takeTurn(meanwhile(1, open), talk.id)).toMatchObject({ id: talk.id });
    expect(await talk.case()).toMatchObject({ id: "case_theirs", version: 2 });
  });

  it("every time is given up loudly, and nothing of it is kept", async () => {
    const talk = await world.talk();
    await left(talk, "转人工", { intents: ["human_agent"] });
    const bump = async (): Promise<void> => {
      const { state, version } = await talk.conversation();
      await world.store.conversations.saveState(talk.id, state, version);
    };
    await expect(takeTurn(meanwhile(99, bump), talk.id)).rejects.toThrow(/overtaken 5 times/u);
    expect(await world.store.conversations.pending(talk.id)).toHaveLength(1);
    expect(await world.sql("select * from cases")).toEqual([]);
  });
});

describe("a turn is all or nothing", () => {
  it("when the store breaks at its end, neither reply nor case nor timer is there", async () => {
    const talk = await world.talk({ customer: "u1001" });
    await left(talk, "KM1001-B还没到 转人工", { intents: ["paid_not_delivered", "human_agent"], entities: [["order_number", "KM1001-B"]] });
    const before = await bots(talk);
    const broken: Store = {
      ...world.store,
      transaction: (work) =>
        world.store.transaction(async (repositories) => {
          await work(repositories);
          throw new Error("power cut");
        }),
    };
    await expect(takeTurn({ ...world, store: broken }, talk.id)).rejects.toThrow("power cut");
    for (const table of ["cases", "queue_entries", "timers", "turns"]) expect(await world.sql(`select * from ${table}`), table).toEqual([]);
    expect(await bots(talk)).toBe(before);
    expect(await takeTurn(world, talk.id)).toMatchObject({ id: talk.id });
    for (const table of ["cases", "queue_entries", "timers", "turns"])
      expect(await world.sql(`select * from ${table}`), table).toHaveLength(1);
    expect(await takeTurn(world, talk.id)).toBeUndefined();
  });

  it("draws another code when the case's is taken", async () => {
    const first = await world.talk();
    await first.say("转人工", { intents: ["human_agent"] });
    const taken = Number((await first.case()).code.slice(0, 7)) - 1_000_000;
    const draws = [taken, taken, 5];
    const talk = await world.talk();
    await left(talk, "转人工", { intents: ["human_agent"] });
    await takeTurn({ ...world, ids: { next: (kind) => world.ids.next(kind), random: () => draws.shift() ?? 0 } }, talk.id);
    expect((await talk.case()).code.slice(0, 7)).toBe("1000005");
  });
});

describe("what a turn reads", () => {
  it("a file answers the question for a screenshot, and is kept as a fact", async () => {
    const talk = await world.talk({ customer: "u1001" });
    await talk.say("500那单三小时没到", { intents: ["paid_not_delivered"], entities: [["amount", "500.00 CNY"]] });
    expect((await talk.state()).question?.slot).toBe("screenshot");
    const replies = await talk.say("", {}, { attachments: [{ fileId: "file_1", name: "付款.png", contentType: "image/png", size: 9 }] });
    expect(replies.map(({ text }) => text)).toEqual(["记下了，专员能看到。"]);
    expect((await talk.case()).facts).toContainEqual(expect.objectContaining({ name: "screenshot", value: "付款.png" }));
    expect((await talk.case()).missing).toEqual([]);
  });

  it("a file alone does not answer a question in words, nor change the language", async () => {
    const talk = await world.talk({ locale: "en-US" });
    await talk.say("account frozen", { intents: ["account_frozen"], language: "en" });
    await talk.say("skip", { language: "en" });
    expect((await talk.state()).question?.slot).toBe("last_login");
    await talk.say("", { language: "zh" }, { attachments: [{ fileId: "file_1", name: "a.png", contentType: "image/png", size: 9 }] });
    expect(await talk.state()).toMatchObject({ language: "en" });
    expect((await talk.case()).facts.map(({ name }) => name)).toEqual(["screenshot"]);
  });

  it("words that name no intent are looked for in the articles before they count as not understood", async () => {
    const talk = await world.talk();
    const said = await talk.say("怎么开发票 增值税发票", {});
    expect(said[0]?.channelData?.jietong?.sources?.[0]?.id).toBe("invoice");
    expect((await talk.state()).misunderstood).toBe(0);
  });

  it("the number the platform signed is known, and a new one the customer names wins", async () => {
    const talk = await world.talk({ customer: "u1001" });
    await talk.say("转人工", { intents: ["human_agent"] });
    expect((await talk.case()).customer.phone).toBe("+8613800001001");
    expect((await talk.case()).missing).toEqual([]);
    await talk.say("打我13911112222", { intents: ["callback_request"], entities: [["phone", "+8613911112222"]] });
    expect((await talk.case()).customer.phone).toBe("+8613911112222");
  });

  it("somebody who signs in meanwhile is asked nothing twice: the look-up just goes through", async () => {
    const talk = await world.talk();
    expect(await talk.hears("查余额", { intents: ["balance_check"] })).toMatch(/登录/u);
    await world.store.conversations.identify(talk.id, { customerId: "u1001" });
    expect(await talk.hears("查余额", { intents: ["balance_check"] })).toContain("268.50");
  });
});

describe("the mood", () => {
  it("is kept turn by turn, and its changes are events", async () => {
    const talk = await world.talk();
    const moods = ["calm", "annoyed", "angry", "angry", "calm"] as const;
    for (const [index, mood] of moods.entries()) {
      world.clock.set(NOW + index * MINUTE);
      await talk.say(`第${index}句`, { intents: ["topup_guide"], mood });
    }
    expect((await talk.state()).moods.map(({ label }) => label)).toEqual(moods);
    const events = await world.sql("select data from events where type = 'conversation.mood_changed' order by id");
    expect(events.map(({ data }) => data)).toEqual([
      { from: "calm", to: "annoyed" },
      { from: "annoyed", to: "angry" },
      { from: "angry", to: "calm" },
    ]);
  });
  it("annoyed once is acknowledged by nobody being called; twice running it is a person's matter", async () => {
    const talk = await world.talk();
    const [first] = await talk.say("怎么充值啊烦死了", { intents: ["topup_guide"], mood: "annoyed" });
    expect(first?.text).toMatch(/没让您顺利办成/u);
    expect(await world.sql("select * from cases")).toEqual([]);
    expect(await talk.hears("说了半天", { intents: ["topup_guide"], mood: "annoyed" })).toMatch(/已转给/u);
    expect(await talk.case()).toMatchObject({ priority: "high", modifiers: ["calming"], mood: { label: "annoyed" } });
  });
});

it("records what was understood, decided and taken, for whoever asks why", async () => {
  const talk = await world.talk();
  await talk.say("转人工", { intents: ["human_agent"] });
  const [turn] = await world.store.conversations.turns(talk.id);
  expect(turn).toMatchObject({
    took: [2],
    understanding: { certainty: "sure" },
    decision: { kind: "escalate", routing: { priority: "normal", rule: "asked-for-a-person" } },
  });
  const [last] = (await world.store.conversations.log(talk.id, 2, 10)).slice(-1);
  expect(last?.activity.channelData?.jietong).toMatchObject({ turn: turn?.id, decision: "escalate", caseCode: (await talk.case()).code });
});

describe("a turn while the catalogue is swapped", () => {
  it("asks once for the recogniser and keeps it to its end", async () => {
    const talk = await world.talk({ customer: "u1001" });
    await left(talk, "充值没到账", { intents: ["paid_not_delivered"] });
    let reads = 0;
    const live: TurnWorld = {
      ...world,
      get recogniser() {
        reads += 1;
        return world.recogniser;
      },
    };
    expect(await takeTurn(live, talk.id)).toMatchObject({ id: talk.id });
    expect(reads).toBe(1);
  });
});
