import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";

/** Something an operator must put right, at its place in a data file. */
export interface Fault {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** A warning does not stop the start. */
  readonly severity: "error" | "warning";
}

/** `intents/catalog/top_up.yaml:12:3 unknown key "utterence"; valid keys: …` */
export function formatFault(fault: Fault): string {
  return `${fault.file}:${fault.line}:${fault.column} ${fault.severity === "warning" ? "warning: " : ""}${fault.message}`;
}

/** Thrown when operator data cannot be used; lists every fault at once. */
export class OperatorDataError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(`operator data cannot be used:\n${faults.map(formatFault).join("\n")}`);
    this.name = "OperatorDataError";
    this.faults = faults;
  }
}

/** A data file as it stands on disk; `file` is what messages call it. */
export interface OperatorFile {
  readonly file: string;
  readonly text: string;
}

/** The `*.yaml` files of a folder in name order; an absent folder is empty. */
export function readFolder(folder: string, base = process.cwd()): OperatorFile[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  return names
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => readOne(join(folder, name), base));
}

/** One data file. */
export function readOne(path: string, base = process.cwd()): OperatorFile {
  return { file: relative(base, path) || path, text: readFileSync(path, "utf8") };
}

/** SHA-256 over names and contents: two sets of files agree when their hashes do. */
export function hashFiles(files: readonly OperatorFile[], version: string): string {
  const hash = createHash("sha256").update(version);
  for (const { file, text } of files) hash.update(`\n${file.split("/").at(-1) ?? file}\n${text.length}\n`).update(text);
  return hash.digest("hex");
}

/** Reads a YAML mapping with places, collecting faults instead of throwing. */
export class FaultyReader {
  readonly file: string;
  readonly faults: Fault[] = [];
  readonly root: YAMLMap | undefined;
  readonly #lines = new LineCounter();

  constructor(source: OperatorFile) {
    this.file = source.file;
    const document = parseDocument(source.text, { lineCounter: this.#lines, uniqueKeys: true });
    for (const error of document.errors) {
      const at = this.#lines.linePos(error.pos[0]);
      this.faults.push({ file: this.file, line: at.line, column: at.col, message: error.message.split("\n")[0] ?? "", severity: "error" });
    }
    if (isMap(document.contents)) this.root = document.contents;
    else if (document.errors.length === 0) this.fault(document.contents, "the file must be a mapping (key: value)");
  }

  /** Records a fault at a node, or at the top of the file. */
  fault(node: unknown, message: string, severity: Fault["severity"] = "error"): void {
    const offset = rangeOf(node);
    const at = offset === undefined ? { line: 1, col: 1 } : this.#lines.linePos(offset);
    this.faults.push({ file: this.file, line: at.line, column: at.col, message, severity });
  }

  /** 1-based line and column of a node. */
  place(node: unknown): { readonly line: number; readonly column: number } {
    const offset = rangeOf(node);
    const at = offset === undefined ? { line: 1, col: 1 } : this.#lines.linePos(offset);
    return { line: at.line, column: at.col };
  }

  /** Faults every key that is not in `valid`. */
  onlyKeys(map: YAMLMap, valid: readonly string[], what = "key"): void {
    for (const pair of map.items) {
      const key = keyOf(pair);
      if (!valid.includes(key)) this.fault(pair.key, `unknown ${what} "${key}"; valid keys: ${valid.join(", ")}`);
    }
  }

  /** The string under a key; faults when absent or of another kind. */
  string(map: YAMLMap, key: string, required = true): string | undefined {
    const node = this.node(map, key);
    if (node === undefined) {
      if (required) this.fault(map, `missing key "${key}"`);
      return undefined;
    }
    if (isScalar(node) && typeof node.value === "string") return node.value;
    this.fault(node, `"${key}" must be text; put it in quotes if it reads as a number, true, false or null`);
    return undefined;
  }

  /** The mapping under a key. */
  map(map: YAMLMap, key: string, required = true): YAMLMap | undefined {
    const node = this.node(map, key);
    if (node === undefined || (isScalar(node) && node.value === null)) {
      if (required) this.fault(node ?? map, `missing key "${key}"`);
      return undefined;
    }
    if (isMap(node)) return node;
    this.fault(node, `"${key}" must be a mapping (key: value)`);
    return undefined;
  }

  /** The list of texts under a key, each with its node. */
  strings(map: YAMLMap, key: string, required = true): { readonly text: string; readonly node: Node }[] {
    const node = this.node(map, key);
    if (node === undefined) {
      if (required) this.fault(map, `missing key "${key}"`);
      return [];
    }
    if (!isSeq(node)) {
      this.fault(node, `"${key}" must be a list ("- …" lines)`);
      return [];
    }
    const found: { text: string; node: Node }[] = [];
    for (const item of node.items) {
      if (isScalar(item) && typeof item.value === "string") found.push({ text: item.value, node: item });
      else if (isScalar(item) && typeof item.value === "number" && item.source !== undefined) found.push({ text: item.source, node: item });
      else this.fault(item, `an entry of "${key}" is no text; put it in quotes`);
    }
    return found;
  }

  /** The node under a key. */
  node(map: YAMLMap, key: string): Node | undefined {
    const found = map.get(key, true);
    return found === undefined ? undefined : (found as Node);
  }
}

/** The key of a pair as text. */
export function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function rangeOf(node: unknown): number | undefined {
  if (node !== null && typeof node === "object" && "range" in node && Array.isArray(node.range)) {
    const start: unknown = node.range[0];
    return typeof start === "number" ? start : undefined;
  }
  return undefined;
}
