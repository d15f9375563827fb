import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Asked, startModelServer } from "../../bot/language-model/fixtures/model-server.ts";
import { ROOT } from "../../bot/wire.ts";
import { openRecogniser } from "../../intents/index.ts";
import { openCustomer } from "../customer.ts";
import { DATASETS, NOW, readIntentLines } from "../measure-understanding.ts";
import { type ServerProcess, startServer } from "../server-process.ts";
import { addExamples } from "./edit-catalogue.ts";
import { groupLines } from "./group-lines.ts";
import { type Improved, improve } from "./improve.ts";
import { propose } from "./propose.ts";
import type { LostLine } from "./read-turns.ts";

const dataDir = mkdtempSync(join(tmpdir(), "jietong-improve-test-"));
const root = mkdtempSync(join(tmpdir(), "jietong-improve-root-"));
afterAll(() => {
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(root, { recursive: true, force: true });
});

const DATA = [
  "intents/catalog",
  "intents/background",
  "intents/phrasings",
  "intents/mood/examples",
  "knowledge/articles",
  "bot/policy",
  "eval/datasets",
  "eval/bars.yaml",
];

describe("grouping the held-out lines", () => {
  it("puts lines of one intent together, whatever their order", async () => {
    const recogniser = await openRecogniser({ modelDir: join(dataDir, "model") });
    for (const language of ["zh", "en"] as const) {
      const rows = readIntentLines(join(DATASETS, `intents.${language}.jsonl`), language).filter(({ intent }) => intent !== "out_of_scope");
      const lines = rows.map(({ text }) => ({ text, readings: recogniser.understand(text, { now: NOW, locale: language }).intents }));
      const groups = groupLines(lines).filter((group) => group.length > 1);
      const grouped = groups.flat().length;
      const together = groups.map((group) =>
        Math.max(...[...Map.groupBy(group, (place) => rows[place]?.intent).values()].map((same) => same.length)),
      );
      expect(grouped).toBeGreaterThan(100);
      expect(together.reduce((sum, one) => sum + one, 0) / grouped).toBeGreaterThan(0.9);
      const texts = (of: readonly { text: string }[], found: readonly (readonly number[])[]): string[][] =>
        found.map((group) => group.map((place) => of[place]?.text ?? ""));
      const some = lines.slice(0, 150);
      const turned = [...some].reverse();
      expect(texts(turned, groupLines(turned))).toEqual(texts(some, groupLines(some)));
    }
  }, 120_000);
});

describe("what is proposed", { timeout: 60_000 }, () => {
  const lost = (text: string, hint?: LostLine["hint"], holds: readonly string[] = []): LostLine => ({
    text,
    language: "zh",
    readings: [],
    holds,
    ...(hint ? { hint } : {}),
  });
  const chosen = { intent: "invoice", by: "chosen" } as const;
  const catalogue = new Map([
    [
      "invoice",
      { name: "invoice", class: "routine", title: { zh: "开发票", en: "Invoice" }, answer: {}, examples: { zh: [], en: [] } } as const,
    ],
  ]);
  const taught = {
    lines: [
      { text: "抬头开错了要重开一份发票给财务", at: "eval/datasets/intents.zh.jsonl:7", measures: true },
      { text: "开发票", at: "intents/catalog/invoice.yaml:7:7", measures: false },
    ],
  };

  it.each([
    ["抬头开错了，要重开一份发票给财务", [], /^held out, or nearly: eval\/datasets\/intents\.zh\.jsonl:7$/u],
    ["开 发票", [], /^taught already/u],
    ["我这个 KM1001-A 咋弄张纸", ["order_number"], /order number/u],
    ["密码是 •••• 给我张纸", [], /masked/u],
    ["纸".repeat(121), [], /longer/u],
  ] as const)("never: %s", (text, holds, why) => {
    const [group] = propose([lost(text, chosen, holds)], taught, catalogue);
    expect(group?.adds).toEqual([]);
    expect(group?.refused[0]?.why).toMatch(why);
  });

  it("is nothing while too little says what is meant, and what the operator says counts", () => {
    const lines = [lost("给俺整张那个纸"), lost("给俺整张那个纸", { intent: "invoice", by: "rephrased" })];
    expect(propose(lines, taught, catalogue)[0]).toMatchObject({ adds: [] });
    expect(propose(lines, taught, catalogue)[0]?.intent).toBeUndefined();
    expect(
      propose(lines, taught, catalogue, { named: new Map([[1, "invoice"]]) })[0]?.adds.map(({ text, times }) => [text, times]),
    ).toEqual([["给俺整张那个纸", 2]]);
  });
});

describe("an edit of a catalogue file", () => {
  it("adds at the end of the lists and gives a diff that git applies", () => {
    const path = "intents/catalog/invoice.yaml";
    const folder = mkdtempSync(join(tmpdir(), "jietong-improve-git-"));
    try {
      cpSync(join(ROOT, path), join(folder, path), { recursive: true });
      const before = readFileSync(join(folder, path), "utf8");
      const { text, diff } = addExamples(path, before, { zh: ['给俺整张"那个"纸: #1'], en: ["gimme the tax thingy"] });
      execFileSync("git", ["apply", "-"], { cwd: folder, input: `${diff}\n` });
      expect(readFileSync(join(folder, path), "utf8")).toBe(text);
      expect(text.split("\n").length).toBe(before.split("\n").length + 2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("the store of a desk that was talked to", { timeout: 180_000 }, () => {
  const said: string[] = [];
  const run = async (apply: boolean, since = new Date(0)): Promise<Improved> => {
    said.length = 0;
    return improve({
      config: { dataDir, databaseUrl: undefined },
      root,
      since,
      least: 2,
      named: new Map(),
      apply,
      say: (line) => said.push(line),
    });
  };
  let server: ServerProcess;
  beforeAll(async () => {
    for (const folder of DATA) cpSync(join(ROOT, folder), join(root, folder), { recursive: true });
    // The model is never sure, so the desk asks back with two buttons.
    const model = await startModelServer();
    const isOpinion = ({ messages }: Asked): boolean => (messages[0]?.content ?? "").includes("the one intent of the catalogue");
    model.answer((asked) => (isOpinion(asked) ? { intent: "invoice", sure: "no" } : { answered: "no", sentences: [] }));
    server = await startServer({ PORT: "0", JIETONG_DATA_DIR: dataDir, OPENAI_API_KEY: "any", OPENAI_BASE_URL: model.url });
    for (const text of ["哐当一下子咕噜那张纸 4111 1111 1111 1111", "哐当一下子咕噜那张纸头", "哐当一下咕噜那张纸头呗"]) {
      const customer = await openCustomer(server.url, { locale: "zh-CN" });
      const asked = await customer.say(text);
      expect(asked.at(-1)?.suggestedActions?.actions.map(({ title }) => title)).toContain("开发票");
      await customer.say("开发票");
    }
    await model.stop();
  }, 120_000);

  it("is not read while the desk runs", async () => {
    const command = promisify(execFile)(process.execPath, [join(ROOT, "eval/improve/run.ts")], {
      env: { ...process.env, JIETONG_DATA_DIR: dataDir, DATABASE_URL: "" },
    });
    await expect(command).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(dataDir) });
    await server.stop();
  });

  it("shows groups, diff and figures, and writes nothing by itself", async () => {
    const before = readFileSync(join(root, "intents/catalog/invoice.yaml"), "utf8");
    const { groups, diff, faults, applied } = await run(false);
    expect({ faults, applied }).toEqual({ faults: [], applied: false });
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ intent: "invoice", hints: [{ by: "chosen", count: 3 }] });
    expect(diff).toContain('+    - "哐当一下子咕噜那张纸头"');
    const everything = said.join("\n");
    expect(everything).not.toContain("4111 1111");
    expect(diff).not.toContain("••••");
    expect(everything).toMatch(/intents\.zh\.top1 +0\.\d{3} → 0\.\d{3} of \d{3}/u);
    expect(readFileSync(join(root, "intents/catalog/invoice.yaml"), "utf8")).toBe(before);
  });

  it("writes when told to, and finds nothing to add afterwards", async () => {
    const first = await run(true);
    expect(first, said.join("\n")).toMatchObject({ applied: true });
    expect(readFileSync(join(root, "intents/catalog/invoice.yaml"), "utf8")).toContain("哐当一下子咕噜那张纸头");
    const again = await run(true);
    expect(again).toMatchObject({ applied: false, diff: "" });
    expect(again.groups[0]?.refused.some(({ why }) => why.startsWith("taught already"))).toBe(true);
  });

  it("reads only what is as new as was asked for", async () => {
    expect((await run(false, new Date(Date.now() + 86_400_000))).groups).toEqual([]);
  });
});
