/**
 * Job queues a reader may think of instead: pg-boss and graphile-worker, fetched into a temporary folder, on the same server and in the same run
 * as ours (`queue-claim.ts`). They know a priority number and neither deadlines nor skills, so theirs is the easier task. No dependencies of the desk.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";

const VERSIONS = { "pg-boss": "12.38.0", "graphile-worker": "0.16.6" } as const;

export interface PeerResult {
  readonly peer: string;
  readonly backlog: number;
  readonly claimers: number;
  readonly cyclesPerSecond: number;
  readonly claimMs: { readonly p50: number; readonly p99: number };
}

interface Boss {
  start(): Promise<unknown>;
  stop(options: { graceful: boolean }): Promise<unknown>;
  createQueue(name: string): Promise<unknown>;
  insert(name: string, jobs: readonly object[]): Promise<unknown>;
  send(name: string, data: object): Promise<unknown>;
  fetch(name: string, options?: object): Promise<readonly { id: string }[]>;
  complete(name: string, id: string): Promise<unknown>;
}

const at = (sorted: readonly number[], share: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) * 1000) / 1000;

/** @returns what each peer does behind the backlog; a peer that cannot be fetched is named in `notMeasured` */
export async function measurePeers(
  connectionString: string,
  backlog: number,
  claimers: readonly number[],
  seconds: number,
): Promise<{ readonly results: readonly PeerResult[]; readonly notMeasured: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "jietong-peers-"));
  const results: PeerResult[] = [];
  const notMeasured: string[] = [];
  try {
    const wanted = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`);
    execFileSync("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", ...wanted], { stdio: "ignore" });
    const load = (name: string) => import(pathToFileURL(createRequire(join(folder, "x.js")).resolve(name)).href);
    for (const [name, measure] of [
      ["pg-boss", measureBoss],
      ["graphile-worker", measureGraphile],
    ] as const) {
      try {
        results.push(...(await measure(await load(name), connectionString, backlog, claimers, seconds)));
      } catch (error) {
        notMeasured.push(`${name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  } catch (error) {
    notMeasured.push(`${Object.keys(VERSIONS).join(", ")}: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { results, notMeasured };
}

async function goRound(
  claimers: readonly number[],
  seconds: number,
  cycle: () => Promise<number>,
): Promise<readonly Omit<PeerResult, "peer" | "backlog">[]> {
  const found: Omit<PeerResult, "peer" | "backlog">[] = [];
  for (const count of claimers) {
    const times: number[] = [];
    const began = performance.now();
    const one = async (): Promise<void> => {
      while (performance.now() < began + seconds * 1000) times.push(await cycle());
    };
    await Promise.all(Array.from({ length: count }, one));
    const elapsed = (performance.now() - began) / 1000;
    times.sort((a, b) => a - b);
    found.push({
      claimers: count,
      cyclesPerSecond: Math.round(times.length / elapsed),
      claimMs: { p50: at(times, 0.5), p99: at(times, 0.99) },
    });
  }
  return found;
}

async function measureBoss(
  module: { readonly PgBoss: new (options: object) => Boss },
  connectionString: string,
  backlog: number,
  claimers: readonly number[],
  seconds: number,
): Promise<readonly PeerResult[]> {
  const boss = new module.PgBoss({ connectionString, max: 10, supervise: false, schedule: false });
  await boss.start();
  try {
    await boss.createQueue("calls");
    for (let made = 0; made < backlog; made += 5000)
      await boss.insert(
        "calls",
        Array.from({ length: Math.min(5000, backlog - made) }, (_, index) => ({ data: { n: made + index }, priority: index % 4 })),
      );
    const rounds = await goRound(claimers, seconds, async () => {
      const began = performance.now();
      const [job] = await boss.fetch("calls");
      const took = performance.now() - began;
      if (job) await boss.complete("calls", job.id);
      await boss.send("calls", { n: 0 });
      return took;
    });
    return rounds.map((round) => ({ peer: `pg-boss ${VERSIONS["pg-boss"]}`, backlog, ...round }));
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** Its claim is a function in the database; it is called as its own worker calls it. */
async function measureGraphile(
  module: { runMigrations(options: object): Promise<void> },
  connectionString: string,
  backlog: number,
  claimers: readonly number[],
  seconds: number,
): Promise<readonly PeerResult[]> {
  await module.runMigrations({ connectionString });
  const pool = new pg.Pool({ connectionString, max: 10 });
  try {
    await pool.query(
      `select graphile_worker.add_job('call', json_build_object('n', n), priority => (n % 4)::smallint) from generate_series(1, $1::integer) n`,
      [backlog],
    );
    await pool.query("analyze");
    const { rows } = await pool.query<{ id: number }>("select id from graphile_worker._private_tasks where identifier = 'call'");
    const task = rows[0]?.id;
    const rounds = await goRound(claimers, seconds, async () => {
      const began = performance.now();
      // The statement of its getJob (0.16), for one task.
      const taken = await pool.query<{ id: string }>({
        name: "get_job",
        text: `with j as (
                 select jobs.id from graphile_worker._private_jobs as jobs
                  where jobs.is_available = true and run_at <= now() and task_id = $2
                  order by priority asc, run_at asc limit 1 for update skip locked)
               update graphile_worker._private_jobs as jobs
                  set attempts = jobs.attempts + 1, locked_by = $1, locked_at = now()
                 from j where jobs.id = j.id returning jobs.id`,
        values: ["bench", task],
      });
      const took = performance.now() - began;
      const id = taken.rows[0]?.id;
      if (id !== undefined)
        await pool.query({ name: "done_job", text: "delete from graphile_worker._private_jobs where id = $1", values: [id] });
      await pool.query({ name: "add_job", text: "select graphile_worker.add_job('call', '{}'::json)" });
      return took;
    });
    return rounds.map((round) => ({ peer: `graphile-worker ${VERSIONS["graphile-worker"]}`, backlog, ...round }));
  } finally {
    await pool.end();
  }
}
