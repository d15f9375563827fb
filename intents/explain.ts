import { parseArgs } from "node:util";
import { VIEWS } from "./classifier/features.ts";
import { score } from "./classifier/model.ts";
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

console.log(`read as      ${prepared}`);
console.log(
  `in scope     ${scored.inScope.toFixed(3)} (rejected below ${model.calibration.rejectBelow.toFixed(3)}), known words ${(scored.coverage * 100).toFixed(0)} %`,
);
for (const { label, confidence, margin } of scored.ranked.slice(0, 3)) {
  const at = model.labels.indexOf(label);
  const shares: { name: string; value: number }[] = [];
  for (const hash of counted.hashes) {
    const column = columnOf(model.vocabulary, hash);
    const place = column < 0 ? -1 : vector.columns.indexOf(column);
    if (place < 0) continue;
    const weight = (model.scales[column] ?? 0) * (model.weights[column * model.labels.length + at] ?? 0);
    shares.push({ name: names.get(hash) ?? "?", value: weight * (vector.values[place] ?? 0) });
  }
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
const { mood } = understanding;
console.log(`mood         ${mood.label} ${mood.score}${mood.reasons.length === 0 ? "" : `: ${mood.reasons.join("; ")}`}`);
