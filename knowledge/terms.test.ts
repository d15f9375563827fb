import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countSlips, Spelling } from "./spelling.ts";
import { fold, indexTerms, questionPlaces, stem } from "./terms.ts";

const noSenses = (): string[] => [];

describe("fold", () => {
  it.each([
    ["比特幣可以儲值嗎", "比特币可以储值吗"],
    ["ＡＬＩＰＡＹ　５００", "alipay 500"],
    ["没到帐、登陆不了、冲值", "没到账、登录不了、充值"],
    ["Software Licence", "software license"],
    ["用U充", "用usdt充"],
  ])("%s → %s", (text, folded) => expect(fold(text)).toBe(folded));
});

describe("stem", () => {
  it.each([
    ["refund", "refunds", "refunded", "refunding"],
    ["charge", "charges", "charged", "charging"],
    ["cancel", "cancels", "cancelled", "canceled", "cancelling"],
    ["verify", "verifies", "verified"],
    ["stop", "stopped", "stopping"],
    ["install", "installed", "installing"],
    ["bill", "bills", "billed"],
    ["transaction", "transactions"],
    ["address", "addresses"],
  ])("%s and its forms agree", (word, ...forms) => {
    for (const form of forms) expect(stem(form)).toBe(stem(word));
  });
});

describe("terms", () => {
  it("takes Han by ones and twos, Latin words by stem, numbers that are names", () => {
    expect(indexTerms("用支付宝 paid 110", noSenses)).toEqual(["用", "用支", "支", "支付", "付", "付宝", "宝", "paid", "110"]);
    expect(indexTerms("call 400-000-1234", noSenses)).toContain("4000001234");
  });

  it("joins what is written apart or together", () => {
    for (const text of ["top up", "topped up", "top-up", "topup"]) expect(indexTerms(text, noSenses)).toContain("topup");
    for (const text of ["e-mail", "email"]) expect(indexTerms(text, noSenses)).toContain("email");
  });

  it("keeps the places of a question that say something", () => {
    expect(
      questionPlaces("请问怎么用支付宝充值呢", noSenses)
        .filter((place) => !place.faint)
        .map((place) => place.text),
    ).toEqual([..."支付宝充值"]);
    expect(questionPlaces("how do I withdraw 500", noSenses).map((place) => place.text)).toEqual(["withdraw"]);
    expect(questionPlaces("请问一下", noSenses)).toEqual([]);
  });

  it("adds the senses it is given", () => {
    const senses = (text: string): string[] => (text.includes("加款") ? ["top_up"] : []);
    expect(indexTerms("怎么加款", senses)).toContain("~top_up");
    expect(questionPlaces("怎么加款", senses).find((place) => place.sense)?.strong).toEqual(["~top_up"]);
  });

  it("takes any string", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        indexTerms(text, noSenses);
        expect(questionPlaces(text, noSenses).length).toBeLessThanOrEqual(80);
      }),
    );
  });
});

describe("Spelling", () => {
  const spelling = new Spelling(["withdrawal", "refund", "invoice", "password"]);

  it.each([
    ["wihtdrawl", "withdrawal"],
    ["refnud", "refund"],
    ["invoise", "invoice"],
    ["passwort", "password"],
  ])("%s → %s", (word, guess) => expect(spelling.guess(word)).toBe(guess));

  it("leaves known, short and strange words alone", () => {
    for (const word of ["refund", "refd", "elephant", "xnvoice", "充值"]) expect(spelling.guess(word)).toBeUndefined();
  });

  it("counts slips alike both ways, none for the same word", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (left, right) => {
        expect(countSlips(left, right, 20)).toBe(countSlips(right, left, 20));
        expect(countSlips(left, right, 20) === 0).toBe(left === right);
      }),
    );
  });
});
