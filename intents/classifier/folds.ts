import { Worker } from "node:worker_threads";
import { type SparseRows, type SvmOptions, squaredNorms, trainOneVsRest } from "./svm.ts";

/** What every thread needs to train any class on any part of the lines. Typed arrays are shared, not copied. */
export interface TrainingSet {
  readonly rows: SparseRows;
  readonly label: Int32Array;
  readonly weight: Float32Array;
  /** Fold that holds a row out; -1 for rows that every model may see (patterns). */
  readonly fold: Int8Array;
  /** Fold that leaves a label out altogether, to see how an unsupported wish looks; -1: never. */
  readonly leftOut: Int8Array;
  readonly options: SvmOptions;
}

/** Classes `[from, to)` trained without one fold, or on everything (`fold` -1). */
export interface FoldTask {
  readonly fold: number;
  readonly from: number;
  readonly to: number;
}

export interface FoldResult {
  readonly task: FoldTask;
  /** For a fold: margins of the held-out rows, class by class. For everything: weights, class by class. */
  readonly values: Float32Array;
}

/** Rows a fold judges: its own, and all rows of the labels it leaves out. */
export function heldOutRows(set: Pick<TrainingSet, "fold" | "leftOut" | "label">, fold: number): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < set.label.length; row += 1) {
    if ((set.fold[row] as number) < 0) continue;
    if (set.fold[row] === fold || set.leftOut[set.label[row] as number] === fold) rows.push(row);
  }
  return Int32Array.from(rows);
}

function trainingRows(set: TrainingSet, fold: number): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < set.label.length; row += 1) {
    if (fold < 0 || (set.fold[row] !== fold && set.leftOut[set.label[row] as number] !== fold)) rows.push(row);
  }
  return Int32Array.from(rows);
}

/** Runs one task on this thread. */
export function runTask(set: TrainingSet, task: FoldTask): FoldResult {
  const { rows } = set;
  const norms = squaredNorms(rows);
  const used = trainingRows(set, task.fold);
  const held = task.fold < 0 ? new Int32Array() : heldOutRows(set, task.fold);
  const span = task.fold < 0 ? rows.width + 1 : held.length;
  const values = new Float32Array(span * (task.to - task.from));
  for (let target = task.from; target < task.to; target += 1) {
    const at = (target - task.from) * span;
    if (task.fold >= 0 && set.leftOut[target] === task.fold) {
      values.fill(-2, at, at + span);
      continue;
    }
    const w = trainOneVsRest(rows, used, set.label, target, set.weight, norms, set.options);
    if (task.fold < 0) values.set(w, at);
    else {
      for (const [place, row] of held.entries()) {
        let margin = w[rows.width] as number;
        for (let k = rows.starts[row] as number; k < (rows.starts[row + 1] as number); k += 1) {
          margin += (w[rows.columns[k] as number] as number) * (rows.values[k] as number);
        }
        values[at + place] = margin;
      }
    }
  }
  return { task, values };
}

/** Runs tasks on `threads` workers, or on this thread when 0. Progress is told after every task. */
export async function runTasks(
  set: TrainingSet,
  tasks: readonly FoldTask[],
  threads: number,
  onDone: (done: number) => void,
): Promise<FoldResult[]> {
  const results: FoldResult[] = [];
  if (threads <= 0) {
    for (const task of tasks) {
      results.push(runTask(set, task));
      onDone(results.length);
    }
    return results;
  }
  const waiting = [...tasks];
  const run = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./fold-worker.ts", import.meta.url), { workerData: set });
      const next = (): void => {
        const task = waiting.shift();
        if (task !== undefined) worker.postMessage(task);
        else void worker.terminate().then(() => resolve(), reject);
      };
      worker.on("message", (result: FoldResult) => {
        results.push(result);
        onDone(results.length);
        next();
      });
      worker.on("error", reject);
      next();
    });
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, run));
  return results;
}

/** A copy on shared memory, so that workers read it without copying. */
export function shareInt32(source: Int32Array): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(source.byteLength));
  shared.set(source);
  return shared;
}

export function shareFloat32(source: Float32Array): Float32Array {
  const shared = new Float32Array(new SharedArrayBuffer(source.byteLength));
  shared.set(source);
  return shared;
}
