import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { DataDirHeld, lockDataDir } from "./data-dir-lock.ts";
import { pidSpace, processStart } from "./process-table.ts";

let directory = "";
const lockFile = () => join(directory, "jietong.lock");

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "jietong-lock-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
});

const HOLD = `import { lockDataDir } from ${JSON.stringify(join(import.meta.dirname, "data-dir-lock.ts"))};
await lockDataDir(process.argv[1]);
console.log("held");
setInterval(() => {}, 1000);`;

/** A process of its own that holds the lock. */
async function holder(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", HOLD, directory], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  return child;
}

function write(change: Record<string, unknown>): void {
  const holder = {
    pid: process.pid,
    started: processStart(process.pid),
    pidSpace: pidSpace(),
    host: "elsewhere",
    since: "2026-11-20T12:00:00.000Z",
  };
  writeFileSync(lockFile(), JSON.stringify({ ...holder, ...change }));
}

test("a second one is refused and told who holds it; after the holder's kill -9 it gets in", async () => {
  const child = await holder();
  const refused = await lockDataDir(directory).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DataDirHeld);
  expect(refused).toMatchObject({ pid: child.pid });
  expect(String(refused)).toContain(`in use by process ${child.pid}`);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
  (await lockDataDir(directory)).release();
  expect(existsSync(lockFile())).toBe(false);
});

test("the same process cannot take it twice", async () => {
  const lock = await lockDataDir(directory);
  await expect(lockDataDir(directory)).rejects.toBeInstanceOf(DataDirHeld);
  lock.release();
  (await lockDataDir(directory)).release();
});

test("a pid that is in use again by a stranger is no holder", async () => {
  write({ started: "1" });
  (await lockDataDir(directory)).release();
});

test("of many that find a dead holder one gets in", async () => {
  write({ started: "1" });
  const results = await Promise.allSettled(Array.from({ length: 12 }, () => lockDataDir(directory)));
  const locks = results.filter((result) => result.status === "fulfilled");
  expect(locks).toHaveLength(1);
  for (const { value } of locks) value.release();
});

test("a lock file without its text is waited for a moment and then replaced", async () => {
  writeFileSync(lockFile(), "");
  const old = new Date(Date.now() - 60_000);
  utimesSync(lockFile(), old, old);
  const lock = await lockDataDir(directory);
  expect(JSON.parse(readFileSync(lockFile(), "utf8"))).toMatchObject({ pid: process.pid });
  lock.release();
});

test("a holder in another pid space counts while its file is touched, and not when it has been silent", async () => {
  write({ pidSpace: "another/pid:[1]", pid: 1 });
  const beat = setInterval(() => utimesSync(lockFile(), new Date(), new Date()), 300);
  await expect(lockDataDir(directory)).rejects.toThrow("in use by process 1 on elsewhere");
  clearInterval(beat);
  const old = new Date(Date.now() - 60_000);
  utimesSync(lockFile(), old, old);
  (await lockDataDir(directory)).release();
});
