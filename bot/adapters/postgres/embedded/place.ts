/**
 * Where the cluster lies. Normally `<dataDir>/postgres`. Under root the database runs as another user, who may not be able to get there
 * (a checkout below /root, say): then it lies in a directory of its own below /var/lib/jietong, and `<dataDir>/postgres.location` says
 * where. Never below the temporary directory: that is emptied at boot.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { barrier, type OsUser } from "./os-user.ts";

export interface Place {
  /** The PostgreSQL data directory itself; may not exist yet. */
  readonly cluster: string;
  /** Its parent: the data directory, or the place outside of it. */
  readonly home: string;
}

const POINTER = "postgres.location";

/** Makes the data directory, and lets the database's user pass through it without letting anybody list it. */
export function prepareDataDir(dataDir: string, user: OsUser | undefined): string {
  mkdirSync(dirname(resolve(dataDir)), { recursive: true });
  if (!existsSync(dataDir)) mkdirSync(dataDir, { mode: 0o700 });
  const path = realpathSync(dataDir);
  if (user) {
    const { uid, gid, mode } = statSync(path);
    const isPrivateToRoot = uid === 0 && gid === 0 && (mode & 0o077) === 0;
    if (isPrivateToRoot) {
      chownSync(path, 0, user.gid);
      chmodSync(path, 0o710);
    }
  }
  return path;
}

function readPointer(dataDir: string): string | undefined {
  const pointer = join(dataDir, POINTER);
  if (!existsSync(pointer)) return undefined;
  const home = readFileSync(pointer, "utf8").split("\n")[0]?.trim() ?? "";
  if (home !== "" && existsSync(home)) return home;
  throw new Error(
    `${pointer} says the database is in ${home || "(nothing)"}, but there is no such directory. Bring it back, or remove the file to begin with an empty database.`,
  );
}

/**
 * @param dataDir as `prepareDataDir` gave it.
 * @param outside where a cluster may lie whose user cannot reach the data directory.
 * @param onOutside told the place and the directory in the way, when a place outside is made.
 */
export function findPlace(
  dataDir: string,
  user: OsUser | undefined,
  outside: string,
  onOutside: (home: string, barred: string) => void,
): Place {
  const pointed = readPointer(dataDir);
  if (pointed !== undefined) return { cluster: join(pointed, "postgres"), home: pointed };
  const cluster = join(dataDir, "postgres");
  const barred = user && barrier(dataDir, user);
  if (barred === undefined || user === undefined) return { cluster, home: dataDir };
  if (existsSync(cluster)) {
    throw new Error(
      `The OS user "${user.name}" runs the database but may not pass through ${barred}, so it cannot reach ${cluster}. Allow it with: chmod o+x ${barred}`,
    );
  }
  const home = join(outside, `${basename(dirname(dataDir))}-${basename(dataDir)}-${randomBytes(4).toString("hex")}`);
  mkdirSync(outside, { recursive: true, mode: 0o755 });
  mkdirSync(home, { mode: 0o710 });
  chownSync(home, 0, user.gid);
  const alsoBarred = barrier(home, user);
  if (alsoBarred !== undefined)
    throw new Error(
      `The OS user "${user.name}" runs the database but may pass through neither ${barred} nor ${alsoBarred}. Allow one of them with: chmod o+x`,
    );
  writeFileSync(
    join(dataDir, POINTER),
    `${home}\n\nThe database of this data directory lies there, because the OS user "${user.name}", who runs it, may not pass through ${barred}.\nTo move it here: stop the desk, chmod o+x ${barred}, move ${home}/postgres to ${cluster}, remove this file.\n`,
  );
  onOutside(home, barred);
  return { cluster: join(home, "postgres"), home };
}
