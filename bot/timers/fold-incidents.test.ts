import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MINUTE, openTestWorld, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { NOW } from "../decide/fixtures/heard.ts";
import { createDeskServices } from "../desk/desk-services.ts";
import type { DeskServices } from "../http/services.ts";
import type { Store } from "../ports/store.ts";
import { foldIncidents } from "./fold-incidents.ts";

let world: TestWorld;
let desk: DeskServices;
const supervisor = { kind: "agent", agentId: "admin", role: "supervisor", name: "agent:admin" } as const;
const agent = { kind: "agent", agentId: "a1", role: "agent", name: "agent:a1" } as const;

beforeAll(async () => {
  world = await openTestWorld();
  desk = createDeskServices(world);
});
afterAll(() => world.close());
beforeEach(() => world.reset());

interface Made {
  readonly id: string;
  readonly conversationId: string;
}

/** A case in line, with a chat behind it. */
async function aCase(product: string, change: { intent?: string; customer?: string; locale?: string } = {}): Promise<Made> {
  const { intent = "paid_not_delivered", customer, locale = "zh-CN" } = change;
  const talk = await world.talk({ locale });
  const opened = await desk.openCase(
    {
      channel: "directline",
      language: locale.startsWith("en") ? "en" : "zh",
      intent,
      facts: [{ name: "product", value: product, source: "platform" }],
      customer: { id: customer ?? `c-${talk.id}` },
      enqueue: true,
    },
    { kind: "integration", keyId: "k1", name: "key:k1" },
  );
  await world.sql(`update cases set conversation_id = '${talk.id}' where id = '${opened.id}'`);
  return { id: opened.id, conversationId: talk.id };
}
const many = async (count: number, product = "游戏点券"): Promise<Made[]> => {
  const made: Made[] = [];
  for (let index = 0; index < count; index += 1) made.push(await aCase(product));
  return made;
};
const heard = async ({ conversationId }: Made): Promise<string[]> =>
  (await world.store.conversations.log(conversationId, 0, 100)).flatMap(({ activity }) =>
    activity.channelData?.jietong?.incident === undefined ? [] : [activity.text ?? ""],
  );
const events = async (type: string) => world.sql(`select data from events where type = '${type}'`);

describe("an incident by rule", () => {
  it("opens when five customers of one product come within a quarter of an hour, once, and tells each of them", async () => {
    const first = await many(4);
    // One customer with many cases is one voice; other trouble is other trouble.
    await aCase("游戏点券", { customer: "same", intent: "card_key_invalid" });
    await aCase("视频会员");
    await world.sql(
      "update cases set customer_id = 'same' where customer_id like 'c-%' and facts @> '[{\"value\":\"游戏点券\"}]' and id > (select min(id) from cases)",
    );
    expect(await foldIncidents(world)).toEqual({ opened: 0, merged: 0, told: 0 });
    const later = await many(4);
    expect(await foldIncidents(world)).toEqual({ opened: 1, merged: 9, told: 9 });
    expect(await foldIncidents(world)).toEqual({ opened: 0, merged: 0, told: 0 });
    const [incident] = await desk.incidents("open", 10);
    expect(incident).toMatchObject({
      dimension: "product",
      value: "游戏点券",
      openedBy: "rule:product",
      cases: 9,
      title: { zh: "“游戏点券”到账异常" },
    });
    expect(await events("incident.opened")).toHaveLength(1);
    for (const one of [...first, ...later]) {
      const said = await heard(one);
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(/“游戏点券”到账异常。已记为同一件事，您不用再报一次。您的个案 \d{4} \d{4} 已并入/u);
    }
    // Each keeps its own place in line, and the desk sees what it is part of.
    expect(await desk.getCase(first[0]?.id ?? "", supervisor)).toMatchObject({
      entry: { state: "waiting", position: 1 },
      incident: { id: incident?.id, state: "open", cases: 9 },
    });
  });

  it("does not open for what is usual", async () => {
    await many(1);
    await world.sql(
      `insert into cases select (jsonb_populate_record(c, jsonb_build_object('id', 'old' || n, 'code', lpad(n::text, 8, '0'), 'customer_id', 'old' || n, 'conversation_id', null, 'status', 'closed', 'created_at', c.created_at - n * interval '5 minutes' - interval '20 minutes'))).* from cases c, generate_series(1, 1900) n`,
    );
    await many(5);
    // 1,900 in a week are 2.8 in a quarter of an hour: seven are less than four times that.
    expect((await foldIncidents(world)).opened).toBe(0);
    await world.sql("update cases set status = 'closed', created_at = created_at - interval '30 days' where id like 'old%'");
    expect((await foldIncidents(world)).opened).toBe(1);
  });

  it("merges who comes later and tells him the latest; says a place only while there is an honest one", async () => {
    await world.agent("a1", { skills: ["orders"], languages: ["zh", "en"], state: "busy" });
    await many(5);
    await foldIncidents(world);
    const [incident] = await desk.incidents("open", 1);
    await desk.updateIncident(incident?.id ?? "", { zh: "供货方正在恢复。", en: "The supplier is coming back." }, supervisor);
    world.clock.set(NOW + 40 * MINUTE);
    const late = await aCase("游戏点券", { locale: "en-US" });
    expect(await foldIncidents(world)).toEqual({ opened: 0, merged: 1, told: 6 });
    const said = await heard(late);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain("Trouble with “游戏点券”");
    expect(said[0]).toContain("Latest: The supplier is coming back.");
    expect(said[0]).toMatch(/You are still in line; .*, about \d+–\d+ minutes/u);
  });
});

describe("an update", () => {
  const text = { zh: "22:00 前补发。", en: "Delivered by 22:00." };
  const opened = async () => {
    const made = await many(45);
    await foldIncidents(world);
    const [incident] = await desk.incidents("open", 1);
    return { made, id: incident?.id ?? "" };
  };

  it("reaches every customer exactly once, though the node dies in the middle and two go on", async () => {
    const { made, id } = await opened();
    const key = { scope: "s", key: "k", requestHash: "h" };
    await desk.updateIncident(id, text, supervisor, key);
    expect((await desk.updateIncident(id, text, supervisor, key)).updates).toBe(1);
    // The second batch is written whole and then lost with its node, before the commit.
    let batches = 0;
    const dying: Store = {
      ...world.store,
      transaction: (work) =>
        world.store.transaction(async (repositories) => {
          const result = await work(repositories);
          batches += 1;
          if (batches === 3) throw new Error("killed");
          return result;
        }),
    };
    await expect(foldIncidents({ ...world, store: dying })).rejects.toThrow("killed");
    const after = await Promise.all(made.map(heard));
    expect(after.filter((said) => said.length === 2)).toHaveLength(20);
    const told = await Promise.all([foldIncidents(world), foldIncidents(world)]);
    expect(told.reduce((sum, one) => sum + one.told, 0)).toBe(25);
    for (const one of made) expect((await heard(one)).filter((said) => said.includes("22:00 前补发"))).toHaveLength(1);
  });

  it("of several in a row each customer hears each, in order", async () => {
    const { made, id } = await opened();
    await desk.updateIncident(id, { zh: "一", en: "one" }, supervisor);
    await desk.updateIncident(id, { zh: "二", en: "two" }, supervisor);
    await foldIncidents(world);
    expect((await heard(made[7] as Made)).slice(1)).toEqual(["关于“游戏点券”到账异常：一", "关于“游戏点券”到账异常：二"]);
  });

  it("closing with a last word solves the cases nobody is at, who leave the line; those somebody is at go on", async () => {
    const { made, id } = await opened();
    await world.agent("a1", { skills: ["orders"] });
    const held = await desk.claim({}, agent);
    await desk.accept(held?.entry.id ?? "", held?.entry.fence ?? 0, agent);
    expect(await desk.closeIncident(id, { text, resolves: true }, supervisor)).toMatchObject({ state: "closed", cases: 45 });
    await foldIncidents(world);
    const statuses = await world.sql("select status, count(*)::int as count from cases group by status order by status");
    expect(statuses).toEqual([
      { status: "in_progress", count: 1 },
      { status: "resolved", count: 44 },
    ]);
    expect(await world.store.queue.listWaiting(10)).toEqual([]);
    const solved = made.find(({ id: one }) => one !== held?.case.id) as Made;
    expect((await heard(solved)).at(-1)).toMatch(/22:00 前补发。\n\n个案 \d{4} \d{4} 就此办结/u);
    expect((await heard(made.find(({ id: one }) => one === held?.case.id) as Made)).at(-1)).not.toContain("办结");
    expect(await events("incident.closed")).toMatchObject([{ data: { cases: 45 } }]);
    await expect(desk.updateIncident(id, text, supervisor)).rejects.toMatchObject({ code: "state_conflict" });
    await expect(desk.closeIncident(id, { resolves: false }, supervisor)).rejects.toMatchObject({ code: "state_conflict" });
    // The same trouble again is a new incident; what came before is not.
    expect(await desk.incidents("open", 10)).toEqual([]);
    world.clock.set(NOW + MINUTE);
    await many(5);
    expect((await foldIncidents(world)).opened).toBe(1);
  });
});

describe("an incident by hand", () => {
  it("is a supervisor's or a key's to open, once for the same, and merges what came before", async () => {
    const [early] = await many(2, "月卡");
    const wanted = { by: "product", value: "月卡", minutes: 60 } as const;
    await expect(desk.openIncident(wanted, agent)).rejects.toMatchObject({ code: "forbidden" });
    const incident = await desk.openIncident({ ...wanted, title: { zh: "月卡延迟", en: "Passes are late" } }, supervisor);
    await expect(desk.openIncident(wanted, supervisor)).rejects.toMatchObject({ code: "state_conflict" });
    await expect(desk.updateIncident("incident_none", { zh: "a", en: "b" }, supervisor)).rejects.toMatchObject({
      code: "incident_unknown",
    });
    expect(await foldIncidents(world)).toEqual({ opened: 0, merged: 2, told: 2 });
    expect((await heard(early as Made))[0]).toContain("月卡延迟");
    expect(await world.sql(`select action, who from audit where subject = '${incident.id}'`)).toEqual([
      { action: "incident.open", who: "agent:admin" },
    ]);
  });
});
