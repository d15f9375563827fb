/** The desk as its operator runs it: a process of its own, started by `node bot/main.ts`, which can be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../bot/main.ts");

export interface ServerProcess {
  readonly url: string;
  readonly output: () => string;
  readonly child: ChildProcess;
  /** SIGKILL, and the end of it. */
  kill(): Promise<void>;
  /** SIGTERM. @returns exit code */
  stop(): Promise<number | null>;
}

/** @throws with everything it said when it ends before it is ready */
export async function startServer(environment: Readonly<Record<string, string>>, deadlineMs = 60_000): Promise<ServerProcess> {
  const child = spawn(process.execPath, [MAIN], { env: { ...process.env, CI: "", ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (piece: Buffer) => {
    said += piece;
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready after ${deadlineMs} ms:\n${said}`)), deadlineMs);
    child.stdout.on("data", (piece: Buffer) => {
      said += piece;
      const match = /shop with the chat\s+(http:\/\/[\d.]+:\d+)\//u.exec(said);
      if (match?.[1]) {
        clearTimeout(timer);
        resolve(match[1]);
      }
    });
    ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`it ended with ${code}:\n${said}`));
    });
  });
  return {
    url,
    output: () => said,
    child,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
