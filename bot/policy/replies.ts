/** The bot's sentences: `replies/*.yaml`, every key in both languages with the same placeholders. */
import { z } from "zod";
import { DataFault, type PlacedData, readYaml } from "./read-yaml.ts";
import type { Language } from "./words.ts";

const repliesSchema = z.record(z.string().regex(/^[a-z][a-z0-9_.]*$/), z.strictObject({ zh: z.string().min(1), en: z.string().min(1) }));

/** Words that promise nothing or blame: look.md forbids them to a customer who waits. */
const FORBIDDEN = /尽快|稍后|(?<![父母双至])亲(?![自属])|[哦呢哟呀](?=[。，,~～]|$)|as soon as possible|\bshortly\b|！|!/u;

export interface Replies {
  readonly keys: readonly string[];
  say(key: string, language: Language, values?: Readonly<Record<string, string | number>>): string;
}

/** @throws DataFault with the faults of all files at once */
export function readReplies(files: readonly { path: string; shown: string }[]): Replies {
  const faults: string[] = [];
  const all = new Map<string, Record<Language, string>>();
  for (const { path, shown } of files) {
    const file = readOne(path, shown, faults);
    if (!file) continue;
    for (const [key, texts] of Object.entries(file.data)) {
      const where = `${file.atKey(key)} ${key}:`;
      if (all.has(key)) faults.push(`${where} this key stands in another file too`);
      const [zh, en] = [placeholders(texts.zh), placeholders(texts.en)];
      if (zh !== en) faults.push(`${where} placeholders differ: zh ${zh || "none"}, en ${en || "none"}`);
      for (const text of [texts.zh, texts.en]) {
        const odd = /\{(?![a-zA-Z]+\})[^}]*\}?/u.exec(text);
        if (odd) faults.push(`${where} "${odd[0]}" is no placeholder; one is letters between braces, e.g. {code}`);
        const forbidden = FORBIDDEN.exec(text);
        if (forbidden) faults.push(`${where} "${forbidden[0]}" is not said here; give a clock time or nothing`);
      }
      all.set(key, texts);
    }
  }
  if (faults.length > 0) throw new DataFault(faults);
  return {
    keys: [...all.keys()],
    say: (key, language, values = {}) => {
      const texts = all.get(key);
      if (!texts) throw new Error(`no reply ${key}`);
      return texts[language]
        .replace(/\{([a-zA-Z]+)\}/gu, (_, name: string) => {
          const value = values[name];
          if (value === undefined) throw new Error(`reply ${key} needs {${name}}`);
          return String(value);
        })
        .trim();
    },
  };
}

function readOne(path: string, shown: string, faults: string[]): PlacedData<z.output<typeof repliesSchema>> | undefined {
  try {
    return readYaml(path, repliesSchema, shown);
  } catch (error) {
    if (!(error instanceof DataFault)) throw error;
    faults.push(...error.faults);
    return undefined;
  }
}

function placeholders(text: string): string {
  return [...new Set([...text.matchAll(/\{([a-zA-Z]+)\}/gu)].map((match) => match[0]))].sort().join(" ");
}
