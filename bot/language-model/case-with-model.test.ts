import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../conversation/fixtures/test-world.ts";
import { createCaseServices } from "../desk/case-services.ts";
import { startSweep } from "../timers/sweep.ts";
import type { Asked, Misbehaviour } from "./fixtures/model-server.ts";
import { type ModelWorld, openModelWorld } from "./fixtures/model-world.ts";

let world: ModelWorld;
beforeAll(async () => {
  world = await openModelWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const BY = { kind: "integration", keyId: "main", name: "key:main" } as const;

interface Line {
  readonly n: number;
  readonly text: string;
}
const linesOf = ({ messages }: Asked): readonly Line[] => (JSON.parse(messages[1]?.content ?? "{}") as { lines: readonly Line[] }).lines;
/** What a model that can write would make of the lines: each a sentence of its own. */
const faithful = (asked: Asked) => ({
  sentences: linesOf(asked).map(({ n, text }) => ({ text: `${text.replace(/[。.]$/u, "")}。`, lines: [n] })),
});

/** Queues a case and lets the sweep do what was left for later. */
async function queued(): Promise<{ id: string; text: string }> {
  const talk = await world.talk({ customer: "u1001" });
  await talk.say("充了500三个小时没到", { intents: ["paid_not_delivered"], entities: [["amount", "500.00 CNY"]] });
  const { id, summary } = await talk.case();
  return { id, text: summary.text };
}

async function swept(): Promise<void> {
  world.clock.set(world.clock.now() + 5000);
  const sweep = startSweep(
    world,
    async () => {},
    (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
  );
  await until(async () => (await world.store.modelUses.list(5)).some(({ outcome }) => outcome !== undefined));
  await until(async () => (await world.sql("select id from timers where kind = 'reword_summary'")).length === 0);
  await sweep.stop();
}

describe("the wording of a case summary", () => {
  it("is ready without the model, and worded better afterwards, as another version of the case", async () => {
    world.server.answer("hang");
    const { id, text } = await queued();
    expect(text).toContain("500.00");
    expect(await world.store.queue.openFor(id)).toMatchObject({ state: "waiting" });
    expect(world.server.asked).toEqual([]);
    world.server.answer(faithful);
    await swept();
    const after = await world.store.cases.get(id);
    expect(after?.summary).toMatchObject({ wording: { model: "test-model", prompt: "case-summary@1" } });
    expect(after?.summary.text).not.toBe(text);
    expect(after?.summary.text).toContain("500.00");
    expect(after?.version).toBe(2);
    expect((await world.store.events.forCase(id)).at(-1)).toMatchObject({
      type: "case.updated",
      data: { by: "model", prompt: "case-summary@1" },
    });
    expect(await world.store.modelUses.list(1)).toMatchObject([{ caseId: id, outcome: "used", tokens: 120 }]);
  });

  const bent: Readonly<Record<string, (asked: Asked) => object>> = {
    "another amount": (asked) => JSON.parse(JSON.stringify(faithful(asked)).replaceAll("500.00", "800.00")),
    "an amount more": (asked) => ({ sentences: [...faithful(asked).sentences, { text: "还有 30.00 元没到。", lines: [1] }] }),
    "a line left out": (asked) => ({ sentences: faithful(asked).sentences.slice(1) }),
    "a line that is none": (asked) => ({ sentences: [...faithful(asked).sentences, { text: "客户要退款。", lines: [99] }] }),
    "a conclusion of its own": (asked) => ({
      sentences: [...faithful(asked).sentences, { text: "客户多半在骗人，不必理会他。", lines: [1] }],
    }),
    "words of the customer obeyed": () => ({ sentences: [{ text: "已退款，请关闭此单。", lines: [1] }] }),
  };
  it.each(Object.entries(bent))("stays the desk's own when the model writes %s", async (_, answer) => {
    world.server.answer(answer);
    const { id, text } = await queued();
    await swept();
    expect((await world.store.cases.get(id))?.summary.text).toBe(text);
    expect((await world.store.modelUses.list(1))[0]?.outcome).toBe("unsupported");
  });

  it.each(["reset", 500, "html", "no_choices", "broken_json", "wrong_schema"] as const satisfies readonly Misbehaviour[])(
    "stays the desk's own when the server does this: %s",
    async (how) => {
      hours += 1;
      world.clock.set(world.clock.now() + hours * 3_600_000);
      world.server.answer(how);
      const { id, text } = await queued();
      await swept();
      const after = await world.store.cases.get(id);
      expect(after?.summary.text).toBe(text);
      expect(after?.summary.wording).toBeUndefined();
    },
  );

  it("is forgotten where there is no model any more", async () => {
    await queued();
    expect(await world.sql("select id from timers where kind = 'reword_summary'")).toHaveLength(1);
    world.clock.set(world.clock.now() + 5000);
    const { languageHelp: _none, ...without } = world;
    const sweep = startSweep(
      without,
      async () => {},
      (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
    );
    await until(async () => (await world.sql("select id from timers where kind = 'reword_summary'")).length === 0);
    await sweep.stop();
    expect(await world.store.modelUses.list(1)).toEqual([]);
  });

  it("gives way to what the customer says meanwhile", async () => {
    const talk = await world.talk({ customer: "u1001" });
    world.clock.set(world.clock.now() + 100 * 3_600_000);
    await talk.say("充了500三个小时没到", { intents: ["paid_not_delivered"], entities: [["amount", "500.00 CNY"]] });
    const { id } = await talk.case();
    let isFirst = true;
    let saying: Promise<unknown> | undefined;
    world.server.answer((asked) => {
      if (isFirst) saying = talk.say("不是500,是800", { entities: [["amount", "800.00 CNY"]] });
      isFirst = false;
      return faithful(asked);
    });
    await swept();
    await saying;
    const after = await world.store.cases.get(id);
    expect(after?.facts.find(({ name, source }) => name === "amount" && source === "customer")?.value).toBe("800.00 CNY");
    expect(after?.summary.text).toContain("800.00");
  });
});

let hours = 0;

describe("a translation for the agent", () => {
  const services = () => createCaseServices(world);
  const english: Readonly<Record<string, string>> = { "我充了 ¥500 三个小时没到": "I paid ¥500 3 hours ago and nothing has arrived" };
  const translating = (asked: Asked) => ({
    lines: linesOf(asked).map(({ n, text }) => ({ n, text: english[text] ?? `Line with ${(text.match(/\d[\d.:-]*/gu) ?? []).join(" ")}` })),
  });
  const begin = async (): Promise<string> => {
    hours += 1;
    world.clock.set(world.clock.now() + hours * 24 * 3_600_000);
    const talk = await world.talk({ customer: "u1001" });
    await talk.say("我充了 ¥500 三个小时没到", { intents: ["paid_not_delivered"], entities: [["amount", "500.00 CNY"]] });
    return (await talk.case()).id;
  };

  // What was translated is remembered: the failures come first.
  it.each([500, "reset", "html", "no_choices", "wrong_schema"] as const)(
    "is the original and a plain statement when the server does this: %s",
    async (how) => {
      const id = await begin();
      world.server.answer(how);
      const { items, translation } = await services().transcript(id, { order: "oldest", limit: 50 }, BY, "en");
      expect(items.every((item) => item.translation === undefined)).toBe(true);
      expect(translation).toEqual({ language: "en", state: "unavailable", notice: world.policy.say("translation.failed", "en") });
    },
  );

  it("leaves a line in the original whose figures did not come through", async () => {
    const id = await begin();
    world.server.answer((asked) => ({
      lines: linesOf(asked).map(({ n }) => ({ n, text: n === 1 ? "Hello" : "I paid 900 and nothing came" })),
    }));
    const { items, translation } = await services().transcript(id, { order: "oldest", limit: 50 }, BY, "en");
    expect(items.every((item) => item.translation === undefined || item.translation === "Hello")).toBe(true);
    expect(["partial", "unavailable"]).toContain(translation?.state);
  });

  it("stands beside the original, in transcript and summary", async () => {
    const id = await begin();
    world.server.answer(translating);
    const { items, translation } = await services().transcript(id, { order: "oldest", limit: 50 }, BY, "en");
    expect(items.find(({ speaker }) => speaker === "customer")).toMatchObject({
      text: "我充了 ¥500 三个小时没到",
      translation: "I paid ¥500 3 hours ago and nothing has arrived",
    });
    expect(translation?.language).toBe("en");
    const summary = await services().summary(id, BY, "en");
    expect(summary.text).toMatch(/\p{Script=Han}/u);
    expect(summary.translation?.text).toContain("500");
    const asked = world.server.asked.length;
    await services().summary(id, BY, "en");
    // What was not faithful is asked again, what was is remembered.
    expect(world.server.asked.length - asked).toBeLessThanOrEqual(1);
  });

  it("says that there is no model where there is none, and that nothing is needed where nothing is", async () => {
    const id = await begin();
    const { languageHelp: _none, ...without } = world;
    expect((await createCaseServices(without).summary(id, BY, "en")).translation).toEqual({
      language: "en",
      state: "unavailable",
      notice: world.policy.say("translation.no_model", "en"),
    });
    expect((await services().transcript(id, { order: "oldest", limit: 50 }, BY, "zh")).translation?.state).toBe("not_needed");
    expect((await services().summary(id, BY)).translation).toBeUndefined();
  });
});

describe("a desk that stops while the model hangs", () => {
  it("does not wait for it, and words the summary after the next start", async () => {
    const own = await openModelWorld();
    try {
      own.server.answer("hang");
      const talk = await own.talk({ customer: "u1001" });
      await talk.say("充了500三个小时没到", { intents: ["paid_not_delivered"], entities: [["amount", "500.00 CNY"]] });
      own.clock.set(own.clock.now() + 5000);
      const sweep = startSweep(
        own,
        async () => {},
        (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
      );
      await until(() => own.server.asked.length > 0);
      await sweep.stop();
      const began = performance.now();
      await own.languageHelp?.stop();
      expect(performance.now() - began).toBeLessThan(5000);
      expect(await own.sql("select id from timers where kind = 'reword_summary'")).toHaveLength(1);
      expect((await talk.case()).summary.wording).toBeUndefined();
    } finally {
      await own.close();
    }
  });
});
