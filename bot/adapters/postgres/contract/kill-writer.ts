/**
 * Run by `kill.test.ts` as a process of its own: works on the embedded store until it is killed, and prints each thing only after the
 * store has acknowledged it.
 */
import { writeSync } from "node:fs";
import { startEmbeddedPostgres } from "../embedded.ts";
import { openPostgresStore } from "../store.ts";
import { aCase, aConversation, aMessage, anEntry, claimant } from "./fixtures.ts";

const [dataDir = "", round = "0"] = process.argv.slice(2);
const LEASE_MS = 60_000;

const server = await startEmbeddedPostgres({ dataDir });
const store = await openPostgresStore({ connection: server.connection, poolSize: 4 });
const say = (...words: readonly (string | number)[]) => writeSync(1, `${words.join(" ")}\n`);
say("up", server.pid());

const conversation = aConversation();
await store.conversations.create(conversation);

async function chat(): Promise<never> {
  for (let number = 0; ; number++) {
    const added = await store.conversations.append(conversation.id, aMessage(conversation.id, `第${number}条`), {
      externalId: `c${number}`,
      awaitsTurn: true,
    });
    if (added) say("logged", conversation.id, added.seq, added.id);
  }
}

async function escalate(): Promise<never> {
  for (let number = 0; ; number++) {
    // Case codes and ids must differ from those of earlier rounds.
    const value = aCase({ code: `${round.padStart(3, "0")}${String(number).padStart(5, "0")}` });
    const entry = anEntry(value.id);
    await store.transaction(async ({ cases, queue }) => {
      await cases.insert(value);
      await queue.join(entry);
    });
    say("joined", entry.id, value.id);
  }
}

async function serve(agentId: string): Promise<never> {
  for (let number = 0; ; number++) {
    const entry = await store.queue.claim(claimant(agentId, { capacity: 1_000_000 }), Date.now(), LEASE_MS);
    if (!entry) continue;
    say("claimed", entry.id, entry.fence, agentId);
    if (number % 2 === 0) continue;
    await store.queue.accept(entry.id, entry.fence, Date.now(), LEASE_MS);
    if (await store.queue.complete(entry.id, entry.fence, Date.now(), "resolved")) say("done", entry.id, entry.fence);
  }
}

await Promise.all([chat(), escalate(), serve(`agent-${round}-1`), serve(`agent-${round}-2`)]);
