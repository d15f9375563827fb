import { isMap, isScalar } from "yaml";
import { type Fault, FaultyReader, keyOf, type OperatorFile } from "./operator-file.ts";
import type { SenseTable } from "./text/senses.ts";
import type { TypoTable } from "./text/spelling.ts";

/** Reads `typos.yaml`. */
export function loadTypos(file: OperatorFile): { readonly table: TypoTable; readonly faults: readonly Fault[] } {
  const reader = new FaultyReader(file);
  const { root } = reader;
  const near: Record<string, { meant: string; words: readonly string[] }> = {};
  if (root !== undefined) {
    reader.onlyKeys(root, ["han", "variants", "near", "latin"]);
    for (const pair of reader.map(root, "near", false)?.items ?? []) {
      if (!isMap(pair.value)) {
        reader.fault(pair.key, "must be { meant, words }");
        continue;
      }
      reader.onlyKeys(pair.value, ["meant", "words"]);
      const meant = reader.string(pair.value, "meant");
      if (meant !== undefined) near[keyOf(pair)] = { meant, words: reader.strings(pair.value, "words").map(({ text }) => text) };
    }
  }
  const pairs = (key: string): Record<string, string> => {
    const found: Record<string, string> = {};
    for (const pair of (root === undefined ? undefined : reader.map(root, key, false))?.items ?? []) {
      if (isScalar(pair.value) && typeof pair.value.value === "string") found[keyOf(pair).toLowerCase()] = pair.value.value.toLowerCase();
      else reader.fault(pair.key, `"${keyOf(pair)}" must be followed by what is meant`);
    }
    return found;
  };
  return { table: { han: { ...pairs("variants"), ...pairs("han") }, near, latin: pairs("latin") }, faults: reader.faults };
}

/** Reads `senses.yaml`. */
export function loadSenses(file: OperatorFile): { readonly table: SenseTable; readonly faults: readonly Fault[] } {
  const reader = new FaultyReader(file);
  const table: Record<string, { zh: readonly string[]; en: readonly string[] }> = {};
  if (reader.root !== undefined) {
    reader.onlyKeys(reader.root, ["senses"]);
    for (const pair of reader.map(reader.root, "senses")?.items ?? []) {
      if (!isMap(pair.value)) {
        reader.fault(pair.key, "must be { zh: [...], en: [...] }");
        continue;
      }
      const { value } = pair;
      reader.onlyKeys(value, ["zh", "en"], "language");
      const list = (language: string): string[] => reader.strings(value, language).map(({ text }) => text);
      table[keyOf(pair)] = { zh: list("zh"), en: list("en") };
    }
  }
  return { table, faults: reader.faults };
}
