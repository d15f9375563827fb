import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Calibration } from "./calibration.ts";
import { strideOf } from "./familiar.ts";
import type { Model } from "./model.ts";
import { DENSE, indexVocabulary } from "./vocabulary.ts";

/**
 * One file: magic, length of the header, header (JSON), then hashes (u32), IDF (f32), scales (f32), bias (f32), weights (i8),
 * bits of familiar features (u8), each part at a multiple of 8, little-endian as every machine Node runs on. Read as views on one buffer: no copying at start.
 */
const MAGIC = 0x4a544d31;

/** Bytes from the start of a model that hold magic, length and hash. */
const HASH_SEEN = 96;

interface Header<Data> {
  /** First, so that `storedHash` needs no more than the first bytes. */
  readonly hash: string;
  readonly labels: readonly string[];
  readonly calibration: Calibration;
  readonly unseenIdf: number;
  readonly width: number;
  readonly data: Data;
}

const aligned = (length: number): number => Math.ceil(length / 8) * 8;

/** Writes a model beside its name and renames it: a reader sees the old or the new, never half. */
export function writeModel<Data>(path: string, hash: string, model: Model, data: Data): void {
  const header: Header<Data> = {
    hash,
    labels: model.labels,
    calibration: model.calibration,
    unseenIdf: model.vocabulary.unseenIdf,
    width: model.vocabulary.size,
    data,
  };
  const json = Buffer.from(JSON.stringify(header));
  const lead = Buffer.alloc(8);
  lead.writeUInt32LE(MAGIC, 0);
  lead.writeUInt32LE(json.length, 4);
  const parts = [
    lead,
    json,
    bytes(model.vocabulary.hashes),
    bytes(model.vocabulary.idf),
    bytes(model.scales),
    bytes(model.bias),
    bytes(model.weights),
    bytes(model.familiar.bits),
  ];
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, "w", 0o644);
    try {
      for (const part of parts) {
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

function bytes(array: Uint32Array | Float32Array | Int8Array | Uint8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** For which files the stored model was made: their hash, which the header begins with; undefined when there is no model. */
export function storedHash(path: string): string | undefined {
  const start = Buffer.alloc(HASH_SEEN);
  try {
    const file = openSync(path, "r");
    try {
      readSync(file, start);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
  return /^\{"hash":"([0-9a-f]{64})"/u.exec(start.toString("latin1", 8))?.[1];
}

/** Reads a model if the file is there, whole and made for `hash`; otherwise undefined. */
export function readModel<Data>(path: string, hash: string): { readonly model: Model; readonly data: Data } | undefined {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    return undefined;
  }
  if (file.length < 16 || file.readUInt32LE(0) !== MAGIC) return undefined;
  const headerLength = file.readUInt32LE(4);
  if (8 + headerLength > file.length) return undefined;
  let header: Header<Data>;
  try {
    header = JSON.parse(file.toString("utf8", 8, 8 + headerLength)) as Header<Data>;
  } catch {
    return undefined;
  }
  if (header.hash !== hash) return undefined;
  const { width } = header;
  const labels = header.labels.length;
  let at = 8 + aligned(headerLength);
  const columns = width + DENSE;
  const stride = strideOf(labels);
  const end =
    at + 2 * aligned(width * 4) + aligned(columns * 4) + aligned(labels * 4) + aligned(columns * labels) + aligned(width * stride);
  if (file.length !== end) return undefined;
  // A small file may lie at an odd place of Node's buffer pool; typed arrays need an aligned start.
  const source = file.byteOffset % 8 === 0 ? file : Buffer.from(new Uint8Array(file).buffer);
  const take = (length: number): { readonly buffer: ArrayBuffer; readonly offset: number } => {
    const offset = source.byteOffset + at;
    at += aligned(length);
    return { buffer: source.buffer as ArrayBuffer, offset };
  };
  const hashes = take(width * 4);
  const idf = take(width * 4);
  const scales = take(columns * 4);
  const bias = take(labels * 4);
  const weights = take(columns * labels);
  const familiar = take(width * stride);
  return {
    model: {
      labels: header.labels,
      calibration: header.calibration,
      vocabulary: indexVocabulary(
        new Uint32Array(hashes.buffer, hashes.offset, width),
        new Float32Array(idf.buffer, idf.offset, width),
        header.unseenIdf,
      ),
      scales: new Float32Array(scales.buffer, scales.offset, columns),
      bias: new Float32Array(bias.buffer, bias.offset, labels),
      weights: new Int8Array(weights.buffer, weights.offset, columns * labels),
      familiar: { stride, bits: new Uint8Array(familiar.buffer, familiar.offset, width * stride) },
    },
    data: header.data,
  };
}
