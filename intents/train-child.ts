import { OperatorDataError } from "./operator-file.ts";
import { type TrainOptions, trainAndStore } from "./train-and-store.ts";

/** A parent that stopped meanwhile hears nothing; the channel's end stops this process. */
const tell = (message: object): void => {
  process.send?.(message, undefined, undefined, () => {});
};

/**
 * Trains in a process of its own: training takes some 400 MB for a few seconds, and a process gives back what a thread keeps.
 * Protocol over the parent's channel: options in; `progress`, then `done` or `faults` or `failed` out.
 */
process.on("disconnect", () => process.exit(1));
process.on("message", (options: TrainOptions) => {
  trainAndStore(options, (progress) => tell({ kind: "progress", progress }))
    .then(() => tell({ kind: "done" }))
    .catch((error: unknown) =>
      tell(
        error instanceof OperatorDataError
          ? { kind: "faults", faults: error.faults }
          : { kind: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      ),
    )
    .finally(() => process.disconnect());
});
