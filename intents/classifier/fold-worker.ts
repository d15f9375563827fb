import { parentPort, workerData } from "node:worker_threads";
import { type FoldTask, runTask, type TrainingSet } from "./folds.ts";

/** Trains classes of a fold on another thread. One task at a time; the answer is the task's result. */
const set = workerData as TrainingSet;
parentPort?.on("message", (task: FoldTask) => {
  const result = runTask(set, task);
  parentPort?.postMessage(result, [result.values.buffer as ArrayBuffer]);
});
