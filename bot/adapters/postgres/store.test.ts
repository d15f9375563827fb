/**
 * The store's contract on both servers. The external one is TEST_DATABASE_URL, else the one on this machine; without any, these tests are
 * skipped in plain sight, and fail when CI=true.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../../ports/store.ts";
import type { DeskUnderTest } from "./contract/desk-under-test.ts";
import { EXTERNAL_URL, externalDatabase, externalIsMissing } from "./contract/external-server.ts";
import type { Connection } from "./database.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded.ts";
import { storeContract } from "./store.contract.ts";
import { openPostgresStore } from "./store.ts";

interface Server {
  readonly connection: Connection;
  stop(): Promise<void>;
}

async function external(): Promise<Server> {
  const { url, drop } = await externalDatabase();
  return { connection: url, stop: drop };
}

async function embeddedDatabase(): Promise<Server> {
  const dataDir = mkdtempSync(join(tmpdir(), "jietong-store-"));
  const server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir });
  return {
    connection: server.connection,
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true });
    },
  };
}

function suite(start: () => Promise<Server>): void {
  let server: Server;
  let store: Store;
  let behind: pg.Client;
  beforeAll(async () => {
    server = await start();
    store = await openPostgresStore({ connection: server.connection });
    behind = new pg.Client(typeof server.connection === "string" ? { connectionString: server.connection } : server.connection);
    await behind.connect();
  }, 30_000);
  afterAll(async () => {
    await store.close();
    await behind.end();
    await server.stop();
  }, 30_000);
  const desk: DeskUnderTest = {
    store: () => store,
    another: () => openPostgresStore({ connection: server.connection, poolSize: 5 }),
    sql: async (text, values = []) => (await behind.query(text, [...values])).rows,
  };
  storeContract(desk);
}

const isMissing = await externalIsMissing();

describe("embedded PostgreSQL", () => suite(embeddedDatabase));

describe.skipIf(isMissing)("external PostgreSQL", () => suite(external));

test(`in CI an external PostgreSQL answers at ${EXTERNAL_URL}`, () => {
  if (process.env.CI === "true") expect(isMissing, "None answers: set TEST_DATABASE_URL.").toBe(false);
  else expect(typeof isMissing).toBe("boolean");
});
