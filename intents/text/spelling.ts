import Spellcheck from "natural/lib/natural/spellcheck/spellcheck.js";
import { isHan } from "./normalise.ts";

/** Slips and regional words as the operator wrote them (`typos.yaml`), all in simplified characters and lower case. */
export interface TypoTable {
  /** written → meant */
  readonly han: Readonly<Record<string, string>>;
  readonly near: Readonly<Record<string, { readonly meant: string; readonly words: readonly string[] }>>;
  readonly latin: Readonly<Record<string, string>>;
}

/** Words of the catalogue: how often each occurs in examples (candidates for a correction) and all that are known to be right. */
export interface Lexis {
  readonly candidates: Readonly<Record<string, number>>;
  readonly known: readonly string[];
}

const LATIN_TOKEN = /[a-z\u00c0-\u024f][a-z\u00c0-\u024f'\u2019]*/gu;
/** Shorter words have too many neighbours at distance one. */
const SHORTEST = 4;
const REMEMBERED = 5_000;

/**
 * Puts a text in matching form right, for matching only.
 *
 * Han: longest match on a table of homophones, look-alikes and regional words. Latin: chat spellings by table, then a word that
 * neither catalogue nor background knows becomes its most frequent catalogue neighbour at edit distance one (Norvig's corrector,
 * `natural`), if the first letter stays: people mistype the inside of a word, and "cart" must not become "card" in small talk.
 */
export class Speller {
  readonly #han: ReadonlyMap<string, string>;
  readonly #near: readonly (readonly [string, { readonly meant: string; readonly words: readonly string[] }])[];
  readonly #latin: ReadonlyMap<string, string>;
  readonly #firsts = new Set<string>();
  readonly #longest: number;
  readonly #known: ReadonlySet<string>;
  readonly #checker: Spellcheck | undefined;
  readonly #remembered = new Map<string, string>();

  constructor(table: TypoTable, lexis?: Lexis) {
    this.#han = new Map(Object.entries(table.han));
    this.#near = Object.entries(table.near);
    this.#latin = new Map(Object.entries(table.latin));
    let longest = 1;
    for (const form of this.#han.keys()) {
      this.#firsts.add(form.charAt(0));
      longest = Math.max(longest, form.length);
    }
    this.#longest = longest;
    this.#known = new Set(lexis?.known ?? []);
    if (lexis !== undefined) {
      const words: string[] = [];
      for (const [word, count] of Object.entries(lexis.candidates)) for (let i = 0; i < Math.min(count, 50); i += 1) words.push(word);
      this.#checker = new Spellcheck(words);
    }
  }

  /** @param text in matching form */
  correct(text: string): string {
    return this.#correctLatin(this.#correctHan(text));
  }

  #correctHan(text: string): string {
    let out = "";
    let from = 0;
    let at = 0;
    while (at < text.length) {
      if (!this.#firsts.has(text.charAt(at))) {
        at += 1;
        continue;
      }
      let size = Math.min(this.#longest, text.length - at);
      for (; size > 0; size -= 1) {
        const meant = this.#han.get(text.slice(at, at + size));
        if (meant === undefined) continue;
        out += text.slice(from, at) + meant;
        from = at + size;
        break;
      }
      at += Math.max(1, size);
    }
    let corrected = from === 0 ? text : out + text.slice(from);
    for (const [written, { meant, words }] of this.#near) {
      if (corrected.includes(written) && words.some((word) => corrected.includes(word))) corrected = corrected.replaceAll(written, meant);
    }
    return corrected;
  }

  #correctLatin(text: string): string {
    const checker = this.#mostlyKnown(text) ? this.#checker : undefined;
    return text.replace(LATIN_TOKEN, (token, offset: number) => {
      const bare = token.replace(/['\u2019]/gu, "");
      // A letter between Han or digits ("q币", "2b") is no chat spelling.
      const alone = !isHan(text.charCodeAt(offset - 1)) && !isHan(text.charCodeAt(offset + token.length));
      const meant = bare.length > 1 || alone ? this.#latin.get(bare) : undefined;
      if (meant !== undefined) return meant;
      if (bare !== token) return bare;
      if (checker === undefined || token.length < SHORTEST || token.length > 20 || this.#known.has(token)) return token;
      const remembered = this.#remembered.get(token);
      if (remembered !== undefined) return remembered;
      const found = checker.getCorrections(token, 1).find((word) => word.charAt(0) === token.charAt(0) && word.length >= SHORTEST) ?? token;
      if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
      this.#remembered.set(token, found);
      return found;
    });
  }

  /** Slips stand among words that are right; among strange words a near one is chance, and "quix" is not "quit". */
  #mostlyKnown(text: string): boolean {
    let [known, strange] = [0, 0];
    for (const token of text.match(LATIN_TOKEN) ?? []) {
      if (token.length < SHORTEST || this.#known.has(token) || this.#latin.has(token)) known += 1;
      else strange += 1;
    }
    return strange <= 2 || known >= strange;
  }
}

/** Collects the words of a catalogue for the speller. `texts` are in matching form. */
export function collectLexis(catalogue: readonly string[], background: readonly string[]): Lexis {
  const counts = new Map<string, number>();
  for (const text of catalogue) for (const word of text.match(LATIN_TOKEN) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  const known = new Set(counts.keys());
  for (const text of background) for (const word of text.match(LATIN_TOKEN) ?? []) known.add(word);
  const candidates: Record<string, number> = {};
  for (const [word, count] of counts) if (count >= 3 && word.length >= SHORTEST && /^[a-z]+$/u.test(word)) candidates[word] = count;
  return { candidates, known: [...known] };
}
