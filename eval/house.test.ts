import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const CRUISER = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
/** Fewer modules than this means that the cruiser went blind, not that the house is tidy. */
const MODULE_FLOOR = 120;

interface Cruise {
  summary: { totalCruised: number; violations: { from: string; rule: { name: string } }[] };
}

function cruise(cwd: string): Cruise {
  const args = [CRUISER, "--config", ".dependency-cruiser.mjs", "--output-type", "json", "bot", "intents", "knowledge", "eval"];
  try {
    return JSON.parse(
      execFileSync(process.execPath, args, { cwd, encoding: "utf8", maxBuffer: 64 << 20, stdio: ["ignore", "pipe", "ignore"] }),
    );
  } catch (error) {
    // The cruiser exits with the number of violations; its report is on stdout all the same.
    if (error instanceof Error && "stdout" in error && typeof error.stdout === "string") return JSON.parse(error.stdout);
    throw error;
  }
}

/** rule → [offending file, its content]. Each must be reported by the rule meant for it. */
const PLANTS: Readonly<Record<string, readonly [string, string]>> = {
  "leaf-folders-stay-leaves": ["intents/plant-leaf.ts", 'import "../knowledge/index.ts";'],
  "front-door-only": ["bot/http/plant-door.ts", 'import "../../knowledge/inside.ts";'],
  "nothing-imports-eval": ["bot/wire.ts", 'import "../eval/measure.ts";'],
  "core-knows-no-machinery": ["bot/conversation/plant-machinery.ts", 'import "../http/route.ts";'],
  "core-uses-no-io-modules": ["bot/act/plant-io.ts", 'import "node:fs";'],
  "core-uses-no-vendor": ["bot/cases/plant-vendor.ts", 'import "fastify";'],
  "decide-is-pure": ["bot/decide/plant-impure.ts", 'import type { Port } from "../ports/port.ts"; export type X = Port;'],
  "queue-knows-no-talk": ["bot/queue/plant-talk.ts", 'import "../conversation/talk.ts";'],
  "http-is-a-doorway": ["bot/http/plant-decides.ts", 'import "../decide/choice.ts";'],
  "only-act-fills-the-queue": ["bot/cases/plant-queue.ts", 'import "../queue/line.ts";'],
  "adapters-only-fill-ports": ["bot/adapters/plant-rule.ts", 'import "../decide/choice.ts";'],
  "ports-are-only-types": ["bot/ports/plant-value.ts", 'import { port } from "../errors.ts"; export const x = port;'],
  "one-composition-root": ["bot/http/plant-root.ts", 'import "../adapters/thing.ts";'],
  "browser-is-another-country": ["bot/web/plant-server.ts", 'import "../errors.ts";'],
  "no-unresolvable": ["bot/act/plant-nowhere.ts", 'import "./does-not-exist.ts";'],
  "no-circular": ["bot/act/plant-circle.ts", 'import { a } from "./plant-circle.ts"; export const b = a;'],
  "no-orphans": ["bot/act/plant-orphan.ts", "export const alone = 1;"],
};

const STUBS: Readonly<Record<string, string>> = {
  "knowledge/index.ts": 'export * from "./inside.ts";',
  "knowledge/inside.ts": "export const inside = 1;",
  "intents/index.ts": "export const door = 1;",
  "eval/measure.ts": "export const measure = 1;",
  "bot/errors.ts": "export const port = 1;",
  "bot/ports/port.ts": "export interface Port { x: number }",
  "bot/http/route.ts": "export const route = 1;",
  "bot/conversation/talk.ts": "export const talk = 1;",
  "bot/decide/choice.ts": "export const choice = 1;",
  "bot/queue/line.ts": "export const line = 1;",
  "bot/adapters/thing.ts": "export const thing = 1;",
};

describe("import rules", () => {
  const dir = mkdtempSync(join(tmpdir(), "jietong-house-"));
  let report: Cruise;

  beforeAll(() => {
    for (const file of [".dependency-cruiser.mjs", "tsconfig.json", "package.json"]) cpSync(join(ROOT, file), join(dir, file));
    symlinkSync(join(ROOT, "node_modules"), join(dir, "node_modules"));
    for (const [file, text] of [...Object.entries(STUBS), ...Object.values(PLANTS)]) {
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), text);
    }
    report = cruise(dir);
  }, 60_000);

  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it("has a planted violation for every rule", async () => {
    const config: { default: { forbidden: { name: string; comment: string }[] } } = await import(join(ROOT, ".dependency-cruiser.mjs"));
    expect(config.default.forbidden.map((rule) => rule.name).sort()).toEqual(Object.keys(PLANTS).sort());
    for (const rule of config.default.forbidden) expect(rule.comment.length).toBeGreaterThanOrEqual(20);
  });

  it.each(Object.entries(PLANTS))("%s bites", (rule, [file]) => {
    expect(report.summary.violations.filter((violation) => violation.rule.name === rule).map((violation) => violation.from)).toContain(
      file,
    );
  });

  it("finds nothing in this house, having looked at enough of it", () => {
    const own = cruise(ROOT);
    expect(own.summary.violations.map((violation) => `${violation.rule.name}: ${violation.from}`)).toEqual([]);
    expect(own.summary.totalCruised).toBeGreaterThan(MODULE_FLOOR);
  }, 60_000);
});
