/** Signals: words or patterns of `routing.yaml` that make a rule's condition true. */
import { DataFault } from "./read-yaml.ts";

export interface Signals {
  test(name: string, text: string): boolean;
}

/**
 * A plain entry is a piece of text; an entry between slashes is a regular expression. Both are matched on the lower-case text: Chinese ones
 * with the spaces taken out, English ones as it stands.
 * @throws DataFault for a pattern that does not compile
 */
export function compileSignals(
  signals: Readonly<Record<string, { zh: readonly string[]; en: readonly string[] }>>,
  shown: string,
): Signals {
  const faults: string[] = [];
  const compile = (name: string, entry: string): ((text: string) => boolean) => {
    if (!(entry.startsWith("/") && entry.endsWith("/"))) {
      const needle = entry.toLowerCase();
      return (text) => text.includes(needle);
    }
    try {
      const pattern = new RegExp(entry.slice(1, -1), "u");
      return (text) => pattern.test(text);
    } catch (error) {
      faults.push(`${shown} signals.${name}: ${entry} is not a regular expression (${error instanceof Error ? error.message : error})`);
      return () => false;
    }
  };
  const compiled = new Map(
    Object.entries(signals).map(([name, { zh, en }]) => [
      name,
      { zh: zh.map((entry) => compile(name, entry)), en: en.map((entry) => compile(name, entry)) },
    ]),
  );
  if (faults.length > 0) throw new DataFault(faults);
  return {
    test: (name, text) => {
      const signal = compiled.get(name);
      if (!signal) return false;
      const lower = text.normalize("NFKC").toLowerCase().slice(0, 4000);
      const tight = lower.replace(/\s+/gu, "");
      return signal.zh.some((test) => test(tight)) || signal.en.some((test) => test(lower));
    },
  };
}
