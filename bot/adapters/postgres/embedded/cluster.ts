/** Makes a cluster (initdb) and writes its settings. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Binaries } from "./binaries.ts";
import type { OsUser } from "./os-user.ts";

/** Role and database, both. The role owns the database and is no superuser. */
export const NAME = "jietong";
export const PORT = 5432;

/** The server gets no more of our environment than this: no keys, no PG* variables. */
export const SERVER_ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/** `struct sockaddr_un` has room for 107 bytes on Linux and 103 on macOS, file name included. */
const LONGEST_SOCKET_PATH = 103;

/** Runs a binary as `user` to its end, with `input` on stdin. @throws with what it wrote to stderr when it failed. */
async function run(binary: string, args: readonly string[], user: OsUser | undefined, input = ""): Promise<void> {
  const child = spawn(binary, args, {
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
    cwd: "/",
    env: SERVER_ENVIRONMENT,
    stdio: ["pipe", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });
  child.stdin.on("error", () => {}); // it may end without reading
  child.stdin.end(input);
  const code = await new Promise<number | string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve(status ?? signal ?? "?"));
  });
  if (code !== 0) throw new Error(`${binary} failed (${code}): ${complaint.trim()}`);
}

function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  fsyncSync(directory);
  closeSync(directory);
}

/**
 * Makes the cluster beside its place and renames it there when it is whole and on disk: a start that was cut short leaves nothing that
 * looks like a database.
 */
export async function createCluster(cluster: string, binaries: Binaries, user: OsUser | undefined): Promise<void> {
  const growing = `${cluster}.new`;
  rmSync(growing, { recursive: true, force: true });
  mkdirSync(growing, { mode: 0o700 });
  if (user) chownSync(growing, user.uid, user.gid);
  await run(
    binaries.initdb,
    [
      `--pgdata=${growing}`,
      "--username=postgres",
      "--auth=reject",
      "--encoding=UTF8",
      "--locale=C",
      "--data-checksums",
      "--no-instructions",
      "--no-sync", // once, below
    ],
    user,
  );
  // Single-user mode; with -j a statement ends with a semicolon and an empty line.
  await run(
    binaries.postgres,
    ["--single", "-j", "-D", growing, "-F", "postgres"],
    user,
    `create role ${NAME} login;\n\ncreate database ${NAME} owner ${NAME};\n\n`,
  );
  // On Linux one call for the whole tree instead of one for each of its thousand files.
  await run(
    binaries.initdb,
    [`--pgdata=${growing}`, "--sync-only", ...(process.platform === "linux" ? ["--sync-method=syncfs"] : [])],
    user,
  );
  renameSync(growing, cluster);
  syncDirectory(dirname(cluster));
}

/** @throws when something that is no cluster lies where one is to be made: it is not ours to remove. */
export function refuseForeign(cluster: string): void {
  if (!existsSync(cluster) || readdirSync(cluster).length === 0) return;
  throw new Error(`${cluster} is not empty and holds no PostgreSQL database. Move it away, or choose another JIETONG_DATA_DIR.`);
}

/** @throws a sentence when the cluster was written by another major version. */
export function checkVersion(cluster: string, binaries: Binaries): void {
  const found = Number.parseInt(readFileSync(join(cluster, "PG_VERSION"), "utf8"), 10);
  if (found === binaries.major) return;
  const remedy =
    found > binaries.major
      ? "Start the newer release of Jietong that wrote it, or choose an empty JIETONG_DATA_DIR."
      : `Dump it with the release that wrote it (pg_dump) and load the dump into an empty JIETONG_DATA_DIR, or convert it with pg_upgrade.`;
  throw new Error(
    `The database in ${cluster} was written by PostgreSQL ${found}; this release brings PostgreSQL ${binaries.major} and cannot open it. ${remedy}`,
  );
}

export function clusterExists(cluster: string): boolean {
  return existsSync(join(cluster, "PG_VERSION"));
}

/** The socket lies in the cluster's directory, or, when that path is too long for a socket, in a short one below the temporary directory. */
export function socketDirectory(cluster: string): string {
  if (Buffer.byteLength(join(cluster, `.s.PGSQL.${PORT}`)) <= LONGEST_SOCKET_PATH) return cluster;
  return join(tmpdir(), `jietong-${createHash("sha256").update(cluster).digest("hex").slice(0, 16)}`);
}

function prepareSocketDirectory(sockets: string, user: OsUser | undefined): void {
  rmSync(sockets, { recursive: true, force: true });
  mkdirSync(sockets, { mode: 0o700 });
  if (user) chownSync(sockets, user.uid, user.gid);
}

/** After a clean stop nothing stays below the temporary directory. */
export function removeSocketDirectory(cluster: string): void {
  const sockets = socketDirectory(cluster);
  if (sockets !== cluster) rmSync(sockets, { recursive: true, force: true });
}

function settings(sockets: string): string {
  return `# Written at each start. Put your own settings into local.conf beside this file; they win.
listen_addresses = ''
port = ${PORT}
unix_socket_directories = '${sockets.replaceAll("'", "''")}'
unix_socket_permissions = 0700
cluster_name = '${NAME}'
max_connections = 40
superuser_reserved_connections = 3

# Nothing acknowledged is lost. These are the defaults; they stand here because they are the point.
fsync = on
synchronous_commit = on
full_page_writes = on

# A restart after a crash replays at most this much.
max_wal_size = 256MB
min_wal_size = 32MB
checkpoint_timeout = 5min
wal_level = minimal
max_wal_senders = 0

# One desk beside its own server: small, and no helper processes.
shared_buffers = 64MB
work_mem = 8MB
maintenance_work_mem = 32MB
effective_cache_size = 256MB
huge_pages = off
io_method = sync
jit = off
max_worker_processes = 2
max_parallel_workers = 0
max_parallel_workers_per_gather = 0
max_logical_replication_workers = 0

# A held snapshot makes every claim slower, because dead rows cannot be cleared away.
idle_in_transaction_session_timeout = 20s
autovacuum_naptime = 15s
autovacuum_max_workers = 2
autovacuum_vacuum_cost_delay = 1ms

timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
log_destination = 'stderr'
log_line_prefix = '%m [%p] '
log_checkpoints = off
log_autovacuum_min_duration = -1
include 'local.conf'
`;
}

/**
 * Settings and access: by socket only, and only for the OS users named here, as the kernel reports them (peer). No password anywhere.
 * Not synced: each start writes them again.
 */
export function configure(cluster: string, user: OsUser | undefined, own: OsUser): void {
  const sockets = socketDirectory(cluster);
  if (sockets !== cluster) prepareSocketDirectory(sockets, user);
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const mayEnter = [...new Set([own.name, user?.name ?? own.name])];
  const files = {
    "postgresql.conf": settings(sockets),
    "pg_hba.conf": "local all all peer map=desk\n",
    "pg_ident.conf": mayEnter.flatMap((name) => [`desk ${quoted(name)} ${NAME}`, `desk ${quoted(name)} postgres`, ""]).join("\n"),
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(cluster, name);
    writeFileSync(path, text, { mode: 0o600 });
    if (user) chownSync(path, user.uid, user.gid);
  }
  const local = join(cluster, "local.conf");
  if (!existsSync(local)) {
    writeFileSync(local, "# Your own PostgreSQL settings, read last.\n", { mode: 0o600 });
    if (user) chownSync(local, user.uid, user.gid);
  }
}
