/** From groups of lines to lines for the catalogue: which intent, which lines, and which not and why. */
import type { IntentDefinition, Language } from "../../intents/index.ts";
import { groupLines } from "./group-lines.ts";
import type { Hint, LostLine } from "./read-turns.ts";

/** A line as often as it was written, with every hint anybody gave. */
export interface Line extends Omit<LostLine, "hint"> {
  readonly times: number;
  readonly given: readonly NonNullable<LostLine["hint"]>[];
}

export interface ProposedGroup {
  readonly lines: readonly Line[];
  /** The intent that its hints speak for; absent when too little says what is meant. */
  readonly intent?: string;
  /** How often each hint was given, by intent, most first. */
  readonly hints: readonly { readonly intent: string; readonly by: Hint; readonly count: number }[];
  /** Proposed for the catalogue. */
  readonly adds: readonly Line[];
  readonly refused: readonly { readonly line: Line; readonly why: string }[];
}

const WEIGHT: Readonly<Record<Hint, number>> = { chosen: 3, opinion: 2, rephrased: 1 };
/** One choice, one opinion, or two who said it again. */
const LEAST_WEIGHT = 2;
/** The surest intent must have so much of the weight. */
const LEAST_SHARE = 0.6;
const MOST_ADDED = 5;
const MOST_CHARACTERS = 120;
/** Values that are somebody's own: such a line is not for a file that everybody reads. */
const OWN = new Set([
  "phone",
  "email",
  "account",
  "link",
  "order_number",
  "payment_serial",
  "withdrawal_number",
  "case_code",
  "card_key",
  "bank_card",
  "id_number",
]);
/** Share of common character pairs from which a line is a twin of one that is there. */
const TWIN = 0.9;

export interface Taught {
  /** Lines that teach and lines that measure, with their place. */
  readonly lines: readonly { readonly text: string; readonly at: string; readonly measures: boolean }[];
}

/**
 * @param least lines a group must have, a repeated line counted as often as it came
 * @param named group number (1-based, as printed) → intent, by hand
 */
export function propose(
  lost: readonly LostLine[],
  taught: Taught,
  catalogue: ReadonlyMap<string, IntentDefinition>,
  { least = 2, named = new Map<number, string>() }: { least?: number; named?: ReadonlyMap<number, string> } = {},
): ProposedGroup[] {
  const known = taught.lines.map((line) => ({ ...line, bare: bare(line.text), pairs: pairsOf(line.text) }));
  const groups = (["zh", "en"] as const)
    .flatMap((language) => groupsIn(counted(lost.filter((line) => line.language === language))))
    .filter(
      (lines) =>
        lines.reduce((sum, { times }) => sum + times, 0) >= least || lines.some(({ given }) => given.some(({ by }) => by === "chosen")),
    )
    .sort((a, b) => sizeOf(b) - sizeOf(a));
  const added: string[] = [];
  return groups.map((lines, place) => {
    const hints = hintsOf(lines);
    const intent = named.get(place + 1) ?? decided(hints, catalogue);
    const adds: Line[] = [];
    const refused: { line: Line; why: string }[] = [];
    for (const line of intent === undefined ? [] : lines) {
      const why = fault(line, known, added) ?? (adds.length >= MOST_ADDED ? `${MOST_ADDED} lines of the group are enough` : undefined);
      if (why !== undefined) refused.push({ line, why });
      else {
        adds.push(line);
        added.push(line.text);
      }
    }
    return { lines, hints, adds, refused, ...(intent === undefined ? {} : { intent }) };
  });
}

/** The same words once. */
function counted(lost: readonly LostLine[]): Line[] {
  const byWords = Map.groupBy(lost, ({ text }) => bare(text));
  return [...byWords.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { hint: _its, ...line } = first;
    return [{ ...line, times: same.length, given: same.flatMap(({ hint }) => hint ?? []) }];
  });
}

function groupsIn(lines: readonly Line[]): Line[][] {
  return groupLines(lines).map((group) => group.flatMap((place) => lines[place] ?? []));
}

function hintsOf(lines: readonly Line[]): ProposedGroup["hints"] {
  const grouped = Map.groupBy(
    lines.flatMap(({ given }) => given),
    ({ intent, by }) => `${intent} ${by}`,
  );
  return [...grouped.values()]
    .flatMap((same) => (same[0] ? [{ ...same[0], count: same.length }] : []))
    .sort((a, b) => WEIGHT[b.by] * b.count - WEIGHT[a.by] * a.count || (a.intent < b.intent ? -1 : 1));
}

function decided(hints: ProposedGroup["hints"], catalogue: ReadonlyMap<string, IntentDefinition>): string | undefined {
  const weights = new Map<string, number>();
  for (const { intent, by, count } of hints) weights.set(intent, (weights.get(intent) ?? 0) + WEIGHT[by] * count);
  const all = [...weights.values()].reduce((sum, one) => sum + one, 0);
  const [best] = [...weights].sort((a, b) => b[1] - a[1]);
  return best && best[1] >= LEAST_WEIGHT && best[1] / all >= LEAST_SHARE && catalogue.has(best[0]) ? best[0] : undefined;
}

interface KnownLine {
  readonly bare: string;
  readonly at: string;
  readonly measures: boolean;
  readonly pairs: ReadonlySet<string>;
}

function fault(line: Line, known: readonly KnownLine[], added: readonly string[]): string | undefined {
  const own = line.holds.find((type) => OWN.has(type));
  if (own !== undefined) return `it holds somebody's ${own.replace("_", " ")}`;
  if (line.text.includes("••••")) return "something in it was masked";
  if ([...line.text].length > MOST_CHARACTERS) return `longer than ${MOST_CHARACTERS} characters`;
  if (/[\n\r]/u.test(line.text)) return "more than one line";
  const words = bare(line.text);
  if (words.length < 2) return "too short to teach anything";
  const pairs = pairsOf(line.text);
  const near = known.find((other) => other.bare === words || alike(pairs, other.pairs) >= TWIN);
  if (near) return near.measures ? `held out, or nearly: ${near.at}` : `taught already, or nearly: ${near.at}`;
  return added.some((other) => alike(pairs, pairsOf(other)) >= TWIN) ? "nearly the same as another new line" : undefined;
}

function bare(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

function pairsOf(text: string): Set<string> {
  const words = bare(text);
  return new Set(Array.from({ length: Math.max(0, words.length - 1) }, (_, place) => words.slice(place, place + 2)));
}

/** Jaccard. */
function alike(one: ReadonlySet<string>, two: ReadonlySet<string>): number {
  if (one.size === 0 || two.size === 0 || Math.min(one.size, two.size) < TWIN * Math.max(one.size, two.size)) return 0;
  let common = 0;
  for (const pair of one) if (two.has(pair)) common += 1;
  return common / (one.size + two.size - common);
}

const sizeOf = (lines: readonly Line[]): number => lines.reduce((sum, { times }) => sum + times, 0);

/** Lines to add, by file and language. */
export function additionsOf(groups: readonly ProposedGroup[]): Map<string, Record<Language, string[]>> {
  const files = new Map<string, Record<Language, string[]>>();
  for (const { intent, adds } of groups) {
    if (intent === undefined || adds.length === 0) continue;
    const file = files.get(intent) ?? { zh: [], en: [] };
    for (const { text, language } of adds) file[language].push(text);
    files.set(intent, file);
  }
  return files;
}
