/**
 * The embedded store: real PostgreSQL as a child process on a unix socket, its data in the data directory. It survives kill -9 of either
 * process and a power cut; a postmaster that outlived us is stopped before the next start, one that died under us is started again.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../ports/log.ts";
import { findBinaries } from "./embedded/binaries.ts";
import {
  checkVersion,
  clusterExists,
  configure,
  createCluster,
  NAME,
  PORT,
  refuseForeign,
  removeSocketDirectory,
  socketDirectory,
} from "./embedded/cluster.ts";
import { lockDataDir } from "./embedded/data-dir-lock.ts";
import { databaseUser, ownUser } from "./embedded/os-user.ts";
import { findPlace, prepareDataDir } from "./embedded/place.ts";
import { clearAway, type Postmaster, startPostmaster } from "./embedded/postmaster.ts";

export interface EmbeddedOptions {
  /** `JIETONG_DATA_DIR`; made when it is not there. */
  readonly dataDir: string;
  /** One short sentence for each step that takes time, for the terminal. */
  readonly onProgress?: (sentence: string) => void;
  readonly log?: Log;
  /** Where a cluster (and a copy of the binaries) may lie that the database's user could not reach otherwise. */
  readonly outside?: string;
}

export interface EmbeddedPostgres {
  /** For `openPostgresStore`. */
  readonly connection: { readonly host: string; readonly port: number; readonly user: string; readonly database: string };
  /** The PostgreSQL data directory. */
  readonly cluster: string;
  /** The server's process id; another one after it had to be started again. */
  pid(): number;
  /** Stops the server and gives the data directory free. Close the store first. */
  stop(): Promise<void>;
}

const RESTARTS_A_MINUTE = 5;

/**
 * Opens the data directory and starts its server. First time with initdb.
 * @throws DataDirHeld when another process has the directory; an Error with a remedy for everything else that can be remedied.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  if (process.platform === "win32")
    throw new Error("The embedded database does not run on Windows yet. Set DATABASE_URL to a PostgreSQL 15 or later.");
  const say = options.onProgress ?? (() => {});
  const outside = options.outside ?? "/var/lib/jietong";
  const own = ownUser();
  const user = databaseUser();
  const dataDir = prepareDataDir(options.dataDir, user);
  const lock = await lockDataDir(dataDir);
  let outsideLock: Awaited<ReturnType<typeof lockDataDir>> | undefined;
  try {
    const place = findPlace(dataDir, user, outside, (home, barred) =>
      say(`The database goes to ${home}: its OS user may not pass through ${barred}.`),
    );
    // A copied data directory would point to the same place.
    if (place.home !== dataDir) outsideLock = await lockDataDir(place.home);
    const binaries = findBinaries(user, user ? outside : dataDir, (target) =>
      say(`Copying the PostgreSQL binaries to ${target}, where their OS user can run them.`),
    );
    if (clusterExists(place.cluster)) {
      checkVersion(place.cluster, binaries);
      await clearAway(place.cluster, (pid) => say(`Stopping PostgreSQL process ${pid}, left from an unclean end.`));
    } else {
      refuseForeign(place.cluster);
      say("Setting up the database (first start).");
      await createCluster(place.cluster, binaries, user);
    }
    configure(place.cluster, user, own);
    const start = () =>
      startPostmaster(place.cluster, binaries, user, join(place.home, "postgres.log"), () =>
        say("Waiting for PostgreSQL: after an unclean end it replays its log."),
      );
    const watched = await keepRunning(start, place.cluster, options.log);
    return {
      connection: { host: socketDirectory(place.cluster), port: PORT, user: NAME, database: NAME },
      cluster: place.cluster,
      pid: watched.pid,
      async stop() {
        await watched.stop();
        removeSocketDirectory(place.cluster);
        outsideLock?.release();
        lock.release();
      },
    };
  } catch (error) {
    outsideLock?.release();
    lock.release();
    throw error;
  }
}

/** Starts the server again when it ends unasked (the kernel's out-of-memory killer, an operator's kill -9), a few times a minute at most. */
async function keepRunning(
  start: () => Promise<Postmaster>,
  cluster: string,
  log: Log | undefined,
): Promise<{ pid(): number; stop(): Promise<void> }> {
  let isStopping = false;
  let current = await start();
  const starts: number[] = [];
  // When this process exits without stop(), the server is at least told to end.
  const onExit = () => {
    try {
      process.kill(current.pid, "SIGINT");
    } catch {
      // Gone already.
    }
  };
  process.once("exit", onExit);
  const watch = async () => {
    for (;;) {
      await current.ended;
      if (isStopping) return;
      const now = performance.now();
      starts.push(now);
      if (starts.filter((time) => now - time < 60_000).length > RESTARTS_A_MINUTE) {
        log?.error({ cluster }, "PostgreSQL ends again and again and is not started any more; see postgres.log");
        return;
      }
      log?.error({ cluster, pid: current.pid }, "PostgreSQL ended unasked; starting it again");
      try {
        await clearAway(cluster, () => {});
        if (isStopping) return;
        current = await start();
        log?.warn({ cluster, pid: current.pid }, "PostgreSQL runs again");
      } catch (error) {
        log?.error({ cluster, error: error instanceof Error ? error.message : String(error) }, "PostgreSQL could not be started again");
        await sleep(1_000, undefined, { ref: false });
      }
    }
  };
  const watching = watch();
  return {
    pid: () => current.pid,
    async stop() {
      isStopping = true;
      process.off("exit", onExit);
      await current.stop();
      await watching;
      // It may have been starting again just then.
      await current.stop();
    },
  };
}
