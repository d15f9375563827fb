/** Adds examples to a catalogue file as an editor would: at the end of the list, nothing else touched; and shows it as a diff. */
import { isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Language } from "../../intents/index.ts";

export interface Edit {
  readonly text: string;
  /** Unified, for `git apply` and `patch -p1`. */
  readonly diff: string;
}

const AROUND = 3;

/** @throws when the file has no list of examples in a language that something is added to */
export function addExamples(path: string, text: string, adds: Readonly<Record<Language, readonly string[]>>): Edit {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const lines = text.split("\n");
  const inserts = (["zh", "en"] as const)
    .filter((language) => adds[language].length > 0)
    .map((language) => {
      const list: unknown = document.getIn(["examples", language], true);
      const last = isSeq(list) ? list.items.at(-1) : undefined;
      if (!isScalar(last) || !last.range) throw new Error(`${path}: no list of examples in ${language}`);
      const after = counter.linePos(last.range[1]).line;
      const indent = /^\s*/u.exec(lines[counter.linePos(last.range[0]).line - 1] ?? "")?.[0] ?? "    ";
      return { after, lines: adds[language].map((line) => `${indent}- ${JSON.stringify(line)}`) };
    })
    .sort((a, b) => a.after - b.after);
  const edited = [...lines];
  for (const insert of [...inserts].reverse()) edited.splice(insert.after, 0, ...insert.lines);
  return { text: edited.join("\n"), diff: diffOf(path, lines, inserts) };
}

function diffOf(path: string, lines: readonly string[], inserts: readonly { after: number; lines: readonly string[] }[]): string {
  const count = lines.at(-1) === "" ? lines.length - 1 : lines.length;
  let shift = 0;
  const hunks = inserts.map(({ after, lines: added }) => {
    const from = Math.max(0, after - AROUND);
    const to = Math.min(count, after + AROUND);
    const head = `@@ -${from + 1},${to - from} +${from + 1 + shift},${to - from + added.length} @@`;
    shift += added.length;
    const body = [
      ...lines.slice(from, after).map((line) => ` ${line}`),
      ...added.map((line) => `+${line}`),
      ...lines.slice(after, to).map((line) => ` ${line}`),
    ];
    return [head, ...body].join("\n");
  });
  return [`--- a/${path}`, `+++ b/${path}`, ...hunks].join("\n");
}
