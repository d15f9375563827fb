/**
 * Twenty times: a desk at work is killed with SIGKILL at a random moment, alone or together with every database process; whatever it had
 * acknowledged must be there when the data directory is opened again, and the queue must go on. (A kill is no power cut: what the
 * operating system had taken stays. For that there are fsync, the settings checked in `embedded.test.ts`, and `eval/durability/`.)
 */
import { randomInt } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsAfter, goesOn, signal, workAndEnd } from "./contract/kill-trial.ts";
import { startEmbeddedPostgres } from "./embedded.ts";
import { openPostgresStore } from "./store.ts";

const ROUNDS = 20;

let dataDir = "";
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), "jietong-kill-"));
  chmodSync(dataDir, 0o700);
});
afterAll(() => rmSync(dataDir, { recursive: true }));

test("kill -9 at any moment loses nothing that was acknowledged, and gives no entry to two", async () => {
  let acknowledged = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const lines = await workAndEnd({
      dataDir,
      round,
      cluster: join(dataDir, "postgres"),
      afterMs: randomInt(0, 450),
      end: (desk, databasePids) => {
        desk.kill("SIGKILL");
        if (round % 2 === 0) for (const pid of databasePids()) signal(pid, "SIGKILL");
      },
    });
    const server = await startEmbeddedPostgres({ dataDir });
    const store = await openPostgresStore({ connection: server.connection, poolSize: 2 });
    try {
      expect(await faultsAfter(store, lines)).toEqual([]);
      expect(await goesOn(store)).toEqual([]);
    } finally {
      await store.close();
      await server.stop();
    }
    acknowledged += lines.length;
  }
  console.error(`${ROUNDS} kills, ${acknowledged} acknowledged operations, none lost`);
  expect(acknowledged).toBeGreaterThan(ROUNDS);
}, 120_000);
