import { parseArgs } from "node:util";
import { labelCoverage } from "./classifier/familiar.ts";
import { VIEWS } from "./classifier/features.ts";
import { NONE_LABEL, score } from "./classifier/model.ts";
import { columnOf, vectorise } from "./classifier/vocabulary.ts";
import { openEngine } from "./open-recogniser.ts";
import { fold } from "./text/normalise.ts";
import { makeRecogniser } from "./understand.ts";

/** `npm run explain -- "文本"`: shows how a text is read, feature by feature. */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { "model-dir": { type: "string", default: "data/model" } } });
const text = positionals.join(" ");
if (text === "") {
  console.error('usage: npm run explain -- "文本"');
  process.exit(2);
}
const engine = await openEngine({ modelDir: values["model-dir"] });
const { model, preparer } = engine;
const prepared = preparer.prepare(fold(text).text);
const names = new Map<number, string>();
const counted = preparer.count(prepared, (hash, view, name) => names.set(hash, `${VIEWS[view]} ${name}`));
const scored = score(model, counted);
const vector = vectorise(model.vocabulary, counted);

console.log(`folded       ${fold(text).text}`);
console.log(`read as      ${prepared}`);
const none = model.labels.indexOf(NONE_LABEL);
const [best, second] = scored.ranked;
console.log(
  `in scope     ${scored.inScope.toFixed(3)} (rejected below ${model.calibration.rejectBelow.toFixed(3)}, sure from ${model.calibration.sureFrom.toFixed(3)})`,
);
console.log(
  `margins      best ${shown(best?.margin)}, over the second ${shown((best?.margin ?? 0) - (second?.margin ?? 0))}, over none ${none < 0 ? "–" : shown((best?.margin ?? 0) - (scored.margins[none] ?? 0))}`,
);
const ofBest = labelCoverage(model.familiar, model.vocabulary, vector, model.labels.indexOf(best?.label ?? ""));
console.log(`known        ${percent(scored.coverage)} of the text by any intent, ${percent(ofBest)} by the best`);
for (const { label, confidence, margin } of scored.ranked.slice(0, 3)) {
  const at = model.labels.indexOf(label);
  const shares: { name: string; value: number }[] = [];
  let meaning = 0;
  const weightOf = (column: number): number => (model.scales[column] ?? 0) * (model.weights[column * model.labels.length + at] ?? 0);
  const nameOf = new Map([...counted.hashes].map((hash) => [columnOf(model.vocabulary, hash), names.get(hash) ?? "?"]));
  for (const [place, column] of vector.columns.entries()) {
    const value = weightOf(column) * (vector.values[place] ?? 0);
    if (column >= model.vocabulary.size) meaning += value;
    else shares.push({ name: nameOf.get(column) ?? "?", value });
  }
  if (counted.dense !== undefined) shares.push({ name: "meaning of the words together (word vectors)", value: meaning });
  shares.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  console.log(`\n${label}  confidence ${confidence.toFixed(3)}, margin ${margin.toFixed(2)}`);
  for (const { name, value } of shares.slice(0, 10)) console.log(`  ${value >= 0 ? "+" : ""}${value.toFixed(3)}  ${name}`);
}
const understanding = makeRecogniser(engine).understand(text, { now: new Date() });
console.log(`\ncertainty    ${understanding.certainty}`);
for (const { intent, confidence, span } of understanding.requests)
  console.log(`request      ${intent} (${confidence}) “${text.slice(...span)}”`);
for (const { type, value, span, confidence } of understanding.entities)
  console.log(`entity       ${type} ${value} (${confidence}) “${text.slice(...span)}”`);
if (understanding.answer !== undefined) console.log(`answer       ${JSON.stringify(understanding.answer)}`);
const { mood } = understanding;
console.log(
  `mood         ${mood.label} ${mood.score}${mood.reasons.length === 0 ? "" : `: ${mood.reasons.join("; ")}`}${mood.signs.length === 0 ? "" : ` [${mood.signs.join(", ")}]`}`,
);

function shown(margin: number | undefined): string {
  return margin === undefined ? "–" : margin.toFixed(2);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
