import { isScalar } from "yaml";
import { type Fault, FaultyReader, keyOf, type OperatorFile } from "../operator-file.ts";

/** Signs that are found by phrase. */
export const PHRASE_SIGNS = ["threat", "insult", "sarcasm", "waiting", "repetition", "grievance", "relief"] as const;
export type PhraseSign = (typeof PHRASE_SIGNS)[number];

/** `mood.yaml` after checking; plain data, so that it can be kept beside the model. */
export interface MoodRules {
  readonly zh: {
    readonly words: Readonly<Record<string, number>>;
    readonly degree: Readonly<Record<string, number>>;
    readonly negation: readonly string[];
    readonly neutral: readonly string[];
    /** Praise and blame of any goods or service; weaker than `words`, because they may describe a thing. */
    readonly good: readonly string[];
    readonly bad: readonly string[];
  };
  readonly en: {
    readonly words: Readonly<Record<string, number>>;
    /** Words that AFINN scores and that say nothing of the mood in this trade. */
    readonly neutral: readonly string[];
    /** Names and sayings, blanked before anything is read. */
    readonly pieces: readonly string[];
  };
  readonly signs: Readonly<Record<PhraseSign, { readonly zh: readonly string[]; readonly en: readonly string[] }>>;
}

/** Reads `mood.yaml`. */
export function loadMoodRules(file: OperatorFile): { readonly rules: MoodRules; readonly faults: readonly Fault[] } {
  const reader = new FaultyReader(file);
  const { root } = reader;
  const zh = root === undefined ? undefined : reader.map(root, "zh");
  const en = root === undefined ? undefined : reader.map(root, "en");
  const phrases = root === undefined ? undefined : reader.map(root, "signs");
  if (root !== undefined) reader.onlyKeys(root, ["zh", "en", "signs"]);
  if (zh !== undefined) reader.onlyKeys(zh, ["words", "degree", "negation", "neutral", "good", "bad"]);
  if (en !== undefined) reader.onlyKeys(en, ["words", "neutral", "pieces"]);
  if (phrases !== undefined) reader.onlyKeys(phrases, PHRASE_SIGNS, "sign");
  const list = (map: typeof zh, key: string): string[] =>
    map === undefined ? [] : reader.strings(map, key, false).map(({ text }) => text.toLowerCase());
  const degree: Record<string, number> = {};
  const degrees = zh === undefined ? undefined : reader.map(zh, "degree", false);
  for (const pair of degrees?.items ?? []) {
    if (isScalar(pair.value) && typeof pair.value.value === "number") degree[keyOf(pair)] = pair.value.value;
    else reader.fault(pair.key, "must be a number");
  }
  const signs = Object.fromEntries(
    PHRASE_SIGNS.map((sign) => {
      const map = phrases === undefined ? undefined : reader.map(phrases, sign);
      return [sign, { zh: list(map, "zh"), en: list(map, "en") }];
    }),
  ) as Record<PhraseSign, { zh: string[]; en: string[] }>;
  return {
    rules: {
      zh: {
        words: readScores(reader, zh),
        degree,
        negation: list(zh, "negation"),
        neutral: list(zh, "neutral"),
        good: list(zh, "good"),
        bad: list(zh, "bad"),
      },
      en: { words: readScores(reader, en), neutral: list(en, "neutral"), pieces: list(en, "pieces") },
      signs,
    },
    faults: reader.faults,
  };
}

function readScores(reader: FaultyReader, map: FaultyReader["root"]): Record<string, number> {
  const scores: Record<string, number> = {};
  const words = map === undefined ? undefined : reader.map(map, "words");
  for (const pair of words?.items ?? []) {
    const score = Number(keyOf(pair));
    if (!Number.isInteger(score) || score < -5 || score > 5) {
      reader.fault(pair.key, `score "${keyOf(pair)}" must be a whole number from -5 to 5`);
      continue;
    }
    if (words !== undefined) for (const { text } of reader.strings(words, keyOf(pair))) scores[text.toLowerCase()] = score;
  }
  return scores;
}
