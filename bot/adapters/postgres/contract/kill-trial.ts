/** A desk at work that ends at once, and what must be there when its data directory is opened again. For `kill.test.ts` and the long trials. */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Store } from "../../../ports/store.ts";
import { postgresProcessesIn } from "../embedded/process-table.ts";
import { aCase, anEntry, claimant, unique } from "./fixtures.ts";

const WRITER = fileURLToPath(new URL("./kill-writer.ts", import.meta.url));
const LEASE_MS = 60_000;

export interface Trial {
  readonly dataDir: string;
  readonly round: number;
  /** The database's own folder. */
  readonly cluster: string;
  readonly afterMs: number;
  /** Ends the work; all of it when it resolves. */
  readonly end: (desk: ChildProcess, databasePids: () => readonly number[]) => Promise<void> | void;
}

/** @returns the lines the desk printed: all it had acknowledged when it ended */
export async function workAndEnd({ dataDir, round, cluster, afterMs, end }: Trial): Promise<readonly string[][]> {
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
  await sleep(afterMs);
  await end(child, () => postgresProcessesIn(cluster).map(({ pid }) => pid));
  await ended;
  // The last line may be cut off; what was printed in part was acknowledged, but we do not know what it was.
  return printed
    .slice(0, printed.lastIndexOf("\n"))
    .split("\n")
    .map((line) => line.split(" "));
}

/** Signals a process that may be gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // A backend that ended when its client did.
  }
}

/** Everything acknowledged that is not there, and everything given to two. Empty: nothing was lost. */
export async function faultsAfter(store: Store, lines: readonly string[][]): Promise<string[]> {
  return [...(await logFaults(store, lines)), ...(await queueFaults(store, lines))];
}

async function logFaults(store: Store, lines: readonly string[][]): Promise<string[]> {
  const acknowledged = lines.filter(([what]) => what === "logged");
  const conversationId = acknowledged[0]?.[1];
  if (conversationId === undefined) return [];
  const log = await store.conversations.log(conversationId, 0, 1_000_000);
  const gaps = log.flatMap(({ seq }, index) => (seq === index + 1 ? [] : [`log number ${index + 1} is ${seq}`]));
  const lost = acknowledged.filter(([, , seq, id]) => log[Number(seq) - 1]?.activity.id !== id);
  return [...gaps.slice(0, 1), ...lost.map(([, , seq]) => `message ${seq} is lost`)];
}

async function queueFaults(store: Store, lines: readonly string[][]): Promise<string[]> {
  const faults: string[] = [];
  const holders = new Map<string, string>();
  for (const [what, id = "", second = "", agentId = ""] of lines) {
    if (what === "joined") {
      if (!(await store.queue.get(id))) faults.push(`entry ${id} is lost`);
      if (!(await store.cases.get(second))) faults.push(`case ${second} is lost`);
    }
    if (what === "claimed") {
      const claim = `${id} ${second}`;
      if (holders.has(claim)) faults.push(`${claim} was given to two`);
      holders.set(claim, agentId);
      const entry = await store.queue.get(id);
      if (entry?.agentId !== agentId || entry.fence !== Number(second)) faults.push(`the claim of ${claim} is lost`);
    }
    if (what === "done" && (await store.queue.get(id))?.state !== "done") faults.push(`the end of ${id} is lost`);
  }
  return faults;
}

/** The queue works on: a new case is taken first, and an entry nobody has accepted cannot be completed. */
export async function goesOn(store: Store): Promise<string[]> {
  const value = aCase({ code: unique("z").slice(-8) });
  await store.cases.insert(value);
  await store.queue.join(anEntry(value.id, { lane: 0 }));
  const claimed = await store.queue.claim(claimant(unique("agent")), Date.now(), LEASE_MS);
  if (claimed?.caseId !== value.id) return ["the new case is not taken first"];
  if (await store.queue.complete(claimed.id, 1, Date.now(), "resolved")) return ["completed what nobody accepted"];
  return (await store.queue.abandon(claimed.id, 1, Date.now())) ? [] : ["it cannot be given up"];
}
