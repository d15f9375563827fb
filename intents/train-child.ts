import { OperatorDataError } from "./operator-file.ts";
import { type TrainOptions, trainAndStore } from "./train-and-store.ts";

/**
 * Trains in a process of its own: training takes some 400 MB for a few seconds, and a process gives back what a thread keeps.
 * Protocol over the parent's channel: options in; `progress`, then `done` or `faults` or `failed` out.
 */
process.on("disconnect", () => process.exit(1));
process.on("message", (options: TrainOptions) => {
  trainAndStore(options, (progress) => process.send?.({ kind: "progress", progress }))
    .then(() => process.send?.({ kind: "done" }))
    .catch((error: unknown) =>
      process.send?.(
        error instanceof OperatorDataError
          ? { kind: "faults", faults: error.faults }
          : { kind: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      ),
    )
    .finally(() => process.disconnect());
});
