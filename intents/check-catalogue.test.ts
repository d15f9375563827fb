import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkCatalogue, formatFault } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "catalogue-"));
const empty = join(folder, "none");
// One real intent beside the faulty ones is enough; only the first test reads all that ships.
const folders = { catalogDir: folder, backgroundDir: empty, phrasingsDir: empty };
beforeAll(() => {
  mkdirSync(empty);
  cpSync(new URL("./catalog/greeting.yaml", import.meta.url).pathname, join(folder, "greeting.yaml"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("checkCatalogue", () => {
  it("finds no error in what ships", () => {
    expect(
      checkCatalogue()
        .filter(({ severity }) => severity === "error")
        .map(formatFault),
    ).toEqual([]);
  }, 120_000);

  it("names file, line, fault and valid keys", () => {
    const examples = (language: string) =>
      `  ${language}:\n${Array.from({ length: 8 }, (_, i) => `    - ${language} example number ${"abcdefgh".charAt(i)}`).join("\n")}\n`;
    writeFileSync(
      join(folder, "zz_faulty.yaml"),
      `name: zz_faulty\nclass: routin\ntitle: { zh: 错, en: Faulty }\nanswer: { reply: x }\nutterence: []\nexamples:\n${examples("zh")}`,
    );
    const said = checkCatalogue(folders).map(formatFault);
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/zz_faulty\.yaml:5:1 unknown key "utterence"; valid keys: name, class, title, answer, examples/u),
        expect.stringMatching(/zz_faulty\.yaml:2:8 unknown class "routin"; valid keys: routine/u),
        expect.stringMatching(/zz_faulty\.yaml:7:3 missing key "en"/u),
      ]),
    );
    rmSync(join(folder, "zz_faulty.yaml"));
  });

  it("wants enough examples in both languages, and known languages only", () => {
    const lines = (count: number) => Array.from({ length: count }, (_, i) => `    - planted line ${"abcdefgh".charAt(i)}\n`).join("");
    const head = "name: zz_thin\nclass: routine\ntitle: { zh: 薄, en: Thin }\nanswer: { reply: x }\nexamples:\n";
    writeFileSync(join(folder, "zz_thin.yaml"), `${head}  zh:\n${lines(8)}  en:\n${lines(3)}  fr:\n${lines(8)}`);
    expect(checkCatalogue({ catalogDir: folder }).map(formatFault)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/zz_thin\.yaml:16:5 3 examples in "en"; at least 8 are needed/u),
        expect.stringMatching(/zz_thin\.yaml:19:3 unknown language "fr"; valid keys: zh, en/u),
      ]),
    );
    rmSync(join(folder, "zz_thin.yaml"));
  });

  it("finds the same line in two intents, near-twins, held-out lines and unknown answers", () => {
    const list = (language: string, lines: string[]) =>
      `  ${language}:\n${[...lines, ..."abcdefgh"].map((line) => `    - ${line.length === 1 ? `filler ${line}${line} words in ${language}` : line}`).join("\n")}\n`;
    const write = (name: string, lines: string[]) =>
      writeFileSync(
        join(folder, `${name}.yaml`),
        `name: ${name}\nclass: service\ntitle: { zh: 甲, en: A }\nanswer: { article: nowhere }\nexamples:\n${list("zh", lines)}${list("en", [])}`,
      );
    write("zz_one", ["请问你们的紫色大象在几点钟开始表演呢我想带孩子去看"]);
    write("zz_two", ["请问你们的紫色大象在几点钟开始表演呢我想带孩子去看", "请问你们的紫色大象在几点钟开始表演呢我想带孩子去看啊"]);
    const faults = checkCatalogue({
      ...folders,
      heldOut: [{ name: "held.jsonl", texts: ["请问你们的紫色大象在几点钟开始表演呢我想带孩子去看"] }],
      answers: { article: new Set(["top-up"]) },
    }).map(formatFault);
    expect(faults.some((fault) => /zz_two.*also stands in intent "zz_one"/u.test(fault))).toBe(true);
    expect(faults.some((fault) => /zz_two.*warning.*nearly the same/u.test(fault))).toBe(true);
    expect(faults.some((fault) => /zz_one.*also held out in held\.jsonl/u.test(fault))).toBe(true);
    expect(faults.some((fault) => /zz_one.*unknown article "nowhere"; valid keys: top-up/u.test(fault))).toBe(true);
  });
});
