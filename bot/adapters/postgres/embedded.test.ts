import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { postgresProcessesIn } from "./embedded/process-table.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded.ts";

const isRoot = process.getuid?.() === 0;
let root = "";
/** Made by the first test and opened by the ones after it. */
let dataDir = "";

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "jietong-embedded-"));
  chmodSync(root, 0o711);
  dataDir = join(root, "data");
});
afterAll(() => rmSync(root, { recursive: true }));

async function ask(server: EmbeddedPostgres, text: string): Promise<unknown> {
  const client = new pg.Client(server.connection);
  await client.connect();
  const { rows } = await client.query({ text, rowMode: "array" }).finally(() => client.end());
  return rows[0]?.[0];
}

const OPEN = `import { startEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, "embedded.ts"))};
const server = await startEmbeddedPostgres({ dataDir: process.argv[1] });
console.log(server.pid());
setInterval(() => {}, 1000);`;

/** A desk of its own on the data directory. */
async function desk(): Promise<{ child: ChildProcess; postmaster: number }> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", OPEN, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once("data", (data: Buffer) => resolve(data.toString()));
    child.once("exit", (code) => reject(new Error(`the desk ended by itself: ${code}`)));
  });
  return { child, postmaster: Number(line) };
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

describe("the embedded server", () => {
  test("sets itself up: durable, checksummed, small, by socket only, for nobody else", async () => {
    const said: string[] = [];
    const server = await startEmbeddedPostgres({ dataDir, onProgress: (sentence) => said.push(sentence) });
    onTestFinished(() => server.stop());
    expect(said).toEqual(["Setting up the database (first start)."]);
    expect(await ask(server, "show fsync")).toBe("on");
    expect(await ask(server, "show full_page_writes")).toBe("on");
    expect(await ask(server, "show synchronous_commit")).toBe("on");
    expect(await ask(server, "show data_checksums")).toBe("on");
    expect(await ask(server, "show listen_addresses")).toBe("");
    expect(await ask(server, "show max_wal_size")).toBe("256MB");
    expect(await ask(server, "select rolsuper from pg_roles where rolname = current_user")).toBe(false);
    expect(await ask(server, "select pg_get_userbyid(datdba) from pg_database where datname = current_database()")).toBe("jietong");
    await ask(server, "create table kept as select 42 as x");
  });

  test("opens again quickly with what it kept", async () => {
    const server = await startEmbeddedPostgres({ dataDir });
    expect(await ask(server, "select x from kept")).toBe(42);
    await server.stop();
    expect(postgresProcessesIn(server.cluster)).toEqual([]);
    expect(existsSync(join(dataDir, "jietong.lock"))).toBe(false);
  });

  test("a second desk on the same directory is refused with the holder's pid", async () => {
    const { child } = await desk();
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`in use by process ${child.pid}`);
    await killed(child);
  });

  test("after kill -9 of the desk the server it left is stopped, and a new one starts", async () => {
    const { child, postmaster } = await desk();
    await killed(child);
    const said: string[] = [];
    const server = await startEmbeddedPostgres({ dataDir, onProgress: (sentence) => said.push(sentence) });
    onTestFinished(() => server.stop());
    expect(said).toEqual([`Stopping PostgreSQL process ${postmaster}, left from an unclean end.`]);
    expect(server.pid()).not.toBe(postmaster);
    expect(await ask(server, "select x from kept")).toBe(42);
  });

  test("after kill -9 of desk and server together it recovers", async () => {
    const { child, postmaster } = await desk();
    child.kill("SIGKILL");
    process.kill(postmaster, "SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    const server = await startEmbeddedPostgres({ dataDir });
    onTestFinished(() => server.stop());
    expect(await ask(server, "select x from kept")).toBe(42);
  });

  test("a leftover postmaster.pid whose pid is in use by somebody else does not stop it", async () => {
    writeFileSync(join(dataDir, "postgres", "postmaster.pid"), `${process.ppid}\n${join(dataDir, "postgres")}\n`);
    const server = await startEmbeddedPostgres({ dataDir });
    onTestFinished(() => server.stop());
    expect(await ask(server, "select x from kept")).toBe(42);
  });

  test("a server that is killed under the desk is started again", async () => {
    const server = await startEmbeddedPostgres({ dataDir });
    onTestFinished(() => server.stop());
    const first = server.pid();
    process.kill(first, "SIGKILL");
    await vi.waitFor(() => expect(server.pid()).not.toBe(first), { timeout: 5_000 });
    expect(await ask(server, "select x from kept")).toBe(42);
  });

  test("a set-up that was cut short is begun again", async () => {
    const half = join(root, "half");
    mkdirSync(join(half, "postgres.new", "base"), { recursive: true });
    const server = await startEmbeddedPostgres({ dataDir: half });
    onTestFinished(() => server.stop());
    expect(await ask(server, "select 1")).toBe(1);
  });

  test("something else in the database's place is refused and left alone", async () => {
    const foreign = join(root, "foreign");
    mkdirSync(join(foreign, "postgres"), { recursive: true });
    writeFileSync(join(foreign, "postgres", "notes.txt"), "mine");
    await expect(startEmbeddedPostgres({ dataDir: foreign })).rejects.toThrow("is not empty and holds no PostgreSQL database");
    expect(readFileSync(join(foreign, "postgres", "notes.txt"), "utf8")).toBe("mine");
  });

  test("a path too long for a socket gets its socket elsewhere", async () => {
    const long = join(root, "a".repeat(60), "b".repeat(40));
    const server = await startEmbeddedPostgres({ dataDir: long, outside: join(root, "nowhere") });
    expect(server.cluster).toBe(join(long, "postgres"));
    expect(server.connection.host.startsWith(long)).toBe(false);
    expect(await ask(server, "select 1")).toBe(1);
    await server.stop();
    expect(existsSync(server.connection.host)).toBe(false);
  });

  test("a directory of another major version is refused with a sentence, and stays as it is", async () => {
    const file = join(dataDir, "postgres", "PG_VERSION");
    const own = readFileSync(file, "utf8");
    onTestFinished(() => writeFileSync(file, own));
    writeFileSync(file, "99\n");
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
      /written by PostgreSQL 99; this release brings PostgreSQL \d+ and cannot open it. Start the newer release/,
    );
    writeFileSync(file, "9\n");
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow("Dump it with the release that wrote it");
    expect(existsSync(join(dataDir, "jietong.lock"))).toBe(false);
  });

  test.runIf(isRoot)("under root, in a place its OS user cannot reach, the database lies elsewhere and a file says where", async () => {
    const closed = join(root, "closed");
    const outside = join(root, "outside");
    mkdirSync(closed, { mode: 0o700 });
    const said: string[] = [];
    const open = () => startEmbeddedPostgres({ dataDir: join(closed, "data"), outside, onProgress: (sentence) => said.push(sentence) });
    const first = await open();
    await ask(first, "create table kept as select 7 as x");
    await first.stop();
    expect(said[0]).toBe(`The database goes to ${join(first.cluster, "..")}: its OS user may not pass through ${closed}.`);
    expect(first.cluster.startsWith(outside)).toBe(true);
    expect(readFileSync(join(closed, "data", "postgres.location"), "utf8")).toContain(join(first.cluster, ".."));
    const second = await open();
    expect(second.cluster).toBe(first.cluster);
    expect(await ask(second, "select x from kept")).toBe(7);
    await second.stop();
    rmSync(outside, { recursive: true });
    await expect(open()).rejects.toThrow("there is no such directory. Bring it back");
  });
});
