import type { Node } from "yaml";
import { type Fault, FaultyReader, type OperatorFile } from "./operator-file.ts";
import type { IntentDefinition, Language } from "./understanding.ts";

/** Reads intent files and background files, collecting faults with their places. The format is described in README.md. */

export const LANGUAGES: readonly Language[] = ["zh", "en"];
export const INTENT_CLASSES = ["routine", "service", "problem", "control", "refused"] as const;
const INTENT_KEYS = ["name", "class", "title", "answer", "examples"] as const;
const ANSWER_KEYS = ["article", "tool", "reply", "escalate"] as const;
/** Fewest examples a language, by class: a control intent ("thanks") carries less content. */
const FEWEST = { content: 8, control: 6 } as const;

/** One example with its place, for faults found later. */
export interface PlacedExample {
  readonly intent: string;
  readonly language: Language;
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface LoadedCatalogue {
  readonly intents: readonly IntentDefinition[];
  readonly examples: readonly PlacedExample[];
  readonly faults: readonly Fault[];
}

function isClass(value: string): value is IntentDefinition["class"] {
  return INTENT_CLASSES.some((known) => known === value);
}

/** Parses intent files. Faulty files are left out of `intents`; their faults are listed. */
export function loadCatalogue(files: readonly OperatorFile[]): LoadedCatalogue {
  const intents: IntentDefinition[] = [];
  const examples: PlacedExample[] = [];
  const faults: Fault[] = [];
  const seen = new Map<string, string>();
  for (const file of files) {
    const reader = new FaultyReader(file);
    const read = readIntent(reader);
    faults.push(...reader.faults);
    if (read === undefined) continue;
    const other = seen.get(read.definition.name);
    if (other !== undefined) {
      faults.push({
        file: file.file,
        line: 1,
        column: 1,
        message: `intent "${read.definition.name}" is also defined in ${other}`,
        severity: "error",
      });
      continue;
    }
    seen.set(read.definition.name, file.file);
    intents.push(read.definition);
    examples.push(...read.examples);
  }
  return { intents, examples, faults };
}

function readIntent(reader: FaultyReader): { definition: IntentDefinition; examples: PlacedExample[] } | undefined {
  const { root } = reader;
  if (root === undefined) return undefined;
  reader.onlyKeys(root, INTENT_KEYS);
  const name = reader.string(root, "name");
  const kind = reader.string(root, "class");
  const title = reader.map(root, "title");
  const answer = reader.map(root, "answer");
  const lists = reader.map(root, "examples");
  if (name !== undefined) {
    if (!/^[a-z][a-z0-9_]*$/u.test(name)) reader.fault(reader.node(root, "name"), `intent name "${name}" must be lower_snake_case`);
    const expected = reader.file
      .split("/")
      .at(-1)
      ?.replace(/\.yaml$/u, "");
    if (expected !== name) reader.fault(reader.node(root, "name"), `intent name "${name}" must be the file's name "${expected ?? ""}"`);
  }
  if (kind !== undefined && !isClass(kind)) {
    reader.fault(reader.node(root, "class"), `unknown class "${kind}"; valid keys: ${INTENT_CLASSES.join(", ")}`);
  }
  const titles: Partial<Record<Language, string>> = {};
  if (title !== undefined) {
    reader.onlyKeys(title, LANGUAGES);
    for (const language of LANGUAGES) {
      const text = reader.string(title, language);
      if (text !== undefined) titles[language] = text;
    }
  }
  const answers: { article?: string; tool?: string; reply?: string; escalate?: boolean } = {};
  if (answer !== undefined) {
    reader.onlyKeys(answer, ANSWER_KEYS);
    for (const key of ["article", "tool", "reply"] as const) {
      const text = reader.string(answer, key, false);
      if (text !== undefined) answers[key] = text;
    }
    if (answer.get("escalate") === true) answers.escalate = true;
  }
  const placed: PlacedExample[] = [];
  const texts: Record<Language, string[]> = { zh: [], en: [] };
  if (lists !== undefined) {
    reader.onlyKeys(lists, LANGUAGES, "language");
    for (const language of LANGUAGES) {
      const found = reader.strings(lists, language);
      const fewest = kind === "control" ? FEWEST.control : FEWEST.content;
      const node = reader.node(lists, language);
      if (node !== undefined && found.length < fewest) {
        reader.fault(node, `${found.length} examples in "${language}"; at least ${fewest} are needed`);
      }
      for (const { text, node: at } of found) {
        if (text.trim() === "") {
          reader.fault(at, "empty example");
          continue;
        }
        texts[language].push(text);
        placed.push({ intent: name ?? "", language, text, file: reader.file, ...reader.place(at as Node) });
      }
    }
  }
  if (name === undefined || kind === undefined || !isClass(kind) || titles.zh === undefined || titles.en === undefined) return undefined;
  if (reader.faults.some((fault) => fault.severity === "error")) return undefined;
  return {
    definition: { name, class: kind, title: { zh: titles.zh, en: titles.en }, answer: answers, examples: texts },
    examples: placed,
  };
}
