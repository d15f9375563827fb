/** How well the knowledge search finds the right article, and abstains when there is none. */
import { z } from "zod";
import type { Knowledge } from "../knowledge/index.ts";
import { readLines } from "./read-lines.ts";
import { type Share, share } from "./scorers.ts";

/** `article` null: no article answers it. `part: fit` lines set the threshold; only the others are measured here. */
const searchLine = z.object({
  text: z.string(),
  language: z.enum(["zh", "en"]),
  article: z.string().nullable(),
  part: z.string().optional(),
});

export function measureSearch(knowledge: Knowledge, path: string): { readonly rightArticle: Share; readonly abstains: Share } {
  const rows = readLines(path, searchLine).map((line) => ({
    expected: line.article,
    got: knowledge.find({ text: line.text, language: line.language })?.article.id,
  }));
  const answerable = rows.filter((row) => row.expected !== null);
  const unanswerable = rows.filter((row) => row.expected === null);
  return {
    rightArticle: share(answerable.filter((row) => row.got === row.expected).length, answerable.length),
    abstains: share(unanswerable.filter((row) => row.got === undefined).length, unanswerable.length),
  };
}
