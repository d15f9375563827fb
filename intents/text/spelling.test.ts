import { describe, expect, it } from "vitest";
import { loadTypos } from "../load-lexicons.ts";
import { readOne } from "../operator-file.ts";
import { collectLexis, Speller } from "./spelling.ts";

const { table, faults } = loadTypos(readOne(new URL("../typos.yaml", import.meta.url).pathname));
const lexis = collectLexis(
  ["my withdrawal is pending", "withdrawal to bank", "where is my withdrawal", "refund my order", "refund please", "refund now"],
  ["the cart is full of apples"],
);

describe("Speller", () => {
  const speller = new Speller(table, lexis);

  it("has a table without faults", () => expect(faults).toEqual([]));

  it.each([
    ["冲值没到帐", "充值没到账"],
    ["花费充了没到", "话费充了没到"],
    ["这个月花费很多", "这个月花费很多"],
    ["转让人工", "转人工"],
    ["登陆不了", "登录不了"],
    ["pls refund", "please refund"],
    ["refumd now", "refund now"],
    ["withdrawel", "withdrawal"],
    ["u didn't pay", "you did not pay"],
    ["cart", "cart"],
    ["q币", "q币"],
    ["snarf refumd blat zzub", "snarf refumd blat zzub"],
  ])("%s → %s", (written, meant) => expect(speller.correct(written)).toBe(meant));
});
