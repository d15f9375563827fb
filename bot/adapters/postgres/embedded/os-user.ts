/** Who runs the database: PostgreSQL refuses to run as root, so under root it runs as the OS user `postgres`. */
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";

export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The user this process runs as. */
export function ownUser(): OsUser {
  try {
    const { username, uid, gid } = userInfo();
    return { name: username, uid, gid };
  } catch {
    throw new Error(
      `The OS user with number ${process.getuid?.()} has no name (no line in /etc/passwd), and PostgreSQL needs one. Add the line, run as another user, or set DATABASE_URL.`,
    );
  }
}

function lookUp(name: string): OsUser | undefined {
  try {
    const ask = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    return { name, uid: ask("-u"), gid: ask("-g") };
  } catch {
    return undefined;
  }
}

function attempt(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * The user the database is to run as when this process is root; made if it is not there (shadow's tools, else BusyBox's).
 * @returns undefined when this process is not root: then it runs the database as itself.
 */
export function databaseUser(name = "postgres"): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = lookUp(name);
  if (known) return known;
  const made =
    attempt("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/bin/false", name]) ||
    (attempt("addgroup", ["-S", name]) && attempt("adduser", ["-S", "-D", "-H", "-s", "/bin/false", "-G", name, name]));
  const user = made ? lookUp(name) : undefined;
  if (user) return user;
  throw new Error(
    `PostgreSQL does not run as root, there is no OS user "${name}", and it could not be made. Start as an ordinary user, add the user (useradd --system ${name}), or set DATABASE_URL.`,
  );
}

const READ = 4;
const SEARCH = 1;

function permits(path: string, user: OsUser, wanted: number): boolean {
  const { uid, gid, mode } = statSync(path);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & wanted) === wanted;
}

/**
 * The first directory on the way to `path`, `path` included, that the user may not pass through. By mode bits alone: we start the
 * database without further groups; access lists are not read.
 */
export function barrier(path: string, user: OsUser): string | undefined {
  const parent = dirname(path);
  const above = parent === path ? undefined : barrier(parent, user);
  return above ?? (permits(path, user, SEARCH) ? undefined : path);
}

/** Whether the user can read and run the file. */
export function canRun(file: string, user: OsUser): boolean {
  return barrier(dirname(file), user) === undefined && permits(file, user, READ | SEARCH);
}
