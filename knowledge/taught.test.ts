import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ArticleError, openKnowledge, openTaught, sayingsOf, taughtKey, teach } from "./index.ts";

const ARTICLES = resolve(import.meta.dirname, "articles");
const NOW = new Date("2026-11-20T12:00:00Z");
const root = mkdtempSync(join(tmpdir(), "jietong-taught-"));
afterAll(() => rmSync(root, { recursive: true }));

const senses = { forget: ["忘", "forgot"] };
const findSenses = (table: typeof senses) => (text: string) =>
  Object.entries(table).flatMap(([name, forms]) => (forms.some((form) => text.includes(form)) ? [name] : []));
const sayings = {
  ...sayingsOf(
    [{ name: "password_reset", answer: { article: "reset-password" }, examples: { zh: ["密码想不起来了"], en: ["cant recall it"] } }],
    {
      offTopic: ["今天天气怎么样", "tell me a joke"],
    },
  ),
  senses: findSenses(senses),
};
const QUESTIONS = ["密码想不起来了怎么办", "我忘了", "今天天气怎么样", "how do I wihtdraw my money", "支付宝", "xyzzy", ""];

describe("a stored index", () => {
  const place = { dir: ARTICLES, file: join(root, "index"), key: taughtKey(ARTICLES, "1") };

  it("answers as the one it was made from, sayings, senses and misspellings included", () => {
    teach(place, NOW, sayings, senses);
    const made = openKnowledge({ dir: ARTICLES, now: NOW, sayings });
    const read = openTaught(place, findSenses);
    for (const text of QUESTIONS) {
      expect(read?.search(text, "zh", 5)).toEqual(made.search(text, "zh", 5));
      expect(read?.find({ text, language: "en", intent: "topup_guide" })).toEqual(
        made.find({ text, language: "en", intent: "topup_guide" }),
      );
    }
    expect(read?.search("我忘了", "zh", 1)).toHaveLength(1);
    expect([read?.ids, read?.intentsServed]).toEqual([made.ids, made.intentsServed]);
  });

  it("is not used for other sayings, nor when it is cut short, overwritten or absent", () => {
    expect(openTaught({ ...place, key: taughtKey(ARTICLES, "2") }, findSenses)).toBeUndefined();
    const whole = readFileSync(place.file);
    for (const length of [0, 4, 12, whole.length - 8]) {
      truncateSync(place.file, length);
      expect(openTaught(place, findSenses)).toBeUndefined();
      writeFileSync(place.file, whole);
    }
    writeFileSync(place.file, Buffer.from("not an index at all"));
    expect(openTaught(place, findSenses)).toBeUndefined();
    expect(openTaught({ ...place, file: join(root, "none") }, findSenses)).toBeUndefined();
  });

  it("is not used when an article was edited; one with a fault is not stored", () => {
    const dir = join(root, "articles");
    cpSync(ARTICLES, dir, { recursive: true });
    const mine = () => ({ dir, file: join(root, "mine"), key: taughtKey(dir, "1") });
    teach(mine(), NOW, sayings, senses);
    expect(openTaught(mine(), findSenses)).toBeDefined();
    const file = join(dir, "money/withdraw.zh.md");
    writeFileSync(file, readFileSync(file, "utf8").replace("reviewed_on:", "reviewed:"));
    expect(openTaught(mine(), findSenses)).toBeUndefined();
    expect(() => teach(mine(), NOW, sayings, senses)).toThrow(ArticleError);
    expect(openTaught(mine(), findSenses)).toBeUndefined();
  });
});
