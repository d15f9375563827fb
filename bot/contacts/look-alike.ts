/** Likeness of names and numbers to the human eye: skeletons in the manner of UTS #39 §4, and differences of one character. */

/** Small on purpose: lower-case look-alikes of the characters that names in a register are made of. */
const LIKE: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "aаɑαạ",
    "bвьƅβ6",
    "cсϲᴄ",
    "dԁɗđ",
    "eеєεɛ3ə",
    "fғƒ",
    "gɡց9ġ",
    "hһнհħ",
    "jјʝ",
    "kкκĸ",
    "l1iıіιӏǀ|ɩłļ!",
    "mмṃ",
    "nпηոռ",
    "oо0οօσøọ",
    "pрρþ",
    "qԛզ",
    "rгᴦ",
    "sѕ5ꜱ$",
    "tтτŧ7",
    "uυսцμ",
    "vνѵ",
    "wԝωш",
    "xхχ×",
    "yуγʏ",
    "zᴢ2ʐ",
  ].flatMap((row) => {
    const [plain = "", ...others] = [...row];
    return others.map((other) => [other, plain]);
  }),
);

const skeletons = new Map<string, string>();
const MOST_SKELETONS = 2000;

/** The same for everything that looks the same: `sh0p`, `shор` (Cyrillic) and `shop` agree, and so do `rn` and `m`. */
export function skeleton(name: string): string {
  const known = skeletons.get(name);
  if (known !== undefined) return known;
  if (skeletons.size >= MOST_SKELETONS) skeletons.clear();
  const made = makeSkeleton(name);
  skeletons.set(name, made);
  return made;
}

function makeSkeleton(name: string): string {
  const bare = name
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\p{M}\u200b-\u200f\u202a-\u202e\u2060-\u2069]/gu, "");
  const plain = [...bare].map((char) => LIKE[char] ?? char).join("");
  return plain
    .replace(/rn|nn/gu, "m")
    .replace(/vv/gu, "w")
    .replace(/cl/gu, "d")
    .replace(/8/gu, "b")
    .replace(/4/gu, "a")
    .replace(/ae/gu, "e");
}

/** Digits that letters are put in the place of. */
export const LETTER_DIGITS: Readonly<Record<string, string>> = { o: "0", l: "1", i: "1", z: "2", s: "5", b: "8", g: "9", q: "9" };

export type OneOff = "one_digit" | "swapped_digits" | "extra_digit" | "missing_digit";

/** How `found` differs from `of` when it is by one character: another, one more, one less, or two that changed places. */
export function oneOff(found: string, of: string): OneOff | undefined {
  if (found === of) return undefined;
  if (found.length === of.length) {
    const places = [...found].flatMap((char, place) => (char === of[place] ? [] : [place]));
    const [a, b] = places;
    if (places.length === 1) return "one_digit";
    return places.length === 2 && a !== undefined && b !== undefined && found[a] === of[b] && found[b] === of[a]
      ? "swapped_digits"
      : undefined;
  }
  const isLonger = found.length === of.length + 1;
  if (!isLonger && found.length !== of.length - 1) return undefined;
  const [long, short] = isLonger ? [found, of] : [of, found];
  let place = 0;
  while (place < short.length && long[place] === short[place]) place += 1;
  if (long.slice(place + 1) !== short.slice(place)) return undefined;
  return isLonger ? "extra_digit" : "missing_digit";
}
