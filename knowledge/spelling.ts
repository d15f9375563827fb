/** Guesses at misspelt Latin words: the known word with the same first letter that is the fewest slips away. */
export class Spelling {
  /** First letter and length → words. */
  readonly #words = new Map<string, string[]>();
  readonly #known = new Set<string>();

  /** Whether a word is one that guesses may lead to: plain letters, four at least. */
  static takes(word: string): boolean {
    return /^[a-z]{4,}$/u.test(word);
  }

  /** @param words anything but plain letters is left out */
  constructor(words: Iterable<string>) {
    for (const word of words) {
      if (this.#known.has(word) || !Spelling.takes(word)) continue;
      this.#known.add(word);
      const key = `${word[0] ?? ""}${word.length}`;
      const alike = this.#words.get(key);
      if (alike === undefined) this.#words.set(key, [word]);
      else alike.push(word);
    }
  }

  /** The nearest known word: one slip for words of five to seven letters, two for longer ones; undefined when there is none. */
  guess(word: string): string | undefined {
    if (this.#known.has(word) || !/^[a-z]{5,24}$/u.test(word)) return undefined;
    const most = word.length < 8 ? 1 : 2;
    let best: string | undefined;
    let fewest = most + 1;
    for (let length = word.length - most; length <= word.length + most; length += 1) {
      for (const candidate of this.#words.get(`${word[0] ?? ""}${length}`) ?? []) {
        const slips = countSlips(word, candidate, fewest);
        if (slips >= fewest) continue;
        fewest = slips;
        best = candidate;
      }
    }
    return best;
  }
}

/**
 * Letters to add, drop, change or swap with a neighbour to make one word of the other (optimal string alignment distance,
 * https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance). Stops at `limit`.
 */
export function countSlips(left: string, right: string, limit: number): number {
  let [twoBack, before]: [number[], number[]] = [[], Array.from({ length: right.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let slips = Math.min((before[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (before[column - 1] ?? 0) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) slips = Math.min(slips, (twoBack[column - 2] ?? 0) + 1);
      current.push(slips);
    }
    if (Math.min(...current) >= limit && Math.min(...before) >= limit) return limit;
    [twoBack, before] = [before, current];
  }
  return before[right.length] ?? limit;
}
