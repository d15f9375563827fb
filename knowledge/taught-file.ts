import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Article } from "./article.ts";
import type { IndexData } from "./build-index.ts";

/**
 * What the search has learnt, kept between starts. One file: magic, length of the header, header (JSON), then the arrays of the term table,
 * each at a multiple of 8, little-endian as every machine Node runs on. They are used as views on the file's buffer.
 */
const MAGIC = 0x4a544b31;
const ARRAYS = ["hashes", "starts", "entries", "lengths", "frequency"] as const;

/** @template Senses what the caller's sense finder is made of; plain data */
export interface Taught<Senses> {
  readonly articles: readonly Article[];
  readonly index: IndexData;
  readonly senses: Senses;
}

interface Header<Senses> {
  readonly key: string;
  readonly articles: readonly Article[];
  readonly index: Omit<IndexData, "terms">;
  readonly terms: Readonly<Record<"seed" | "documents" | "fields", number>>;
  /** How many elements each array has. */
  readonly sizes: Readonly<Record<(typeof ARRAYS)[number], number>>;
  readonly senses: Senses;
}

const aligned = (length: number): number => Math.ceil(length / 8) * 8;
const widthOf = (name: (typeof ARRAYS)[number]): number => (name === "frequency" ? 2 : 4);

/** Writes beside the name and renames: a reader sees the old or the new, never half. */
export function writeTaught<Senses>(path: string, key: string, { articles, index, senses }: Taught<Senses>): void {
  const { terms, ...rest } = index;
  const { seed, documents, fields } = terms;
  const sizes = Object.fromEntries(ARRAYS.map((name) => [name, terms[name].length])) as Header<Senses>["sizes"];
  const header: Header<Senses> = { key, articles, index: rest, terms: { seed, documents, fields }, sizes, senses };
  const json = Buffer.from(JSON.stringify(header));
  const lead = Buffer.alloc(8);
  lead.writeUInt32LE(MAGIC, 0);
  lead.writeUInt32LE(json.length, 4);
  const arrays = ARRAYS.map((name) => new Uint8Array(terms[name].buffer, terms[name].byteOffset, terms[name].byteLength));
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, "w", 0o644);
    try {
      for (const part of [lead, json, ...arrays]) {
        writeSync(file, part);
        writeSync(file, Buffer.alloc(aligned(part.length) - part.length));
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Reads the file if it is there, whole and made for `key`; otherwise undefined. */
export function readTaught<Senses>(path: string, key: string): Taught<Senses> | undefined {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    return undefined;
  }
  if (file.length < 16 || file.readUInt32LE(0) !== MAGIC) return undefined;
  const headerLength = file.readUInt32LE(4);
  if (8 + headerLength > file.length) return undefined;
  let header: Header<Senses>;
  try {
    header = JSON.parse(file.toString("utf8", 8, 8 + headerLength)) as Header<Senses>;
  } catch {
    return undefined;
  }
  if (header.key !== key) return undefined;
  const { sizes } = header;
  let at = 8 + aligned(headerLength);
  if (file.length !== at + ARRAYS.reduce((sum, name) => sum + aligned(sizes[name] * widthOf(name)), 0)) return undefined;
  // A small file may lie at an odd place of Node's buffer pool; typed arrays need an aligned start.
  const source = file.byteOffset % 8 === 0 ? file : Buffer.from(new Uint8Array(file).buffer);
  const take = (name: (typeof ARRAYS)[number]): [ArrayBuffer, number, number] => {
    const offset = source.byteOffset + at;
    at += aligned(sizes[name] * widthOf(name));
    return [source.buffer as ArrayBuffer, offset, sizes[name]];
  };
  const terms = {
    ...header.terms,
    hashes: new Uint32Array(...take("hashes")),
    starts: new Uint32Array(...take("starts")),
    entries: new Uint32Array(...take("entries")),
    lengths: new Uint32Array(...take("lengths")),
    frequency: new Uint16Array(...take("frequency")),
  };
  return { articles: header.articles, index: { ...header.index, terms }, senses: header.senses };
}
