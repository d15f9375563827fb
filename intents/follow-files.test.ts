import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type FileNews, followFiles, openRecogniser, type Recogniser } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "follow-"));
const [catalogDir, backgroundDir, phrasingsDir, modelDir] = ["catalog", "background", "phrasings", "model"].map((name) =>
  join(folder, name),
) as [string, string, string, string];
const options = { catalogDir, backgroundDir, phrasingsDir, modelDir };
const WAIT = { timeout: 60_000, interval: 50 };
const now = new Date("2026-11-20T12:30:00Z");

let first: Recogniser;
const news: FileNews[] = [];
let follower: { close(): void };

const kinds = (): string[] => news.map(({ kind }) => kind);
const untilKind = (kind: FileNews["kind"]): Promise<void> => vi.waitFor(() => expect(kinds()).toContain(kind), WAIT);
const giftWrap = (key: string): string => {
  const lines = (text: string): string => ["a", "b", "c", "d", "e", "f", "g", "h"].map((end) => `    - ${text} ${end}\n`).join("");
  return `name: gift_wrap\nclass: routine\ntitle: { zh: 礼品包装, en: Gift wrapping }\nanswer: { reply: x }\n${key}:\n  zh:\n${lines("能用彩纸包装成礼品吗")}  en:\n${lines("can you gift wrap it in paper")}`;
};

beforeAll(async () => {
  for (const dir of [catalogDir, backgroundDir, phrasingsDir]) mkdirSync(dir);
  for (const name of ["thanks", "human_agent", "wait_time"])
    copyFileSync(new URL(`./catalog/${name}.yaml`, import.meta.url), join(catalogDir, `${name}.yaml`));
  writeFileSync(
    join(backgroundDir, "en.yaml"),
    "lines:\n  - how is the weather today\n  - tell me a joke about cats\n  - what is the capital of france\n",
  );
  first = await openRecogniser(options);
  follower = followFiles(options, (one) => news.push(one));
}, 120_000);
afterAll(() => {
  follower.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("followFiles", () => {
  it("learns a new intent and hands over a whole new recogniser; the old one stays as it was", async () => {
    writeFileSync(join(catalogDir, "gift_wrap.yaml"), giftWrap("examples"));
    await untilKind("learnt");
    expect(kinds()).toEqual(["learning", "learnt"]);
    const learnt = news.at(-1);
    if (learnt?.kind !== "learnt") throw new Error("nothing learnt");
    expect(learnt.recogniser.understand("能包装成礼品吗", { now }).intents[0]?.name).toBe("gift_wrap");
    expect(first.catalogue.has("gift_wrap")).toBe(false);
    expect(first.understand("能包装成礼品吗", { now }).intents.map(({ name }) => name)).not.toContain("gift_wrap");
  }, 120_000);

  it("keeps the good one when a file is faulty, says file, line and valid keys, and takes up the mended file", async () => {
    news.length = 0;
    writeFileSync(join(catalogDir, "gift_wrap.yaml"), giftWrap("exmaples"));
    // A second file that is right does not come into use beside a faulty one.
    appendFileSync(join(backgroundDir, "en.yaml"), "  - who won the match last night\n");
    await untilKind("faulty");
    expect(kinds()).toEqual(["learning", "faulty"]);
    const faulty = news.at(-1);
    expect(faulty).toEqual({
      kind: "faulty",
      faults: expect.arrayContaining([
        expect.stringMatching(/gift_wrap\.yaml:5:1 unknown key "exmaples"; valid keys: name, class, title/u),
      ]),
    });
    news.length = 0;
    writeFileSync(join(catalogDir, "gift_wrap.yaml"), giftWrap("examples"));
    await untilKind("learnt");
    expect(kinds()).toEqual(["learning", "learnt"]);
  }, 120_000);

  it("does nothing when a file is written again as it was, and nothing after close", async () => {
    news.length = 0;
    const path = join(catalogDir, "thanks.yaml");
    writeFileSync(path, readFileSync(path));
    utimesSync(path, now, now);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(news).toEqual([]);
    follower.close();
    writeFileSync(join(catalogDir, "gift_wrap.yaml"), giftWrap("examples").replace("礼品包装", "包礼品"));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(news).toEqual([]);
  });
});
