import { type Model, NONE_LABEL } from "./classifier/model.ts";
import { writeModel } from "./classifier/model-file.ts";
import { type TrainingLine, trainModel } from "./classifier/train-model.ts";
import { EntityExtractor } from "./entities/extract-entities.ts";
import { type PackedMood, packMood } from "./mood/mood-model.ts";
import { trainMood } from "./mood/train-mood.ts";
import { type EngineData, type OperatorFolders, type ParsedData, parseOperatorFiles, readOperatorFiles } from "./operator-data.ts";
import { OperatorDataError } from "./operator-file.ts";
import { fold, matchingText } from "./text/normalise.ts";
import { Preparer } from "./text/preparer.ts";
import { collectLexis, type Lexis } from "./text/spelling.ts";
import { wordVectors } from "./text/word-vectors.ts";

export interface Progress {
  readonly stage: "load" | "features" | "train" | "ready";
  readonly done: number;
  readonly total: number;
}

/** What the model file holds beside the weights. */
export interface StoredData extends EngineData {
  readonly lexis: Lexis;
  readonly moodModel: PackedMood;
}

export interface TrainOptions extends OperatorFolders {
  /** Where the model is written. */
  readonly path: string;
  /** Worker threads; 0 trains on the calling thread. Default 2. */
  readonly threads?: number;
}

/** Cost of a mistake on a line made from a phrasing, and on a background line; an example weighs 1. Cross-validated. */
const PHRASING_WEIGHT = 0.6;
const BACKGROUND_WEIGHT = 0.25;
const PROGRESS_EVERY = 500;

/**
 * Trains from the data files and writes the model.
 *
 * @throws OperatorDataError with every fault when the files cannot be used; nothing is written then
 */
export async function trainAndStore(options: TrainOptions, tell: (progress: Progress) => void): Promise<void> {
  const files = readOperatorFiles(options);
  const parsed = parseOperatorFiles(files);
  const errors = parsed.faults.filter((fault) => fault.severity === "error");
  if (errors.length > 0) throw new OperatorDataError(errors);
  const training = train(parsed, options.threads, tell);
  // The threads have their work by now; the mood is learned meanwhile.
  const moodModel = packMood(trainMood(parsed.moods, { rules: parsed.data.mood, requests: parsed.examples.map((line) => line.text) }));
  const { model, lexis } = await training;
  const stored: StoredData = { ...parsed.data, lexis, moodModel };
  writeModel(options.path, files.hash, model, stored);
}

async function train(
  parsed: ParsedData,
  threads: number | undefined,
  tell: (progress: Progress) => void,
): Promise<{ readonly model: Model; readonly lexis: Lexis }> {
  const extractor = new EntityExtractor(parsed.data.entities);
  const mask = (folded: string): string => extractor.mask(folded);
  const matched = (text: string): string => matchingText(mask(fold(text).text));
  const lexis = collectLexis(
    [...parsed.examples, ...parsed.phrasings].map((line) => matched(line.text)),
    parsed.background.map((line) => matched(line.text)),
  );
  const preparer = new Preparer(parsed.data.typos, parsed.data.senses, mask, lexis, wordVectors());
  const sources = [
    ...parsed.examples.map((line) => ({ text: line.text, label: line.intent, weight: 1 })),
    ...parsed.phrasings.map((line) => ({ text: line.text, label: line.intent, weight: PHRASING_WEIGHT, generated: true })),
    ...parsed.background.map((line) => ({
      text: line.text,
      label: NONE_LABEL,
      weight: BACKGROUND_WEIGHT,
      ...(line.pattern === undefined ? {} : { group: line.pattern }),
    })),
  ];
  const lines: TrainingLine[] = [];
  for (const [index, { text, ...line }] of sources.entries()) {
    lines.push({ ...line, counted: preparer.count(preparer.prepare(fold(text).text)) });
    if (index % PROGRESS_EVERY === 0) tell({ stage: "features", done: index, total: sources.length });
  }
  const model = await trainModel(lines, {
    ...(threads === undefined ? {} : { threads }),
    onProgress: (done, total) => tell({ stage: "train", done, total }),
  });
  return { model, lexis };
}
