/**
 * The model of the shipped data, as `npm ci` makes it: so a first start need not wait for the training. It is named after the data and after this
 * engine's own sources, so that nobody who works on the engine is shown what an older one has learned.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const HERE = import.meta.dirname;
const FOLDER = join(HERE, "dist");

/** @param dataHash of the operator's files @returns where the model of exactly these lies, if it was made */
export function builtModelPath(dataHash: string): string {
  const hash = createHash("sha256").update(dataHash);
  for (const name of sourcesIn(HERE)) hash.update(`\0${name}\0`).update(readFileSync(join(HERE, name)));
  return join(FOLDER, `${hash.digest("hex").slice(0, 32)}.model`);
}

/** Makes room for a new one: an older one is of no more use. @returns where it goes */
export function freshBuiltModelPath(dataHash: string): string {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  return builtModelPath(dataHash);
}

/** Code and vectors the model depends on; not tests, not what is built. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.(?:ts|bin)$/u.test(name) && !/\.test\.ts$|^(?:dist|lab)\/|make-vectors/u.test(name))
    .sort();
}
