/** The server goes away under a store at work and comes back: calls fail plainly meanwhile, and afterwards nobody has lost his call. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { aConversation, aMessage, claimant, inLine } from "./contract/fixtures.ts";
import { startEmbeddedPostgres } from "./embedded.ts";
import { openPostgresStore } from "./store.ts";

const LEASE_MS = 15_000;

test("kill -9 of the server under the store: unavailable, then on again; the live call stays with its agent", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "jietong-outage-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const server = await startEmbeddedPostgres({ dataDir });
  onTestFinished(() => server.stop());
  const store = await openPostgresStore({ connection: server.connection, poolSize: 3 });
  onTestFinished(() => store.close());
  const heard = vi.fn();
  store.onLogGrew(heard);
  const conversation = aConversation();
  await store.conversations.create(conversation);
  const { id } = await inLine(store);
  const now = Date.now();
  const held = await store.queue.claim(claimant("li"), now, LEASE_MS);
  await store.queue.accept(id, held?.fence ?? 0, now, LEASE_MS);

  process.kill(server.pid(), "SIGKILL");
  const failures: unknown[] = [];
  let sent = 0;
  const receive = () =>
    store.conversations.append(conversation.id, aMessage(conversation.id, "还在吗"), { externalId: "client-1", awaitsTurn: true });
  const logged = await vi.waitFor(
    async () => {
      sent += 1;
      return await receive().catch((error: unknown) => {
        failures.push(error);
        throw error;
      });
    },
    { timeout: 10_000, interval: 20 },
  );
  expect(logged?.seq).toBe(1);
  expect(failures).toHaveLength(sent - 1);
  for (const failure of failures) expect(failure).toMatchObject({ code: "unavailable" });
  await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(undefined), { timeout: 5_000 });

  // The agent's desk could not renew while the server was away; by the clock his lease is over.
  const late = now + LEASE_MS + 1_000;
  expect(await store.queue.claim(claimant("wang"), late, LEASE_MS)).toBeUndefined();
  expect(await store.queue.sweepLapsed(late)).toBe(0);
  expect(await store.queue.renew(id, held?.fence ?? 0, late, LEASE_MS)).toMatchObject({ agentId: "li", state: "connected" });
});
