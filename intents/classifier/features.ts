import stemmer from "natural/lib/natural/stemmers/porter_stemmer.js";
import { isDigit, isHan, isLatin } from "../text/normalise.ts";

/**
 * Features of a text, each a 32-bit FNV-1a hash of its characters and its view:
 *
 * word   Porter-stemmed Latin words and numbers: uni- and bigrams, with `^` and `$` at the ends of the text
 * char   Latin character 3–4-grams inside a word padded by spaces (survives typos and inflection)
 * han    1–3-grams over Han characters, with `^` and `$`; a Latin word or number beside Han counts as one character, so that
 *        "充500没到" and "充300没到" share every n-gram
 * sense  names of the word groups of `senses.yaml` that occur (shared by both languages), uni- and skip-bigrams
 *
 * No segmenter: measured on Chinese intent sets, character n-grams carry the language and a segmenter changes less than a point.
 */
export const VIEWS = ["word", "char", "han", "sense"] as const;
export type View = 0 | 1 | 2 | 3;
export const WORD: View = 0;
export const CHAR: View = 1;
export const HAN: View = 2;
export const SENSE: View = 3;

/** Features of one text: distinct hashes with their view and how often they occur. Order of first occurrence. */
export interface Counted {
  readonly hashes: Uint32Array;
  readonly views: Uint8Array;
  readonly counts: Uint16Array;
  /** Vector of the text's meaning, `DENSE` numbers; absent when there is none. */
  readonly dense?: Float32Array;
}

/** Receives every feature with the words a person may read it by (only built when explaining). */
export type Namer = (hash: number, view: View, name: string) => void;

const FNV_PRIME = 0x01000193;
const SEEDS = [0x811c9dc5, 0x9e3779b1, 0x85ebca6b, 0xc2b2ae35] as const;
const EDGE_START = 0x5e;
const EDGE_END = 0x24;
const GAP = 0x1f;

const CHAR_MIN = 3;
const CHAR_MAX = 4;
const HAN_MAX = 3;
/** A text of the longest kind the matching form allows stays below this. */
const TABLE = 1 << 14;

const stems = new Map<string, string>();
const STEMS_KEPT = 20_000;

function stem(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const made = word.length > 2 ? stemmer.stem(word) : word;
  if (stems.size >= STEMS_KEPT) stems.clear();
  stems.set(word, made);
  return made;
}

const mix = (hash: number, code: number): number => Math.imul(hash ^ code, FNV_PRIME);

function hashText(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i += 1) hash = mix(hash, text.charCodeAt(i));
  return hash;
}

/** One run of characters of the same kind: a Latin word, a number, or a single Han character. */
interface Unit {
  readonly text: string;
  readonly kind: "word" | "number" | "han";
}

const UNIT_EDGE: Unit = { text: "", kind: "han" };

function units(text: string): Unit[] {
  const found: Unit[] = [];
  let at = 0;
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0;
    const width = code > 0xffff ? 2 : 1;
    if (isHan(code)) {
      found.push({ text: text.slice(at, at + width), kind: "han" });
      at += width;
    } else if (isLatin(code)) {
      let end = at + 1;
      while (end < text.length && isWordTail(text, end)) end += 1;
      found.push({ text: text.slice(at, end).replaceAll("'", ""), kind: "word" });
      at = end;
    } else if (isDigit(code)) {
      let end = at + 1;
      while (end < text.length && isDigit(text.charCodeAt(end))) end += 1;
      found.push({ text: text.slice(at, end), kind: "number" });
      at = end;
    } else {
      // A question mark says something; other signs only part words.
      if (code === 0x3f) found.push({ text: "?", kind: "word" });
      at += width;
    }
  }
  return found;
}

function isWordTail(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (isLatin(code)) return true;
  return (code === 0x27 || code === 0x2019) && at + 1 < text.length && isLatin(text.charCodeAt(at + 1));
}

/** Counts features; one instance is reused for many texts (it owns scratch tables and is not re-entrant). */
export class FeatureCounter {
  readonly #slots = new Int32Array(TABLE).fill(-1);
  readonly #hashes = new Uint32Array(TABLE);
  readonly #views = new Uint8Array(TABLE);
  readonly #counts = new Uint16Array(TABLE);
  readonly #used: number[] = [];
  #size = 0;
  readonly #senses: SenseFinder | undefined;

  constructor(senses?: SenseFinder) {
    this.#senses = senses;
  }

  /** @param text in matching form */
  count(text: string, namer?: Namer): Counted {
    this.#size = 0;
    for (const slot of this.#used) this.#slots[slot] = -1;
    this.#used.length = 0;
    const sequence = units(text);
    this.#words(sequence, namer);
    this.#han(sequence, namer);
    if (this.#senses !== undefined) this.#senseGrams(this.#senses.find(text), namer);
    const size = this.#size;
    return { hashes: this.#hashes.slice(0, size), views: this.#views.slice(0, size), counts: this.#counts.slice(0, size) };
  }

  #add(signed: number, view: View): number {
    const hash = signed >>> 0;
    let slot = hash & (TABLE - 1);
    for (;;) {
      const at = this.#slots[slot] as number;
      if (at < 0) break;
      if (this.#hashes[at] === hash && this.#views[at] === view) {
        this.#counts[at] = (this.#counts[at] as number) + 1;
        return hash;
      }
      slot = (slot + 1) & (TABLE - 1);
    }
    // A table three quarters full drops further features of the same text instead of growing slow.
    if (this.#size < TABLE * 0.75) {
      this.#slots[slot] = this.#size;
      this.#used.push(slot);
      this.#hashes[this.#size] = hash;
      this.#views[this.#size] = view;
      this.#counts[this.#size] = 1;
      this.#size += 1;
    }
    return hash;
  }

  #words(sequence: readonly Unit[], namer: Namer | undefined): void {
    const seed = SEEDS[WORD];
    let previous = "^";
    let any = false;
    for (const unit of sequence) {
      if (unit.kind === "han") {
        previous = "";
        continue;
      }
      any = true;
      const word = unit.kind === "word" ? stem(unit.text) : unit.text;
      const single = this.#add(hashText(word, seed), WORD);
      namer?.(single, WORD, word);
      if (previous !== "") {
        const pair = this.#add(hashText(word, mix(hashText(previous, seed), GAP)), WORD);
        namer?.(pair, WORD, `${previous} ${word}`);
      }
      previous = word;
      if (unit.kind === "word" && unit.text !== "?") this.#chars(unit.text, namer);
    }
    if (any && previous !== "") {
      const last = this.#add(mix(mix(hashText(previous, seed), GAP), EDGE_END), WORD);
      namer?.(last, WORD, `${previous} $`);
    }
  }

  #chars(word: string, namer: Namer | undefined): void {
    const padded = ` ${word} `;
    for (let start = 0; start < padded.length - 1; start += 1) {
      let hash = SEEDS[CHAR] as number;
      const longest = Math.min(CHAR_MAX, padded.length - start);
      for (let size = 1; size <= longest; size += 1) {
        hash = mix(hash, padded.charCodeAt(start + size - 1));
        if (size < CHAR_MIN) continue;
        const made = this.#add(hash, CHAR);
        namer?.(made, CHAR, `_${padded.slice(start, start + size).replaceAll(" ", "·")}`);
      }
    }
  }

  #han(sequence: readonly Unit[], namer: Namer | undefined): void {
    if (!sequence.some((unit) => unit.kind === "han")) return;
    const padded = [UNIT_EDGE, ...sequence, UNIT_EDGE];
    const codes = padded.map((unit, index) =>
      index === 0
        ? EDGE_START
        : index === padded.length - 1
          ? EDGE_END
          : unit.kind === "han"
            ? (unit.text.codePointAt(0) ?? 0)
            : unit.kind === "number"
              ? 0x30
              : hashText(unit.text, SEEDS[HAN]),
    );
    for (let start = 0; start < padded.length; start += 1) {
      let hash = SEEDS[HAN] as number;
      let han = false;
      for (let size = 1; size <= HAN_MAX && start + size <= padded.length; size += 1) {
        const at = start + size - 1;
        hash = mix(mix(hash, codes[at] as number), GAP);
        han ||= padded[at]?.kind === "han" && at !== 0 && at !== padded.length - 1;
        if (!han) continue;
        const made = this.#add(hash, HAN);
        namer?.(made, HAN, this.#hanName(padded, start, size));
      }
    }
  }

  #hanName(padded: readonly Unit[], start: number, size: number): string {
    return padded
      .slice(start, start + size)
      .map((unit, index) =>
        start + index === 0 ? "^" : start + index === padded.length - 1 ? "$" : unit.kind === "number" ? "#" : unit.text,
      )
      .join("");
  }

  #senseGrams(found: readonly string[], namer: Namer | undefined): void {
    const seed = SEEDS[SENSE];
    for (const [index, sense] of found.entries()) {
      const single = this.#add(hashText(sense, seed), SENSE);
      namer?.(single, SENSE, `<${sense}>`);
      for (let next = index + 1; next < found.length && next <= index + 3; next += 1) {
        const other = found[next] as string;
        if (other === sense) continue;
        const pair = this.#add(hashText(other, mix(hashText(sense, seed), GAP)), SENSE);
        namer?.(pair, SENSE, `<${sense}…${other}>`);
      }
    }
  }
}

/** Finds word groups in a text, in order of place. */
export interface SenseFinder {
  find(text: string): readonly string[];
}
