import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openLearningKnowledge } from "./learning-knowledge.ts";

const ARTICLES = join(import.meta.dirname, "../knowledge/articles");
const modelDir = mkdtempSync(join(tmpdir(), "jietong-learning-"));
afterAll(() => rmSync(modelDir, { recursive: true }));

const warnings: string[] = [];
const log = { info: () => {}, warn: (_: object, text: string) => void warnings.push(text), error: () => {} };
const open = () => openLearningKnowledge(ARTICLES, modelDir, new Date("2026-11-20T12:00:00Z"), log);
/** Named in no article; customers who want to take money out say it. */
const SAID = "怎么变现到卡里";

it("searches by the articles' words first, then by customers', and the next start has learnt already", { timeout: 240_000 }, async () => {
  const first = open();
  const before = first.knowledge.search(SAID, "zh", 1)[0]?.score ?? 0;
  await first.learn();
  const after = first.knowledge.search(SAID, "zh", 1);
  expect(after[0]?.article.topic).toBe("money");
  expect(after[0]?.score).toBeGreaterThan(before);
  const second = open();
  expect(second.knowledge.search(SAID, "zh", 3)).toEqual(first.knowledge.search(SAID, "zh", 3));
  await second.learn();
  expect(warnings).toEqual([]);
});

it("a start that is stopped while it learns stores nothing and complains of nothing", { timeout: 240_000 }, async () => {
  rmSync(join(modelDir, "articles.index"), { force: true });
  const one = open();
  const learnt = one.learn();
  one.stop();
  await learnt;
  expect(existsSync(join(modelDir, "articles.index"))).toBe(false);
  expect(one.knowledge.ids.length).toBeGreaterThan(40);
  expect(warnings).toEqual([]);
});
