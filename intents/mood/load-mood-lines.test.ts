import { describe, expect, it } from "vitest";
import { formatFault } from "../operator-file.ts";
import { loadMoodLines } from "./load-mood-lines.ts";

const list = (name: string, count = 20): string => Array.from({ length: count }, (_, index) => `  - ${name} ${index}`).join("\n");
const whole = `calm:\n${list("all good")}\nannoyed:\n${list("so slow")}\nangry:\n${list("you crooks")}\n`;
const faultsOf = (text: string): string[] => loadMoodLines([{ file: "mood/examples/en.yaml", text }]).faults.map(formatFault);

describe("loadMoodLines", () => {
  it("reads lines and talks", () => {
    const { lines, faults } = loadMoodLines([
      { file: "en.yaml", text: `${whole}talks:\n  - { mood: annoyed, after: [human please], reply: I am a bot., text: human please! }\n` },
    ]);
    expect(faults).toEqual([]);
    expect(lines).toHaveLength(61);
    expect(lines.at(-1)).toMatchObject({ mood: "annoyed", earlier: ["human please"], reply: "I am a bot.", text: "human please!" });
  });

  it("names place and valid keys of a fault", () => {
    expect(faultsOf(`${whole}furious: []\n`)).toEqual([
      expect.stringMatching(/en\.yaml:64:1 unknown key "furious"; valid keys: calm, annoyed, angry, talks/u),
    ]);
    expect(faultsOf(`${whole}talks:\n  - { mood: cross, text: hm }\n`).join()).toMatch(
      /:65:5 unknown mood; valid keys: calm, annoyed, angry/u,
    );
    expect(faultsOf(whole.replace("  - so slow 3\n", "")).join()).toMatch(/19 lines in "annoyed"; at least 20 are needed/u);
  });

  it("refuses one line under two moods and warns of a line that stands twice", () => {
    expect(faultsOf(whole.replace("so slow 3\n", "all good 3\n")).join()).toMatch(/:26:5 "all good 3" also stands in "calm" \(.*:5\)/u);
    expect(faultsOf(whole.replace("so slow 3\n", "So slow 2\n")).join()).toMatch(/warning: "So slow 2" also stands in "annoyed"/u);
  });
});
