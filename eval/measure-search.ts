/** How well the knowledge search finds the right article, and abstains when there is none. */
import { z } from "zod";
import type { Knowledge } from "../knowledge/index.ts";
import { readLines } from "./read-lines.ts";
import { type Share, share } from "./scorers.ts";

/** `article` null: no article answers it; `also`: others that would do. `part: fit` lines set the threshold and are not measured. */
const searchLine = z.object({
  text: z.string(),
  language: z.enum(["zh", "en"]),
  article: z.string().nullable(),
  also: z.array(z.string()).default([]),
  part: z.string().optional(),
});

export function measureSearch(knowledge: Knowledge, path: string): { readonly rightArticle: Share; readonly abstains: Share } {
  const rows = readLines(path, searchLine)
    .filter((line) => line.part === "check")
    .map((line) => ({ ...line, got: knowledge.find({ text: line.text, language: line.language })?.article.id }));
  const answerable = rows.filter((row) => row.article !== null);
  const unanswerable = rows.filter((row) => row.article === null);
  return {
    rightArticle: share(
      answerable.filter((row) => row.got !== undefined && (row.got === row.article || row.also.includes(row.got))).length,
      answerable.length,
    ),
    abstains: share(unanswerable.filter((row) => row.got === undefined).length, unanswerable.length),
  };
}
