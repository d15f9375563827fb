/**
 * Groups lines by likeness: the line that most others are like is the middle of the first group, with all that are like it; then the same with
 * what is left (star clustering; Aslam, Pelekhov & Rus 1998). No chance in it: the same lines give the same groups, in whatever order they come.
 */
import { likenessOf } from "../../intents/index.ts";

export interface Readable {
  readonly text: string;
  /** What the recogniser thought of, best first. */
  readonly readings: readonly { readonly name: string; readonly confidence: number }[];
}

/** Lines are alike by their words, and by what the recogniser thought of when it read them. */
const READINGS_WEIGH = 0.3;
/** From here on two lines are alike. `improve.test.ts` measures the groups on the held-out lines. */
const ALIKE = 0.35;

/** @returns groups, largest first; of each the places of its lines in `lines`: the middle, then the likest */
export function groupLines(lines: readonly Readable[]): readonly (readonly number[])[] {
  if (lines.length < 2) return lines.map((_, place) => [place]);
  const { between } = likenessOf(lines.map(({ text }) => text));
  const readings = lines.map(vectorOf);
  const near = lines.map(() => new Map<number, number>());
  for (let one = 0; one < lines.length; one += 1)
    for (let two = one + 1; two < lines.length; two += 1) {
      const value = (1 - READINGS_WEIGH) * between(one, two) + READINGS_WEIGH * dot(readings[one], readings[two]);
      if (value < ALIKE) continue;
      near[one]?.set(two, value);
      near[two]?.set(one, value);
    }
  const textOf = (place: number): string => lines[place]?.text ?? "";
  const byText = (a: number, b: number): number => (textOf(a) < textOf(b) ? -1 : Number(textOf(a) > textOf(b)));
  const left = new Set(lines.keys());
  const groups: number[][] = [];
  while (left.size > 0) {
    const [middle] = [...left]
      .map((place) => {
        const around = [...(near[place] ?? [])].filter(([other]) => left.has(other));
        return { place, around, sum: around.reduce((sum, [, value]) => sum + value, 0) };
      })
      // Ties by the sum of likeness, then by the words.
      .sort((a, b) => b.around.length - a.around.length || b.sum - a.sum || byText(a.place, b.place));
    if (!middle) break;
    const around = middle.around.sort(([a, x], [b, y]) => y - x || byText(a, b)).map(([place]) => place);
    groups.push([middle.place, ...around]);
    for (const place of [middle.place, ...around]) left.delete(place);
  }
  return groups;
}

function vectorOf({ readings }: Readable): ReadonlyMap<string, number> {
  const known = readings.filter(({ name }) => name !== "out_of_scope");
  const length = Math.hypot(...known.map(({ confidence }) => confidence)) || 1;
  return new Map(known.map(({ name, confidence }) => [name, confidence / length]));
}

function dot(one: ReadonlyMap<string, number> | undefined, two: ReadonlyMap<string, number> | undefined): number {
  let sum = 0;
  for (const [name, value] of one ?? []) sum += value * (two?.get(name) ?? 0);
  return sum;
}
