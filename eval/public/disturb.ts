/** Ways in which the same wish comes written differently. All deterministic. */
import { Converter } from "opencc-js/cn2t";

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Shuffled copy (Fisher–Yates). */
export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

/** The slips of every measurement are the same. */
export const TYPO_SEED = 20_170;

const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"] as const;
/** Shorter words are seldom mistyped, and a slip makes another word of them. */
const SHORTEST = 4;

/** One slip in about 30 % of the words: two letters swapped, one left out, one doubled, or the neighbouring key. */
export function withTypos(text: string, random: () => number): string {
  return text.replace(/[a-z]+/giu, (word) => (random() < 0.3 && word.length >= SHORTEST ? slip(word, random) : word));
}

function slip(word: string, random: () => number): string {
  // The first letter is seldom wrong.
  const at = 1 + Math.floor(random() * (word.length - 2));
  const letter = word.charAt(at);
  switch (Math.floor(random() * 4)) {
    case 0:
      return word.slice(0, at) + word.charAt(at + 1) + letter + word.slice(at + 2);
    case 1:
      return word.slice(0, at) + word.slice(at + 1);
    case 2:
      return word.slice(0, at) + letter + word.slice(at);
    default: {
      const row = ROWS.find((keys) => keys.includes(letter.toLowerCase())) ?? ROWS[0];
      const place = row.indexOf(letter.toLowerCase());
      const near = row.charAt(place + 1) || row.charAt(place - 1);
      return word.slice(0, at) + near + word.slice(at + 1);
    }
  }
}

export const toTraditional: (text: string) => string = Converter({ from: "cn", to: "t" });

/** Letters, digits and signs in their full-width forms. */
export const toFullWidth = (text: string): string =>
  text.replace(/[!-~]/gu, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)).replaceAll(" ", "\u3000");

/** A space between any two Chinese characters. */
export const spaced = (text: string): string => text.replace(/(\p{Script=Han})(?=\p{Script=Han})/gu, "$1 ");
