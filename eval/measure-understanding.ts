/** How well the recogniser does on lines it was not trained on: intents, out of scope, mood, entities. */
import { join } from "node:path";
import { z } from "zod";
import type { Language, Recogniser } from "../intents/index.ts";
import { seeded, spaced, TYPO_SEED, toFullWidth, toTraditional, withTypos } from "./public/disturb.ts";
import { readLines } from "./read-lines.ts";
import { auroc, calibrationError, macroF1, type Share, share } from "./scorers.ts";

const intentLine = z.object({
  text: z.string(),
  intent: z.string(),
  alt: z.array(z.string()).optional(),
  lang: z.enum(["zh", "en"]).optional(),
});
const moodLine = z.object({
  text: z.string(),
  mood: z.enum(["calm", "annoyed", "angry"]),
  lang: z.enum(["zh", "en"]).optional(),
  /** What the customer had written before, oldest first, and what the desk had just said. */
  after: z.array(z.string()).optional(),
  reply: z.string().optional(),
});
const entityLine = z.object({ text: z.string(), entities: z.array(z.object({ type: z.string(), value: z.string() })) });

/** The desk's clock for relative times in the data sets: a Friday evening. */
export const NOW = new Date("2026-11-20T20:30:00+08:00");

export interface IntentScores {
  readonly top1: Share;
  readonly top3: Share;
  readonly macroF1: number | undefined;
  readonly outOfScopeRecall: Share;
  readonly rejectedInScope: Share;
  readonly calibrationError: number | undefined;
  /** Most frequent mistakes, `expected → got`, with how often. */
  readonly confusions: readonly (readonly [string, number])[];
}

export interface IntentRow {
  readonly text: string;
  readonly intent: string;
  readonly alt?: readonly string[] | undefined;
  readonly lang: Language;
}

export function readIntentLines(path: string, lang?: Language): IntentRow[] {
  return readLines(path, intentLine).map((line) => ({ ...line, lang: line.lang ?? lang ?? "zh" }));
}

/** A label in `alt` counts as right: a reasonable person would accept it too. */
export function measureIntents(recogniser: Recogniser, rows: readonly IntentRow[]): IntentScores {
  const seen = rows.map((row) => {
    const { intents } = recogniser.understand(row.text, { now: NOW, locale: row.lang });
    const accepted = new Set([row.intent, ...(row.alt ?? [])]);
    const got = intents[0]?.name ?? "out_of_scope";
    return {
      expected: row.intent,
      got: accepted.has(got) ? row.intent : got,
      right: accepted.has(got),
      inThree: intents.slice(0, 3).some((intent) => accepted.has(intent.name)),
      confidence: intents[0]?.confidence ?? 0,
    };
  });
  const outside = seen.filter((row) => row.expected === "out_of_scope");
  const inside = seen.filter((row) => row.expected !== "out_of_scope");
  const confusions = new Map<string, number>();
  for (const row of seen)
    if (!row.right) confusions.set(`${row.expected} → ${row.got}`, (confusions.get(`${row.expected} → ${row.got}`) ?? 0) + 1);
  return {
    top1: share(seen.filter((row) => row.right).length, seen.length),
    top3: share(seen.filter((row) => row.inThree).length, seen.length),
    macroF1: macroF1(seen),
    outOfScopeRecall: share(outside.filter((row) => row.right).length, outside.length),
    rejectedInScope: share(inside.filter((row) => row.got === "out_of_scope").length, inside.length),
    calibrationError: calibrationError(seen),
    confusions: [...confusions].sort((a, b) => b[1] - a[1]).slice(0, 12),
  };
}

/** Points (0..1) of top-1 that are lost when the same lines come written in another way; never below 0, so that a lucky slip hides nothing. */
export function measureLosses(recogniser: Recogniser, rows: readonly IntentRow[], lang: Language): Record<string, number | undefined> {
  const clean = measureIntents(recogniser, rows).top1.value;
  const lost = (changed: (text: string) => string): number | undefined => {
    const value = measureIntents(
      recogniser,
      rows.map((row) => ({ ...row, text: changed(row.text) })),
    ).top1.value;
    return clean === undefined || value === undefined ? undefined : Math.max(0, clean - value);
  };
  const losses = { [`intents.${lang}.lost_full_width`]: lost(toFullWidth) };
  if (lang === "zh") return { ...losses, "intents.zh.lost_traditional": lost(toTraditional), "intents.zh.lost_spaces": lost(spaced) };
  const random = seeded(TYPO_SEED);
  return { ...losses, "intents.en.lost_typos": lost((text) => withTypos(text, random)) };
}

export interface MoodScores {
  readonly exact: Share;
  /** Annoyed or angry against calm, by score. */
  readonly auroc: number | undefined;
  readonly upsetRecall: Share;
  readonly falseAlarms: Share;
}

export function measureMood(recogniser: Recogniser, path: string, lang: Language): MoodScores {
  const rows = readLines(path, moodLine)
    .filter((line) => (line.lang ?? lang) === lang)
    .map((line) => ({
      expected: line.mood,
      mood: recogniser.understand(line.text, {
        now: NOW,
        locale: lang,
        ...(line.after === undefined ? {} : { earlier: line.after }),
        ...(line.reply === undefined ? {} : { reply: line.reply }),
      }).mood,
    }));
  const upset = rows.filter((row) => row.expected !== "calm");
  const calm = rows.filter((row) => row.expected === "calm");
  return {
    exact: share(rows.filter((row) => row.mood.label === row.expected).length, rows.length),
    auroc: auroc(
      upset.map((row) => row.mood.score),
      calm.map((row) => row.mood.score),
    ),
    upsetRecall: share(upset.filter((row) => row.mood.label !== "calm").length, upset.length),
    falseAlarms: share(calm.filter((row) => row.mood.label !== "calm").length, calm.length),
  };
}

export interface EntityScores {
  readonly precision: Share;
  readonly recall: Share;
}

export function measureEntities(recogniser: Recogniser, path: string): EntityScores {
  let [found, expected, right] = [0, 0, 0];
  for (const line of readLines(path, entityLine)) {
    const got = recogniser
      .understand(line.text, { now: NOW, timeZone: "Asia/Shanghai" })
      .entities.map((entity) => `${entity.type} ${entity.value}`);
    const wanted = line.entities.map((entity) => `${entity.type} ${entity.value}`);
    found += got.length;
    expected += wanted.length;
    right += wanted.filter((value) => got.includes(value)).length;
  }
  return { precision: share(right, found), recall: share(right, expected) };
}

export const DATASETS = join(import.meta.dirname, "datasets");
