import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MINUTE, openTestWorld, type Talk, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { NOW } from "../decide/fixtures/heard.ts";
import { createPlaceWatch, type OpenChats } from "./watch-places.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const S = 1000;

interface Watched {
  readonly open: Set<string>;
  readonly told: { readonly to: string; readonly caseCode: string; readonly queue: object }[];
  /** Looks, so many milliseconds after the start. */
  at(ms: number): Promise<void>;
}

function watched(...talks: Talk[]): Watched {
  const open = new Set(talks.map(({ id }) => id));
  const told: Watched["told"] = [];
  const chats: OpenChats = { present: () => [...open], tell: (to, news) => void told.push({ to, ...news }) };
  const watch = createPlaceWatch(world, chats);
  return {
    open,
    told,
    at: (ms) => {
      world.clock.set(NOW + ms);
      return watch.look();
    },
  };
}

async function inLine(intent = "human_agent", text = "转人工"): Promise<Talk> {
  const talk = await world.talk();
  await talk.say(text, { intents: [intent] });
  return talk;
}

describe("customers with the chat open", () => {
  it("see their place as those ahead are taken, and nothing of it is kept", async () => {
    const [first, second] = [await inLine(), await inLine()];
    const code = (await second.case()).code;
    const before = await world.sql("select count(*) as count from activities");
    const chat = watched(second);
    await chat.at(S);
    await chat.at(30 * S);
    expect(chat.told).toEqual([]);
    await world.store.queue.abandon((await first.entry()).id, undefined, NOW);
    await chat.at(31 * S);
    await chat.at(34 * S);
    expect(chat.told).toEqual([{ to: second.id, caseCode: code, queue: { position: 1 } }]);
    expect(await world.sql("select count(*) as count from activities")).toEqual(before);
  });

  it("are told why, when somebody goes first", async () => {
    const talk = await inLine();
    const chat = watched(talk);
    await chat.at(S);
    const other = await world.talk();
    await other.say("转人工，气死了", { intents: ["human_agent"], mood: "angry" });
    await world.store.queue.raise((await other.entry()).id, "critical", 0, new Date(NOW).toISOString());
    for (const seconds of [20, 23, 26, 29]) await chat.at(seconds * S);
    expect(chat.told.map(({ queue }) => queue)).toEqual([{ position: 2, because: "others_first" }]);
  });

  it("who open it later are told where they stand now, and who come back what has changed since", async () => {
    const [first, second] = [await inLine(), await inLine()];
    const chat = watched();
    await chat.at(5 * MINUTE);
    chat.open.add(second.id);
    await chat.at(5 * MINUTE + 3 * S);
    expect(chat.told.map(({ queue }) => queue)).toEqual([{ position: 2 }]);
    chat.open.clear();
    await chat.at(6 * MINUTE);
    chat.open.add(second.id);
    await chat.at(7 * MINUTE);
    expect(chat.told).toHaveLength(2);
    await chat.at(7 * MINUTE + 20 * S);
    expect(chat.told).toHaveLength(2);
    chat.open.clear();
    await chat.at(8 * MINUTE);
    await world.store.queue.abandon((await first.entry()).id, undefined, NOW);
    chat.open.add(second.id);
    await chat.at(9 * MINUTE);
    expect(chat.told.at(-1)?.queue).toEqual({ position: 1 });
  });

  it("see the wait with it while agents are there, and none out of hours", async () => {
    await world.agent("a1", { skills: ["general"], state: "busy" });
    const talk = await inLine();
    const day = watched();
    day.open.add(talk.id);
    await day.at(MINUTE);
    expect(day.told[0]?.queue).toMatchObject({ position: 1, low: expect.any(Number), high: expect.any(Number) });
    const night = watched();
    night.open.add(talk.id);
    await night.at(5 * 60 * MINUTE);
    expect(night.told.map(({ queue }) => queue)).toEqual([{ position: 1 }]);
  });

  it("cost one reading of the line, however many they are, and none when there are none", async () => {
    await world.agent("a1", { skills: ["general"], state: "busy" });
    const talks = [];
    for (let index = 0; index < 6; index += 1) talks.push(await inLine());
    let [readings, estimates] = [0, 0];
    const counting = {
      ...world,
      store: {
        ...world.store,
        queue: {
          ...world.store.queue,
          places: (ids: readonly string[]) => {
            readings += 1;
            return world.store.queue.places(ids);
          },
        },
      },
      queue: {
        ...world.queue,
        estimate: (...given: Parameters<typeof world.queue.estimate>) => {
          estimates += 1;
          return world.queue.estimate(...given);
        },
      },
    };
    const open = new Set<string>();
    const watch = createPlaceWatch(counting, { present: () => [...open], tell: () => {} });
    await watch.look();
    expect(readings).toBe(0);
    for (const talk of talks) open.add(talk.id);
    world.clock.set(NOW + MINUTE);
    await watch.look();
    expect([readings, estimates]).toEqual([1, 6]);
    world.clock.set(NOW + MINUTE + 3 * S);
    await watch.look();
    expect([readings, estimates]).toEqual([2, 6]);
  });

  it("hear nothing more of it once an agent has them", async () => {
    const talk = await inLine();
    const chat = watched();
    chat.open.add(talk.id);
    await world.store.queue.claim({ agentId: "a", skills: ["general"], languages: ["zh"], capacity: 1 }, NOW, 600_000);
    await chat.at(MINUTE);
    expect(chat.told).toEqual([]);
  });
});
