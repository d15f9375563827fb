import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import type { Agent } from "../../../ports/store.ts";
import type { DeskUnderTest } from "./desk-under-test.ts";
import { aCase, aConversation, aMessage, at, inLine, NOON, unique } from "./fixtures.ts";

const IDLE_LISTENERS =
  "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ~* 'listen' and pid <> pg_backend_pid()";

export function deskContract(desk: DeskUnderTest): void {
  describe("events", () => {
    test("are read by number, each once, with what they are about", async () => {
      const value = aCase();
      await desk.store().cases.insert(value);
      const start = (await desk.store().events.after(0, 1_000_000)).at(-1)?.id ?? 0;
      await desk
        .store()
        .events.append({ type: "case.opened", at: at(1), caseId: value.id, conversationId: "conv_x", data: { code: value.code } });
      await desk.store().events.append({ type: "incident.opened", at: at(2), data: {} });
      const [first, second, ...rest] = await desk.store().events.after(start, 10);
      expect(first).toEqual({
        id: first?.id,
        type: "case.opened",
        at: at(1),
        caseId: value.id,
        conversationId: "conv_x",
        data: { code: value.code },
      });
      expect(second).toEqual({ id: second?.id, type: "incident.opened", at: at(2), data: {} });
      expect(rest).toEqual([]);
      expect((await desk.store().events.after(start, 1)).map(({ id }) => id)).toEqual([first?.id]);
      expect(await desk.store().events.forCase(value.id)).toHaveLength(1);
    });

    test("a reader never runs past a number that an unfinished transaction may still fill", async () => {
      const { events } = desk.store();
      await events.append({ type: "a", at: at(0), data: {} });
      const start = (await events.after(0, 1_000_000)).at(-1)?.id ?? 0;
      await desk.store().transaction(async (inside) => {
        await inside.events.append({ type: "slow", at: at(1), data: {} });
        await events.append({ type: "quick", at: at(2), data: {} });
        expect(await events.after(start, 10)).toEqual([]);
      });
      expect((await events.after(start, 10)).map(({ type }) => type)).toEqual(["slow", "quick"]);
      await desk
        .store()
        .transaction((inside) => inside.events.append({ type: "gone", at: at(3), data: {} }).then(() => Promise.reject(new Error("no"))))
        .catch(() => {});
      await events.append({ type: "last", at: at(4), data: {} });
      expect((await events.after(start, 10)).map(({ type }) => type)).toEqual(["slow", "quick", "last"]);
    });

    test("many writers, one reader: it sees every event once and in order", async () => {
      const { events } = desk.store();
      const start = (await events.after(0, 1_000_000)).at(-1)?.id ?? 0;
      const seen: number[] = [];
      let isWriting = true;
      const reading = (async () => {
        for (;;) {
          const isLast = !isWriting;
          const fresh = await events.after(seen.at(-1) ?? start, 7);
          seen.push(...fresh.map(({ id }) => id));
          if (isLast && fresh.length === 0) return;
        }
      })();
      const write = async () => {
        for (let index = 0; index < 25; index++) {
          await desk.store().transaction(async (inside) => {
            await inside.events.append({ type: "w", at: at(0), data: { index } });
            if (index % 5 === 0) await sleep(2);
            await inside.events.append({ type: "w", at: at(0), data: { index } });
          });
        }
      };
      await Promise.all([write(), write(), write(), write()]);
      isWriting = false;
      await reading;
      expect(seen).toHaveLength(200);
      expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
    });
  });

  describe("agents", () => {
    const agent: Agent = {
      id: "li",
      name: "李",
      role: "agent",
      passwordHash: "scrypt$1$2",
      skills: ["orders", "fraud"],
      languages: ["zh"],
      modifiers: ["senior"],
      capacity: 2,
      state: "offline",
    };

    test("are put, changed, listed and switched", async () => {
      const { agents } = desk.store();
      await agents.put(agent);
      expect(await agents.get("li")).toEqual(agent);
      await agents.put({ ...agent, name: "李雷", skills: [] });
      await agents.put({ ...agent, id: "admin", role: "supervisor" });
      expect((await agents.list()).map(({ id, name }) => [id, name])).toEqual([
        ["admin", "李"],
        ["li", "李雷"],
      ]);
      expect(await agents.setState("li", "ready")).toMatchObject({ state: "ready", skills: [] });
      expect(await agents.setState("nobody", "ready")).toBeUndefined();
      expect(await agents.get("nobody")).toBeUndefined();
    });
  });

  describe("timers", () => {
    const drain = async () => {
      await desk.sql("delete from timers");
    };

    test("a due one is taken once, the earliest first; setting it again replaces it", async () => {
      await drain();
      const { timers } = desk.store();
      expect(await timers.nextDue()).toBeUndefined();
      await timers.set({ id: "t1", fireAt: at(10), kind: "case.look", data: { caseId: "c" } });
      await timers.set({ id: "t2", fireAt: at(5), kind: "case.look", data: {} });
      await timers.set({ id: "t1", fireAt: at(1), kind: "case.late", data: { n: 2 } });
      expect(await timers.nextDue()).toBe(NOON + 1_000);
      expect(await timers.takeDue(NOON)).toBeUndefined();
      expect(await timers.takeDue(NOON + 60_000)).toEqual({ id: "t1", fireAt: at(1), kind: "case.late", data: { n: 2 } });
      // Set anew meanwhile, it is not finished by whoever took the old one.
      expect(await timers.finish("t2", at(6))).toBe(false);
      expect(await timers.nextDue()).toBe(NOON + 5_000);
      expect(await timers.finish("t2", at(5))).toBe(true);
      expect(await timers.finish("t2", at(5))).toBe(false);
      await timers.cancel("t2");
      expect(await timers.takeDue(NOON + 60_000)).toBeUndefined();
    });

    test("taking and doing commit together", async () => {
      await drain();
      await desk.store().timers.set({ id: "t3", fireAt: at(0), kind: "x", data: {} });
      await expect(
        desk.store().transaction(async ({ timers }) => {
          expect(await timers.takeDue(NOON)).toMatchObject({ id: "t3" });
          // Meanwhile nobody else gets it.
          expect(await desk.store().timers.takeDue(NOON)).toBeUndefined();
          throw new Error("could not do it");
        }),
      ).rejects.toThrow();
      expect(await desk.store().timers.takeDue(NOON)).toMatchObject({ id: "t3" });
    });

    test("two sweepers take each timer once", async () => {
      await drain();
      for (let index = 0; index < 40; index++)
        await desk.store().timers.set({ id: `many-${index}`, fireAt: at(index), kind: "x", data: {} });
      const second = await desk.another();
      const taken: string[] = [];
      const sweep = async (node: typeof second) => {
        for (;;) {
          const timer = await node.transaction(({ timers }) => timers.takeDue(NOON + 3_600_000));
          if (!timer) return;
          taken.push(timer.id);
        }
      };
      await Promise.all([sweep(desk.store()), sweep(second), sweep(desk.store()), sweep(second)]).finally(() => second.close());
      expect(taken).toHaveLength(40);
      expect(new Set(taken).size).toBe(40);
    });
  });

  describe("idempotency", () => {
    test("the first answer stands; another request with the key is a mismatch", async () => {
      const { idempotency } = desk.store();
      const key = unique("key");
      expect(await idempotency.find("cases", key, "h1")).toBeUndefined();
      await idempotency.put("cases", key, "h1", { status: 201, body: { id: "case_1", 名: null } });
      expect(await idempotency.find("cases", key, "h1")).toEqual({ status: 201, body: { id: "case_1", 名: null } });
      expect(await idempotency.find("cases", key, "h2")).toBe("mismatch");
      expect(await idempotency.find("claim", key, "h1")).toBeUndefined();
      await expect(idempotency.put("cases", key, "h1", { status: 200, body: {} })).rejects.toMatchObject({ code: "state_conflict" });
      const empty = unique("key");
      await idempotency.put("claim", empty, "h", { status: 204, body: undefined });
      expect(await idempotency.find("claim", empty, "h")).toEqual({ status: 204, body: undefined });
    });

    test("of two at once the second rolls back with all it did", async () => {
      const key = unique("key");
      const once = () =>
        desk.store().transaction(async (inside) => {
          const value = aCase();
          await inside.cases.insert(value);
          await inside.idempotency.put("cases", key, "h", { status: 201, body: value.id });
          return value.id;
        });
      const [a, b] = await Promise.allSettled([once(), once()]);
      expect([a.status, b.status].toSorted()).toEqual(["fulfilled", "rejected"]);
    });
  });

  describe("audit", () => {
    test("newest first, with and without data", async () => {
      await desk.store().audit.append({ at: at(0), who: "admin", action: "case.read", subject: "case_1" });
      await desk.store().audit.append({ at: at(1), who: "li", action: "case.patch", subject: "case_1", data: { status: "resolved" } });
      expect(await desk.store().audit.list(2)).toEqual([
        { at: at(1), who: "li", action: "case.patch", subject: "case_1", data: { status: "resolved" } },
        { at: at(0), who: "admin", action: "case.read", subject: "case_1" },
      ]);
    });
  });

  describe("transactions", () => {
    test("a swallowed error of the database cannot become a commit that never was", async () => {
      const id = unique("t");
      const work = desk.store().transaction(async ({ timers, cases }) => {
        await timers.set({ id, fireAt: at(0), kind: "x", data: {} });
        await cases.insert(aCase({ conversationId: "conv_none" })).catch(() => {});
      });
      await expect(work).rejects.toThrow();
      expect(await desk.sql("select 1 from timers where id = $1", [id])).toEqual([]);
    });

    test("its repositories are of no use after it, and may be used side by side within it", async () => {
      const kept = await desk.store().transaction(async (inside) => {
        await Promise.all([inside.agents.list(), inside.agents.get("x"), inside.timers.nextDue()]);
        return inside;
      });
      await expect(kept.agents.list()).rejects.toThrow("over");
    });

    test("ping answers", async () => {
      await desk.store().ping();
    });
  });

  describe("grown logs", () => {
    test("are heard on every node, once committed, until one stops listening", async () => {
      const conversation = aConversation();
      await desk.store().conversations.create(conversation);
      const second = await desk.another();
      try {
        const here = vi.fn();
        const there = vi.fn();
        const stopHere = desk.store().onLogGrew(here);
        second.onLogGrew(there);
        const activity = aMessage(conversation.id, "在吗");
        await desk.store().conversations.append(conversation.id, activity, { awaitsTurn: true });
        expect(here).toHaveBeenCalledWith(conversation.id, [{ seq: 1, activity }]);
        await vi.waitFor(() => expect(there).toHaveBeenCalledWith(conversation.id));
        expect(here).toHaveBeenCalledTimes(1);
        stopHere();
        here.mockClear();
        there.mockClear();
        await desk.store().transaction(async (inside) => {
          await inside.conversations.append(conversation.id, aMessage(conversation.id, "喂"), { awaitsTurn: true });
          await sleep(30);
          expect(there).not.toHaveBeenCalled();
        });
        await vi.waitFor(() => expect(there).toHaveBeenCalledWith(conversation.id));
        expect(here).not.toHaveBeenCalled();
      } finally {
        await second.close();
      }
    });

    test("when the listening connection is cut it comes back, and everything is looked at again", async () => {
      const conversation = aConversation();
      await desk.store().conversations.create(conversation);
      const heard = vi.fn();
      const stop = desk.store().onLogGrew(heard);
      await desk.sql(IDLE_LISTENERS);
      await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(undefined), { timeout: 3_000 });
      await desk.store().conversations.append(conversation.id, aMessage(conversation.id, "还在吗"), { awaitsTurn: true });
      expect(heard).toHaveBeenCalledWith(conversation.id, [expect.objectContaining({ seq: 1 })]);
      stop();
    });

    test("when all connections are cut the next call may fail as unavailable, and then it works again", async () => {
      await inLine(desk.store());
      await desk.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      );
      await vi.waitFor(
        async () => {
          try {
            await desk.store().ping();
          } catch (error) {
            expect(error).toMatchObject({ code: "unavailable" });
            throw error;
          }
        },
        { timeout: 3_000 },
      );
    });
  });
}
