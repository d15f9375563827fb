/**
 * `npm run simulate [-- --scenario D,E,C --seeds 3 --from 1]`: busy evenings on the real engine with a virtual clock, the same callers with a plain
 * line beside it, the figures against `bars.yaml`. Fixed seeds. Exit 1 when a bar is missed or something was not measured.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { SCENARIOS } from "./demand.ts";
import { figuresOf } from "./measure-evening.ts";
import { openStage, type Played, scenarioNamed } from "./play.ts";

const barsSchema = z.record(
  z.string(),
  z.strictObject({ at_least: z.number().optional(), at_most: z.number().optional(), of: z.int().positive().optional() }),
);
const bars = barsSchema.parse(parse(readFileSync(join(import.meta.dirname, "bars.yaml"), "utf8")));

const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: SCENARIOS.map(({ name }) => name).join(",") },
    seeds: { type: "string", default: "3" },
    from: { type: "string", default: "1" },
  },
});
const percent = (part: number, of: number): string => (of === 0 ? "none" : `${((100 * part) / of).toFixed(1)} %`);

function printPlayed({ scenario, seed, engine, plain }: Played): void {
  const row = (name: string, critical: string, abandoned: string, past15: string, promises: string): void =>
    console.log(
      `  ${name.padEnd(18)} critical ≤ 60 s ${critical.padStart(7)}   gave up ${abandoned.padStart(7)}   ${past15.padEnd(26)}${promises}`,
    );
  console.log(`${scenario}, seed ${seed}: ${engine.calls} calls; slowest look of the guard ${engine.slowestGuardMs} ms`);
  row(
    "this engine",
    percent(engine.criticalIn60, engine.critical),
    percent(engine.abandoned, engine.calls),
    `past 15 min unannounced ${engine.past15 - engine.past15Told}`,
    `  promised ${engine.promised}, broken ${engine.promisesBroken}, taken back ${engine.promisesTakenBack}; honest times ${engine.honest}, broken ${engine.honestBroken}`,
  );
  for (const one of plain)
    row(one.policy, percent(one.criticalIn60, 1), percent(one.abandoned, 1), `past 15 min unannounced ${one.past15}`, "  nothing promised");
  const hours = engine.byHour.map(({ waits, inside }, hour) => `${hour + 1}: ${percent(inside, waits)} of ${waits}`);
  console.log(`  range held by hour  ${hours.join("   ")}`);
}

const stage = await openStage();
let missed = 0;
let barred = 0;
try {
  for (const name of values.scenario.split(",")) {
    const scenario = scenarioNamed(name);
    console.log(`\n${scenario.name}: ${scenario.title}`);
    const played: Played[] = [];
    for (let index = 0; index < Number(values.seeds); index += 1) {
      const one = await stage.play(scenario, Number(values.from) + index);
      printPlayed(one);
      played.push(one);
    }
    for (const [figure, value] of figuresOf(played.map(({ engine }) => engine))) {
      const bar = bars[`${name}.${figure}`];
      const measured = typeof value === "object" ? value.value : value;
      const of = typeof value === "object" ? value.of : undefined;
      const isHeld =
        measured !== undefined &&
        (bar?.of === undefined || (of ?? 0) >= bar.of) &&
        measured >= (bar?.at_least ?? Number.NEGATIVE_INFINITY) &&
        measured <= (bar?.at_most ?? Number.POSITIVE_INFINITY);
      if (bar) barred += 1;
      if (bar && !isHeld) missed += 1;
      const wanted = bar
        ? ` (${[bar.at_least === undefined ? "" : `≥ ${bar.at_least}`, bar.at_most === undefined ? "" : `≤ ${bar.at_most}`].filter(Boolean).join(", ")})`
        : "";
      console.log(
        `${bar ? (isHeld ? "✓" : "✗") : "·"} ${`${name}.${figure}`.padEnd(38)} ${measured === undefined ? "not measured" : measured.toFixed(3)}${of === undefined ? "" : ` of ${of}`}${wanted}`,
      );
    }
  }
} finally {
  await stage.close();
}
console.log(`\n${barred - missed} of ${barred} bars held`);
process.exitCode = missed > 0 || barred === 0 ? 1 : 0;
