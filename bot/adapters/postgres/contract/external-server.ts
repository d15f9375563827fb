/** The external PostgreSQL of the tests: TEST_DATABASE_URL, else the one on this machine. A database of its own for each caller. */
import { randomBytes } from "node:crypto";
import pg from "pg";

export const EXTERNAL_URL = process.env.TEST_DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/postgres";

/** Then the tests against it are skipped, in plain sight. */
export async function externalIsMissing(): Promise<boolean> {
  return await run(EXTERNAL_URL, "select 1").then(
    () => false,
    () => true,
  );
}

/** One statement on a connection of its own. */
export async function run<Row extends object>(url: string, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** An empty database with a random name. */
export async function externalDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = `jietong_test_${randomBytes(6).toString("hex")}`;
  await run(EXTERNAL_URL, `create database ${name}`);
  const url = new URL(EXTERNAL_URL);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      await run(EXTERNAL_URL, `drop database ${name} with (force)`);
    },
  };
}
