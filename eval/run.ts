/** `npm run eval`: measures, holds the figures against `bars.yaml`, writes `report/`. Exit 1 when a bar is missed or something was not measured. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadPolicy } from "../bot/policy/load-policy.ts";
import { ROOT } from "../bot/wire.ts";
import { measureContacts } from "./measure-contacts.ts";
import { measureQueue } from "./measure-queue.ts";
import { measureSearch } from "./measure-search.ts";
import { measureSummaries } from "./measure-summaries.ts";
import { DATASETS, measureEntities, measureIntents, measureLosses, measureMood, readIntentLines } from "./measure-understanding.ts";
import { readBars } from "./read-bars.ts";
import { type Measure, reportPage } from "./report-page.ts";
import { runScenario } from "./run-scenario.ts";
import { readScenarios } from "./scenario.ts";
import { type Share, share } from "./scorers.ts";
import { openTestHouse } from "./test-desk.ts";

const REPORT = join(import.meta.dirname, "report");

const bars = readBars(join(import.meta.dirname, "bars.yaml"));
const measured = new Map<string, Share | number | undefined>();
const notes: string[] = [];

const house = await openTestHouse({ modelDir: join(import.meta.dirname, "../node_modules/.cache/jietong-model") });
try {
  for (const language of ["zh", "en"] as const) {
    const rows = readIntentLines(join(DATASETS, `intents.${language}.jsonl`), language);
    const scores = measureIntents(house.recogniser, rows);
    measured.set(`intents.${language}.top1`, scores.top1);
    measured.set(`intents.${language}.top3`, scores.top3);
    measured.set(`intents.${language}.macro_f1`, scores.macroF1);
    measured.set(`intents.${language}.out_of_scope_recall`, scores.outOfScopeRecall);
    measured.set(`intents.${language}.rejected_in_scope`, scores.rejectedInScope);
    measured.set(`intents.${language}.calibration_error`, scores.calibrationError);
    for (const [name, lost] of Object.entries(measureLosses(house.recogniser, rows, language))) measured.set(name, lost);
    notes.push(...scores.confusions.map(([pair, count]) => `${language}: ${pair} ×${count}`));
    const mood = measureMood(house.recogniser, join(DATASETS, `mood.${language}.jsonl`), language);
    measured.set(`mood.${language}.exact`, mood.exact);
    measured.set(`mood.${language}.auroc`, mood.auroc);
    measured.set(`mood.${language}.upset_recall`, mood.upsetRecall);
    measured.set(`mood.${language}.false_alarms`, mood.falseAlarms);
  }
  const entities = measureEntities(house.recogniser, join(DATASETS, "entities.jsonl"));
  measured.set("entities.precision", entities.precision);
  measured.set("entities.recall", entities.recall);
  const search = measureSearch(house.knowledge, join(DATASETS, "search.jsonl"));
  measured.set("search.right_article", search.rightArticle);
  measured.set("search.abstains", search.abstains);

  const contacts = measureContacts(loadPolicy(join(ROOT, "bot/policy")));
  measured.set("contacts.fake_called_official", contacts.fakeCalledOfficial);
  measured.set("contacts.official_recognised", contacts.officialRecognised);
  measured.set("contacts.reported_recognised", contacts.reportedRecognised);
  measured.set("contacts.likeness_told", contacts.likenessTold);
  measured.set("contacts.outgoing_stopped", contacts.outgoingStopped);
  measured.set("contacts.outgoing_false_alarms", contacts.outgoingFalseAlarms);
  notes.push(...contacts.faults);

  const summaries = await measureSummaries(house);
  measured.set("summaries.fact_recall", summaries.recall);
  measured.set("summaries.fact_recall_other_language", summaries.recallOtherLanguage);
  measured.set("summaries.unfounded", summaries.unfounded);
  measured.set("summaries.forbidden", summaries.forbidden);
  notes.push(...summaries.notes);

  const scenarios = readScenarios(join(import.meta.dirname, "scenarios"));
  let passed = 0;
  const asked = { questions: 0, again: 0, cases: 0 };
  for (const scenario of scenarios) {
    const desk = await house.open(scenario.run.at);
    try {
      const { faults, ...played } = await runScenario(scenario, desk);
      asked.questions += played.asked.length;
      asked.again += played.askedAgain.length;
      asked.cases += played.cases;
      if (faults.length === 0) passed += 1;
      else notes.push(`${scenario.language}: ${scenario.name}: ${faults.join("; ")}`);
    } catch (error) {
      notes.push(`${scenario.language}: ${scenario.name}: ${error instanceof Error ? error.message : error}`);
    } finally {
      await desk.close();
    }
  }
  measured.set("scenarios.passed", share(passed, scenarios.length));
  measured.set("intake.questions_per_case", asked.cases === 0 ? undefined : asked.questions / asked.cases);
  measured.set("intake.asked_again", share(asked.again, asked.questions));
} finally {
  await house.close();
}

for (const [name, value] of await measureQueue()) measured.set(name, value);

const measures: Measure[] = [...new Set([...Object.keys(bars), ...measured.keys()])].map((name) => {
  const value = measured.get(name);
  const bar = bars[name];
  const figure = typeof value === "number" ? value : value?.value;
  const count = typeof value === "number" ? undefined : value?.of;
  const tooFew = bar?.of !== undefined && (count ?? 0) < bar.of;
  const missed =
    bar !== undefined &&
    (figure === undefined ||
      tooFew ||
      figure < (bar.at_least ?? Number.NEGATIVE_INFINITY) ||
      figure > (bar.at_most ?? Number.POSITIVE_INFINITY));
  return {
    name,
    figure,
    count,
    low: typeof value === "object" ? value.low : undefined,
    high: typeof value === "object" ? value.high : undefined,
    bar: bar?.at_least ?? bar?.at_most,
    direction: bar?.at_least === undefined ? "at_most" : "at_least",
    missed,
  };
});

for (const note of notes) console.log(`  ${note}`);
for (const measure of measures) {
  const figure = measure.figure === undefined ? "not measured" : measure.figure.toFixed(3);
  const bar = measure.bar === undefined ? "" : ` (${measure.direction === "at_least" ? "≥" : "≤"} ${measure.bar})`;
  console.log(
    `${measure.missed ? "✗" : measure.bar === undefined ? "·" : "✓"} ${measure.name.padEnd(34)} ${figure}${bar}${measure.count === undefined ? "" : ` of ${measure.count}`}`,
  );
}
mkdirSync(REPORT, { recursive: true });
writeFileSync(join(REPORT, "report.json"), `${JSON.stringify({ measures, notes }, null, 2)}\n`);
writeFileSync(join(REPORT, "index.html"), reportPage(measures, notes));
const missed = measures.filter((measure) => measure.missed).length;
const barred = measures.filter((measure) => measure.bar !== undefined).length;
console.log(`${barred - missed} of ${barred} bars held; report in eval/report/index.html`);
process.exitCode = missed > 0 || barred === 0 ? 1 : 0;
