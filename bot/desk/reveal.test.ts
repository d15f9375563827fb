import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestWorld, type TestWorld } from "../conversation/fixtures/test-world.ts";
import type { Caller, DeskServices } from "../http/services.ts";
import { createDeskServices } from "./desk-services.ts";

let world: TestWorld;
let desk: DeskServices;
beforeAll(async () => {
  world = await openTestWorld();
  desk = createDeskServices(world);
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const KEY = "JTDM-7K2P-Q9XW-4M3Z";
const ORDER = { orderNo: "KM1001-C", reason: "客户说无效，与供货方核对" };
const PBX: Caller = { kind: "integration", keyId: "main", name: "key:main" };
const BOSS: Caller = { kind: "agent", agentId: "s1", role: "supervisor", name: "agent:s1" };
const agent = (id: string): Caller => ({ kind: "agent", agentId: id, role: "agent", name: `agent:${id}` });

async function aCase(customer?: string): Promise<string> {
  const talk = await world.talk(customer === undefined ? {} : { customer });
  await talk.say("账户被冻结了", { intents: ["account_frozen"] });
  return (await talk.case()).id;
}
const looks = async () => (await world.sql("select who, subject, data from audit where action = 'case.reveal' order by id")) as unknown[];

describe("a key in full", () => {
  it("is shown to a supervisor, with who, why and of which order in the audit log, and the key in none of the tables", async () => {
    const id = await aCase("u1001");
    expect(await desk.reveal(id, ORDER, BOSS)).toEqual({ orderNo: "KM1001-C", keys: [{ key: KEY, revealedBefore: false }] });
    expect(await looks()).toEqual([{ who: "agent:s1", subject: id, data: { orderNo: "KM1001-C", reason: ORDER.reason, keys: 1 } }]);
    const tables = ["audit", "cases", "events", "conversations", "activities", "turns"];
    for (const table of tables) expect(JSON.stringify(await world.sql(`select * from ${table}`)), table).not.toContain("Q9XW");
    expect(JSON.stringify(world.lines)).not.toContain("Q9XW");
  });
  it("is shown to the agent who holds the case and to no other", async () => {
    const id = await aCase("u1001");
    await expect(desk.reveal(id, ORDER, agent("a1"))).rejects.toMatchObject({ code: "forbidden" });
    await world.agent("a1", { skills: ["accounts"] });
    await world.agent("a2", { skills: ["accounts"] });
    expect((await desk.claim({ agentId: "a1" }, agent("a1")))?.case.id).toBe(id);
    expect((await desk.reveal(id, ORDER, agent("a1"))).keys).toHaveLength(1);
    await expect(desk.reveal(id, ORDER, agent("a2"))).rejects.toMatchObject({ code: "forbidden" });
    expect(await looks()).toHaveLength(1);
  });
  it.each<readonly [what: string, customer: string | undefined, orderNo: string, by: Caller, code: string]>([
    ["a program", "u1001", "KM1001-C", PBX, "forbidden"],
    ["an order of somebody else", "u1002", "KM1001-C", BOSS, "order_unknown"],
    ["an order that is not there", "u1001", "KM9999-Z", BOSS, "order_unknown"],
    ["an order without a key", "u1001", "KM1001-A", BOSS, "order_unknown"],
    ["a customer nobody has signed", undefined, "KM1001-C", BOSS, "order_unknown"],
  ])("is not shown for %s, and nothing is written of a look that was none", async (_, customer, orderNo, by, code) => {
    const id = await aCase(customer);
    await expect(desk.reveal(id, { ...ORDER, orderNo }, by)).rejects.toMatchObject({ code });
    expect(await looks()).toEqual([]);
  });
  it("is not made up when the platform is down, and an unknown case is one", async () => {
    const id = await aCase("u1001");
    world.demo.setFault("error", { times: 5, path: "/orders/" });
    await expect(desk.reveal(id, ORDER, BOSS)).rejects.toMatchObject({ code: "platform_unavailable" });
    world.demo.setFault("none");
    await expect(desk.reveal("nobody", ORDER, BOSS)).rejects.toMatchObject({ code: "case_unknown" });
  });
  it("keeps a secret written as the reason out of the audit log", async () => {
    const id = await aCase("u1001");
    await desk.reveal(id, { ...ORDER, reason: `核对 ${KEY}` }, BOSS);
    expect(JSON.stringify(await looks())).not.toContain("Q9XW");
  });
});
