import stemmer from "natural/lib/natural/stemmers/porter_stemmer.js";
import type { SenseFinder } from "../classifier/features.ts";
import { isHan, isLatin } from "./normalise.ts";

/** Word groups as the operator wrote them: name → forms in each language. */
export type SenseTable = Readonly<Record<string, { readonly zh: readonly string[]; readonly en: readonly string[] }>>;

/** Finds word groups: Han forms by longest match over characters, Latin forms by longest match over stems. */
export class SenseIndex implements SenseFinder {
  readonly #han = new Map<string, string[]>();
  readonly #latin = new Map<string, string[]>();
  #longestHan = 1;
  #longestLatin = 1;
  readonly #stems = new Map<string, string>();

  /** @param prepare brings a form to the same form as the texts that will be searched */
  constructor(table: SenseTable, prepare: (form: string) => string = (form) => form.toLowerCase()) {
    for (const [name, forms] of Object.entries(table)) {
      for (const form of [...forms.zh, ...forms.en]) this.#addForm(prepare(form), name);
    }
  }

  #addForm(form: string, name: string): void {
    if (/\p{Script=Han}/u.test(form)) {
      push(this.#han, form, name);
      this.#longestHan = Math.max(this.#longestHan, form.length);
      return;
    }
    const words = latinWords(form).map((word) => this.#stem(word.text));
    if (words.length === 0) return;
    push(this.#latin, words.join(" "), name);
    this.#longestLatin = Math.max(this.#longestLatin, words.length);
  }

  #stem(word: string): string {
    const known = this.#stems.get(word);
    if (known !== undefined) return known;
    const made = word.length > 2 ? stemmer.stem(word) : word;
    if (this.#stems.size < 20_000) this.#stems.set(word, made);
    return made;
  }

  find(text: string): readonly string[] {
    const found: { readonly at: number; readonly names: readonly string[] }[] = [];
    let at = 0;
    while (at < text.length) {
      if (!isHan(text.charCodeAt(at))) {
        at += 1;
        continue;
      }
      let size = Math.min(this.#longestHan, text.length - at);
      for (; size > 0; size -= 1) {
        const names = this.#han.get(text.slice(at, at + size));
        if (names === undefined) continue;
        found.push({ at, names });
        break;
      }
      at += Math.max(1, size);
    }
    const words = latinWords(text);
    const stems = words.map((word) => this.#stem(word.text));
    let index = 0;
    while (index < words.length) {
      let size = Math.min(this.#longestLatin, words.length - index);
      for (; size > 0; size -= 1) {
        const names = this.#latin.get(size === 1 ? (stems[index] ?? "") : stems.slice(index, index + size).join(" "));
        if (names === undefined) continue;
        found.push({ at: words[index]?.at ?? 0, names });
        break;
      }
      index += Math.max(1, size);
    }
    if (found.length > 1) found.sort((a, b) => a.at - b.at);
    return found.flatMap((one) => one.names);
  }
}

function push(map: Map<string, string[]>, form: string, name: string): void {
  const names = map.get(form);
  if (names === undefined) map.set(form, [name]);
  else if (!names.includes(name)) names.push(name);
}

/** Words of Latin letters and digits; apostrophes are dropped so that "didnt" and "didn't" agree. */
function latinWords(text: string): { readonly text: string; readonly at: number }[] {
  const found: { text: string; at: number }[] = [];
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (!isLatin(code) && !(code >= 0x30 && code <= 0x39)) {
      at += 1;
      continue;
    }
    let end = at + 1;
    while (end < text.length) {
      const next = text.charCodeAt(end);
      if (isLatin(next) || (next >= 0x30 && next <= 0x39) || next === 0x27 || next === 0x2019) end += 1;
      else break;
    }
    found.push({ text: text.slice(at, end).replace(/['\u2019]/gu, ""), at });
    at = end;
  }
  return found;
}
