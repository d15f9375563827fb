import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { builtModelPath } from "./built-model.ts";
import { type FileNews, followFiles, openRecogniser } from "./index.ts";

it("the shipped model is named after its data and this engine's sources", () => {
  const path = builtModelPath("data 1");
  expect(path).toMatch(/intents[/\\]dist[/\\][0-9a-f]{32}\.model$/u);
  expect(builtModelPath("data 1")).toBe(path);
  expect(builtModelPath("data 2")).not.toBe(path);
});

it("what is opened lies in the desk's own folder afterwards, and is not taken for a changed catalogue", async () => {
  const modelDir = mkdtempSync(join(tmpdir(), "jietong-built-"));
  onTestFinished(() => rmSync(modelDir, { recursive: true, force: true }));
  await openRecogniser({ modelDir });
  expect(readdirSync(modelDir)).toEqual(["intents.model"]);
  const news: FileNews[] = [];
  const follower = followFiles({ modelDir }, (one) => news.push(one));
  await sleep(1500);
  follower.close();
  expect(news).toEqual([]);
}, 60_000);
