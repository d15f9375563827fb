import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readFlows } from "./flows.ts";
import { DataFault } from "./read-yaml.ts";

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

function reading(...files: string[]): ReturnType<typeof readFlows> {
  const dir = mkdtempSync(join(tmpdir(), "jietong-flows-"));
  dirs.push(dir);
  mkdirSync(join(dir, "flows"));
  for (const [index, text] of files.entries()) writeFileSync(join(dir, "flows", `f${index}.yaml`), text);
  return readFlows(dir);
}
function faultsOf(...files: string[]): readonly string[] {
  try {
    reading(...files);
  } catch (error) {
    if (error instanceof DataFault) return error.faults;
    throw error;
  }
  throw new Error("no fault was found");
}

const flow = (steps: string, id = "one", intent = "invoice"): string =>
  `id: ${id}\nintents: [${intent}]\ntitle: { zh: "甲", en: "A" }\narticle: invoice\nsteps:\n${steps}`;
const step = (id: string, more = ""): string => `  - id: ${id}\n    say: { zh: "做", en: "do" }\n${more}`;

describe("flows as the operator writes them", () => {
  it("are read, and none are needed", () => {
    expect(reading(flow(step("a") + step("b", "    next: end\n")))).toMatchObject([{ id: "one", steps: [{ id: "a" }, { id: "b" }] }]);
    expect(readFlows("/nowhere")).toEqual([]);
  });
  it.each<readonly [what: string, file: string, fault: RegExp]>([
    [
      "an unknown key",
      flow(step("a", "    nxt: b\n")),
      /^flows\/f0\.yaml:8:5 unknown key "nxt"; known keys: id, say, when, article, choices, next$/u,
    ],
    ["a step that is not there", flow(step("a", "    next: c\n")), /^flows\/f0\.yaml:8:11 unknown step "c"; known steps: a, end$/u],
    [
      "a choice that leads nowhere",
      flow(step("a", '    choices: [{ text: { zh: "去", en: "go" }, go: c }]\n')),
      /^flows\/f0\.yaml:8:\d+ unknown step "c"; known steps: a, end$/u,
    ],
    [
      "a step that is never reached",
      flow(step("a", "    next: end\n") + step("b")),
      /^flows\/f0\.yaml:9:9 step "b" can never be reached$/u,
    ],
    ["a step twice", flow(step("a") + step("a")), /step "a" is there twice$/u],
    ["a language that is missing", flow('  - id: a\n    say: { zh: "做" }\n'), /^flows\/f0\.yaml:7:\d+ steps\.0\.say\.en/u],
    ["more than one screen", flow(`  - id: a\n    say: { zh: "${"长".repeat(261)}", en: "do" }\n`), /a step is one screen/u],
    ["no steps", "id: one\nintents: []\ntitle: { zh: a, en: a }\narticle: x\nsteps: []\n", /steps/u],
  ])("name file, line and what is known for %s", (_, file, fault) => {
    expect(faultsOf(file)).toEqual([expect.stringMatching(fault)]);
  });
  it("do not fight over an intent or a name", () => {
    expect(faultsOf(flow(step("a")), flow(step("a")))).toEqual([
      expect.stringMatching(/^flows\/f1\.yaml:1:5 flow "one" is defined twice$/u),
      expect.stringMatching(/^flows\/f1\.yaml:2:10 intent "invoice" already begins flow "one"$/u),
    ]);
  });
  it("reach a step that is passed over to", () => {
    expect(reading(flow(step("a", "    when: { signed_in: false }\n    next: c\n") + step("b") + step("c")))).toHaveLength(1);
  });
});
