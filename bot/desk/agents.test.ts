import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openTestWorld, type TestWorld } from "../conversation/fixtures/test-world.ts";
import type { Caller } from "../http/services.ts";
import { setUpAgent } from "./agents.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const BOSS: Caller = { kind: "agent", agentId: "boss", role: "supervisor", name: "agent:boss" };

it("a desk user is made with a password, changed without one, and never shown with its hash", async () => {
  const made = await setUpAgent(world, "chen", { name: "小陈", passwordHash: "hash", skills: ["orders"], overflow: true }, BOSS);
  expect(made).toEqual({
    isNew: true,
    agent: {
      id: "chen",
      name: "小陈",
      role: "agent",
      skills: ["orders"],
      languages: ["zh"],
      modifiers: [],
      capacity: 1,
      state: "offline",
      overflow: true,
    },
  });
  await world.store.agents.setState("chen", "ready");
  const changed = await setUpAgent(world, "chen", { languages: ["zh", "en"], levels: { orders: 3 }, overflow: false }, BOSS);
  expect(changed).toMatchObject({ isNew: false, agent: { name: "小陈", languages: ["zh", "en"], levels: { orders: 3 }, state: "ready" } });
  expect(changed.agent.overflow).toBeUndefined();
  expect((await world.store.agents.get("chen"))?.passwordHash).toBe("hash");
  expect((await world.store.audit.list(10)).map(({ action, data }) => [action, data])).toEqual([
    ["agent.change", { changed: ["languages", "levels", "overflow"] }],
    ["agent.create", { changed: ["name", "password", "skills", "overflow"] }],
  ]);
});

it("a new one needs a password, and the last supervisor stays one", async () => {
  await expect(setUpAgent(world, "li", { name: "小李" }, BOSS)).rejects.toMatchObject({ code: "bad_request" });
  await world.agent("boss", { role: "supervisor" });
  await expect(setUpAgent(world, "boss", { role: "agent" }, BOSS)).rejects.toMatchObject({ code: "state_conflict" });
  await setUpAgent(world, "second", { role: "supervisor", passwordHash: "h" }, BOSS);
  expect((await setUpAgent(world, "boss", { role: "agent" }, BOSS)).agent.role).toBe("agent");
});
