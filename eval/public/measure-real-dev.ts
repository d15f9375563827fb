/**
 * The shipped recogniser on lines real customers wrote (`real-dev/`). Aggregates only: these lines are for measuring, so none of them is
 * ever printed, not even in an error.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Language, Recogniser } from "../../intents/index.ts";
import { DATASETS, type IntentRow, measureIntents, NOW, readIntentLines } from "../measure-understanding.ts";
import { auroc, recallAtFalseAlarms } from "../scorers.ts";

type Figures = Record<string, number | undefined>;

const LANGUAGES: readonly Language[] = ["zh", "en"];
const intentLine = z.object({
  text: z.string().min(1),
  lang: z.enum(["zh", "en"]),
  intent: z.string(),
  alt: z.array(z.string()).nullish(),
});
const moodLine = z.object({ text: z.string().min(1), lang: z.enum(["zh", "en"]), mood: z.enum(["calm", "annoyed", "angry"]) });
/** Of calm lines at most this share may be called upset. */
const FALSE_ALARMS = 0.05;

/** Lines of a file; a broken one is named by its place alone. */
export function readUnprinted<S extends z.ZodType>(path: string, schema: S): z.output<S>[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line, index) => {
      if (line.trim() === "") return [];
      try {
        return [schema.parse(JSON.parse(line))];
      } catch {
        throw new Error(`${path}:${index + 1}: not a line of this set`);
      }
    });
}

/** First and among the first three, by language; out of scope by language and, for the bar, together with this project's own lines. */
export function measureRealIntents(recogniser: Recogniser, path: string): Figures {
  const rows: IntentRow[] = readUnprinted(path, intentLine).map(({ text, lang, intent, alt }) => ({
    text,
    lang,
    intent,
    ...(alt === null || alt === undefined ? {} : { alt }),
  }));
  const figures: Figures = {};
  for (const language of LANGUAGES) {
    const scores = measureIntents(
      recogniser,
      rows.filter((row) => row.lang === language),
    );
    figures[`real-dev.${language}.top1`] = scores.top1.value;
    figures[`real-dev.${language}.top3`] = scores.top3.value;
    figures[`real-dev.${language}.out_of_scope_recall`] = scores.outOfScopeRecall.value;
    figures[`real-dev.${language}.rejected_in_scope`] = scores.rejectedInScope.value;
  }
  const own = LANGUAGES.flatMap((language) => readIntentLines(join(DATASETS, `intents.${language}.jsonl`), language));
  const together = measureIntents(recogniser, [...rows, ...own]);
  figures["real-dev.and_own.out_of_scope_recall"] = together.outOfScopeRecall.value;
  figures["real-dev.and_own.rejected_in_scope"] = together.rejectedInScope.value;
  return figures;
}

/** Annoyed or angry against calm, by language: ranking, and recall where few calm lines are called upset. */
export function measureRealMoods(recogniser: Recogniser, path: string): Figures {
  const rows = readUnprinted(path, moodLine);
  const figures: Figures = {};
  for (const language of LANGUAGES) {
    const scores = (isUpset: boolean): number[] =>
      rows
        .filter((row) => row.lang === language && (row.mood !== "calm") === isUpset)
        .map(({ text }) => recogniser.understand(text, { now: NOW, locale: language }).mood.score);
    const [upset, calm] = [scores(true), scores(false)];
    figures[`real-dev.${language}.mood_auroc`] = auroc(upset, calm);
    figures[`real-dev.${language}.upset_recall`] = recallAtFalseAlarms(upset, calm, FALSE_ALARMS);
  }
  return figures;
}
