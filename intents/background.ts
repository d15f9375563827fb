import { isScalar, isSeq } from "yaml";
import { fillTemplate, namesIn } from "./expand.ts";
import { type Fault, FaultyReader, type OperatorFile } from "./operator-file.ts";
import type { Language } from "./understanding.ts";

/**
 * Lines that belong to no intent: weather, jokes, other trades, chatter. A file is `zh.yaml` or `en.yaml` (or begins so) with
 *
 *   lines:     stand as they are
 *   words:     name → list
 *   patterns:  "{city}{day}会下雨吗", filled from `words`
 */
const KEYS = ["lines", "words", "patterns", "about"] as const;
/** Fillings of one pattern that are used; spread evenly over all there are. */
const FILLINGS = 2;

export interface BackgroundLine {
  readonly text: string;
  readonly language: Language;
  /** Made from a pattern: belongs together with the other fillings of the same pattern. */
  readonly pattern?: number;
}

/** Reads background files and fills their patterns; deterministic. */
export function loadBackground(files: readonly OperatorFile[]): {
  readonly lines: readonly BackgroundLine[];
  readonly faults: readonly Fault[];
} {
  const lines: BackgroundLine[] = [];
  const faults: Fault[] = [];
  let pattern = 0;
  for (const file of files) {
    const reader = new FaultyReader(file);
    const { root } = reader;
    const language: Language = /(^|\/)en[^/]*$/u.test(file.file) ? "en" : "zh";
    if (root !== undefined) {
      reader.onlyKeys(root, KEYS);
      for (const { text } of reader.strings(root, "lines", false)) lines.push({ text, language });
      const words = readWords(reader);
      for (const { text, node } of reader.strings(root, "patterns", false)) {
        pattern += 1;
        for (const name of namesIn(text)) {
          if (!words.has(name)) reader.fault(node, `unknown word list "{${name}}"; valid keys: ${[...words.keys()].join(", ")}`);
        }
        for (const filled of fillTemplate(text, words, FILLINGS)) lines.push({ text: filled, language, pattern });
      }
    }
    faults.push(...reader.faults);
  }
  return { lines, faults };
}

/** The word lists of a file. */
export function readWords(reader: FaultyReader): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, readonly string[]>();
  const map = reader.root === undefined ? undefined : reader.map(reader.root, "words", false);
  for (const pair of map?.items ?? []) {
    const name = isScalar(pair.key) ? String(pair.key.value) : "";
    if (!isSeq(pair.value)) {
      reader.fault(pair.key, `word list "${name}" must be a list`);
      continue;
    }
    words.set(
      name,
      pair.value.items.map((item) => (isScalar(item) ? String(item.value) : "")).filter((word) => word !== ""),
    );
  }
  return words;
}
