/**
 * One process at a time may hold a data directory. The lock is a file made with O_EXCL that names its holder by pid *and* start time, so
 * that a pid used again by a stranger does not count. A holder in another pid space (a container that shares the volume) cannot be looked
 * up; there the file's heartbeat decides.
 */
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pidSpace, processStart } from "./process-table.ts";

const FILE = "jietong.lock";
const HEARTBEAT_MS = 2_000;
/** Three missed heartbeats. */
const SILENT_MS = 3 * HEARTBEAT_MS;
/** A lock without its text is one being written, for this long. */
const WRITING_MS = 2_000;

interface Holder {
  readonly pid: number;
  readonly started: string;
  readonly pidSpace: string;
  readonly host: string;
  readonly since: string;
}

export interface DataDirLock {
  release(): void;
}

/** Another process holds the data directory. */
export class DataDirHeld extends Error {
  readonly pid: number;

  constructor(directory: string, holder: Holder) {
    const where = holder.host === hostname() ? "" : ` on ${holder.host}`;
    super(
      `The data directory ${directory} is in use by process ${holder.pid}${where}, since ${holder.since}. Stop that one first, or set JIETONG_DATA_DIR to another directory.`,
    );
    this.name = "DataDirHeld";
    this.pid = holder.pid;
  }
}

function failedWith(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function ageMs(path: string): number | undefined {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}

function readHolder(path: string): Holder | "unreadable" | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (failedWith(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    const { pid, started, pidSpace: space, host, since }: Partial<Holder> = JSON.parse(text);
    if (typeof pid !== "number" || typeof started !== "string" || typeof space !== "string") return "unreadable";
    return { pid, started, pidSpace: space, host: host ?? "?", since: since ?? "?" };
  } catch {
    return "unreadable";
  }
}

function create(path: string, text: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx", 0o644);
  } catch (error) {
    if (failedWith(error, "EEXIST")) return false;
    throw error;
  }
  writeFileSync(file, text);
  closeSync(file);
  return true;
}

/** Watches a file that only its holder touches. */
async function keepsBeating(path: string): Promise<boolean> {
  const first = statSync(path).mtimeMs;
  const until = Date.now() + Math.min(SILENT_MS, Math.max(0, SILENT_MS - (ageMs(path) ?? SILENT_MS)));
  while (Date.now() < until) {
    await sleep(100);
    const seen = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (seen === undefined) return false;
    if (seen !== first) return true;
  }
  return false;
}

async function isAlive(path: string, holder: Holder | "unreadable"): Promise<boolean> {
  if (holder === "unreadable") return (ageMs(path) ?? WRITING_MS) < WRITING_MS;
  if (holder.pidSpace === pidSpace()) return processStart(holder.pid) === holder.started;
  return keepsBeating(path);
}

/**
 * Takes the place of a dead holder. Two that found the same dead one must not both succeed: the exchange is itself guarded by a file made
 * with O_EXCL, and the dead one is looked at again inside.
 */
async function replace(path: string, text: string): Promise<boolean> {
  const guard = `${path}.exchange`;
  if (!create(guard, "")) {
    // Left over from somebody killed within these few lines.
    if ((ageMs(guard) ?? 0) > 10_000) rmSync(guard, { force: true });
    return false;
  }
  try {
    const holder = readHolder(path);
    if (holder !== undefined && (await isAlive(path, holder))) return false;
    const fresh = `${path}.${process.pid}`;
    writeFileSync(fresh, text, { mode: 0o644 });
    renameSync(fresh, path);
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

/**
 * Takes the directory for this process.
 * @throws DataDirHeld when a living process has it.
 */
export async function lockDataDir(directory: string): Promise<DataDirLock> {
  const path = join(directory, FILE);
  const since = new Date().toISOString();
  const own: Holder = { pid: process.pid, started: processStart(process.pid) ?? "", pidSpace: pidSpace(), host: hostname(), since };
  const text = JSON.stringify(own);
  for (;;) {
    if (create(path, text)) break;
    const holder = readHolder(path);
    if (holder === undefined) continue;
    if (await isAlive(path, holder)) {
      if (holder !== "unreadable") throw new DataDirHeld(directory, holder);
    } else if (await replace(path, text)) break;
    await sleep(50);
  }
  const heartbeat = setInterval(() => {
    try {
      const now = new Date();
      utimesSync(path, now, now);
    } catch {
      // The directory was removed under us; the database will say so.
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release() {
      clearInterval(heartbeat);
      const holder = readHolder(path);
      if (holder !== undefined && holder !== "unreadable" && holder.since === since && holder.pid === process.pid)
        rmSync(path, { force: true });
    },
  };
}
