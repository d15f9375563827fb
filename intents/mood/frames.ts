/**
 * Frames: a sentence with its topic taken out. "连个客服都没有" and "连张收据都没有" share "连个_都没有", whatever they are about, so what
 * was learned in one trade serves in another. The commonest words and characters of the lines stand, runs of others become one gap.
 */
const KEPT = 300;
const LONGEST = 4;
/** How far apart two kept words may stand to count as a pair: "一会…一会", "promised … still". */
const REACH = 5;
const TOKENS = /\p{Script=Han}|[\p{Script=Latin}']+|\p{N}+|[^\s\p{L}\p{N}]+/gu;
const HAN = /\p{Script=Han}/u;
const GAP = 1;
const START = 2;
const END = 3;
const FNV_PRIME = 0x01000193;
const SEED = 0x27d4eb2f;
const PAIR = 0x165667b1;

const tokens = (lower: string): string[] => lower.match(TOKENS) ?? [];
const nameOf = (token: string): string => (/^\p{N}/u.test(token) ? "#" : token);
const mix = (hash: number, code: number): number => Math.imul(hash ^ code, FNV_PRIME);

function codeOf(word: string): number {
  let hash = SEED;
  for (let i = 0; i < word.length; i += 1) hash = mix(hash, word.charCodeAt(i));
  return hash;
}

/** The commonest words and signs of the texts, and the commonest Chinese characters: by how many texts hold them. */
export function chooseFrameWords(texts: readonly string[]): string[] {
  const holding = new Map<string, number>();
  for (const text of texts) for (const word of new Set(tokens(text).map(nameOf))) holding.set(word, (holding.get(word) ?? 0) + 1);
  const commonest = (han: boolean): string[] =>
    [...holding]
      .filter(([word]) => HAN.test(word) === han)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, KEPT)
      .map(([word]) => word);
  return [...commonest(true), ...commonest(false)];
}

/** Counts the frames of texts. */
export class FrameCounter {
  readonly #codes: ReadonlyMap<string, number>;

  constructor(words: readonly string[]) {
    this.#codes = new Map(words.map((word) => [word, codeOf(word)]));
  }

  /** Runs of two to four kept words, ends and gaps; and pairs of kept words with anything between. Hash → times. */
  count(lower: string): { readonly runs: ReadonlyMap<number, number>; readonly pairs: ReadonlyMap<number, number> } {
    const codes = [START];
    for (const token of tokens(lower)) {
      const code = this.#codes.get(nameOf(token)) ?? GAP;
      if (code !== GAP || codes.at(-1) !== GAP) codes.push(code);
    }
    codes.push(END);
    const runs = new Map<number, number>();
    const pairs = new Map<number, number>();
    const isWord = (code: number): boolean => code !== GAP && code !== START && code !== END;
    for (let from = 0; from < codes.length; from += 1) {
      const first = codes[from] as number;
      let hash = mix(SEED, first);
      let any = isWord(first);
      for (let at = from + 1; at < codes.length && at < from + LONGEST; at += 1) {
        const code = codes[at] as number;
        hash = mix(hash, code);
        any ||= isWord(code);
        if (any) add(runs, hash);
      }
      if (!isWord(first)) continue;
      const opened = mix(PAIR, first);
      for (let at = from + 2; at < codes.length && at <= from + REACH; at += 1) {
        const code = codes[at] as number;
        if (isWord(code)) add(pairs, mix(opened, code));
      }
    }
    return { runs, pairs };
  }
}

function add(counts: Map<number, number>, hash: number): void {
  const key = hash >>> 0;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
