/**
 * What the operating system says about processes. On Linux from /proc; elsewhere from `ps`, which knows no working directory, so there a
 * server is recognised by its command line.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

const LINUX = process.platform === "linux";

export interface ProcessSighting {
  readonly pid: number;
  readonly parent: number;
}

/** Fields of /proc/PID/stat after the command, which may itself hold blanks and brackets. See proc_pid_stat(5). */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function ps(...args: string[]): string {
  try {
    return execFileSync("ps", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}

/**
 * When the process began, in the system's own unit: with the pid it names one process for good, whereas pids are used again.
 * @returns undefined when there is no such process, or only its unreaped remains.
 */
export function processStart(pid: number): string | undefined {
  if (LINUX) {
    const fields = statFields(pid);
    const state = fields?.[0];
    return state === undefined || state === "Z" || state === "X" ? undefined : fields?.[19];
  }
  const line = ps("-o", "state=,lstart=", "-p", String(pid));
  return line === "" || line.startsWith("Z") ? undefined : line.replace(/^\S+\s+/, "");
}

/** One running kernel and one view of its pids: only within them can a pid be looked up. Empty where the system does not tell. */
export function pidSpace(): string {
  if (!LINUX) return "";
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return "";
  }
}

/** PostgreSQL processes at work in a data directory: each of them has it as its working directory. */
export function postgresProcessesIn(dataDirectory: string): readonly ProcessSighting[] {
  return LINUX ? postgresByWorkingDirectory(realpathSync(dataDirectory)) : postgresByCommandLine(dataDirectory);
}

function postgresByWorkingDirectory(directory: string): readonly ProcessSighting[] {
  const found: ProcessSighting[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (readlinkSync(`/proc/${name}/cwd`) !== directory) continue;
      // A shell or an editor may stand there too.
      if (!/\/postgres( \(deleted\))?$/.test(readlinkSync(`/proc/${name}/exe`))) continue;
    } catch {
      continue; // gone, a zombie, or another user's: none of them can be ours
    }
    const parent = statFields(Number(name))?.[1];
    if (parent !== undefined) found.push({ pid: Number(name), parent: Number(parent) });
  }
  return found;
}

function postgresByCommandLine(directory: string): readonly ProcessSighting[] {
  return ps("-axo", "pid=,ppid=,command=")
    .split("\n")
    .filter((line) => line.includes("postgres -D ") && line.includes(directory))
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}
