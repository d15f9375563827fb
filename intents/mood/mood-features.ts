import { CHAR, type Counted, FeatureCounter, type Namer, SENSE, type View } from "../classifier/features.ts";
import { type Vocabulary, vectorise } from "../classifier/vocabulary.ts";
import { matchingText } from "../text/normalise.ts";
import { DIMENSIONS, wordVectors } from "../text/word-vectors.ts";
import { FrameCounter } from "./frames.ts";
import { SIGNALS } from "./signals.ts";

/** What one signal of value 1, two signals together, and the vector of an English message weigh; each view of n-grams has a length of
 * about one. Chosen by leaving out one trade after the other. */
const SIGNAL_SCALE = 0.5;
const PAIR_SCALE = 0.3;
const VECTOR_SCALE = 0.7;
const PAIRS = (SIGNALS.length * (SIGNALS.length - 1)) / 2;
/** Frames have no view of their own: the two that mood does not use otherwise. */
const RUNS: View = CHAR;
const APART: View = SENSE;

/** Columns of a mood model: the vocabulary's; the signals'; each two signals'; the word vectors'. */
export const widthOf = (vocabulary: Vocabulary): number => vocabulary.size + SIGNALS.length + PAIRS + DIMENSIONS;

/** Turns a text into n-grams of words and of Chinese characters, frames, and the vector of its English words. Not re-entrant. */
export class MoodCounter {
  readonly #counter = new FeatureCounter();
  readonly #frames: FrameCounter;

  constructor(frameWords: readonly string[]) {
    this.#frames = new FrameCounter(frameWords);
  }

  /** @param blanked text in lower case without its neutral pieces */
  count(blanked: string, namer?: Namer): Counted {
    const matching = matchingText(blanked);
    const { hashes, views, counts } = this.#counter.count(matching, namer);
    const { runs, pairs } = this.#frames.count(blanked);
    const room = hashes.length + runs.size + pairs.size;
    const all = { hashes: new Uint32Array(room), views: new Uint8Array(room), counts: new Uint16Array(room) };
    let size = 0;
    const put = (hash: number, view: number, count: number): void => {
      all.hashes[size] = hash;
      all.views[size] = view;
      all.counts[size] = count;
      size += 1;
    };
    for (let i = 0; i < hashes.length; i += 1) if (views[i] !== CHAR) put(hashes[i] as number, views[i] as number, counts[i] as number);
    for (const [hash, count] of runs) put(hash, RUNS, count);
    for (const [hash, count] of pairs) put(hash, APART, count);
    const vector = /[a-z]{2}/u.test(matching) ? wordVectors().embedEnglish(matching, VECTOR_SCALE) : undefined;
    return {
      hashes: all.hashes.subarray(0, size),
      views: all.views.subarray(0, size),
      counts: all.counts.subarray(0, size),
      ...(vector === undefined ? {} : { dense: vector }),
    };
  }
}

export interface Row {
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** A text as a row of the model: n-grams and frames, then signals, pairs of signals, vector. */
export function rowOf(vocabulary: Vocabulary, counted: Counted, signals?: Float32Array): Row {
  const { hashes, views, counts, dense } = counted;
  const grams = vectorise(vocabulary, { hashes, views, counts });
  const columns = [...grams.columns];
  const values = [...grams.values];
  const put = (column: number, value: number): void => {
    columns.push(column);
    values.push(value);
  };
  let at = vocabulary.size;
  if (signals !== undefined) {
    const present: number[] = [];
    for (let index = 0; index < SIGNALS.length; index += 1) if (signals[index] !== 0) present.push(index);
    for (const index of present) put(at + index, (signals[index] as number) * SIGNAL_SCALE);
    for (const [place, one] of present.entries())
      for (let other = place + 1; other < present.length; other += 1) {
        const two = present[other] as number;
        put(at + SIGNALS.length + placeOfPair(one, two), (signals[one] as number) * (signals[two] as number) * PAIR_SCALE);
      }
  }
  at += SIGNALS.length + PAIRS;
  if (dense !== undefined) for (const [index, value] of dense.entries()) put(at + index, value);
  return { columns: Int32Array.from(columns), values: Float32Array.from(values) };
}

/** Place of two signals, `one` before `two`, in the list of all pairs. */
function placeOfPair(one: number, two: number): number {
  return one * SIGNALS.length - (one * (one + 1)) / 2 + (two - one - 1);
}
