import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { DataFault, readYaml } from "./read-yaml.ts";

let path: string;
beforeAll(() => {
  path = join(mkdtempSync(join(tmpdir(), "jietong-yaml-")), "a.yaml");
});
afterAll(() => rmSync(join(path, ".."), { recursive: true }));

const schema = z.strictObject({
  name: z.string(),
  steps: z
    .array(z.strictObject({ do: z.enum(["ask", "tell"]), of: z.record(z.string(), z.strictObject({ zh: z.string() })).optional() }))
    .default([]),
});

function read(text: string): { data: z.output<typeof schema> } | { faults: readonly string[] } {
  writeFileSync(path, text);
  try {
    return { data: readYaml(path, schema, "a.yaml").data };
  } catch (error) {
    if (error instanceof DataFault) return { faults: error.faults };
    throw error;
  }
}

describe("readYaml", () => {
  it("gives what the schema makes of the file", () => {
    expect(read("name: x\nsteps: [{ do: ask }]")).toEqual({ data: { name: "x", steps: [{ do: "ask" }] } });
  });

  it("names the keys that are allowed where the unknown one stands, however deep", () => {
    expect(read("name: x\nsteps:\n  - do: ask\n    of:\n      a: { zh: 好, cn: 好 }")).toEqual({
      faults: ['a.yaml:5:19 unknown key "cn"; known keys: zh'],
    });
  });

  it("gives every fault its own place", () => {
    expect(read("name: 7\nsteps:\n  - { do: sing }\n  - { dos: ask }")).toEqual({
      faults: [
        expect.stringMatching(/^a\.yaml:1:7 name: /u),
        expect.stringMatching(/^a\.yaml:3:11 steps\.0\.do: .*"ask"\|"tell"/u),
        expect.stringMatching(/^a\.yaml:4:5 steps\.1\.do: /u),
        'a.yaml:4:7 unknown key "dos"; known keys: do, of',
      ],
    });
  });

  it("places what is missing at the nearest thing around it", () => {
    expect(read("\n# nothing but a list\nsteps: []")).toEqual({ faults: [expect.stringMatching(/^a\.yaml:3:1 name: /u)] });
    expect(read("")).toEqual({ faults: [expect.stringMatching(/^a\.yaml:1:1 file: /u)] });
  });

  it.each([
    ["a key used twice", "name: x\nname: y", /^a\.yaml:2:1 .*unique/u],
    ["a quote that does not end", 'name: "x\nsteps: []\n', /^a\.yaml:\d+:\d+ .*quote/iu],
    ["an alias without its anchor", "name: *x", /^a\.yaml:1:1 .*x; a text that begins with \* or & needs quotes/u],
  ])("reports %s as one fault", (_, text, said) => {
    expect(read(text)).toEqual({ faults: [expect.stringMatching(said)] });
  });

  it("knows where a value and where its key stands", () => {
    writeFileSync(path, "name: x\nsteps:\n  - do: ask\n    of:\n      first:\n        zh: 好\n");
    const { at, atKey } = readYaml(path, schema, "a.yaml");
    expect([at("steps", 0, "of", "first", "zh"), atKey("steps", 0, "of", "first"), at("steps", 0, "nowhere", "at", "all")]).toEqual([
      "a.yaml:6:13",
      "a.yaml:5:7",
      "a.yaml:3:5",
    ]);
  });
});
