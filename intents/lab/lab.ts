import { type Model, NONE_LABEL, score } from "../classifier/model.ts";
import { trainModel } from "../classifier/train-model.ts";
import { EntityExtractor } from "../entities/extract-entities.ts";
import { MoodReader } from "../mood/read-mood.ts";
import { type MoodLine, trainMood } from "../mood/train-mood.ts";
import { type ParsedData, parseOperatorFiles, readOperatorFiles } from "../operator-data.ts";
import { OperatorDataError } from "../operator-file.ts";
import { detectLanguage } from "../text/detect-language.ts";
import { fold, matchingText } from "../text/normalise.ts";
import { Preparer } from "../text/preparer.ts";
import { collectLexis } from "../text/spelling.ts";
import { wordVectors } from "../text/word-vectors.ts";
import type { Mood } from "../understanding.ts";

export type { MoodLine };

/** A line with its label. */
export interface LabelledLine {
  readonly text: string;
  readonly label: string;
}

export interface Verdict {
  readonly label: string;
  /** Chance in scope · share of the label. */
  readonly confidence: number;
  /** Chance that the text belongs to any label. */
  readonly inScope: number;
}

export interface Classifier {
  classify(text: string): Verdict;
}

let parsed: ParsedData | undefined;

function operatorData(): ParsedData {
  if (parsed !== undefined) return parsed;
  const read = parseOperatorFiles(readOperatorFiles());
  const errors = read.faults.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new OperatorDataError(errors);
  parsed = read;
  return read;
}

/**
 * Trains the intent engine on foreign lines: the same preparing, features, learner and calibration as for the catalogue, with the
 * shipped lists of slips and of like-meaning words. No background is added: what is none of a catalogue's business (weather,
 * music) is a label of these sets. Whether a text is in scope is learned from labels that are left out in turn.
 *
 * @throws OperatorDataError when the shipped data files are faulty
 */
export async function trainClassifier(lines: readonly LabelledLine[], threads?: number): Promise<Classifier> {
  const { data } = operatorData();
  const extractor = new EntityExtractor(data.entities);
  const mask = (folded: string): string => extractor.mask(folded);
  const lexis = collectLexis(
    lines.map(({ text }) => matchingText(mask(fold(text).text))),
    [],
  );
  const preparer = new Preparer(data.typos, data.senses, mask, lexis, wordVectors());
  const counted = (text: string) => preparer.count(preparer.prepare(fold(text).text));
  const model: Model = await trainModel(
    lines.map(({ text, label }) => ({ counted: counted(text), label: label === NONE_LABEL ? `${label} ` : label, weight: 1 })),
    threads === undefined ? {} : { threads },
  );
  return {
    classify: (text) => {
      const { ranked, inScope } = score(model, counted(text));
      const [best] = ranked;
      if (best === undefined) throw new Error("a model without labels cannot classify");
      return { label: best.label, confidence: best.confidence, inScope };
    },
  };
}

export interface MoodScorer {
  read(text: string, context?: { readonly earlier?: readonly string[]; readonly reply?: string | undefined }): Mood;
}

/** The mood reader trained on these lines, or on the shipped ones. */
export function trainMoodScorer(lines?: readonly MoodLine[]): MoodScorer {
  const { data, moods, examples } = operatorData();
  const shipped = { requests: examples.map(({ text }) => text) };
  const reader = new MoodReader(data.mood, trainMood(lines ?? moods, { rules: data.mood, ...(lines === undefined ? shipped : {}) }));
  return {
    read: (text, context = {}) => {
      const folded = fold(text).text;
      return reader.read(folded, detectLanguage(folded), context);
    },
  };
}
