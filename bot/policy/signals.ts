/** Signals: words or patterns of `routing.yaml` that make a rule's condition true. */
import traditionalPairs from "opencc-js/dict/TSCharacters";
import { DataFault } from "./read-yaml.ts";

export interface Signals {
  test(name: string, text: string): boolean;
}

/**
 * A plain entry is a piece of text; an entry between slashes is a regular expression. Both are matched on the text in lower case, half width
 * and simplified script: Chinese ones with the spaces taken out, English ones as it stands.
 * @param at where an entry stands in the file, for faults
 * @throws DataFault for a pattern that does not compile
 */
export function compileSignals(
  signals: Readonly<Record<string, { zh: readonly string[]; en: readonly string[] }>>,
  at: (...keys: readonly (string | number)[]) => string,
): Signals {
  const faults: string[] = [];
  const compile = (entry: string, ...keys: readonly (string | number)[]): ((text: string) => boolean) => {
    if (!(entry.startsWith("/") && entry.endsWith("/"))) {
      const needle = entry.toLowerCase();
      return (text) => text.includes(needle);
    }
    try {
      const pattern = new RegExp(entry.slice(1, -1), "u");
      return (text) => pattern.test(text);
    } catch (error) {
      faults.push(`${at("signals", ...keys)} ${entry} is not a regular expression (${error instanceof Error ? error.message : error})`);
      return () => false;
    }
  };
  const compiled = new Map(
    Object.entries(signals).map(([name, { zh, en }]) => [
      name,
      {
        zh: zh.map((entry, index) => compile(entry, name, "zh", index)),
        en: en.map((entry, index) => compile(entry, name, "en", index)),
      },
    ]),
  );
  if (faults.length > 0) throw new DataFault(faults);
  return {
    test: (name, text) => {
      const signal = compiled.get(name);
      if (!signal) return false;
      const lower = fold(text);
      const tight = lower.replace(/\s+/gu, "");
      return signal.zh.some((test) => test(tight)) || signal.en.some((test) => test(lower));
    },
  };
}

const simplified = new Map(
  traditionalPairs.split("|").flatMap((pair) => {
    const [from, to] = pair.split(" ");
    // A character with several simplified forms lists the usual one first.
    return from !== undefined && to !== undefined ? [[from, to] as const] : [];
  }),
);

/** As the patterns are written: half width, simplified, lower case, and the straight apostrophe phones do not type. */
function fold(text: string): string {
  const narrow = text.slice(0, 4000).normalize("NFKC").replace(/[‘’]/gu, "'").toLowerCase();
  return narrow.replace(/\p{Script=Han}/gu, (char) => simplified.get(char) ?? char);
}
