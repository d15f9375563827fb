/**
 * Speed and size of the shipped model in a process of its own; prints JSON. `node eval/public/speed.ts MODEL_DIR` with a model that
 * is already trained. CPU time beside time on the clock, because other programs on the machine count less in it.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { openRecogniser } from "../../intents/index.ts";
import { readLines } from "../read-lines.ts";

const [modelDir = ""] = process.argv.slice(2);
const DATASETS = join(import.meta.dirname, "../datasets");
const texts = ["intents.zh.jsonl", "intents.en.jsonl", "mood.zh.jsonl", "mood.en.jsonl"].flatMap((name) =>
  readLines(join(DATASETS, name), z.object({ text: z.string() })).map(({ text }) => text),
);
const now = new Date("2026-11-20T20:30:00+08:00");
const megabytes = (bytes: number): number => bytes / 2 ** 20;
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const rssBefore = process.memoryUsage().rss;
const started = performance.now();
const loadFrom = cpu();
const recogniser = await openRecogniser({ modelDir });
const load = performance.now() - started;
const loadCpu = cpu() - loadFrom;
// The engine's compiler warms up on a pass of its own; a running desk is warm.
for (const text of texts) recogniser.understand(text, { now });
const times: number[] = [];
for (const text of texts) {
  const from = cpu();
  recogniser.understand(text, { now });
  times.push(cpu() - from);
}
const passFrom = cpu();
for (const text of texts) recogniser.understand(text, { now });
const mean = (cpu() - passFrom) / texts.length;
times.sort((a, b) => a - b);
const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
console.log(
  JSON.stringify({
    load_ms: load,
    load_cpu_ms: loadCpu,
    cpu_mean_ms: mean,
    cpu_p50_ms: at(0.5),
    cpu_p99_ms: at(0.99),
    rss_added_mb: megabytes(process.memoryUsage().rss - rssBefore),
    model_file_mb: megabytes(statSync(join(modelDir, "intents.model")).size),
    utterances: texts.length,
  }),
);
