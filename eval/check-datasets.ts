import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { OUT_OF_SCOPE } from "../intents/index.ts";
import type { Names } from "./check-names.ts";
import { filesIn, PlacedYaml } from "./check-yaml.ts";

const intentLine = z.looseObject({ text: z.string().min(1), intent: z.string(), alt: z.array(z.string()).optional() });
const moodLine = z.strictObject({
  text: z.string().min(1),
  mood: z.enum(["calm", "annoyed", "angry"]),
  after: z.array(z.string()).optional(),
  reply: z.string().optional(),
});
const searchLine = z.looseObject({
  text: z.string().min(1),
  language: z.enum(["zh", "en"]),
  article: z.string().nullable(),
  also: z.array(z.string()).optional(),
  intent: z.string().optional(),
  main: z.string().optional(),
});

/** A line as short as this everybody writes alike ("转人工", "good evening"): a set without it would not be like life. Letters; a Han character is two. */
const EVERYDAY = 12;

/** Lines that measure must name what exists, and must not be lines that teach. */
export function checkDatasets(root: string, names: Names): string[] {
  const intents = new Set([...names.intents, OUT_OF_SCOPE]);
  const articles = new Set(names.articles.map((article) => article.id));
  const unknown = (at: string, kind: string, used: readonly (string | null | undefined)[], known: ReadonlySet<string>): string[] =>
    used
      .filter((name): name is string => typeof name === "string" && !known.has(name))
      .map((name) => `${at} no ${kind} "${name}"; valid ${kind}s: ${[...known].join(", ")}`);

  const taught = taughtLines(root);
  const heldOut = filesIn(root, "eval/datasets", ".jsonl").filter((path) => /\/intents\.[a-z]+\.jsonl$/u.test(path));
  const moods = taughtMoods(root);
  const alsoTaught = (at: string, text: string, lines = taught): string[] => {
    const twin = sizeOf(bare(text)) > EVERYDAY ? lines.get(bare(text)) : undefined;
    return twin === undefined ? [] : [`${at} "${text}" is also taught in ${twin}; valid: a line that is nowhere in intents/`];
  };
  return [
    ...heldOut.flatMap((path) =>
      linesOf(root, path, intentLine, (line, at) => [
        ...unknown(at, "intent", [line.intent, ...(line.alt ?? [])], intents),
        ...alsoTaught(at, line.text),
      ]),
    ),
    ...filesIn(root, "eval/datasets", ".jsonl")
      .filter((path) => /\/mood\.[a-z]+\.jsonl$/u.test(path))
      .flatMap((path) => linesOf(root, path, moodLine, (line, at) => alsoTaught(at, line.text, moods))),
    ...filesIn(root, "eval/datasets", "search.jsonl").flatMap((path) =>
      linesOf(root, path, searchLine, (line, at) => [
        ...unknown(at, "article", [line.article, line.main, ...(line.also ?? [])], articles),
        ...unknown(at, "intent", [line.intent], intents),
        ...alsoTaught(at, line.text),
      ]),
    ),
  ];
}

/** Every line of the catalogue and of the background, bare, with its place. */
function taughtLines(root: string): Map<string, string> {
  const taught = new Map<string, string>();
  for (const path of filesIn(root, "intents/catalog", ".yaml")) {
    const file = new PlacedYaml(root, path);
    for (const { text, at } of [...file.texts("examples", "zh"), ...file.texts("examples", "en")]) taught.set(bare(text), at);
  }
  for (const path of filesIn(root, "intents/background", ".yaml")) {
    for (const { text, at } of new PlacedYaml(root, path).texts("lines")) taught.set(bare(text), at);
  }
  return taught;
}

/** Every line that teaches the mood. */
function taughtMoods(root: string): Map<string, string> {
  const taught = new Map<string, string>();
  for (const path of filesIn(root, "intents/mood/examples", ".yaml")) {
    const file = new PlacedYaml(root, path);
    for (const { text, at } of ["calm", "annoyed", "angry"].flatMap((mood) => file.texts(mood))) taught.set(bare(text), at);
  }
  return taught;
}

/** Two lines are the same when only width, case, spaces and punctuation differ. */
function bare(text: string): string {
  const letters = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
  return letters === "" ? text : letters;
}

function sizeOf(line: string): number {
  return line.length + (line.match(/\p{Script=Han}/gu) ?? []).length;
}

function linesOf<S extends z.ZodType>(root: string, path: string, schema: S, check: (line: z.output<S>, at: string) => string[]): string[] {
  const lines = readFileSync(join(root, path), "utf8").split("\n");
  return lines.flatMap((text, index) => {
    if (text.trim() === "") return [];
    const at = `${path}:${index + 1}:1`;
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return check(parsed.data, at);
    return parsed.error.issues.map((issue) => `${at} ${issue.path.join(".") || "line"}: ${issue.message}`);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
