import { fork } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtModelPath } from "./built-model.ts";
import type { Model } from "./classifier/model.ts";
import { readModel } from "./classifier/model-file.ts";
import { EntityExtractor } from "./entities/extract-entities.ts";
import { unpackMood } from "./mood/mood-model.ts";
import { MoodReader } from "./mood/read-mood.ts";
import { type OperatorFolders, readOperatorFiles } from "./operator-data.ts";
import { type Fault, OperatorDataError } from "./operator-file.ts";
import { Preparer } from "./text/preparer.ts";
import { wordVectors } from "./text/word-vectors.ts";
import type { Progress, StoredData, TrainOptions } from "./train-and-store.ts";
import { type Engine, makeRecogniser } from "./understand.ts";
import type { Recogniser } from "./understanding.ts";

export type { Progress } from "./train-and-store.ts";

export interface OpenOptions extends OperatorFolders {
  /** Folder in which the trained model is kept. */
  readonly modelDir: string;
  readonly onProgress?: (progress: Progress) => void;
  /** Train even when a stored model agrees. */
  readonly retrain?: boolean;
  /** Worker threads for training. Default 2. */
  readonly threads?: number;
}

type ChildMessage =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "done" }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] }
  | { readonly kind: "failed"; readonly message: string };

/** Name of the model in `modelDir`. */
export const MODEL_FILE = "intents.model";
/** Data files that change while training runs are trained on once more, not for ever. */
const ATTEMPTS = 2;

/**
 * Opens the recogniser: the stored model when it was made from the same data files by the same engine, otherwise a new one, which
 * is trained in a process of its own, stored and used.
 *
 * @throws OperatorDataError with every fault when the data files cannot be used
 */
export async function openRecogniser(options: OpenOptions): Promise<Recogniser> {
  return makeRecogniser(await openEngine(options));
}

/** The parts of an opened recogniser, for those who explain or measure it. */
export async function openEngine(options: OpenOptions): Promise<Engine> {
  const tell = (progress: Progress): void => options.onProgress?.(progress);
  const path = join(options.modelDir, MODEL_FILE);
  tell({ stage: "load", done: 0, total: 1 });
  for (let attempt = 0; attempt <= ATTEMPTS; attempt += 1) {
    const { hash } = readOperatorFiles(options);
    const stored = options.retrain === true && attempt === 0 ? undefined : (readModel<StoredData>(path, hash) ?? takeBuilt(path, hash));
    if (stored !== undefined) {
      const engine = assemble(stored.model, stored.data);
      tell({ stage: "ready", done: 1, total: 1 });
      return engine;
    }
    if (attempt < ATTEMPTS)
      await trainInChild({ ...foldersOf(options), path, ...(options.threads === undefined ? {} : { threads: options.threads }) }, tell);
  }
  throw new Error(`the model in ${options.modelDir} could not be made: the data files keep changing`);
}

/** The one `npm ci` made, where it is of exactly these data: copied, so that the model in use is always the one in `modelDir`. */
function takeBuilt(path: string, hash: string): ReturnType<typeof readModel<StoredData>> {
  const built = builtModelPath(hash);
  if (!existsSync(built)) return undefined;
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(built, `${path}.new`);
  renameSync(`${path}.new`, path);
  return readModel<StoredData>(path, hash);
}

function foldersOf({ catalogDir, backgroundDir, phrasingsDir }: OperatorFolders): OperatorFolders {
  return {
    ...(catalogDir === undefined ? {} : { catalogDir }),
    ...(backgroundDir === undefined ? {} : { backgroundDir }),
    ...(phrasingsDir === undefined ? {} : { phrasingsDir }),
  };
}

function trainInChild(options: TrainOptions, tell: (progress: Progress) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("./train-child.ts", import.meta.url)), [], {
      execArgv: [],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    let outcome: (() => void) | undefined;
    child.on("message", (message: ChildMessage) => {
      if (message.kind === "progress") tell(message.progress);
      else if (message.kind === "done") outcome = resolve;
      else if (message.kind === "faults") outcome = () => reject(new OperatorDataError(message.faults));
      else outcome = () => reject(new Error(message.message));
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (outcome !== undefined) outcome();
      else reject(new Error(`training ended without a model (${signal ?? `exit code ${code ?? "?"}`})`));
    });
    child.send(options);
  });
}

function assemble(model: Model, data: StoredData): Engine {
  const entities = new EntityExtractor(data.entities);
  return {
    model,
    entities,
    preparer: new Preparer(data.typos, data.senses, (folded) => entities.mask(folded), data.lexis, wordVectors()),
    mood: new MoodReader(data.mood, unpackMood(data.moodModel)),
    alone: data.entities.alone,
    catalogue: new Map(data.intents.map((intent) => [intent.name, intent])),
  };
}
