import { parseArgs } from "node:util";
import { checkCatalogue, formatFault, OperatorDataError } from "./index.ts";
import { openEngine } from "./open-recogniser.ts";

/** `npm run train [-- --model-dir DIR]`: checks the data files, trains, stores the model, tells what it made. */
const { values } = parseArgs({ options: { "model-dir": { type: "string", default: "data/model" }, threads: { type: "string" } } });

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
