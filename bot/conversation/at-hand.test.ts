import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ConversationRepository, Store } from "../ports/store.ts";
import type { LoggedActivity } from "./activity.ts";
import { openTestWorld, type TestWorld, until } from "./fixtures/test-world.ts";
import { createReceiver, type Receiver } from "./receive.ts";

/** What a turn begins with is mostly known without asking the store. Here: when that holds, and that it is never believed when it does not. */

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const READING = ["get", "pending", "log"] as const;

/** A node of its own over the same store, which notes what it reads of conversations. */
function aNode(): { inbox: Receiver; reads: string[] } {
  const reads: string[] = [];
  const noted = (inner: ConversationRepository): ConversationRepository => ({
    ...inner,
    ...Object.fromEntries(
      READING.map((name) => [
        name,
        (...given: never[]) => {
          reads.push(name);
          return Reflect.apply(inner[name], inner, given);
        },
      ]),
    ),
  });
  const store: Store = {
    ...world.store,
    conversations: noted(world.store.conversations),
    cases: {
      ...world.store.cases,
      openFor: (id) => {
        reads.push("openFor");
        return world.store.cases.openFor(id);
      },
    },
  };
  const inbox = createReceiver({ ...world, store }, { after: (_, work) => later(work) });
  return { inbox, reads };
}

function later(work: () => void): () => void {
  const handle = setImmediate(work);
  return () => clearImmediate(handle);
}

const open = async (inbox: Receiver) => (await inbox.open({ channel: "directline", userId: "dl_1", locale: "zh-CN" })).id;
const turns = (id: string) => world.store.conversations.turns(id);
const said = async (id: string) => (await world.store.conversations.get(id))?.state.said;

/** Says something understood and waits for the end of its turn. */
async function say(inbox: Receiver, id: string, text: string): Promise<void> {
  world.means(text, { intents: ["thanks"] });
  const before = (await turns(id)).length;
  await inbox.receive(id, { type: "message", text });
  await until(async () => (await turns(id)).length > before);
}

describe("what is at hand", () => {
  it("a node that has the conversation to itself reads nothing for a turn", async () => {
    const { inbox, reads } = aNode();
    const id = await open(inbox);
    for (const text of ["一", "二", "三"]) await say(inbox, id, text);
    // The escalation step asks for the open case by itself.
    expect(reads.filter((name) => name !== "openFor")).toEqual([]);
    expect(await said(id)).toEqual(["一", "二", "三"]);
    expect((await turns(id)).map(({ took }) => took)).toEqual([[2], [4], [6]]);
  });

  it("what another node did meanwhile is seen", async () => {
    const [here, there] = [aNode(), aNode()];
    const id = await open(here.inbox);
    await say(here.inbox, id, "一");
    await say(there.inbox, id, "二");
    await say(here.inbox, id, "三");
    await say(there.inbox, id, "四");
    expect(await said(id)).toEqual(["一", "二", "三", "四"]);
    expect((await turns(id)).map(({ took }) => took.length)).toEqual([1, 1, 1, 1]);
  });

  it("an identity signed on another node counts from the next message on", async () => {
    const [here, there] = [aNode(), aNode()];
    const id = await open(here.inbox);
    await say(here.inbox, id, "一");
    await there.inbox.identify(id, { customerId: "u1001" });
    world.means("查余额", { intents: ["balance_check"] });
    await here.inbox.receive(id, { type: "message", text: "查余额" });
    await until(async () => (await turns(id)).length === 2);
    expect((await turns(id)).at(-1)?.decision.steps).toContainEqual(expect.objectContaining({ do: "tool", tool: "account.balance" }));
  });

  it("a message that was left behind is answered with the next one", async () => {
    const { inbox } = aNode();
    const id = await open(inbox);
    world.means("旧\n新", { intents: ["thanks"] });
    const activity = {
      id: world.ids.next("act"),
      type: "message" as const,
      timestamp: new Date(world.clock.now()).toISOString(),
      from: { id: "dl_1", role: "user" as const },
      conversation: { id },
      channelId: "directline",
      text: "旧",
    };
    await world.store.conversations.append(id, activity, { awaitsTurn: true });
    await say(inbox, id, "新");
    expect((await turns(id)).map(({ took }) => took)).toEqual([[2, 3]]);
  });

  it("followers are handed what was committed, in order and as it is stored, and nothing that was not", async () => {
    const { inbox } = aNode();
    const id = await open(inbox);
    const handed: LoggedActivity[] = [];
    inbox.follow(id, (added) => void handed.push(...(added ?? [])));
    await say(inbox, id, "a\0b 😀");
    const log = await world.store.conversations.log(id, 1, 10);
    await until(() => handed.length === log.length);
    expect(handed).toEqual(log);
    const failing = world.store.transaction(async ({ conversations }) => {
      await conversations.append(id, { ...(log[0]?.activity ?? never()), id: "act_gone" }, { awaitsTurn: false });
      throw new Error("rolled back");
    });
    await expect(failing).rejects.toThrow("rolled back");
    expect(handed).toEqual(log);
  });
});

function never(): never {
  throw new Error("the log is empty");
}
