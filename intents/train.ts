import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { builtModelPath, freshBuiltModelPath } from "./built-model.ts";
import { checkCatalogue, formatFault, OperatorDataError } from "./index.ts";
import { openEngine } from "./open-recogniser.ts";
import { readOperatorFiles } from "./operator-data.ts";
import { trainAndStore } from "./train-and-store.ts";

/**
 * `npm run train [-- --model-dir DIR]`: checks the data files, trains, stores the model, tells what it made. With `--built` it makes the model that
 * ships with the installed desk, if there is none yet of these data and this engine (`npm ci` does that).
 */
const { values } = parseArgs({
  options: {
    "model-dir": { type: "string", default: "data/model" },
    threads: { type: "string" },
    built: { type: "boolean", default: false },
  },
});
if (values.built) await trainBuilt();
else await trainHere();

/** Data that cannot be used stop no installation: the desk says what is wrong when it starts. */
async function trainBuilt(): Promise<void> {
  const { hash } = readOperatorFiles();
  if (existsSync(builtModelPath(hash))) return;
  const started = performance.now();
  try {
    await trainAndStore({ path: freshBuiltModelPath(hash) }, () => {});
    console.log(`the shipped catalogue learned in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}

async function trainHere(): Promise<void> {
  for (const fault of checkCatalogue()) console.error(formatFault(fault));
  const started = performance.now();
  try {
    const engine = await openEngine({
      modelDir: values["model-dir"],
      retrain: true,
      ...(values.threads === undefined ? {} : { threads: Number(values.threads) }),
      onProgress: ({ stage, done, total }) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${stage} ${done}/${total}      `);
      },
    });
    const { calibration, labels, vocabulary } = engine.model;
    if (process.stderr.isTTY) process.stderr.write("\n");
    console.log(
      `trained ${engine.catalogue.size} intents (${labels.length} labels, ${vocabulary.size} features) in ${((performance.now() - started) / 1000).toFixed(1)} s`,
    );
    console.log(
      `sharpness ${calibration.sharpness.toFixed(2)}, out of scope below ${calibration.rejectBelow.toFixed(3)}, sure from ${calibration.sureFrom.toFixed(3)}`,
    );
  } catch (error) {
    if (!(error instanceof OperatorDataError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
