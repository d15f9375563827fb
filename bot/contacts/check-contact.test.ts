import { domainToASCII } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadPolicy } from "../policy/load-policy.ts";
import { checkContact } from "./check-contact.ts";
import { sayContactCheck } from "./say-check.ts";

const policy = loadPolicy("bot/policy");
const register = policy.contacts;
const HOTLINE = "4000001234";
const RUNS = { numRuns: 2000 };

const verdictOf = (text: string): string => checkContact(text, register).verdict;

// --- ways of writing -------------------------------------------------------------------------------------------------------------------

const shifted = (zero: number) => (digits: string) => digits.replace(/\d/gu, (digit) => String.fromCodePoint(zero + Number(digit)));
const DRESSES: readonly ((digits: string) => string)[] = [
  (digits) => digits,
  shifted(0xff10),
  shifted(0x1d7ce),
  shifted(0x1d7f6),
  shifted(0x0660),
  shifted(0x0966),
  (digits) => digits.replace(/\d/gu, (digit) => `${digit}\ufe0f\u20e3`),
  (digits) => digits.replace(/\d/gu, (digit) => (digit === "0" ? "⓪" : String.fromCodePoint(0x245f + Number(digit)))),
  (digits) => digits.replace(/\d/gu, (digit) => (digit === "0" ? "⓿" : String.fromCodePoint(0x2775 + Number(digit)))),
  (digits) => digits.replace(/\d/gu, (digit) => "零一二三四五六七八九"[Number(digit)] ?? ""),
  (digits) => digits.replace(/\d/gu, (digit) => `${digit}\u200b`),
];
const dress = fc.constantFrom(...DRESSES);
const gap = fc.constantFrom("", " ", "-", "–", "－", ".", " - ", "·", "　", "_", "➡");
const around = fc.constantFrom(
  ["", ""],
  ["请问 ", " 是你们的吗"],
  ["这个电话是官方的吗：", ""],
  ["", "是官方热线吗"],
  ["刚才", "打给我，说要退款"],
  ["Is ", " really your number?"],
  ["they called from ", " just now."],
  ["打了", "一直没人接"],
  ["打了", "三次"],
  ["打", " 24小时都有人吗"],
);
const say = ([before, after]: readonly string[], value: string): string => `${before}${value}${after}`;

function written(groups: readonly string[], gaps: readonly string[]): string {
  return groups.map((group, index) => group + (index < groups.length - 1 ? (gaps[index] ?? "") : "")).join("");
}

describe("the official hotline, however it is written, is official", () => {
  test("groups, dashes, dresses and the country code", () => {
    const prefix = fc.constantFrom("", "+86", "+86 ", "+86-", "0086-", "0086 ", "(+86)", "＋86 ");
    fc.assert(
      fc.property(prefix, gap, gap, dress, around, (country, first, second, wear, place) => {
        const number = wear(written(["400", "000", "1234"], [first, second]));
        // "…三四三次" may be eleven digits or ten and a count: then it is not vouched for.
        fc.pre(!(/\p{Script=Han}$/u.test(number) && /^[一二三四五六七八九]/u.test(place[1] ?? "")));
        const text = say(place, country + number);
        expect(verdictOf(text), text).toBe("official");
      }),
      RUNS,
    );
  });

  test.each([
    "400 000 1234",
    "４００－０００－１２３４",
    "(400) 000-1234",
    "400.000.1234",
    "四零零 零零零 一二三四",
    "肆零零零零零壹贰叁肆",
    "4️⃣0️⃣0️⃣-000-1234",
    "+86 400 000 1234",
  ])("%s", (number) => {
    expect(checkContact(number, register)).toMatchObject({ verdict: "official", matches: [{ kind: "phone", value: "400-000-1234" }] });
  });
});

describe("no variant of the official hotline is official", () => {
  const variant = fc.oneof(
    fc
      .tuple(fc.nat(9), fc.integer({ min: 1, max: 9 }))
      .map(([place, by]) => HOTLINE.slice(0, place) + String((Number(HOTLINE[place]) + by) % 10) + HOTLINE.slice(place + 1)),
    fc.tuple(fc.nat(10), fc.nat(9)).map(([place, digit]) => HOTLINE.slice(0, place) + digit + HOTLINE.slice(place)),
    fc.nat(9).map((place) => HOTLINE.slice(0, place) + HOTLINE.slice(place + 1)),
    fc
      .tuple(fc.nat(9), fc.nat(9))
      .filter(([a, b]) => HOTLINE[a] !== HOTLINE[b])
      .map(([a, b]) => [...HOTLINE].map((digit, place) => (place === a ? HOTLINE[b] : place === b ? HOTLINE[a] : digit)).join("")),
  );

  test("one digit other, more, less, or two swapped, in any writing", () => {
    fc.assert(
      fc.property(
        variant,
        fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 10 }), gap), { maxLength: 3, selector: ([at]) => at }),
        dress,
        around,
        (digits, cuts, wear, place) => {
          fc.pre(digits !== HOTLINE);
          let number = digits;
          for (const [at, between] of [...cuts].sort(([a], [b]) => b - a)) number = number.slice(0, at) + between + number.slice(at);
          const text = say(place, wear(number));
          expect(verdictOf(text), text).not.toBe("official");
        },
      ),
      RUNS,
    );
  });

  test("each single variant is told as a near miss", () => {
    fc.assert(
      fc.property(variant, (digits) => {
        fc.pre(digits !== HOTLINE);
        expect(checkContact(`${digits} 是你们的吗`, register).nearMiss?.of, digits).toBe("400-000-1234");
      }),
      RUNS,
    );
  });

  test.each([
    ["400-000-1235", "one_digit"],
    ["400-000-1324", "swapped_digits"],
    ["400-000-12345", "extra_digit"],
    ["400-000-1234 5", "extra_digit"],
    ["5 400-000-1234", "extra_digit"],
    ["400-000-123", "missing_digit"],
    ["4OO-OOO-1234", "letters_for_digits"],
    ["400-000-l234", "letters_for_digits"],
    ["4oo ooo 12z4", "letters_for_digits"],
    ["400-000-1234/5", "prefix"],
    ["010-400-000-1234", "prefix"],
    ["+1 400-000-1234", "extra_digit"],
    ["400-000-1234a", "letters_for_digits"],
    ["400-000-一二三五", "one_digit"],
    ["400-000-1234五", "extra_digit"],
    ["QQ 4000001234", "other_kind"],
    ["加微信4000001234", "other_kind"],
    ["400-000-1234（微信同号）", "other_kind"],
    ["电话 10000000", "other_kind"],
    ["QQ群 10000000", "other_kind"],
    ["telegram 10000000", "other_kind"],
  ])("%s: %s", (text, difference) => {
    expect(checkContact(text, register)).toMatchObject({ verdict: "unknown", nearMiss: { difference } });
  });
});

describe("sites", () => {
  test("every writing of the official site is official", () => {
    const host = fc.constantFrom(
      "shop.example",
      "www.shop.example",
      "SHOP.example",
      "help.shop.example",
      "ｓｈｏｐ．ｅｘａｍｐｌｅ",
      "shop.example.",
      "shop.example:443",
      "𝗌𝗁𝗈𝗉.example",
      "shop。example",
    );
    const scheme = fc.constantFrom("", "http://", "https://", "HTTPS://", "ｈｔｔｐｓ：／／");
    const path = fc.constantFrom("", "/", "/orders", "/help?from=chat", "/a/b#c", "?x=1");
    fc.assert(
      fc.property(scheme, host, path, around, (before, name, after, place) => {
        const text = say(place, `${before}${name}${after}`);
        // A full stop directly before a word is a full stop.
        fc.pre(!(name.endsWith(".") && /^\p{L}/u.test(after + (place[1] ?? ""))));
        // English words glued to a path belong to it.
        expect(verdictOf(text), text).toBe("official");
      }),
      RUNS,
    );
  });

  test("no look-alike is official", () => {
    const official = "shop.example";
    const swaps: Readonly<Record<string, readonly string[]>> = {
      s: ["ѕ", "5", "ꜱ", "$"],
      h: ["һ", "հ", "b", "n"],
      o: ["о", "0", "ο", "ö", "o\u0301", "օ"],
      p: ["р", "ρ", "q"],
      e: ["е", "3", "é"],
      x: ["х", "χ"],
      a: ["а", "ɑ", "4"],
      m: ["rn", "nn", "м"],
      l: ["1", "i", "I", "ӏ", "|"],
    };
    const lookAlike = fc.nat(official.length - 1).chain((place) => {
      const others = swaps[official[place] ?? ""] ?? ["x", "-"];
      return fc.constantFrom(...others).map((other) => official.slice(0, place) + other + official.slice(place + 1));
    });
    const letter = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789-");
    const inserted = fc
      .tuple(fc.nat(official.length), letter)
      .map(([place, char]) => official.slice(0, place) + char + official.slice(place));
    const removed = fc.nat(official.length - 1).map((place) => official.slice(0, place) + official.slice(place + 1));
    const replaced = fc
      .tuple(fc.nat(official.length - 1), letter)
      .map(([place, char]) => official.slice(0, place) + char + official.slice(place + 1));
    const wrapped = fc.constantFrom(
      "shop.example.evil.com",
      "shop.example-help.com",
      "shop-example.com",
      "xshop.example",
      "shop.example.co",
      "my-shop.example",
      "evil.com/shop.example",
      "evil.com?shop.example",
      "shop.example@evil.com",
      "evil.com#@shop.example",
    );
    const scheme = fc.constantFrom("", "http://", "https://", "https://www.");
    fc.assert(
      fc.property(scheme, fc.oneof(lookAlike, inserted, removed, replaced, wrapped), around, (before, name, place) => {
        fc.pre(name !== official && name !== `.${official}` && !/^[-.]|[-.]$/u.test(name));
        const text = say(place, before + name);
        expect(verdictOf(text), text).not.toBe("official");
      }),
      RUNS,
    );
  });

  test.each([
    ["https://sh0p.example", "reported_scam", "look_alike"],
    ["http://www.sh0p.example/refund", "reported_scam", "look_alike"],
    ["https://shоp.example/退款", "unknown", "look_alike"],
    [`https://${domainToASCII("shоp.example")}`, "unknown", "look_alike"],
    ["https://shop.example.evil.com/login", "unknown", "extra_label"],
    ["https://shop.example@evil.com", "unknown", "extra_label"],
    ["https://shop-example.com", "unknown", "extra_label"],
    ["shoop.example", "unknown", "one_letter"],
    ["shop.examp1e", "unknown", "look_alike"],
    ["service@sh0p.example", "reported_scam", "look_alike"],
    ["service@shop.example", "unknown", undefined],
    ["https://evil.com", "unknown", undefined],
    ["https://shop.example/go?to=https://evil.com", "unknown", undefined],
    ["https://shop.example/go?to=https%3A%2F%2Fevil.com", "unknown", undefined],
    ["https://shop.example\\@evil.com", "official", undefined],
    ["https://evil.com\\@shop.example", "unknown", undefined],
    ["https://shop.example是你们的官网吗", "official", undefined],
    ["https://shop.example官网.com", "unknown", undefined],
    ["hxxps://sh0p[.]example", "reported_scam", "look_alike"],
  ])("%s: %s %s", (text, verdict, difference) => {
    const check = checkContact(text, register);
    expect(check.verdict).toBe(verdict);
    if (difference) expect(check.nearMiss?.difference).toBe(difference);
  });
});

describe("WeChat and QQ", () => {
  test.each([
    ["微信号 jietong-demo", "official"],
    ["微信 JieTong-Demo 是真的吗", "official"],
    ["ｊｉｅｔｏｎｇ－ｄｅｍｏ", "official"],
    ["QQ 10000000", "official"],
    ["QQ：１０００００００", "official"],
    ["10000000 是官方QQ吗", "official"],
    ["微信 jietong_demo", "unknown"],
    ["微信号jietongdemo", "unknown"],
    ["微信 jietong-dem0", "unknown"],
    ["微信 jietong-demo1", "unknown"],
    ["微信 jietong-demo-kefu", "unknown"],
    ["微信 jіetong-demo", "unknown"],
    ["telegram: jietong-demo", "unknown"],
    ["加我微信：kefu_8899", "unknown"],
    ["QQ 10000001", "unknown"],
    ["QQ 88888", "unknown"],
  ])("%s: %s", (text, verdict) => {
    const check = checkContact(text, register);
    expect(check.verdict).toBe(verdict);
    expect(check.matches.length).toBeGreaterThan(0);
  });
});

describe("a whole text", () => {
  test.each([
    ["400-000-1234 和 400-000-1243 哪个是真的", "reported_scam"],
    ["400-000-1234 or +1 202 555 0100?", "unknown"],
    ["官方电话 400-000-1234，QQ 10000000，网站 https://shop.example", "official"],
    ["客服 400-000-1234 10000000", "official"],
    ["打 400-000-1234 24小时都有人吗", "official"],
    ["12315 是你们的吗", "unknown"],
    ["打 400-000-1234 还是 12315", "official"],
    ["订单 KM1001-A 500.00元 2026-11-20 17:41", "unknown"],
    ["", "unknown"],
    ["你们官方电话是多少", "unknown"],
    ["我的号码是 13800001001，客服电话 400-000-1234 对吗", "unknown"],
  ])("%s: %s", (text, verdict) => {
    expect(verdictOf(text)).toBe(verdict);
  });

  test("the reported number is told with its likeness", () => {
    expect(checkContact("４００－０００－１２４３ 打电话给我", register)).toMatchObject({
      verdict: "reported_scam",
      matches: [{ kind: "phone", value: "400-000-1243", name: { zh: "被举报的假热线" } }],
      nearMiss: { of: "400-000-1234", difference: "swapped_digits" },
    });
  });

  test("it never throws, and never calls a text without a register entry official", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const check = checkContact(text, register);
        expect(check.verdict === "official" ? check.matches.length : 1).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test("4,000 characters of anything are read in good time", () => {
    for (const piece of [
      "1",
      "1 ",
      "a.",
      "1-a",
      "一",
      "https://",
      "@a.",
      "o0 ",
      "w".repeat(50),
      "400-000-1234 ",
      "a-",
      "http://a/?u=http%3A//",
      "一个1",
      "(",
      "。a",
      "1 a",
      "9\u20e3",
      "12:30 ",
    ]) {
      const began = performance.now();
      verdictOf(piece.repeat(4000 / piece.length));
      expect(performance.now() - began, JSON.stringify(piece)).toBeLessThan(100);
    }
  });
});

describe("what the customer is told", () => {
  const told = (text: string, language: "zh" | "en" = "zh"): string => sayContactCheck(checkContact(text, register), policy, language);

  test("each case in words, with nothing to click on", () => {
    expect(told("400-000-1243")).toBe(
      "400-000-1243 不是我们的，和官方的只是两位数字换了位置（官方的是 400-000-1234），已有人举报是骗子。不要联系，也不要给验证码或卡密；我们的客服不会要这些。",
    );
    expect(told("400-000-1234")).toContain("在我们的官方名单里：官方热线");
    expect(told("400-000-1235")).toContain("400-000-1235 不是我们的：和官方的只差一位（官方的是 400-000-1234）");
    expect(told("13912345678")).toContain("不在我们的官方名单里");
    expect(told("12315是你们的吗")).toContain("公共热线（消费者投诉）");
    expect(told("怎么核实")).toContain("官方热线 400-000-1234、官方网站 https://shop.example");
    expect(told("https://sh0p.example/x", "en")).toContain("`https://sh0p.example/x` isn't ours");
    expect(told("400-000-1234 和 400-000-1235")).not.toContain("在我们的官方名单里：");
  });
});
