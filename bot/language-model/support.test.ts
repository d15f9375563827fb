import { describe, expect, it } from "vitest";
import { openKnowledge } from "../../knowledge/index.ts";
import { NOW } from "../decide/fixtures/heard.ts";
import { faultOf } from "./support.ts";

const knowledge = openKnowledge({ dir: "knowledge/articles", now: new Date(NOW) });
const articlesIn = (language: "zh" | "en") => knowledge.ids.flatMap((id) => knowledge.article(id, language) ?? []);
/** Every sentence of every article with the text it stands in. */
const sentencesIn = (language: "zh" | "en") =>
  articlesIn(language).flatMap(({ body }) =>
    body
      .split(/(?<=[。！？])|(?<=[.!?])\s|\n/u)
      .map((text) => text.trim())
      .filter((text) => [...text].length > 8)
      .map((text) => ({ text, body })),
  );
const shareOf = <T>(all: readonly T[], holds: (one: T) => boolean): number => {
  expect(all.length).toBeGreaterThan(20);
  return all.filter(holds).length / all.length;
};

const ZH = "提现 3 个工作日内到账，最低 10 元，手续费 1%。周末和节假日不处理。";
const EN = "Withdrawals arrive within 3 working days. The least is 10 yuan and the fee is 1%. Nothing is processed at weekends.";

describe("a sentence and its source", () => {
  it.each([
    ["提现三个工作日内到账。", ZH, undefined],
    ["提现５个工作日内到账。", ZH, "figure"],
    ["提现 3 小时内到账。", ZH, "figure"],
    ["提现 3 天内到账。", ZH, "figure"],
    ["最低 10 元，手续费 1%。", ZH, undefined],
    ["最低 10 元，手续费 10%。", ZH, "figure"],
    ["周末和节假日处理。", ZH, "negation"],
    ["周末和节假日不处理。", ZH, undefined],
    ["提现 3 个工作日内到账到 PayPal。", ZH, "name"],
    ["您的提现已经到账。", ZH, "claim"],
    ["我们会在 3 个工作日内到账。", ZH, "claim"],
    ["这家平台很好，大家都在用。", ZH, "words"],
    ["……", ZH, "empty"],
    ["Withdrawals arrive within three working days.", EN, undefined],
    ["Withdrawals arrive within 3 hours.", EN, "figure"],
    ["Withdrawals arrive within 30 working days.", EN, "figure"],
    ["The fee is 1% and the least is 10 yuan.", EN, undefined],
    ["Your withdrawal has arrived.", EN, "claim"],
    ["We will process withdrawals within 3 working days.", EN, "claim"],
    ["Everything is processed at weekends.", EN, "words"],
    ["Withdrawals don't arrive within 3 working days.", EN, "negation"],
  ] as const)("%s", (sentence, source, fault) => {
    expect(faultOf(sentence, [source])).toBe(fault);
  });

  it("may use a name the customer used", () => {
    expect(faultOf("Steam 提现 3 个工作日内到账。", [ZH])).toBe("name");
    expect(faultOf("Steam 提现 3 个工作日内到账。", [ZH], "steam 能提吗")).toBeUndefined();
  });
});

describe("over every sentence of the shipped articles", () => {
  it.each(["zh", "en"] as const)("lets its own through, and hardly any that was bent (%s)", (language) => {
    const all = sentencesIn(language);
    expect(shareOf(all, ({ text, body }) => faultOf(text, [body]) === undefined)).toBeGreaterThan(0.99);

    const withFigure = all.filter(({ text, body }) => /\d/u.test(text) && !body.includes("7391"));
    expect(shareOf(withFigure, ({ text, body }) => faultOf(text.replace(/\d+/u, "7391"), [body]) === undefined)).toBe(0);

    const days = language === "zh" ? /个?工作日|小时|分钟/u : /(?:working |business )?days?|hours?|minutes?/u;
    const other = language === "zh" ? "个月" : "months";
    const span = new RegExp(`(?<=\\d\\s*)(?:${days.source})`, "u");
    const timed = all.filter(({ text }) => span.test(text));
    expect(shareOf(timed, ({ text, body }) => faultOf(text.replace(span, other), [body]) === undefined)).toBe(0);

    const [not, yes] = language === "zh" ? [/不(?=能|会|可|支持|退|收|要)/u, ""] : [/\b(?:not |never )|n't\b/u, ""];
    const denied = all.filter(({ text }) => not.test(text) && (text.match(new RegExp(not.source, "gu"))?.length ?? 0) === 1);
    const turned = denied.filter(({ text }) => !/[没无未勿禁别]|\bno\b|without|cannot/u.test(text.replace(not, yes)));
    expect(shareOf(turned, ({ text, body }) => faultOf(text.replace(not, yes), [body]) === undefined)).toBeLessThan(0.15);
  });

  it.each([
    ["zh", 0.025],
    ["en", 0.05],
  ] as const)("lets through few sentences of another article (%s)", (language, most) => {
    const articles = articlesIn(language);
    const foreign = sentencesIn(language).flatMap(({ text, body }) =>
      articles.filter((other) => other.body !== body).map((other) => ({ text, body: other.body })),
    );
    expect(shareOf(foreign, ({ text, body }) => faultOf(text, [body]) === undefined)).toBeLessThan(most);
  });
});
