import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { fewShots } from "./measure-intents.ts";
import { readUnprinted } from "./measure-real-dev.ts";
import { FILES, missingFiles, readBanking77, readClinc150, readCsv, readSmp2017, readUssSgd, readWaimai10k } from "./read-sets.ts";

const folder = mkdtempSync(join(tmpdir(), "jietong-sets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

describe("reading the public sets", () => {
  it("reads quoted CSV", () => {
    expect(readCsv('text,category\n"a, ""b""\nc",x\r\nd,y')).toEqual([
      ["text", "category"],
      ['a, "b"\nc', "x"],
      ["d", "y"],
    ]);
    write("banking77/train.csv", 'text,category\n"Hi, there",a\nbye,b\n');
    write("banking77/test.csv", "text,category\nyo,a\n");
    expect(readBanking77(folder)).toEqual({
      train: [
        { text: "Hi, there", label: "a" },
        { text: "bye", label: "b" },
      ],
      test: [{ text: "yo", label: "a" }],
    });
  });

  it("reads the JSON sets and takes no outside lines for training", () => {
    write(
      "clinc150/data_full.json",
      JSON.stringify({ train: [["a", "x"]], val: [["b", "x"]], test: [["c", "x"]], oos_test: [["d", "oos"]], oos_train: [["e", "oos"]] }),
    );
    expect(readClinc150(folder)).toEqual({
      train: [{ text: "a", label: "x" }],
      val: [{ text: "b", label: "x" }],
      test: [{ text: "c", label: "x" }],
      outside: ["d"],
    });
    write("smp2017/smp2017.json", JSON.stringify({ train: [["打开", "app"]], val: [], test: [["关", "app"]] }));
    expect(readSmp2017(folder).train).toEqual([{ text: "打开", label: "app" }]);
  });

  it("names the place of a broken line, never its words", () => {
    const line = z.object({ text: z.string() });
    write("real/lines.jsonl", '{"text":"fine"}\n\n{"text":"not for eyes"');
    expect(() => readUnprinted(join(folder, "real/lines.jsonl"), line)).toThrow(/^(?!.*eyes).*lines\.jsonl:3: not a line of this set$/su);
    write("real/lines.jsonl", '{"text":"fine"}\n');
    expect(readUnprinted(join(folder, "real/lines.jsonl"), line)).toEqual([{ text: "fine" }]);
  });

  it("reads reviews with commas and rated turns with what went before", () => {
    write("waimai10k/waimai_10k.csv", "label,review\n1,好,快\n0,慢\n");
    expect(readWaimai10k(folder)).toEqual([
      { content: true, text: "好,快" },
      { content: false, text: "慢" },
    ]);
    write(
      "uss-sgd/SGD.txt",
      "USER\thi\tGREET\t3,4\nSYSTEM\thello\tGREET\t\nUSER\tno, 3\tNEG\t2,3,2\nUSER\tOVERALL\t\t3\n\nUSER\tyo\tX\t3\n",
    );
    expect(readUssSgd(folder)).toEqual([
      { dialogue: 0, text: "hi", earlier: [], reply: undefined, rating: 3.5 },
      { dialogue: 0, text: "no, 3", earlier: ["hi"], reply: "hello", rating: 7 / 3 },
      { dialogue: 1, text: "yo", earlier: [], reply: undefined, rating: 3 },
    ]);
  });

  it("draws the same ten lines a label for the same seed", () => {
    const lines = Array.from({ length: 60 }, (_, index) => ({ text: `line ${index}`, label: `l${index % 3}` }));
    const drawn = fewShots(lines, 1);
    expect(drawn).toHaveLength(30);
    expect(fewShots(lines, 1)).toEqual(drawn);
    expect(fewShots(lines, 2)).not.toEqual(drawn);
    for (const label of ["l0", "l1", "l2"]) expect(drawn.filter((line) => line.label === label)).toHaveLength(10);
  });
});

describe("npm run eval:public", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, "run.ts"), ...args], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
    });

  it("says what is missing and fails when nothing was measured", () => {
    const empty = mkdtempSync(join(tmpdir(), "jietong-none-"));
    try {
      for (const name of Object.keys(FILES) as (keyof typeof FILES)[]) expect(missingFiles(empty, name)).toEqual(FILES[name]);
      const { status, stdout } = run("--data", empty);
      expect(stdout).toContain("banking77: not measured, missing");
      expect(stdout).toContain("nothing was measured");
      expect(status).toBe(2);
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
  });

  it("refuses to run without a folder or with an unknown set", () => {
    expect(run().status).toBe(2);
    const { status, stderr } = run("--data", folder, "--only", "atis");
    expect(status).toBe(2);
    expect(stderr).toContain('no set "atis"; valid: banking77');
  });
});
