import { shuffler } from "./classifier/svm.ts";

/** Slot of a template: the texts that may stand there. */
type Slot = readonly string[];

/**
 * Parts of a template: `(a|b|)` is one of several, `{name}` is a word of a list; both may hold the other's syntax one level deep.
 * Unknown `{name}` stay as they are (the reader has faulted them).
 */
export function parseTemplate(template: string, words: ReadonlyMap<string, readonly string[]>): Slot[] {
  const slots: Slot[] = [];
  const pattern = /\(([^()]*)\)|\{(\w+)\}/gu;
  let at = 0;
  for (const match of template.matchAll(pattern)) {
    if (match.index > at) slots.push([template.slice(at, match.index)]);
    if (match[2] !== undefined) slots.push(words.get(match[2]) ?? [match[0]]);
    else slots.push((match[1] ?? "").split("|"));
    at = match.index + match[0].length;
  }
  if (at < template.length) slots.push([template.slice(at)]);
  return slots;
}

/** Names of word lists a template uses. */
export function namesIn(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\}/gu)].map((match) => match[1] ?? "");
}

/** How many different fillings a template has. */
export function countFillings(template: string, words: ReadonlyMap<string, readonly string[]>): number {
  const inner = (text: string): number => namesIn(text).reduce((product, name) => product * Math.max(1, words.get(name)?.length ?? 1), 1);
  return parseTemplate(template, words).reduce((product, slot) => product * slot.reduce((sum, option) => sum + inner(option), 0), 1);
}

/**
 * Up to `most` different fillings, spread evenly: every slot goes round its options in a shuffled order, so each option is used
 * about equally often. Deterministic for the same template.
 */
export function fillTemplate(template: string, words: ReadonlyMap<string, readonly string[]>, most: number): string[] {
  const slots = parseTemplate(template, words);
  let seed = 0x811c9dc5;
  for (let i = 0; i < template.length; i += 1) seed = Math.imul(seed ^ template.charCodeAt(i), 0x01000193);
  const shuffle = shuffler(seed);
  const found = new Set<string>();
  const wanted = Math.min(most, countFillings(template, words));
  const orders = slots.map((slot) => Int32Array.from(slot.keys()));
  const start = seed >>> 8;
  for (let turn = 0; turn < wanted * 4 && found.size < wanted; turn += 1) {
    let text = "";
    for (const [index, slot] of slots.entries()) {
      const order = orders[index] as Int32Array;
      const place = turn % slot.length;
      if (place === 0) shuffle(order, slot.length);
      text += slot[order[place] as number] ?? "";
    }
    text = text.replace(/\{(\w+)\}/gu, (whole, name: string) => {
      const list = words.get(name);
      if (list === undefined || list.length === 0) return whole;
      // The template's own hash: otherwise every template would begin at the same words of a list.
      return list[(start + turn + name.length) % list.length] ?? whole;
    });
    found.add(text.replace(/ {2,}/gu, " ").trim());
  }
  return [...found];
}
