import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isNode, isScalar, isSeq, LineCounter, type Pair, parseDocument, visit } from "yaml";

/** A text of an operator's file with its place, `file:line:col`. */
export interface Placed {
  readonly text: string;
  readonly at: string;
}

/** An operator's YAML file read for names and texts with their places. Faults of form are found by the file's own reader. */
export class PlacedYaml {
  readonly file: string;
  readonly #document;
  readonly #lines = new LineCounter();

  /** @param path relative to `root`, and how messages call the file */
  constructor(root: string, path: string) {
    this.file = path;
    this.#document = parseDocument(readFileSync(join(root, path), "utf8"), { lineCounter: this.#lines });
  }

  /** The text under these keys. */
  text(...keys: readonly (string | number)[]): Placed | undefined {
    const node: unknown = this.#document.getIn(keys, true);
    return isScalar(node) && typeof node.value === "string" ? { text: node.value, at: this.#at(node) } : undefined;
  }

  /** The texts of the list under these keys. */
  texts(...keys: readonly (string | number)[]): Placed[] {
    const node: unknown = this.#document.getIn(keys, true);
    const items = isSeq(node) ? node.items : [];
    return items.flatMap((item) => (isScalar(item) ? [{ text: String(item.value), at: this.#at(item) }] : []));
  }

  /** The keys of the mapping under these keys. */
  keys(...keys: readonly (string | number)[]): Placed[] {
    const node: unknown = keys.length === 0 ? this.#document.contents : this.#document.getIn(keys, true);
    return (isMap(node) ? node.items : []).map((pair: Pair) => ({
      text: isScalar(pair.key) ? String(pair.key.value) : "",
      at: this.#at(pair.key),
    }));
  }

  /** How many entries the list under these keys has. */
  size(...keys: readonly (string | number)[]): number {
    const node: unknown = this.#document.getIn(keys, true);
    return isSeq(node) ? node.items.length : 0;
  }

  /** Every text of the file that is no key. */
  everyText(): Placed[] {
    const found: Placed[] = [];
    visit(this.#document, {
      Scalar: (key, node) => {
        if (key !== "key" && typeof node.value === "string") found.push({ text: node.value, at: this.#at(node) });
      },
    });
    return found;
  }

  #at(node: unknown): string {
    const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    const { line, col } = this.#lines.linePos(offset);
    return `${this.file}:${line}:${col}`;
  }
}

/** The files of a folder with this ending, in name order, as paths relative to `root`; none when the folder is absent. */
export function filesIn(root: string, folder: string, ending: string): string[] {
  try {
    const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(ending));
    return names.sort().map((name) => `${folder}/${name}`);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** The place of the first occurrence of a text in a file, else of the file's beginning. */
export function placeOf(root: string, file: string, needle: string | RegExp): string {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    const column = typeof needle === "string" ? line.indexOf(needle) : line.search(needle);
    if (column >= 0) return `${file}:${index + 1}:${column + 1}`;
  }
  return `${file}:1:1`;
}
