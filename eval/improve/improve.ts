/** From stored turns to a reviewed change of the catalogue: groups, diff, data check, evaluation before and after, and only then the files. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { Config } from "../../bot/config.ts";
import { modelDirOf } from "../../bot/open-understanding.ts";
import { openEmbeddedDatabase } from "../../bot/wire.ts";
import { type IntentDefinition, type Language, openRecogniser, type Recogniser } from "../../intents/index.ts";
import { checkData } from "../check-data.ts";
import { filesIn, PlacedYaml } from "../check-yaml.ts";
import { measureIntents, readIntentLines } from "../measure-understanding.ts";
import { readBars } from "../read-bars.ts";
import { addExamples } from "./edit-catalogue.ts";
import { additionsOf, type ProposedGroup, propose, type Taught } from "./propose.ts";
import { readLostLines } from "./read-turns.ts";

export interface ImproveOptions {
  readonly config: Pick<Config, "databaseUrl" | "dataDir">;
  /** Folder that holds `intents/ knowledge/ bot/policy/ eval/datasets/`. */
  readonly root: string;
  readonly since: Date;
  readonly least: number;
  /** Group number → intent, by hand. */
  readonly named: ReadonlyMap<number, string>;
  readonly apply: boolean;
  readonly say: (line: string) => void;
}

export interface Improved {
  readonly groups: readonly ProposedGroup[];
  /** Empty when nothing is proposed. */
  readonly diff: string;
  readonly faults: readonly string[];
  readonly applied: boolean;
}

const DATA = [
  "intents/catalog",
  "intents/background",
  "intents/phrasings",
  "intents/mood/examples",
  "knowledge/articles",
  "bot/policy",
  "eval/datasets",
];
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** @throws DataDirHeld while a desk runs on the same folder */
export async function improve(options: ImproveOptions): Promise<Improved> {
  const { root, say, named } = options;
  const before = await openAt(root, modelDirOf(options.config.dataDir));
  for (const [group, intent] of named)
    if (!before.catalogue.has(intent))
      throw new Error(`--as ${group}=${intent}: no such intent; valid: ${[...before.catalogue.keys()].join(", ")}`);
  const lost = await withDatabase(options.config, (client) => readLostLines(client, options.since, before.catalogue));
  const groups = propose(lost, taughtIn(root), before.catalogue, { least: options.least, named });
  sayGroups(groups, lost.length, before.catalogue, say);
  const additions = additionsOf(groups);
  if (additions.size === 0) return { groups, diff: "", faults: [], applied: false };

  const copy = mkdtempSync(join(tmpdir(), "jietong-improve-"));
  try {
    for (const folder of DATA) if (existsSync(join(root, folder))) cpSync(join(root, folder), join(copy, folder), { recursive: true });
    const edits = [...additions].map(([intent, adds]) => {
      const path = `intents/catalog/${intent}.yaml`;
      return { path, ...addExamples(path, readFileSync(join(root, path), "utf8"), adds) };
    });
    for (const { path, text } of edits) writeFileSync(join(copy, path), text);
    const diff = edits.map((edit) => edit.diff).join("\n");
    say(`\n${diff}\n`);
    const now = new Date();
    const found = checkData(copy, now);
    const known = new Set(found.length === 0 ? [] : checkData(root, now).map(withoutPlace));
    const faults = found.filter((fault) => !known.has(withoutPlace(fault)));
    if (faults.length > 0) {
      say("The data check refuses it:");
      for (const fault of faults) say(`  ${fault}`);
      return { groups, diff, faults, applied: false };
    }
    // Kept beside the desk's own model: asked for again, the same change is not learned anew; applied, the desk has it at once.
    const proposedDir = join(options.config.dataDir, "model-proposed");
    const after = await openAt(copy, proposedDir);
    const broken = sayMeasures(root, before, after, groups, say);
    if (!options.apply) {
      say("\nNothing was written. Read every line (names of people are not recognised), then run it again with --apply.");
      return { groups, diff, faults, applied: false };
    }
    if (broken.length > 0) {
      say(`\nNot written: ${broken.join(", ")} would miss the bar. Name other intents with --as, or edit the catalogue by hand.`);
      return { groups, diff, faults, applied: false };
    }
    for (const { path, text } of edits) writeFileSync(join(root, path), text);
    cpSync(proposedDir, modelDirOf(options.config.dataDir), { recursive: true });
    say(`\nWritten: ${edits.map(({ path }) => path).join(", ")}. The desk uses it from its next start.`);
    return { groups, diff, faults, applied: true };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function openAt(root: string, modelDir: string): Promise<Recogniser> {
  const at = (folder: string): string => join(root, "intents", folder);
  return openRecogniser({ modelDir, catalogDir: at("catalog"), backgroundDir: at("background"), phrasingsDir: at("phrasings") });
}

async function withDatabase<T>(config: ImproveOptions["config"], work: (client: Client) => Promise<T>): Promise<T> {
  const embedded = config.databaseUrl === undefined ? await openEmbeddedDatabase(config.dataDir, SILENT, () => {}) : undefined;
  try {
    const client = new Client(embedded?.connection ?? { connectionString: config.databaseUrl });
    await client.connect();
    try {
      await client.query("set default_transaction_read_only = on");
      return await work(client);
    } finally {
      await client.end();
    }
  } finally {
    await embedded?.stop();
  }
}

/** Every line of the catalogue, the background and the held-out sets. */
function taughtIn(root: string): Taught {
  const yaml = (folder: string, keys: readonly (readonly string[])[]): Taught["lines"] =>
    filesIn(root, folder, ".yaml").flatMap((path) => {
      const file = new PlacedYaml(root, path);
      return keys.flatMap((key) => file.texts(...key)).map(({ text, at }) => ({ text, at, measures: false }));
    });
  const held = filesIn(root, "eval/datasets", ".jsonl").flatMap((path) =>
    readFileSync(join(root, path), "utf8")
      .split("\n")
      .flatMap((line, place) => {
        const text: unknown = line.trim() === "" ? undefined : (JSON.parse(line) as { text?: unknown }).text;
        return typeof text === "string" ? [{ text, at: `${path}:${place + 1}`, measures: true }] : [];
      }),
  );
  const examples = [
    ["examples", "zh"],
    ["examples", "en"],
  ];
  return { lines: [...held, ...yaml("intents/catalog", examples), ...yaml("intents/background", [["lines"]])] };
}

/** A fault that was there before may have moved by some lines. */
function withoutPlace(fault: string): string {
  return fault.replace(/:\d+(?::\d+)?/gu, "");
}

const SAYS = {
  chosen: "chosen from the buttons",
  opinion: "by a language model's opinion",
  rephrased: "said again in other words",
} as const;

function sayGroups(
  groups: readonly ProposedGroup[],
  lost: number,
  catalogue: ReadonlyMap<string, IntentDefinition>,
  say: (line: string) => void,
): void {
  say(`${lost} messages were not understood; ${groups.length} groups of them are worth a look.`);
  for (const [place, { lines, intent, hints, adds, refused }] of groups.entries()) {
    const times = lines.reduce((sum, line) => sum + line.times, 0);
    const title =
      intent === undefined
        ? "what is meant is not clear; name it with --as"
        : `→ ${intent} (${catalogue.get(intent)?.title[lines[0]?.language ?? "zh"]})`;
    say(`\n${place + 1}. ${times} ${times === 1 ? "message" : "messages"} ${title}`);
    for (const hint of hints) say(`     ${hint.intent} ${SAYS[hint.by]}, ${hint.count}×`);
    for (const line of lines) {
      const why = refused.find((one) => one.line === line)?.why;
      say(`   ${adds.includes(line) ? "+" : " "} ${line.times}× ${line.text}${why === undefined ? "" : `   (not added: ${why})`}`);
    }
  }
}

/** @returns bars that held and would be missed */
function sayMeasures(
  root: string,
  before: Recogniser,
  after: Recogniser,
  groups: readonly ProposedGroup[],
  say: (line: string) => void,
): string[] {
  const bars = readBars(join(root, "eval/bars.yaml"));
  const broken: string[] = [];
  const row = (name: string, was: number | undefined, is: number | undefined, of: number): void => {
    if (was === undefined || is === undefined) throw new Error(`${name} could not be measured`);
    const bar = bars[name]?.at_least;
    if (bar !== undefined && was >= bar && is < bar) broken.push(name);
    say(`  ${name.padEnd(34)} ${was.toFixed(3)} → ${is.toFixed(3)} of ${of}${bar === undefined ? "" : `   (bar ${bar})`}`);
  };
  say("Held-out lines, before → after (training anew alone moves them by half a point):");
  for (const language of ["zh", "en"] as const satisfies readonly Language[]) {
    const rows = readIntentLines(join(root, "eval/datasets", `intents.${language}.jsonl`), language);
    const [was, is] = [measureIntents(before, rows), measureIntents(after, rows)];
    row(`intents.${language}.top1`, was.top1.value, is.top1.value, rows.length);
    row(`intents.${language}.macro_f1`, was.macroF1, is.macroF1, rows.length);
    row(`intents.${language}.out_of_scope_recall`, was.outOfScopeRecall.value, is.outOfScopeRecall.value, was.outOfScopeRecall.of);
  }
  // Of the lines that are not taught: whether what was learned goes further than the very words.
  const others = groups.flatMap(({ intent, lines, adds }) =>
    intent === undefined ? [] : lines.filter((line) => !adds.includes(line)).map((line) => ({ line, intent })),
  );
  const understood = (recogniser: Recogniser): number =>
    others.filter(({ line, intent }) => {
      const read = recogniser.understand(line.text, { now: new Date(), locale: line.language });
      return read.certainty === "sure" && read.intents[0]?.name === intent;
    }).length;
  say(`  lines of these groups that are not added and are now read so   ${understood(before)} → ${understood(after)} of ${others.length}`);
  return broken;
}
