import { isMap } from "yaml";
import { type Fault, FaultyReader, type OperatorFile } from "../operator-file.ts";
import type { MoodLabel } from "../understanding.ts";
import type { MoodLine } from "./train-mood.ts";

const LABELS: readonly MoodLabel[] = ["calm", "annoyed", "angry"];
/** Fewest lines of a label in a file: with fewer the model would learn the writer, not the mood. */
const FEWEST = 20;

/** A line with its place, for faults found later. */
export interface PlacedMoodLine extends MoodLine {
  readonly file: string;
  readonly line: number;
}

/**
 * Reads `mood/examples/*.yaml`: a list of lines for each mood, and `talks` for messages that need what went before:
 *
 *   calm: [...]   annoyed: [...]   angry: [...]
 *   talks:
 *     - { mood: annoyed, after: [earlier messages, oldest first], reply: what the desk just said, text: the message }
 */
export function loadMoodLines(files: readonly OperatorFile[]): {
  readonly lines: readonly PlacedMoodLine[];
  readonly faults: readonly Fault[];
} {
  const lines: PlacedMoodLine[] = [];
  const faults: Fault[] = [];
  const places = new Map<string, PlacedMoodLine>();
  for (const file of files) {
    const reader = new FaultyReader(file);
    const { root } = reader;
    if (root !== undefined) {
      reader.onlyKeys(root, [...LABELS, "talks"]);
      for (const mood of LABELS) {
        const list = reader.strings(root, mood);
        if (reader.node(root, mood) !== undefined && list.length < FEWEST)
          reader.fault(reader.node(root, mood), `${list.length} lines in "${mood}"; at least ${FEWEST} are needed`);
        for (const { text, node } of list) {
          const line: PlacedMoodLine = { text, mood, file: file.file, line: reader.place(node).line };
          const key = text.toLowerCase().trim();
          const other = places.get(key);
          if (key === "") reader.fault(node, "empty line");
          else if (other === undefined) {
            places.set(key, line);
            lines.push(line);
          } else
            reader.fault(
              node,
              `"${text}" also stands in "${other.mood}" (${other.file}:${other.line})`,
              other.mood === mood ? "warning" : "error",
            );
        }
      }
      lines.push(...readTalks(reader));
    }
    faults.push(...reader.faults);
  }
  return { lines, faults };
}

function readTalks(reader: FaultyReader): PlacedMoodLine[] {
  const found: PlacedMoodLine[] = [];
  const talks = reader.root?.get("talks", true);
  if (talks === undefined) return found;
  const items: readonly unknown[] =
    typeof talks === "object" && talks !== null && "items" in talks && Array.isArray(talks.items) ? talks.items : [];
  if (items.length === 0) reader.fault(talks, `"talks" must be a list`);
  for (const item of items) {
    if (!isMap(item)) {
      reader.fault(item, "a talk must be { mood, after, reply, text }");
      continue;
    }
    reader.onlyKeys(item, ["mood", "after", "reply", "text"]);
    const mood = LABELS.find((label) => label === reader.string(item, "mood"));
    const text = reader.string(item, "text");
    const reply = reader.string(item, "reply", false);
    const earlier = reader.strings(item, "after", false).map((one) => one.text);
    if (mood === undefined) reader.fault(item, `unknown mood; valid keys: ${LABELS.join(", ")}`);
    else if (text !== undefined)
      found.push({ text, mood, earlier, ...(reply === undefined ? {} : { reply }), file: reader.file, line: reader.place(item).line });
  }
  return found;
}
