import traditionalPairs from "opencc-js/dict/TSCharacters";
import { FAINT_HAN, HAN_STOPS, LATIN_STOPS } from "./stop-words.ts";

/**
 * Cuts texts into the terms that are searched: Han characters by ones and twos, Latin words by stem. Articles and questions
 * are cut alike; a question also keeps its places, so that the search can say how much of it an article covers.
 */

/** One place of a question: a Han character, a Latin word or a sense, with the terms that would cover it. */
export interface Place {
  /** What it is, for messages and for guessing at misspellings. */
  readonly text: string;
  /** Two characters together, or a word. */
  readonly strong: string[];
  /** A single Han character: a hint, not proof. */
  readonly weak: string[];
  /** Says something only together with its neighbours. */
  readonly faint: boolean;
  /** A group of like-meaning words, not a word. */
  readonly sense: boolean;
}

/** Names the groups of like-meaning words that a folded text holds: "加款" and "top up" are both `top_up`. */
export type SenseFinder = (text: string) => readonly string[];

/** Longest part of a question that is read, in code units: the request stands at its head or its end. */
const HEAD = 240;
const TAIL = 120;
const MOST_PLACES = 80;

const simplified = new Map<string, string>();
for (const pair of traditionalPairs.split("|")) {
  const [from, to] = pair.split(" ");
  // A character with several simplified forms lists the usual one first.
  if (from !== undefined && to !== undefined) simplified.set(from, to);
}

/** Spellings people type for others that sound the same, and British beside American ones. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/帐/gu, "账"],
  [/冲([值钱了错话游])/gu, "充$1"],
  [/登陆/gu, "登录"],
  [/题现/gu, "提现"],
  [/(?<=[用收付转充])u(?![a-z])/gu, "usdt"],
  [/licence/gu, "license"],
  [/programme/gu, "program"],
  [/cancellation/gu, "cancel"],
  [/['’]/gu, ""],
  // A phone number is one word however it is written.
  [/(?<=\d)[- ](?=\d)/gu, ""],
];

const HAN_CUTS = new RegExp([...new Set(HAN_STOPS)].sort((left, right) => right.length - left.length).join("|"), "u");
/** Second halves of words that are written apart or joined: top up, log in, cash out, money back. */
const PARTICLES: ReadonlySet<string> = new Set(["up", "in", "out", "on", "off", "back", "down"]);

/** The only number of fewer than five digits that is a name and not a figure. */
const POLICE = "110";

/** NFKC, lower case, traditional to simplified, common misspellings. Never throws. */
export function fold(text: string): string {
  let folded = "";
  for (const char of text.normalize("NFKC").toLowerCase()) folded += simplified.get(char) ?? char;
  for (const [pattern, replacement] of SPELLINGS) folded = folded.replace(pattern, replacement);
  return folded;
}

/** Every term of a text that is to be found, repeats included. */
export function indexTerms(text: string, senses: SenseFinder): string[] {
  const folded = fold(text);
  const terms = senses(folded).map(senseTerm);
  for (const [run] of folded.matchAll(RUNS)) {
    if (isHanRun(run)) {
      const characters = [...run];
      for (const [index, character] of characters.entries()) {
        terms.push(character);
        const next = characters[index + 1];
        if (next !== undefined) terms.push(character + next);
      }
    } else for (const place of latinPlaces(run)) terms.push(...place.strong);
  }
  return terms;
}

/** The places of a question that say something, each once. A text of nothing but small words has none. */
export function questionPlaces(text: string, senses: SenseFinder): Place[] {
  const folded = fold(text.length > HEAD + TAIL ? `${text.slice(0, HEAD)} ${text.slice(-TAIL)}` : text);
  const places = new Map<string, Place>();
  for (const name of senses(folded)) places.set(senseTerm(name), { ...place(senseTerm(name)), sense: true });
  for (const [run] of folded.matchAll(RUNS)) {
    const found = isHanRun(run) ? run.split(HAN_CUTS).flatMap((piece) => hanPlaces([...piece])) : latinPlaces(run);
    for (const one of found) places.set(`${one.text} ${one.strong.join(" ")}`, one);
  }
  return [...places.values()].slice(0, MOST_PLACES);
}

/** A stretch of Han, or a stretch of Latin words with what stands between them. */
const RUNS = /\p{Script=Han}+|[[\p{L}\p{N}]--\p{Script=Han}]+(?:[^\p{L}\p{N}]{1,2}[[\p{L}\p{N}]--\p{Script=Han}]+)*/gv;
const WORDS = /([^\p{L}\p{N}]*)([\p{L}\p{N}]+)/gu;

/** No word looks like this. */
function senseTerm(name: string): string {
  return `~${name}`;
}

function isHanRun(run: string): boolean {
  return /^\p{Script=Han}/u.test(run);
}

function hanPlaces(characters: readonly string[]): Place[] {
  return characters.map((character, index) => {
    const [before, after] = [characters[index - 1], characters[index + 1]];
    const strong: string[] = [];
    if (before !== undefined) strong.push(before + character);
    if (after !== undefined) strong.push(character + after);
    const faint = FAINT_HAN.has(character);
    return { text: character, strong, weak: faint ? [] : [character], faint, sense: false };
  });
}

function latinPlaces(run: string): Place[] {
  const words = [...run.matchAll(WORDS)].map(([, gap = "", word = ""]) => ({ hyphened: gap === "-", word }));
  return words.flatMap(({ hyphened, word }, index) => {
    if (LATIN_STOPS.has(word)) return [];
    if (/^\d{1,4}$/u.test(word) && word !== POLICE) return [];
    const [before, after] = [words[index - 1], words[index + 1]];
    const found = place(stem(word), word);
    if (after !== undefined && (after.hyphened || PARTICLES.has(after.word))) found.strong.push(stem(word) + after.word);
    if (before !== undefined && hyphened) found.strong.push(stem(before.word) + word);
    return [found];
  });
}

function place(term: string, text = term): Place {
  return { text, strong: [term], weak: [], faint: false, sense: false };
}

/** Takes the commonest English endings off: refunds, refunded, refunding → refund; charges, charging → charg. */
export function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/u.test(word)) return word;
  let root = word;
  if (/(?:ies|ied)$/u.test(root)) root = `${root.slice(0, -3)}y`;
  else if (/(?:sses|xes|ches|shes|zes)$/u.test(root)) root = root.slice(0, -2);
  else if (/[^sui]s$/u.test(root)) root = root.slice(0, -1);
  const verb = /^(.*[aeiouy].*?)(?:ing|ed)$/u.exec(root)?.[1];
  if (verb !== undefined && verb.length > 2) root = verb.replace(/([^aeiouls])\1$/u, "$1");
  if (root.length > 5) root = root.replace(/ll$/u, "l");
  if (/(?:t|s)ion$/u.test(root) && root.length > 6) root = root.slice(0, -3);
  return root.length > 3 ? root.replace(/e$/u, "") : root;
}
