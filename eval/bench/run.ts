/** `npm run bench`: speed and memory on this machine, written to `eval/report/bench.json`. Run it with nothing else running. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";

const REPORT = join(import.meta.dirname, "../report");

/** Each measure in a process of its own with the flags of `npm start`, so that none warms or burdens another. */
const figures = Object.fromEntries(
  ["turn-cpu", "turns", "queue-claim"].map((name) => {
    console.error(`${name} …`);
    return [
      name,
      JSON.parse(
        execFileSync(process.execPath, ["--max-semi-space-size=4", "--v8-pool-size=2", join(import.meta.dirname, `${name}.ts`)], {
          encoding: "utf8",
          stdio: ["ignore", "pipe", "inherit"],
        }),
      ),
    ];
  }),
);
const report = { node: process.version, processors: cpus().length, ...figures };
mkdirSync(REPORT, { recursive: true });
writeFileSync(join(REPORT, "bench.json"), `${JSON.stringify(report, null, 2)}\n`);
console.log(JSON.stringify(report, null, 2));
