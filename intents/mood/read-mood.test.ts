import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOne } from "../operator-file.ts";
import { detectLanguage } from "../text/detect-language.ts";
import { fold } from "../text/normalise.ts";
import { loadMoodRules } from "./mood-rules.ts";
import { MoodReader } from "./read-mood.ts";

const { rules, faults } = loadMoodRules(readOne(new URL("../mood.yaml", import.meta.url).pathname));
const reader = new MoodReader(rules);
const read = (text: string, earlier?: string[]) => reader.read(fold(text).text, detectLanguage(fold(text).text), earlier);

describe("MoodReader", () => {
  it("has a pack without faults and of some size", () => {
    expect(faults).toEqual([]);
    expect(Object.keys(rules.zh.words).length).toBeGreaterThan(350);
  });

  it.each([
    "让您操点心",
    "是我妈的卡",
    "利滚利",
    "投诉电话多少",
    "12315怎么投诉",
    "会起诉吗",
    "我的号被盗了,余额正在被转走",
    "充值没到账",
    "my account was hacked",
    "How do I file a complaint? Thanks.",
    "i need a refund please",
    "不好意思，麻烦问一下",
  ])("calm: %s", (text) => expect(read(text).label).toBe("calm"));

  it.each([
    "呵呵",
    "打酱油的客服",
    "Thank you for ruining my phone",
    "真是谢谢你们了",
    "等了三天还没人管，太差了",
    "this is ridiculous, nobody answers",
  ])("not calm: %s", (text) => expect(read(text).label).not.toBe("calm"));

  it.each(["再不处理我就打12315", "垃圾平台，骗子公司，还我钱", "I will sue you, you bunch of crooks", "再不到账我就报警了"])(
    "angry: %s",
    (text) => expect(read(text).label).toBe("angry"),
  );

  it("says why in the message's language", () => {
    expect(read("再不处理我就打12315")).toMatchObject({ reasons: [expect.stringContaining("威胁")], signs: ["threat"] });
    expect(read("WHERE IS MY MONEY PEOPLE").signs).toContain("shouting");
  });

  it("hears repetition", () => {
    const once = read("充值还没到账怎么办");
    const again = read("充值还没到账怎么办", ["充值还没到账怎么办"]);
    expect(again.signs).toContain("repetition");
    expect(again.score).toBeGreaterThan(once.score);
  });

  it("keeps the score between 0 and 1 on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const { score } = read(text);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});
