/**
 * Long trials of what `kill.test.ts` tries twenty times: `node eval/durability/trials.ts [--kills 100] [--power-cuts 50] [--seed 1]`.
 *
 * Kill: SIGKILL of the desk, every second time of every database process too, at a random moment of its work.
 * Power cut (root, Linux, `xfs_io`): the data directory lies on an ext4 image; desk and database are stopped, the file system is shut down without
 * writing what it holds in memory, everything is killed, the image is mounted anew. It does not model a disk that lies about what it has written
 * or writes in another order. Every fifth cut comes after 5 to 13 seconds of work.
 *
 * After each: everything acknowledged is there, nothing was given to two, the queue works on, `pg_amcheck`-like reads of every table and index
 * succeed (amcheck is not in the embedded server's package: every table is read in full and every index rebuilt), and a second desk is refused.
 * Prints JSON; exit 1 on any fault.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { faultsAfter, goesOn, signal, workAndEnd } from "../../bot/adapters/postgres/contract/kill-trial.ts";
import { startEmbeddedPostgres } from "../../bot/adapters/postgres/embedded.ts";
import { openPostgresStore } from "../../bot/adapters/postgres/store.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    "power-cuts": { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
  },
});

interface Sum {
  trials: number;
  acknowledged: number;
  longest: number;
  secondOpenersRefused: number;
  faults: string[];
}

/** mulberry32: the same moments for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const random = seeded(Number(values.seed));

/** Reads every table and builds every index anew: a torn page or an index that disagrees with its table does not pass. */
async function readAll(connection: pg.ClientConfig): Promise<string[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    );
    for (const { name } of rows) {
      await client.query(`select count(t::text) from "${name}" t`);
      await client.query(`reindex table "${name}"`);
    }
    return [];
  } catch (error) {
    return [`corrupt: ${error instanceof Error ? error.message : error}`];
  } finally {
    await client.end();
  }
}

async function lookAfter(dataDir: string, lines: readonly string[][], sum: Sum): Promise<void> {
  const server = await startEmbeddedPostgres({ dataDir });
  const store = await openPostgresStore({ connection: server.connection, poolSize: 2 });
  try {
    const refused = await startEmbeddedPostgres({ dataDir }).then(
      () => false,
      () => true,
    );
    if (refused) sum.secondOpenersRefused += 1;
    else sum.faults.push("a second opener was let in");
    sum.faults.push(...(await faultsAfter(store, lines)), ...(await goesOn(store)), ...(await readAll(server.connection)));
  } finally {
    await store.close();
    await server.stop();
  }
  sum.trials += 1;
  sum.acknowledged += lines.length;
}

const newSum = (): Sum => ({ trials: 0, acknowledged: 0, longest: 0, secondOpenersRefused: 0, faults: [] });

async function kills(count: number): Promise<Sum> {
  const sum = newSum();
  const dataDir = mkdtempSync(join(tmpdir(), "jietong-kills-"));
  chmodSync(dataDir, 0o700);
  for (let round = 1; round <= count; round += 1) {
    const afterMs = Math.round(random() * 900);
    sum.longest = Math.max(sum.longest, afterMs);
    const lines = await workAndEnd({
      dataDir,
      round,
      cluster: join(dataDir, "postgres"),
      afterMs,
      end: (desk, databasePids) => {
        desk.kill("SIGKILL");
        if (round % 2 === 0) for (const pid of databasePids()) signal(pid, "SIGKILL");
      },
    });
    await lookAfter(dataDir, lines, sum);
  }
  rmSync(dataDir, { recursive: true });
  return sum;
}

const IMAGE_MB = 700;

async function powerCuts(count: number): Promise<Sum | string> {
  if (process.getuid?.() !== 0 || process.platform !== "linux") return "not measured: needs root on Linux";
  const work = mkdtempSync(join(tmpdir(), "jietong-power-"));
  chmodSync(work, 0o755);
  const [image, disk] = [join(work, "image"), join(work, "disk")];
  mkdirSync(disk);
  writeFileSync(image, "");
  truncateSync(image, IMAGE_MB * 1_048_576);
  const mount = (): void => void execFileSync("mount", ["-o", "loop", image, disk]);
  try {
    execFileSync("mkfs.ext4", ["-q", "-F", image]);
    mount();
    execFileSync("xfs_io", ["-V"], { stdio: "ignore" });
  } catch (error) {
    return `not measured: ${error instanceof Error ? error.message.split("\n")[0] : error}`;
  }
  const sum = newSum();
  const dataDir = join(disk, "data");
  if (!existsSync(dataDir)) mkdirSync(dataDir, { mode: 0o700 });
  chmodSync(disk, 0o755);
  try {
    for (let round = 1; round <= count; round += 1) {
      const afterMs = Math.round(round % 5 === 0 ? 5000 + random() * 8000 : 200 + random() * 1300);
      sum.longest = Math.max(sum.longest, afterMs);
      const lines = await workAndEnd({
        dataDir,
        round,
        cluster: join(dataDir, "postgres"),
        afterMs,
        end: (desk, databasePids) => {
          // Nothing may be acknowledged between the cut and the kill: first everybody stands still.
          desk.kill("SIGSTOP");
          const pids = databasePids();
          for (const pid of pids) signal(pid, "SIGSTOP");
          execFileSync("xfs_io", ["-x", "-c", "shutdown", disk]);
          desk.kill("SIGKILL");
          for (const pid of databasePids()) signal(pid, "SIGKILL");
        },
      });
      for (let tries = 0; ; tries += 1) {
        try {
          execFileSync("umount", [disk], { stdio: "ignore" });
          break;
        } catch (error) {
          // The killed processes hold it for a moment longer.
          if (tries === 50) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      mount();
      await lookAfter(dataDir, lines, sum).catch((error: unknown) => {
        sum.faults.push(`cannot be opened: ${error instanceof Error ? error.message : error}`);
      });
    }
    return sum;
  } finally {
    execFileSync("umount", ["-l", disk]);
    rmSync(work, { recursive: true, force: true });
  }
}

const result = { bench: "durability", kills: await kills(Number(values.kills)), powerCuts: await powerCuts(Number(values["power-cuts"])) };
console.log(JSON.stringify(result, undefined, 2));
const bad = [result.kills, result.powerCuts].some((sum) => typeof sum !== "string" && sum.faults.length > 0);
process.exit(bad ? 1 : 0);
