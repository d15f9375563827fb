import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { externalDatabase, externalIsMissing, run } from "./contract/external-server.ts";
import { aConversation, aMessage, claimant, inLine } from "./contract/fixtures.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded.ts";
import { moveStore } from "./move-store.ts";
import { openPostgresStore } from "./store.ts";

const isMissing = await externalIsMissing();
const BYTES = Uint8Array.from({ length: 300 }, (_, index) => index % 256);

describe.skipIf(isMissing && !process.env.CI)("moving the embedded store into a PostgreSQL of one's own", () => {
  let server: EmbeddedPostgres;
  let dataDir = "";
  let to: Awaited<ReturnType<typeof externalDatabase>>;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), "jietong-move-"));
    server = await startEmbeddedPostgres({ dataDir });
    to = await externalDatabase();
  });
  afterAll(async () => {
    await server.stop();
    await to.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("brings everything over, and the desk goes on with it", async () => {
    const before = await openPostgresStore({ connection: server.connection });
    const conversation = aConversation();
    await before.conversations.create(conversation);
    const text = "还没到账 \\ \" ' \u{1f600} \n第二行";
    await before.conversations.append(conversation.id, aMessage(conversation.id, text), { externalId: "c1", awaitsTurn: true });
    const { id, caseId } = await inLine(before);
    const held = await before.queue.claim(claimant("li"), Date.now(), 15_000);
    const file = { id: "file-1", conversationId: conversation.id, name: "凭证.png", contentType: "image/png", size: 300, bytes: BYTES };
    await before.files.put(file);
    await before.timers.set({ id: "t1", fireAt: "2026-12-01T00:00:00.000Z", kind: "recheck", data: { orderNo: "KM1001-A" } });
    const events = await before.events.after(0, 100);
    await before.close();

    const moved = await moveStore(server.connection, to.url);
    expect(moved.find(({ table }) => table === "activities")?.rows).toBe(1);
    expect(moved.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(5);

    const after = await openPostgresStore({ connection: to.url });
    expect((await after.conversations.log(conversation.id, 0, 10)).map(({ activity }) => activity.text)).toEqual([text]);
    expect(await after.cases.get(caseId)).toBeDefined();
    expect(await after.queue.get(id)).toEqual(await after.queue.get(held?.id ?? ""));
    // The lease is good where it came to.
    expect(await after.queue.renew(id, held?.fence ?? 0, Date.now(), 15_000)).toMatchObject({ agentId: "li" });
    expect((await after.files.get("file-1"))?.bytes.every((byte, index) => byte === BYTES[index])).toBe(true);
    expect(await after.timers.nextDue()).toBe(Date.parse("2026-12-01T00:00:00.000Z"));
    expect(await after.events.after(0, events.length)).toEqual(events);
    // Numbers go on after the old ones.
    await after.events.append({ type: "case.updated", at: "2026-11-29T00:00:00.000Z", data: {} });
    expect((await after.events.after(events.at(-1)?.id ?? 0, 10)).length).toBeGreaterThan(0);
    await after.close();
  });

  it("is refused by a store that is in use, and leaves both as they were", async () => {
    const rows = await run<{ count: number }>(to.url, "select count(*)::int as count from events");
    await expect(moveStore(server.connection, to.url)).rejects.toThrow(/not empty: table \w+ has rows/u);
    expect(await run(to.url, "select count(*)::int as count from events")).toEqual(rows);
  });

  it("writes nothing when what arrives differs from what was sent", async () => {
    const other = await externalDatabase();
    try {
      const store = await openPostgresStore({ connection: other.url });
      await store.close();
      const client = new pg.Client({ connectionString: other.url });
      await client.connect();
      await client.query(
        `create function spoil() returns trigger language plpgsql as $$ begin new.kind := new.kind || '?'; return new; end $$;
         create trigger spoil before insert on timers for each row execute function spoil()`,
      );
      await client.end();
      await expect(moveStore(server.connection, other.url)).rejects.toThrow(/Table timers: what was written is not what was read/u);
      expect(await run(other.url, "select count(*)::int as count from conversations")).toEqual([{ count: 0 }]);
    } finally {
      await other.drop();
    }
  });
});
