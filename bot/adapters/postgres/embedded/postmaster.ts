/** Starts, watches and stops the server process, and clears away what an unclean end left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, closeSync, openSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Binaries } from "./binaries.ts";
import { PORT, SERVER_ENVIRONMENT, socketDirectory } from "./cluster.ts";
import type { OsUser } from "./os-user.ts";
import { postgresProcessesIn } from "./process-table.ts";

/** Replaying the largest permitted log takes seconds; this is for a disk that hangs. */
const START_LIMIT_MS = 300_000;
const LOG_LIMIT_BYTES = 5_000_000;

export interface Postmaster {
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Smart shutdown; fast when clients linger; immediate when that hangs. */
  stop(): Promise<void>;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It was quicker.
  }
}

/**
 * Sees to it that no process is at work in the cluster any more. A postmaster that outlived a killed desk is stopped (not adopted: it may
 * run with older settings or binaries); backends that outlived their postmaster end by themselves within moments.
 * @throws when they do not.
 */
export async function clearAway(cluster: string, onWait: (pid: number) => void): Promise<void> {
  const begun = performance.now();
  const sent = new Map<number, NodeJS.Signals>();
  const send = (pid: number, name: NodeJS.Signals) => {
    if (sent.get(pid) === name) return;
    sent.set(pid, name);
    signal(pid, name);
  };
  for (;;) {
    const processes = postgresProcessesIn(cluster);
    const [first] = processes;
    if (first === undefined) break;
    const elapsed = performance.now() - begun;
    const postmasters = processes.filter(({ parent }) => !processes.some(({ pid }) => pid === parent));
    const heads = postmasters.filter(({ pid }) => pid === recordedPid(cluster));
    if (sent.size === 0) onWait(first.pid);
    if (heads.length > 0) {
      // SIGINT: fast shutdown. SIGQUIT: immediate; the log is replayed at the next start.
      for (const { pid } of heads) send(pid, elapsed < 20_000 ? "SIGINT" : "SIGQUIT");
    } else if (elapsed > 300) {
      // Without a postmaster nothing can be lost by killing: what was acknowledged is in the log.
      for (const { pid } of processes) send(pid, elapsed < 1_000 ? "SIGTERM" : "SIGKILL");
    }
    if (elapsed > 60_000)
      throw new Error(
        `PostgreSQL process ${first.pid} is still at work in ${cluster} and does not end. Stop it by hand, then start again.`,
      );
    await sleep(10);
  }
  // Nobody is there, so these are leftovers. Left in place they would stop the start when their pid is in use again by somebody else, or
  // belongs to a dead server that nobody has reaped yet.
  if (process.platform !== "linux") return;
  const socket = join(socketDirectory(cluster), `.s.PGSQL.${PORT}`);
  for (const leftover of [join(cluster, "postmaster.pid"), `${socket}.lock`, socket]) rmSync(leftover, { force: true });
}

function pidFile(cluster: string): readonly string[] {
  try {
    return readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return [];
  }
}

function recordedPid(cluster: string): number | undefined {
  const [pid] = pidFile(cluster);
  return pid === undefined ? undefined : Number.parseInt(pid, 10);
}

/** Line 8 of postmaster.pid is the server's state, padded with blanks (utils/pidfile.h). */
function isReady(cluster: string, pid: number): boolean {
  const lines = pidFile(cluster);
  return Number.parseInt(lines[0] ?? "", 10) === pid && lines[7]?.trim() === "ready";
}

function openLog(path: string, user: OsUser | undefined): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`);
  const log = openSync(path, "a", 0o600);
  if (user) chownSync(path, user.uid, user.gid);
  return log;
}

function lastLines(path: string): string {
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-8).join("\n");
}

/**
 * Starts the server and waits until it takes connections.
 * @param logFile what it says goes there; the end of it is in the error when the start fails.
 * @param onWait told once when it takes longer than usual.
 */
export async function startPostmaster(
  cluster: string,
  binaries: Binaries,
  user: OsUser | undefined,
  logFile: string,
  onWait: () => void,
): Promise<Postmaster> {
  const log = openLog(logFile, user);
  const child = spawn(binaries.postgres, ["-D", cluster], {
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
    cwd: "/",
    env: SERVER_ENVIRONMENT,
    stdio: ["ignore", log, log],
    // A group of its own: Ctrl-C in the terminal is for us; we finish our work and then stop it.
    detached: true,
  });
  closeSync(log);
  child.unref();
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    const over = () => {
      hasEnded = true;
      resolve();
    };
    child.once("error", over);
    child.once("exit", over);
  });
  await untilReady(child, cluster, logFile, onWait);
  const pid = child.pid ?? 0;
  return {
    pid,
    ended,
    // Its pid may be somebody else's by now.
    stop: async () => {
      if (!hasEnded) await stop(pid, ended);
    },
  };
}

async function untilReady(child: ChildProcess, cluster: string, logFile: string, onWait: () => void): Promise<void> {
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  const begun = performance.now();
  let hasTold = false;
  while (!(child.pid !== undefined && isReady(cluster, child.pid))) {
    if (failure || child.exitCode !== null || child.signalCode !== null) {
      throw new Error(
        `PostgreSQL did not start in ${cluster}: ${failure?.message ?? `ended with ${child.exitCode ?? child.signalCode}`}\n${lastLines(logFile)}`,
      );
    }
    const elapsed = performance.now() - begun;
    if (elapsed > 1_000 && !hasTold) {
      hasTold = true;
      onWait();
    }
    if (elapsed > START_LIMIT_MS) {
      if (child.pid !== undefined) signal(child.pid, "SIGQUIT");
      throw new Error(`PostgreSQL was not ready within ${START_LIMIT_MS / 1000} s in ${cluster}.\n${lastLines(logFile)}`);
    }
    await sleep(4);
  }
}

async function stop(pid: number, ended: Promise<void>): Promise<void> {
  for (const [name, patienceMs] of [
    ["SIGTERM", 1_000],
    ["SIGINT", 20_000],
    ["SIGQUIT", 10_000],
  ] as const) {
    signal(pid, name);
    const given = new AbortController();
    const isOver = await Promise.race([ended.then(() => true), sleep(patienceMs, false, { signal: given.signal }).catch(() => false)]);
    given.abort();
    if (isOver) return;
  }
  throw new Error(`PostgreSQL process ${pid} does not end.`);
}
