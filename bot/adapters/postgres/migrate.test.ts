import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { externalDatabase, externalIsMissing, run } from "./contract/external-server.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { openPostgresStore } from "./store.ts";

function directoryWith(files: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), "jietong-migrations-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(directory, name), sql);
  return directory;
}

test("migrations are numbered from 1 without a gap", () => {
  expect(readMigrations().map(({ number }) => number)).toEqual(readMigrations().map((_, index) => index + 1));
  expect(() => readMigrations(directoryWith({ "0001-a.sql": "", "0003-b.sql": "" }))).toThrow("0003-b.sql should have number 2");
});

describe.skipIf(await externalIsMissing())("migrating", () => {
  let database: Awaited<ReturnType<typeof externalDatabase>>;
  beforeEach(async () => {
    database = await externalDatabase();
  });
  afterEach(() => database.drop());

  test("five nodes that start at once on an empty database all come up, and each migration ran once", async () => {
    const stores = await Promise.all(Array.from({ length: 5 }, () => openPostgresStore({ connection: database.url, poolSize: 2 })));
    await Promise.all(stores.map((store) => store.close()));
    const rows = await run<{ name: string }>(database.url, "select name from schema_migrations order by number");
    expect(rows.map(({ name }) => name)).toEqual(readMigrations().map(({ name }) => name));
  });

  test("a second run does nothing; a new migration runs alone", async () => {
    const first = { "0001-a.sql": "create table a (x integer)" };
    const second = { ...first, "0002-b.sql": "create table b (x integer); insert into b values (1);" };
    expect(await migrate(database.url, readMigrations(directoryWith(first)))).toEqual(["0001-a.sql"]);
    expect(await migrate(database.url, readMigrations(directoryWith(first)))).toEqual([]);
    expect(await migrate(database.url, readMigrations(directoryWith(second)))).toEqual(["0002-b.sql"]);
  });

  test("a migration that fails leaves nothing behind, and those before it stay", async () => {
    const broken = readMigrations(
      directoryWith({ "0001-a.sql": "create table a (x integer)", "0002-b.sql": "create table b (x integer); select 1/0;" }),
    );
    await expect(migrate(database.url, broken)).rejects.toThrow("Migration 0002-b.sql failed and left nothing behind: division by zero");
    expect(await run(database.url, "select 1 from pg_tables where tablename = 'b'")).toEqual([]);
    expect(await run(database.url, "select number from schema_migrations")).toEqual([{ number: 1 }]);
  });

  test("a database newer than the code is refused", async () => {
    const store = await openPostgresStore({ connection: database.url });
    await store.close();
    await run(database.url, "insert into schema_migrations (number, name, checksum) values (99, '0099-future.sql', 'x')");
    await expect(openPostgresStore({ connection: database.url })).rejects.toThrow(
      /The database is newer than this release: migration 0099-future.sql/,
    );
  });

  test("an old migration that was edited is noticed", async () => {
    await migrate(database.url, readMigrations(directoryWith({ "0001-a.sql": "create table a (x integer)" })));
    const edited = readMigrations(directoryWith({ "0001-a.sql": "create table a (y integer)" }));
    await expect(migrate(database.url, edited)).rejects.toThrow("Migration 0001-a.sql has run on this database with other contents");
  });

  test("no server: unavailable, within the time for connecting", async () => {
    await expect(migrate("postgres://postgres@127.0.0.1:9/none")).rejects.toMatchObject({ code: "unavailable" });
  });
});
