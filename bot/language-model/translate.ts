/** Translation for an agent. A line whose figures, addresses or masks do not come out as they went in is left in the original. */
import { mask } from "../guard/mask.ts";
import type { Language } from "../policy/words.ts";
import type { Prompt } from "../ports/language-model.ts";
import type { Round } from "./guarded-model.ts";
import { figuresOf } from "./support.ts";

const MOST_TOKENS = 3000;
/** Chinese to English grows most. */
const MOST_LONGER = 6;

interface Line {
  readonly n: number;
  readonly text: string;
}

interface Said {
  readonly lines: readonly Line[];
}

/** What is asked for at once; a long conversation takes several. */
const MOST_LINES = 40;
const MOST_CHARACTERS = 6000;

/** In pieces that one answer can hold. */
export function batchesOf(lines: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let characters = 0;
  for (const line of lines) {
    const last = batches.at(-1);
    characters += line.length;
    if (last && last.length < MOST_LINES && characters <= MOST_CHARACTERS) last.push(line);
    else {
      batches.push([line]);
      characters = line.length;
    }
  }
  return batches;
}

/** @returns original → translation, of those lines that could be translated safely */
export async function translateBatch(
  round: Round,
  prompt: Prompt,
  lines: readonly string[],
  language: Language,
): Promise<ReadonlyMap<string, string>> {
  const found = (said: Said): (readonly [string, string])[] =>
    said.lines.flatMap(({ n, text }) => {
      const original = lines[n - 1];
      return original !== undefined && isFaithful(text, original, language) ? [[original, mask(text.trim()).text] as const] : [];
    });
  const said = await round.ask<Said>({
    prompt,
    data: JSON.stringify({ language, lines: lines.map((text, place) => ({ n: place + 1, text })) }),
    shape: SHAPE,
    mostTokens: MOST_TOKENS,
    read: (answer: Said) => (found(answer).length > 0 ? answer : "unsupported"),
  });
  return new Map(said ? found(said) : []);
}

/** Whether the text stands in the other language. A name or a product does not make a language. */
export function needs(text: string, language: Language): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  if (letters === 0) return false;
  return language === "zh" ? han / letters < 0.2 : han / letters > 0.3;
}

function isFaithful(text: string, original: string, language: Language): boolean {
  if (text.trim() === "" || original === "" || needs(text, language)) return false;
  if (text.length > 60 + original.length * MOST_LONGER) return false;
  const [before, after] = [figuresOf(original), figuresOf(text)];
  const spelled = numbersSpelled(original);
  return (
    masks(original) === masks(text) &&
    [...before].every((figure) => after.has(figure)) &&
    [...after].every((figure) => before.has(figure) || spelled.has(figure))
  );
}

const DIGIT: Readonly<Record<string, number>> = { 零: 0, 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 };
const POWER: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000, 万: 10_000 };

/** Numbers written out in Chinese: of 五百块 and 三天 they are 500 and 3. */
function numbersSpelled(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [run] of text.matchAll(/[零一二两三四五六七八九十百千万]+/gu)) {
    let [sum, part, digit] = [0, 0, 0];
    for (const char of run) {
      const power = POWER[char];
      if (power === undefined) digit = DIGIT[char] ?? 0;
      else if (power === 10_000) [sum, part, digit] = [(sum + part + digit) * power, 0, 0];
      else [part, digit] = [part + (digit || 1) * power, 0];
    }
    found.add(String(sum + part + digit));
  }
  return found;
}

function masks(text: string): number {
  return text.match(/•{2,}/gu)?.length ?? 0;
}

const SHAPE = {
  title: "translation",
  type: "object",
  properties: {
    lines: {
      type: "array",
      items: {
        type: "object",
        properties: { n: { type: "integer" }, text: { type: "string" } },
        required: ["n", "text"],
        additionalProperties: false,
      },
    },
  },
  required: ["lines"],
  additionalProperties: false,
} as const;
