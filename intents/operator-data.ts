import { fileURLToPath } from "node:url";
import { type BackgroundLine, loadBackground } from "./background.ts";
import type { EntityRules } from "./entities/entity-rules.ts";
import { loadEntityRules } from "./entities/entity-rules.ts";
import { loadCatalogue, type PlacedExample } from "./load-catalogue.ts";
import { loadSenses, loadTypos } from "./load-lexicons.ts";
import { loadPhrasings, type Phrasing } from "./load-phrasings.ts";
import { loadMoodLines, type PlacedMoodLine } from "./mood/load-mood-lines.ts";
import { loadMoodRules, type MoodRules } from "./mood/mood-rules.ts";
import { type Fault, hashFiles, type OperatorFile, readFolder, readOne } from "./operator-file.ts";
import type { SenseTable } from "./text/senses.ts";
import type { TypoTable } from "./text/spelling.ts";
import type { IntentDefinition } from "./understanding.ts";

/** Where the operator's data lies; the defaults are this folder's own. */
export interface OperatorFolders {
  readonly catalogDir?: string;
  readonly backgroundDir?: string;
  readonly phrasingsDir?: string;
}

/** Everything the running engine needs beside the weights; plain data. */
export interface EngineData {
  readonly intents: readonly IntentDefinition[];
  readonly typos: TypoTable;
  readonly senses: SenseTable;
  readonly entities: EntityRules;
  readonly mood: MoodRules;
}

/** The files as they stand, by kind, and the hash over all of them. */
export interface OperatorFiles {
  readonly catalog: readonly OperatorFile[];
  readonly background: readonly OperatorFile[];
  readonly phrasings: readonly OperatorFile[];
  readonly moods: readonly OperatorFile[];
  readonly single: Readonly<Record<"entities" | "mood" | "senses" | "typos", OperatorFile>>;
  readonly hash: string;
}

/** Raise when training or features change, so that stored models are made anew. */
const ENGINE_VERSION = "7";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Every folder in which a file of the operator's lies. */
export function operatorFolders({ catalogDir, backgroundDir, phrasingsDir }: OperatorFolders): string[] {
  return [
    catalogDir ?? here("./catalog"),
    backgroundDir ?? here("./background"),
    phrasingsDir ?? here("./phrasings"),
    here("./mood/examples"),
    here("."),
  ];
}

/** Reads the files without parsing them (a stored model that agrees needs no parsing). */
export function readOperatorFiles(folders: OperatorFolders = {}): OperatorFiles {
  const catalog = readFolder(folders.catalogDir ?? here("./catalog"));
  const background = readFolder(folders.backgroundDir ?? here("./background"));
  const phrasings = readFolder(folders.phrasingsDir ?? here("./phrasings"));
  const moods = readFolder(here("./mood/examples"));
  const single = {
    entities: readOne(here("./entities.yaml")),
    mood: readOne(here("./mood.yaml")),
    senses: readOne(here("./senses.yaml")),
    typos: readOne(here("./typos.yaml")),
  };
  const all = [...catalog, ...background, ...phrasings, ...moods, ...Object.values(single)];
  return { catalog, background, phrasings, moods, single, hash: hashFiles(all, ENGINE_VERSION) };
}

export interface ParsedData {
  readonly data: EngineData;
  readonly examples: readonly PlacedExample[];
  readonly background: readonly BackgroundLine[];
  readonly phrasings: readonly Phrasing[];
  readonly moods: readonly PlacedMoodLine[];
  readonly faults: readonly Fault[];
}

/** Parses all files; faults are collected, not thrown. */
export function parseOperatorFiles(files: OperatorFiles): ParsedData {
  const catalogue = loadCatalogue(files.catalog);
  const names = new Set(catalogue.intents.map((intent) => intent.name));
  const background = loadBackground(files.background);
  const phrasings = loadPhrasings(files.phrasings, names);
  const entities = loadEntityRules(files.single.entities);
  const mood = loadMoodRules(files.single.mood);
  const moods = loadMoodLines(files.moods);
  const senses = loadSenses(files.single.senses);
  const typos = loadTypos(files.single.typos);
  return {
    data: { intents: catalogue.intents, typos: typos.table, senses: senses.table, entities: entities.rules, mood: mood.rules },
    examples: catalogue.examples,
    background: background.lines,
    phrasings: phrasings.lines.filter((line) => names.has(line.intent)),
    moods: moods.lines,
    faults: [catalogue, background, phrasings, entities, mood, moods, senses, typos].flatMap((part) => part.faults),
  };
}
