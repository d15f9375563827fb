/**
 * `npm run eval:public -- --data DIR [--only banking77,speed]`: the engine on public sets that the user has in DIR, against `bars.yaml`.
 * Sets that are not there are named and left out.
 * Prints the figures and writes `eval/report/public.json`. Exit 2 when nothing was measured, 1 when a bar was missed (speed aside), else 0.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { openRecogniser, type Recogniser } from "../../intents/index.ts";
import { measureIntentSet } from "./measure-intents.ts";
import { measureReviews, measureTurns } from "./measure-moods.ts";
import { measureRealIntents, measureRealMoods } from "./measure-real-dev.ts";
import { FILES, missingFiles, readBanking77, readClinc150, readSmp2017, readUssSgd, readWaimai10k, type SetName } from "./read-sets.ts";

type Figures = Record<string, number | undefined>;

const barsSchema = z.record(z.string(), z.strictObject({ at_least: z.number().optional(), at_most: z.number().optional() }));
const REPORT = join(import.meta.dirname, "../report");
const tell = (what: string): void => console.error(`  ${what} …`);

const MEASURES: Readonly<Record<SetName, (folder: string) => Promise<Figures>>> = {
  banking77: (folder) => measureIntentSet("banking77", readBanking77(folder), false, tell),
  clinc150: (folder) => measureIntentSet("clinc150", readClinc150(folder), false, tell),
  smp2017: (folder) => measureIntentSet("smp2017", readSmp2017(folder), true, tell),
  waimai10k: async (folder) => ({ "waimai10k.auroc": await measureReviews(readWaimai10k(folder)) }),
  "uss-sgd": async (folder) => {
    const { byDialogue, shipped } = await measureTurns(readUssSgd(folder), tell);
    return { "uss-sgd.by_dialogue_auroc": byDialogue, "uss-sgd.untrained_auroc": shipped };
  },
  "real-dev-intents": async (folder) => measureRealIntents(await shippedRecogniser(), join(folder, FILES["real-dev-intents"][0])),
  "real-dev-mood": async (folder) => measureRealMoods(await shippedRecogniser(), join(folder, FILES["real-dev-mood"][0])),
};

const modelDir = mkdtempSync(join(tmpdir(), "jietong-public-"));
process.on("exit", () => rmSync(modelDir, { recursive: true, force: true }));
let shipped: Promise<Recogniser> | undefined;

/** The shipped catalogue's recogniser, trained once for the whole run. */
function shippedRecogniser(): Promise<Recogniser> {
  shipped ??= openRecogniser({ modelDir });
  return shipped;
}

/** The shipped model, opened by a process that does nothing else. */
async function measureSpeed(): Promise<Figures> {
  tell("speed: the shipped catalogue");
  await shippedRecogniser();
  const out = execFileSync(process.execPath, [join(import.meta.dirname, "speed.ts"), modelDir], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const figures = z.record(z.string(), z.number()).parse(JSON.parse(out));
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`speed.${name}`, value]));
}

const { values } = parseArgs({ options: { data: { type: "string" }, only: { type: "string" } } });
if (values.data === undefined) {
  console.error(`usage: npm run eval:public -- --data DIR [--only ${[...Object.keys(FILES), "speed"].join(",")}]`);
  process.exit(2);
}
const folder = resolve(values.data);
const wanted = values.only?.split(",");
const known = [...Object.keys(FILES), "speed"];
const unknown = wanted?.filter((name) => !known.includes(name)) ?? [];
if (unknown.length > 0) {
  console.error(`no set "${unknown.join('", "')}"; valid: ${known.join(", ")}`);
  process.exit(2);
}
const bars = barsSchema.parse(parse(readFileSync(join(import.meta.dirname, "bars.yaml"), "utf8")));

const figures: Figures = {};
const measured: string[] = [];
for (const name of Object.keys(FILES) as SetName[]) {
  if (wanted !== undefined && !wanted.includes(name)) continue;
  const missing = missingFiles(folder, name);
  if (missing.length > 0) {
    console.log(`· ${name}: not measured, missing ${missing.map((file) => join(folder, file)).join(", ")}`);
    continue;
  }
  Object.assign(figures, await MEASURES[name](folder));
  measured.push(name);
}
if (measured.length > 0 || wanted?.includes("speed")) {
  if (wanted === undefined || wanted.includes("speed")) Object.assign(figures, await measureSpeed());
}

let missed = 0;
let held = 0;
for (const [name, figure] of Object.entries(figures)) {
  const bar = bars[name];
  const isMissed =
    bar !== undefined &&
    (figure === undefined || figure < (bar.at_least ?? Number.NEGATIVE_INFINITY) || figure > (bar.at_most ?? Number.POSITIVE_INFINITY));
  if (isMissed && !name.startsWith("speed.")) missed += 1;
  if (bar !== undefined && !isMissed) held += 1;
  const limit = bar === undefined ? "" : bar.at_least === undefined ? ` (≤ ${bar.at_most})` : ` (≥ ${bar.at_least})`;
  console.log(
    `${isMissed ? "✗" : bar === undefined ? "·" : "✓"} ${name.padEnd(38)} ${figure === undefined ? "not measured" : shown(figure)}${limit}`,
  );
}
const barred = Object.keys(figures).filter((name) => bars[name] !== undefined).length;
console.log(barred === 0 ? `nothing was measured; sets are looked for in ${folder}` : `${held} of ${barred} bars held`);
if (barred > 0) {
  mkdirSync(REPORT, { recursive: true });
  writeFileSync(join(REPORT, "public.json"), `${JSON.stringify({ measured, figures }, null, 2)}\n`);
}
process.exitCode = barred === 0 ? 2 : missed > 0 ? 1 : 0;

function shown(figure: number): string {
  return Math.abs(figure) < 2 ? figure.toFixed(3) : figure.toFixed(2);
}
