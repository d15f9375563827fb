import type { PlacedExample } from "./load-catalogue.ts";
import { type OperatorFolders, parseOperatorFiles, readOperatorFiles } from "./operator-data.ts";
import type { Fault } from "./operator-file.ts";
import { fold, matchingText } from "./text/normalise.ts";

export interface CatalogueCheck extends OperatorFolders {
  /** Held-out lines that no example may repeat: name of the set and its texts. */
  readonly heldOut?: readonly { readonly name: string; readonly texts: readonly string[] }[];
  /** Names that `answer.article`, `.tool` and `.reply` may take; unchecked when absent. */
  readonly answers?: { readonly article?: ReadonlySet<string>; readonly tool?: ReadonlySet<string>; readonly reply?: ReadonlySet<string> };
}

/** Share of common character pairs from which two lines of different intents are twins. */
const TWIN = 0.9;

/**
 * Checks the operator's data: keys, languages, number of examples (with the files themselves), then what only all files together
 * show: the same line in two intents, near-twins, lines that are also held out, answers that do not exist.
 */
export function checkCatalogue(check: CatalogueCheck = {}): readonly Fault[] {
  const parsed = parseOperatorFiles(readOperatorFiles(check));
  const faults: Fault[] = [...parsed.faults];
  const at = (example: PlacedExample, message: string, severity: Fault["severity"]): Fault => ({
    file: example.file,
    line: example.line,
    column: example.column,
    message,
    severity,
  });
  const first = new Map<string, PlacedExample>();
  for (const example of parsed.examples) {
    const key = canonical(example.text);
    const other = first.get(key);
    if (other === undefined) first.set(key, example);
    else if (other.intent !== example.intent) {
      faults.push(at(example, `"${example.text}" also stands in intent "${other.intent}" (${other.file}:${other.line})`, "error"));
    } else faults.push(at(example, `"${example.text}" stands twice in this intent (line ${other.line})`, "warning"));
  }
  for (const [one, two, share] of twins(parsed.examples)) {
    faults.push(
      at(
        two,
        `"${two.text}" is nearly the same as "${one.text}" of intent "${one.intent}" (${one.file}:${one.line}; ${Math.round(share * 100)} %)`,
        "warning",
      ),
    );
  }
  for (const { name, texts } of check.heldOut ?? []) {
    const held = new Set(texts.map(canonical));
    for (const example of parsed.examples) {
      // "谢谢" and "ok" stand in every set; a line of content must not.
      if (canonical(example.text).length > 6 && held.has(canonical(example.text)))
        faults.push(at(example, `"${example.text}" is also held out in ${name}`, "error"));
    }
  }
  for (const intent of parsed.data.intents) {
    for (const kind of ["article", "tool", "reply"] as const) {
      const wanted = intent.answer[kind];
      const known = check.answers?.[kind];
      const example = parsed.examples.find((one) => one.intent === intent.name);
      if (wanted === undefined || known === undefined || known.has(wanted) || example === undefined) continue;
      faults.push({
        file: example.file,
        line: 1,
        column: 1,
        message: `unknown ${kind} "${wanted}"; valid keys: ${[...known].sort().join(", ")}`,
        severity: "error",
      });
    }
  }
  return faults.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
}

function canonical(text: string): string {
  return matchingText(fold(text).text).replace(/[^\p{L}\p{N}]/gu, "");
}

/**
 * Pairs of lines of different intents that share nearly all pairs of characters (Jaccard). Two such lines share one of their few
 * rarest pairs, so that only lines with a common rare pair are compared (prefix filter; Chaudhuri, Ganti & Kaushik, ICDE 2006).
 */
function twins(examples: readonly PlacedExample[]): [PlacedExample, PlacedExample, number][] {
  const sets = examples.map((example) => pairs(canonical(example.text)));
  const frequency = new Map<string, number>();
  for (const set of sets) for (const pair of set) frequency.set(pair, (frequency.get(pair) ?? 0) + 1);
  const rank = (pair: string): number => frequency.get(pair) ?? 0;
  const holders = new Map<string, number[]>();
  const found: [PlacedExample, PlacedExample, number][] = [];
  for (const [index, set] of sets.entries()) {
    const example = examples[index];
    if (set.size < 5 || example === undefined) continue;
    const rarest = [...set].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).slice(0, set.size - Math.ceil(TWIN * set.size) + 1);
    const near = new Set<number>();
    for (const pair of rarest) {
      const held = holders.get(pair);
      if (held === undefined) holders.set(pair, [index]);
      else {
        for (const other of held) near.add(other);
        held.push(index);
      }
    }
    for (const other of near) {
      const rival = examples[other];
      const theirs = sets[other];
      if (rival === undefined || theirs === undefined || rival.intent === example.intent) continue;
      if (Math.min(set.size, theirs.size) < TWIN * Math.max(set.size, theirs.size)) continue;
      let common = 0;
      for (const pair of set) if (theirs.has(pair)) common += 1;
      const share = common / (set.size + theirs.size - common);
      if (share >= TWIN && share < 1) found.push([rival, example, share]);
    }
  }
  return found;
}

function pairs(text: string): Set<string> {
  const found = new Set<string>();
  for (let i = 0; i + 1 < text.length; i += 1) found.add(text.slice(i, i + 2));
  return found;
}
