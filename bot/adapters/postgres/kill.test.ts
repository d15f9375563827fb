/**
 * Twenty times: a desk at work is killed with SIGKILL at a random moment, alone or together with every database process; whatever it had
 * acknowledged must be there when the data directory is opened again, and the queue must go on. (A kill is no power cut: what the
 * operating system had taken stays. For that there are fsync and the settings checked in `embedded.test.ts`.)
 */
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Store } from "../../ports/store.ts";
import { aCase, anEntry, claimant, unique } from "./contract/fixtures.ts";
import { postgresProcessesIn } from "./embedded/process-table.ts";
import { startEmbeddedPostgres } from "./embedded.ts";
import { openPostgresStore } from "./store.ts";

const ROUNDS = 20;
const WRITER = fileURLToPath(new URL("./contract/kill-writer.ts", import.meta.url));
const LEASE_MS = 60_000;

let dataDir = "";
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), "jietong-kill-"));
  chmodSync(dataDir, 0o700);
});
afterAll(() => rmSync(dataDir, { recursive: true }));

/** Lets a desk work and kills it. @returns the lines it printed: all it had acknowledged. */
async function workAndDie(round: number, withServer: boolean): Promise<readonly string[][]> {
  const child = spawn(process.execPath, [WRITER, dataDir, String(round)], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  const ended = new Promise((resolve) => child.stdout.once("end", resolve));
  const up = new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the writer ended by itself: ${code}`)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (printed.startsWith("up ") && printed.includes("\n")) resolve();
    });
  });
  await up;
  await sleep(randomInt(0, 450));
  child.kill("SIGKILL");
  if (withServer) {
    for (const { pid } of postgresProcessesIn(join(dataDir, "postgres"))) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // A backend that ended when its client did.
      }
    }
  }
  await ended;
  // The last line may be cut off; what was printed in part was acknowledged, but we do not know what it was.
  return printed
    .slice(0, printed.lastIndexOf("\n"))
    .split("\n")
    .map((line) => line.split(" "));
}

async function checkLogs(store: Store, lines: readonly string[][]): Promise<void> {
  const acknowledged = lines.filter(([what]) => what === "logged");
  const conversationId = acknowledged[0]?.[1];
  if (conversationId === undefined) return;
  const log = await store.conversations.log(conversationId, 0, 1_000_000);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  const lost = acknowledged.filter(([, , seq, id]) => log[Number(seq) - 1]?.activity.id !== id);
  expect(lost).toEqual([]);
}

async function checkQueue(store: Store, lines: readonly string[][]): Promise<void> {
  const holders = new Map<string, string>();
  for (const [what, id = "", fence, agentId = ""] of lines) {
    if (what === "joined") {
      expect(await store.queue.get(id), `entry ${id}`).toBeDefined();
      expect(await store.cases.get(fence ?? ""), `case ${fence}`).toBeDefined();
    }
    if (what === "claimed") {
      const claim = `${id} ${fence}`;
      expect(holders.has(claim), `${claim} given to two`).toBe(false);
      holders.set(claim, agentId);
      expect(await store.queue.get(id)).toMatchObject({ agentId, fence: Number(fence) });
    }
    if (what === "done") expect(await store.queue.get(id)).toMatchObject({ state: "done" });
  }
}

async function checkThatItGoesOn(store: Store): Promise<void> {
  const value = aCase({ code: unique("z").slice(-8) });
  await store.cases.insert(value);
  await store.queue.join(anEntry(value.id, { lane: 0 }));
  const claimed = await store.queue.claim(claimant(unique("agent")), Date.now(), LEASE_MS);
  expect(claimed?.caseId).toBe(value.id);
  expect(await store.queue.complete(claimed?.id ?? "", 1, Date.now(), "resolved")).toBeUndefined();
  expect(await store.queue.abandon(claimed?.id ?? "", 1, Date.now())).toBeDefined();
}

test("kill -9 at any moment loses nothing that was acknowledged, and gives no entry to two", async () => {
  let acknowledged = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const lines = await workAndDie(round, round % 2 === 0);
    const server = await startEmbeddedPostgres({ dataDir });
    const store = await openPostgresStore({ connection: server.connection, poolSize: 2 });
    try {
      await checkLogs(store, lines);
      await checkQueue(store, lines);
      await checkThatItGoesOn(store);
    } finally {
      await store.close();
      await server.stop();
    }
    acknowledged += lines.length;
  }
  console.error(`${ROUNDS} kills, ${acknowledged} acknowledged operations, none lost`);
  expect(acknowledged).toBeGreaterThan(ROUNDS);
}, 120_000);
