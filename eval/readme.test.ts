import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../bot/wire.ts";

const README = readFileSync(join(ROOT, "README.md"), "utf8");
const CI = readFileSync(join(ROOT, ".ci/run"), "utf8");
const shell = promisify(execFile);

/** Every line of every `sh` block. */
const COMMANDS = [...README.matchAll(/```sh\n([\s\S]*?)```/gu)].flatMap((match) =>
  (match[1] ?? "").split("\n").filter((line) => line.trim() !== ""),
);

/** Run by `.ci/run` itself, or here as the server all other commands talk to: not once more inside a test. */
const RUN_ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  "npm ci && npm start": ["npm ci"],
  "npm ci && npm test": ["npm ci", "npm test"],
  "npm run eval": ["npm run --silent eval"],
};

describe("the README", { timeout: 60_000 }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), "jietong-readme-"));
  const port = String(40_000 + (process.pid % 20_000));
  let stop: () => Promise<unknown>;

  beforeAll(async () => {
    // `npm start`, as the README says it.
    const server = spawn("npm", ["start"], {
      cwd: ROOT,
      env: { ...process.env, PORT: port, JIETONG_DATA_DIR: dataDir },
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    const ended = new Promise((resolve) => server.once("exit", resolve));
    stop = async () => {
      if (server.pid !== undefined) process.kill(-server.pid, "SIGTERM");
      await ended;
    };
    await new Promise<void>((resolve, reject) => {
      let said = "";
      server.stdout.on("data", (piece: Buffer) => {
        said += piece;
        if (said.includes("ready in")) resolve();
      });
      void ended.then(() => reject(new Error(`npm start ended:\n${said}`)));
    });
  }, 60_000);

  afterAll(async () => {
    await stop?.();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("has commands, and those that are run elsewhere really are", () => {
    expect(COMMANDS.length).toBeGreaterThan(6);
    for (const [command, pieces] of Object.entries(RUN_ELSEWHERE)) {
      expect(COMMANDS).toContain(command);
      for (const piece of pieces) expect(CI).toContain(piece);
    }
  });

  it("every other command works, in one shell from top to bottom", async () => {
    const here = COMMANDS.filter((command) => !(command in RUN_ELSEWHERE));
    const script = here
      .map((command) =>
        command
          .replaceAll("127.0.0.1:3978", `127.0.0.1:${port}`)
          .replaceAll("data/secrets.json", `${dataDir}/secrets.json`)
          .replace("curl -s ", "curl -sf "),
      )
      .join("\necho\necho '====='\n");
    const { stdout } = await shell("bash", ["-e", "-c", script], { cwd: ROOT, maxBuffer: 8 << 20 });
    const said = stdout.split("=====");
    expect(said).toHaveLength(here.length);
    const answerTo = (piece: string): string => said[here.findIndex((command) => command.includes(piece))] ?? "";
    expect(JSON.parse(answerTo("/understand"))).toMatchObject({
      language: "zh",
      requests: [{ intent: "paid_not_delivered" }, { intent: "invoice" }],
    });
    expect(JSON.parse(answerTo("/contacts/check"))).toMatchObject({ verdict: "reported_scam" });
    expect(answerTo("/queues")).toContain('"waiting"');
    expect(answerTo("check:data")).toContain("no faults");
    expect(answerTo("explain")).toContain("paid_not_delivered");
  });

  it("names only files, folders and scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const paths = [...README.matchAll(/`((?:bot|intents|knowledge|eval)\/[\w./-]*)`|\]\(((?:bot|eval)\/[\w./-]+)\)/gu)].map(
      (match) => match[1] ?? match[2] ?? "",
    );
    expect(paths.length).toBeGreaterThan(8);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const named = [...README.matchAll(/npm run ([\w:-]+)/gu)].map((match) => match[1] ?? "");
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it("tells of every setting, and of none that is not there", () => {
    const config = readFileSync(join(ROOT, "bot/config.ts"), "utf8");
    const real = [...config.matchAll(/^ {2}([A-Z_]+): \{\s*rule/gmu)].map((match) => match[1] ?? "");
    expect(real.length).toBeGreaterThan(8);
    for (const name of real) expect(README).toContain(`\`${name}\``);
  });
});
