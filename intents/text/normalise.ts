import traditionalPairs from "opencc-js/dict/TSCharacters";
import type { Span } from "../understanding.ts";

/**
 * Two forms of a text are made here.
 *
 * folded     what entities, mood and splitting read: NFKC, traditional → simplified, no invisible characters; letter case kept.
 *            Every code unit knows where it came from, so a finding points into the customer's own text.
 * matching   what the classifier reads: folded, then lower case, emoji as words, no spaces between Han, repeats squeezed,
 *            numbers masked. It has no offsets: pieces are cut out of the folded text first.
 */
export interface Folded {
  readonly text: string;
  readonly original: string;
  /** Start and end in `original` of each code unit of `text`; absent when both texts are the same. */
  readonly map?: { readonly starts: Int32Array; readonly ends: Int32Array };
}

/** Longest text the classifier reads, in code units: head and tail of a longer one (the request stands at either end). */
const MATCHING_HEAD = 700;
const MATCHING_TAIL = 300;

const simplified = new Map<number, string>();
for (const pair of traditionalPairs.split("|")) {
  const [from, to] = pair.split(" ");
  // A character with several simplified forms lists the usual one first.
  if (from !== undefined && to !== undefined) simplified.set(from.codePointAt(0) ?? 0, to);
}

const PLAIN_ASCII = /^[\n\x20-\x7e]*$/;
const COMBINING = /^\p{M}$/u;
const INVISIBLE = /^[\p{Cf}\p{Variation_Selector}]$/u;
const CONTROL = /^\p{Cc}$/u;

/** Folds a text; never throws, whatever the string holds (lone surrogates become U+FFFD). */
export function fold(original: string): Folded {
  if (PLAIN_ASCII.test(original)) return { text: original, original };
  let text = "";
  const starts: number[] = [];
  const ends: number[] = [];
  let same = true;
  let at = 0;
  while (at < original.length) {
    const code = original.codePointAt(at) ?? 0;
    let end = at + (code > 0xffff ? 2 : 1);
    let out: string;
    if (code >= 0x20 && code < 0x7f && !combiningFollows(original, end)) out = String.fromCharCode(code);
    else if (code >= 0x3400 && code <= 0x9fff) out = simplified.get(code) ?? String.fromCharCode(code);
    else {
      while (combiningFollows(original, end)) end += (original.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
      out = foldOther(original.slice(at, end), code);
    }
    for (let unit = 0; unit < out.length; unit += 1) {
      starts.push(at);
      ends.push(end);
    }
    if (out.length !== end - at) same = false;
    text += out;
    at = end;
  }
  if (same) return { text, original };
  return { text, original, map: { starts: Int32Array.from(starts), ends: Int32Array.from(ends) } };
}

function combiningFollows(text: string, at: number): boolean {
  const code = text.codePointAt(at);
  return code !== undefined && code >= 0x300 && COMBINING.test(String.fromCodePoint(code)) && !INVISIBLE.test(String.fromCodePoint(code));
}

function foldOther(cluster: string, code: number): string {
  if (code === 0x0a) return "\n";
  if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
  const first = String.fromCodePoint(code);
  if (CONTROL.test(first)) return " ";
  if (INVISIBLE.test(first)) return "";
  let out = "";
  for (const char of cluster.normalize("NFKC"))
    out += simplified.get(char.codePointAt(0) ?? 0) ?? (/\s/u.test(char) && char !== "\n" ? " " : char);
  return out;
}

/** The place in the customer's text of `[start, end)` of the folded text. */
export function originalSpan(folded: Folded, start: number, end: number): Span {
  if (folded.map === undefined || end <= start) return [start, Math.max(start, end)];
  const { starts, ends } = folded.map;
  const from = starts[start] ?? folded.original.length;
  return [from, Math.max(from, ends[end - 1] ?? folded.original.length)];
}

/** Emoji that say something, as the word they stand for; all others become `emoji`. */
const EMOJI_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "👋": "hello",
    "🙏": "thanks",
    "👍": "ok",
    "👌": "ok",
    "🆗": "ok",
    "✅": "yes",
    "❌": "no",
    "👎": "bad",
    "😡": "angry",
    "🤬": "angry",
    "😠": "angry",
    "💢": "angry",
    "👿": "angry",
    "😭": "sad",
    "😢": "sad",
    "📞": "phone",
    "☎": "phone",
    "❓": "?",
    "❗": "!",
    "‼": "!",
  }),
);
const EMOJI = /\p{Extended_Pictographic}/u;
/** Public numbers that carry meaning; every other number is masked, because 300 and 500 ask for the same thing. */
const KEPT_NUMBERS: ReadonlySet<string> = new Set(["12315", "12345", "12300", "12321", "96110", "110", "95188", "95017", "114"]);

export const isHan = (code: number): boolean =>
  (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf) || (code >= 0x20000 && code <= 0x323af) || code === 0x3007;
export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
export const isLatin = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7);

/** The classifier's form of a folded text. Digits become `0` by length class, at most two of a letter in a row are kept. */
export function matchingText(folded: string): string {
  const cut = folded.length > MATCHING_HEAD + MATCHING_TAIL ? `${folded.slice(0, MATCHING_HEAD)} ${folded.slice(-MATCHING_TAIL)}` : folded;
  const lower = cut.toLowerCase();
  let out = "";
  let digits = "";
  let lastCode = 0;
  let run = 0;
  let space = false;
  const flush = (): void => {
    if (digits === "") return;
    if (space && out !== "") out += " ";
    space = false;
    out += KEPT_NUMBERS.has(digits) ? digits : "0".repeat(digits.length === 1 ? 1 : digits.length < 5 ? 2 : digits.length < 11 ? 3 : 4);
    digits = "";
    lastCode = 0x30;
    run = 1;
  };
  for (const char of lower) {
    const code = char.codePointAt(0) ?? 0;
    if (isDigit(code)) {
      digits += char;
      continue;
    }
    flush();
    if (code <= 0x20) {
      space = true;
      continue;
    }
    if (code > 0x2000 && EMOJI.test(char)) {
      out += ` ${EMOJI_WORDS.get(char) ?? "emoji"}`;
      space = true;
      lastCode = 0;
      continue;
    }
    if (space) {
      if (out !== "" && !(isHan(code) && isHan(lastCode))) out += " ";
      space = false;
    }
    run = code === lastCode ? run + 1 : 1;
    lastCode = code;
    if (run <= (isHan(code) || isLatin(code) ? 2 : 1)) out += char;
  }
  flush();
  return out;
}
