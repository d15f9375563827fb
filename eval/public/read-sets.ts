/** Reads the public sets from a folder the user has. A set that is not there is `undefined`; a broken one is an error with its place. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

export interface Labelled {
  readonly text: string;
  readonly label: string;
}

export interface IntentSet {
  readonly train: readonly Labelled[];
  readonly test: readonly Labelled[];
  /** Held apart from both; for thresholds. */
  readonly val?: readonly Labelled[];
  /** Texts of no label, for measuring only. */
  readonly outside?: readonly string[];
}

/** One user turn of the satisfaction set with what went before. */
export interface RatedTurn {
  readonly dialogue: number;
  readonly text: string;
  readonly earlier: readonly string[];
  readonly reply: string | undefined;
  /** Mean of the readers' ratings, 1 to 5. */
  readonly rating: number;
}

/** Where each set is looked for, relative to the data folder. */
export const FILES = {
  banking77: ["banking77/train.csv", "banking77/test.csv"],
  clinc150: ["clinc150/data_full.json"],
  smp2017: ["smp2017/smp2017.json"],
  waimai10k: ["waimai10k/waimai_10k.csv"],
  "uss-sgd": ["uss-sgd/SGD.txt"],
  "real-dev-intents": ["real-dev/intents.jsonl"],
  "real-dev-mood": ["real-dev/mood.jsonl"],
} as const;
export type SetName = keyof typeof FILES;

/** Files of a set that are not there. */
export function missingFiles(folder: string, name: SetName): string[] {
  return FILES[name].filter((file) => !existsSync(join(folder, file)));
}

/** BANKING77 (Casanueva et al. 2020): CSV with `text,category`. */
export function readBanking77(folder: string): IntentSet {
  const read = (file: string): Labelled[] =>
    readCsv(readFileSync(join(folder, file), "utf8"))
      .slice(1)
      .map(([text = "", label = ""]) => ({ text, label }));
  const [train, test] = FILES.banking77;
  return { train: read(train), test: read(test) };
}

const pairs = z.array(z.tuple([z.string(), z.string()]));
const labelled = (list: z.output<typeof pairs>): Labelled[] => list.map(([text, label]) => ({ text, label }));

/** CLINC150, `data_full.json` (Larson et al. 2019). Of the lines outside only the test part is read: nothing learns from them. */
export function readClinc150(folder: string): IntentSet {
  const schema = z.object({ train: pairs, val: pairs, test: pairs, oos_test: pairs });
  const set = schema.parse(JSON.parse(readFileSync(join(folder, FILES.clinc150[0]), "utf8")));
  return { train: labelled(set.train), val: labelled(set.val), test: labelled(set.test), outside: set.oos_test.map(([text]) => text) };
}

/** SMP2017-ECDT task 1: `{train, val, test}` of `[text, label]`. */
export function readSmp2017(folder: string): IntentSet {
  const schema = z.object({ train: pairs, val: pairs, test: pairs });
  const set = schema.parse(JSON.parse(readFileSync(join(folder, FILES.smp2017[0]), "utf8")));
  return { train: labelled(set.train), val: labelled(set.val), test: labelled(set.test) };
}

/** waimai_10k: CSV with `label,review`; label 1 is a content customer. Reviews are not quoted and may hold commas. */
export function readWaimai10k(folder: string): { readonly text: string; readonly content: boolean }[] {
  return readFileSync(join(folder, FILES.waimai10k[0]), "utf8")
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const match = /^([01]),(.*)$/su.exec(line.replace(/\r$/u, ""));
      return match === null ? [] : [{ content: match[1] === "1", text: match[2] ?? "" }];
    });
}

/** USS, SGD part (Sun et al. 2021): role, text, action, ratings between tabs; dialogues parted by empty lines. */
export function readUssSgd(folder: string): RatedTurn[] {
  const turns: RatedTurn[] = [];
  let dialogue = 0;
  let earlier: string[] = [];
  let reply: string | undefined;
  for (const line of readFileSync(join(folder, FILES["uss-sgd"][0]), "utf8").split("\n")) {
    if (line.trim() === "") {
      dialogue += 1;
      earlier = [];
      reply = undefined;
      continue;
    }
    const [role, text = "", , ratings = ""] = line.replace(/\r$/u, "").split("\t");
    if (role === "SYSTEM") reply = text;
    // The line OVERALL rates the dialogue, not a turn.
    if (role !== "USER" || text === "OVERALL") continue;
    const given = ratings.split(",").map(Number).filter(Number.isFinite);
    if (given.length > 0)
      turns.push({ dialogue, text, earlier: [...earlier], reply, rating: given.reduce((sum, one) => sum + one, 0) / given.length });
    earlier.push(text);
  }
  return turns;
}

/** RFC 4180: quoted fields may hold commas, line ends and doubled quotes. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quoted) {
      if (char !== '"') field += char;
      else if (text.charAt(at + 1) === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ",") {
      row.push(field);
      field = "";
    } else if (char === "\n") {
      row.push(field.replace(/\r$/u, ""));
      rows.push(row);
      row = [];
      field = "";
    } else field += char;
  }
  if (field !== "" || row.length > 0) rows.push([...row, field]);
  return rows.filter((fields) => fields.some((one) => one !== ""));
}
