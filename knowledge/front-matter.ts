import { isMap, isNode, isScalar, isSeq, LineCounter, type Pair, parseDocument, type YAMLMap } from "yaml";
import type { Fault } from "./article.ts";

const FENCE = /^---[ \t]*$/u;

/** An article file cut into its front matter and its body, with the places of both. */
export class FrontMatter {
  readonly file: string;
  readonly faults: Fault[] = [];
  /** Absent when there is no front matter that can be read. */
  readonly root: YAMLMap | undefined;
  /** Body without blank lines at its ends. */
  readonly body: string;
  /** Lines of the body as they stand, the first with its 1-based number. */
  readonly bodyLines: readonly string[];
  readonly bodyStartsAt: number;
  readonly #lines = new LineCounter();

  constructor(file: string, text: string) {
    this.file = file;
    const lines = text.replace(/^\ufeff/u, "").split(/\r?\n/u);
    const end = FENCE.test(lines[0] ?? "") ? lines.findIndex((line, index) => index > 0 && FENCE.test(line)) : -1;
    this.bodyLines = lines.slice(end + 1);
    this.bodyStartsAt = end + 2;
    this.body = this.bodyLines.join("\n").trim();
    if (end < 0) {
      this.#add(1, 1, 'the file must begin with front matter between two lines of "---"');
      return;
    }
    const document = parseDocument(lines.slice(1, end).join("\n"), { lineCounter: this.#lines, uniqueKeys: true });
    for (const error of document.errors) {
      const { line, col } = this.#lines.linePos(error.pos[0]);
      this.#add(line + 1, col, error.message.split("\n")[0] ?? "cannot be read");
    }
    if (document.errors.length > 0) return;
    if (isMap(document.contents)) this.root = document.contents;
    else this.#add(2, 1, "front matter must be `key: value` lines");
  }

  /** Faults every key that is not in `valid`. */
  onlyKeys(valid: readonly string[]): void {
    for (const pair of this.root?.items ?? []) {
      const key = keyOf(pair);
      if (!valid.includes(key)) this.#at(pair.key, `unknown key "${key}"; valid keys: ${valid.join(", ")}`);
    }
  }

  /** The text under a key; faults when it is absent, empty or of another kind. */
  text(key: string): string | undefined {
    const value = this.#value(key);
    if (value === undefined) return undefined;
    if (isScalar(value) && typeof value.value === "string" && value.value.trim() !== "") return value.value.trim();
    this.#at(value, `"${key}" must be text; put it in quotes if it reads as a number, true, false or null`);
    return undefined;
  }

  /** The list of texts under a key; faults when it is absent or of another kind. */
  list(key: string): string[] | undefined {
    const value = this.#value(key);
    if (value === undefined) return undefined;
    if (!isSeq(value)) {
      this.#at(value, `"${key}" must be a list: [one, two]`);
      return undefined;
    }
    return value.items.flatMap((item) => {
      if (isScalar(item) && typeof item.value === "string" && item.value.trim() !== "") return [item.value.trim()];
      this.#at(item, `an entry of "${key}" is no text; put it in quotes`);
      return [];
    });
  }

  /** Records a fault at a key, or at an entry of the list under it. */
  fault(key: string, message: string, entry?: string, severity: Fault["severity"] = "error"): void {
    const pair = this.root?.items.find((candidate) => keyOf(candidate) === key);
    const entries = isSeq(pair?.value) ? pair.value.items : [];
    const node = entry === undefined ? undefined : entries.findLast((item) => isScalar(item) && item.value === entry);
    this.#at(node ?? pair?.key, message, severity);
  }

  /** Records a fault in the body. `line` counts from 0 in `bodyLines`, `column` from 0 in the line. */
  bodyFault(line: number, column: number, message: string): void {
    this.#add(this.bodyStartsAt + line, column + 1, message);
  }

  #value(key: string): unknown {
    const value: unknown = this.root?.get(key, true);
    if (value === undefined || (isScalar(value) && value.value === null)) {
      this.#at(value, `missing key "${key}"`);
      return undefined;
    }
    return value;
  }

  #at(node: unknown, message: string, severity: Fault["severity"] = "error"): void {
    const offset = isNode(node) ? node.range?.[0] : undefined;
    const { line, col } = offset === undefined ? { line: 1, col: 1 } : this.#lines.linePos(offset);
    this.#add(line + 1, col, message, severity);
  }

  #add(line: number, column: number, message: string, severity: Fault["severity"] = "error"): void {
    this.faults.push({ file: this.file, line, column, message, severity });
  }
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}
