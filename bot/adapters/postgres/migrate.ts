/**
 * Numbered SQL files, forward only, each in a transaction of its own, all under one advisory lock: several nodes may start at once on an
 * empty database. What ran is kept with its checksum, so that an edited old file and a database from a newer release are both noticed.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { type Connection, clientConfig, translate } from "./database.ts";

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Any two numbers nobody else uses in this database. */
const LOCK = [19_028, 1] as const;
const OLDEST_SERVER = 150_000;

/**
 * Reads `0001-name.sql`, `0002-…`.
 * @throws when a number is missing or used twice.
 */
export function readMigrations(directory = join(import.meta.dirname, "migrations")): readonly Migration[] {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
  return files.map((name, index) => {
    const number = Number.parseInt(name, 10);
    if (number !== index + 1) throw new Error(`Migration ${name} should have number ${index + 1}.`);
    const sql = readFileSync(join(directory, name), "utf8").replaceAll("\r\n", "\n");
    return { number, name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
}

function check(applied: readonly { number: number; name: string; checksum: string }[], migrations: readonly Migration[]): void {
  for (const { number, name, checksum } of applied) {
    const known = migrations[number - 1];
    if (!known) {
      throw new Error(
        `The database is newer than this release: migration ${name} has run on it, and this release knows none after ${migrations.at(-1)?.name ?? "(none)"}. Start the newer release, or restore a backup from before the update.`,
      );
    }
    if (known.checksum !== checksum) {
      throw new Error(
        `Migration ${known.name} has run on this database with other contents (as ${name}). A migration that has run is never edited: restore the file and add a new one.`,
      );
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query("begin");
    await client.query(migration.sql);
    await client.query("insert into schema_migrations (number, name, checksum) values ($1, $2, $3)", [
      migration.number,
      migration.name,
      migration.checksum,
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw new Error(`Migration ${migration.name} failed and left nothing behind: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/**
 * Brings the database up to `migrations`.
 * @returns the names of those that ran now.
 * @throws a sentence when the server is older than 15, the database newer than the code, or an old migration was changed.
 */
export async function migrate(connection: Connection, migrations = readMigrations()): Promise<readonly string[]> {
  // A long migration may take its time, and so may the node ahead of us.
  const client = new pg.Client({ ...clientConfig(connection), query_timeout: 0 });
  client.on("error", () => {});
  try {
    await client.connect();
    const version = await client.query<{ number: number; text: string }>(
      "select current_setting('server_version_num')::int as number, current_setting('server_version') as text",
    );
    const server = version.rows[0];
    if (server && server.number < OLDEST_SERVER)
      throw new Error(`The database server is PostgreSQL ${server.text}; version 15 or later is needed.`);
    await client.query("select pg_advisory_lock($1, $2)", [...LOCK]);
    await client.query(
      "create table if not exists schema_migrations (number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())",
    );
    const applied = await client.query<{ number: number; name: string; checksum: string }>(
      "select number, name, checksum from schema_migrations order by number",
    );
    check(applied.rows, migrations);
    const done = new Set(applied.rows.map(({ number }) => number));
    const ran: string[] = [];
    for (const migration of migrations) {
      if (done.has(migration.number)) continue;
      await apply(client, migration);
      ran.push(migration.name);
    }
    return ran;
  } catch (error) {
    throw translate(error);
  } finally {
    await client.end().catch(() => {}); // gives the lock free
  }
}
