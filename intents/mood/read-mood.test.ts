import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadCatalogue } from "../load-catalogue.ts";
import { readFolder, readOne } from "../operator-file.ts";
import { detectLanguage } from "../text/detect-language.ts";
import { fold } from "../text/normalise.ts";
import { loadMoodLines } from "./load-mood-lines.ts";
import { packMood, unpackMood } from "./mood-model.ts";
import { loadMoodRules } from "./mood-rules.ts";
import { MoodReader } from "./read-mood.ts";
import { trainMood } from "./train-mood.ts";

const here = (name: string): string => new URL(name, import.meta.url).pathname;
const { rules, faults } = loadMoodRules(readOne(here("../mood.yaml")));
const examples = loadMoodLines(readFolder(here("examples")));
const requests = loadCatalogue(readFolder(here("../catalog"))).examples.map(({ text }) => text);
const packed = packMood(trainMood(examples.lines, { rules, requests }));
const reader = new MoodReader(rules, unpackMood(packed));
const read = (text: string, earlier: readonly string[] = [], reply?: string) =>
  reader.read(fold(text).text, detectLanguage(fold(text).text), { earlier, reply });

describe("MoodReader", () => {
  it("has a pack and examples without faults and of some size", () => {
    expect([...faults, ...examples.faults]).toEqual([]);
    expect(Object.keys(rules.zh.words).length).toBeGreaterThan(350);
    for (const language of ["zh", "en"])
      expect(examples.lines.filter(({ file }) => file.endsWith(`${language}.yaml`)).length).toBeGreaterThan(1000);
  });

  it.each([
    "让您操点心",
    "是我妈的卡",
    "利滚利",
    "这个理财是利滚利吗",
    "操作步骤发我一下",
    "姑妈的号能一起充吗",
    "usb接口坏了能修吗",
    "垃圾袋发错颜色了",
    "脑残疾证怎么办理",
    "什么东西可以用花呗",
    "POS机刷的钱没到",
    "投诉电话多少",
    "12315怎么投诉",
    "会起诉吗",
    "欠款逾期会被起诉吗",
    "骗子冒充你们客服，怎么举报他",
    "队友是个弱智哈哈，气得我又充了一单",
    "麻烦告诉我投诉电话，谢谢",
    "what's the number for complaints, please?",
    "the scammer called me an idiot, how do I report him?",
    "holy shit that was quick, thanks",
    "我的号被盗了,余额正在被转走",
    "充值没到账",
    "我被骗了三千块，已经报警，需要你们提供什么",
    "愤怒的小鸟能充吗",
    "my account was hacked",
    "How do I file a complaint? Thanks.",
    "i need a refund please",
    "I paid an hour ago and the code has not come, could you check?",
    "it kills the process every time I start it",
    "do you have angry birds coins",
    "不好意思，麻烦问一下",
    "转人工",
    "充了五百块三个小时还没到",
    "human please",
    "500",
    "KM1001-A",
    "",
    "   ",
  ])("calm: %s", (text) => expect(read(text).label).toBe("calm"));

  it.each([
    "呵呵",
    "呵呵, 你们真行",
    "呵呵哒",
    "你们客服是打酱油的吧",
    "什么耐心等待",
    "都几天了，什么耐心等待",
    "你们就这服务",
    "Good job guys",
    "Good job guys, another week without a fix",
    "Three agents so far, and each one asked me to start over.",
    "打酱油的客服",
    "Thank you for ruining my phone",
    "真是谢谢你们了",
    "等了三天还没人管，太差了",
    "this is ridiculous, nobody answers",
    "third time I write, still no answer",
    "问东答西，到底有没有人看",
  ])("not calm: %s", (text) => expect(read(text).label).not.toBe("calm"));

  it.each([
    "再不处理我就打12315",
    "垃圾平台，骗子公司，还我钱",
    "I will sue you, you bunch of crooks",
    "再不到账我就报警了",
    "FUCKING THIEVES!!!",
  ])("angry: %s", (text) => expect(read(text).label).toBe("angry"));

  it("takes few of the catalogue's requests for upset", () => {
    const every = requests.filter((_, index) => index % 10 === 0);
    const alarms = every.filter((text) => read(text).label !== "calm").length;
    expect(alarms / every.length).toBeLessThan(0.1);
  });

  it("says why in the message's language", () => {
    expect(read("再不处理我就打12315").reasons[0]).toContain("威胁");
    expect(read("再不处理我就打12315").signs).toContain("threat");
    expect(read("WHERE IS MY MONEY PEOPLE").signs).toContain("shouting");
    expect(read("I will sue you").reasons.join(" ")).toMatch(/threat/u);
  });

  it("names words of the message when no listed sign explains the score", () => {
    const texts = ["so that was my Sunday", "could have walked there and back", "我信你个鬼", "前脚刚充完，后脚就说停服"];
    const upset = texts.map((text) => ({ text, mood: read(text) })).filter(({ mood }) => mood.label !== "calm");
    expect(upset.length).toBeGreaterThan(1);
    for (const { mood } of upset) expect(mood.reasons.length).toBeGreaterThan(0);
  });

  it("hears repetition, and what the desk just answered", () => {
    const once = read("充值还没到账怎么办");
    const again = read("充值还没到账怎么办", ["充值还没到账怎么办"]);
    expect(again.signs).toContain("repetition");
    expect(again.score).toBeGreaterThan(once.score);
    const excused = read("充值还没到账怎么办", ["充值还没到账怎么办"], "抱歉，我没有听懂，请换个说法。");
    expect(excused.score).toBeGreaterThan(again.score);
  });

  it("keeps the score between 0 and 1 on any text, and reads the same text alike", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.array(fc.string({ unit: "binary", maxLength: 60 }), { maxLength: 4 }),
        (text, earlier) => {
          const { score, label, reasons } = read(text, earlier);
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
          expect(read(text, earlier)).toEqual({ ...read(text, earlier), score, label, reasons });
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("trainMood", () => {
  it("gives the same model for the same lines, and survives packing", () => {
    const small = examples.lines.filter((_, index) => index % 8 === 0);
    const model = trainMood(small, { rules });
    expect(packMood(trainMood(small, { rules }))).toEqual(packMood(model));
    expect(packMood(unpackMood(packMood(model)))).toEqual(packMood(model));
  });

  it("does not need angry lines", () => {
    const calmOrAnnoyed = examples.lines.filter(({ mood }, index) => mood !== "angry" && index % 6 === 0);
    const without = new MoodReader(rules, trainMood(calmOrAnnoyed, { rules, leanings: false }));
    expect(without.read("问东答西，到底有没有人看", "zh").score).toBeGreaterThan(without.read("请问发票怎么开", "zh").score);
  });

  it("refuses a packed model of other features", () => {
    expect(() => unpackMood({ ...packed, scales: "" })).toThrow(/another version/u);
  });
});
