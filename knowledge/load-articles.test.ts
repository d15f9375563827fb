import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { formatFault } from "./article.ts";
import { loadArticles } from "./load-articles.ts";

const NOW = new Date("2026-11-22T10:00:00Z");
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const ZH = `---
id: refunds
title: 怎么退款
intents: [refund_policy]
keywords: [退款, 退钱, 退货, 能退吗]
reviewed_on: 2026-11-20
source: 帮助中心
---
没发货的都能退。

1. 打开 **我的 › 订单**。
2. 点“申请退款”。
`;
const EN = `---
id: refunds
title: How do I get a refund?
intents: [refund_policy]
keywords: [refund, money back, return, "7 days"]
reviewed_on: 2026-11-20
source: Help centre
---
Anything undelivered is refundable. See [the site](https://shop.example/help).
`;

/** Reads a folder of these files. */
function load(files: Readonly<Record<string, string>>, hosts?: readonly string[]): { ids: string[]; faults: string[] } {
  const base = mkdtempSync(join(tmpdir(), "articles-"));
  folders.push(base);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }
  const { articles, faults } = loadArticles({ dir: base, now: NOW, base, ...(hosts ? { hosts } : {}) });
  return { ids: articles.map(({ id, language }) => `${id}.${language}`), faults: faults.map(formatFault) };
}

const both = (zh: string, en: string = EN): Record<string, string> => ({ "money/refunds.zh.md": zh, "money/refunds.en.md": en });

describe("loadArticles", () => {
  it("reads both languages of an article", () => {
    const base = mkdtempSync(join(tmpdir(), "articles-"));
    folders.push(base);
    mkdirSync(join(base, "money"));
    for (const [name, text] of Object.entries({ "refunds.zh.md": ZH, "refunds.en.md": `\ufeff${EN.replaceAll("\n", "\r\n")}` })) {
      writeFileSync(join(base, "money", name), text);
    }
    const { articles, faults } = loadArticles({ dir: base, now: NOW, base, hosts: ["shop.example"] });
    expect(faults).toEqual([]);
    expect(articles[1]).toEqual({
      id: "refunds",
      language: "zh",
      topic: "money",
      title: "怎么退款",
      intents: ["refund_policy"],
      keywords: ["退款", "退钱", "退货", "能退吗"],
      reviewedOn: "2026-11-20",
      source: "帮助中心",
      body: "没发货的都能退。\n\n1. 打开 **我的 › 订单**。\n2. 点“申请退款”。",
      file: "money/refunds.zh.md",
    });
    expect(articles[0]?.body).toContain("(https://shop.example/help)");
  });

  it.each<readonly [what: string, from: string | RegExp, to: string, fault: string | RegExp]>([
    ["no front matter", "---\nid", "id", 'money/refunds.zh.md:1:1 the file must begin with front matter between two lines of "---"'],
    [
      "front matter that is no mapping",
      /id: refunds[\s\S]*心/u,
      "- one",
      "money/refunds.zh.md:2:1 front matter must be `key: value` lines",
    ],
    ["YAML that cannot be read", "[退款", "[[退款", /^money\/refunds\.zh\.md:\d+:\d+ /u],
    [
      "an unknown key",
      "source:",
      "origin:",
      'money/refunds.zh.md:7:1 unknown key "origin"; valid keys: id, title, intents, keywords, reviewed_on, source',
    ],
    ["a missing key", "source: 帮助中心\n", "", 'money/refunds.zh.md:2:1 missing key "source"'],
    ["another id", "id: refunds", "id: refund", 'money/refunds.zh.md:2:1 id "refund" must be the file\'s name "refunds"'],
    ["a title that is no text", "怎么退款", "2026", '"title" must be text; put it in quotes if it reads as a number, true, false or null'],
    ["intents that are no list", "[refund_policy]", "refund_policy", 'money/refunds.zh.md:4:10 "intents" must be a list: [one, two]'],
    ["no intent", "[refund_policy]", "[]", "money/refunds.zh.md:4:1 name at least one intent that the article helps with"],
    ["an intent that is no name", "[refund_policy]", "[Refund Policy]", 'money/refunds.zh.md:4:11 "Refund Policy" is no intent\'s name'],
    ["a keyword that is no text", "[退款", "[2026", 'money/refunds.zh.md:5:12 an entry of "keywords" is no text; put it in quotes'],
    ["too few keywords", "退款, 退钱, ", "", "money/refunds.zh.md:5:1 2 keywords; 4 to 12 are wanted"],
    ["a keyword that stands twice", "退货", "退钱", 'money/refunds.zh.md:5:20 "退钱" stands twice in "keywords"'],
    ["a day that is none", "2026-11-20", "2026-02-31", 'money/refunds.zh.md:6:1 "2026-02-31" is no day; write YYYY-MM-DD'],
    ["a day to come", "2026-11-20", "2027-01-01", 'money/refunds.zh.md:6:1 "2027-01-01" has not come yet'],
    [
      "an old review",
      "2026-11-20",
      "2025-10-01",
      "money/refunds.zh.md:6:1 warning: last reviewed 417 days ago; check every figure and set the date (at most 400 days)",
    ],
    ["an empty body", /没[\s\S]*/u, "", "money/refunds.zh.md:9:1 the body is empty"],
    ["a body that is too long", "没发货", "没".repeat(500), /^money\/refunds\.zh\.md:9:1 5\d\d Han characters; at most 420/u],
    ["HTML", "没发货", "<b>没</b>发货", "money/refunds.zh.md:9:1 no HTML; use paragraphs, flat lists, **bold** and links"],
    ["a heading", "没发货", "## 没发货", "money/refunds.zh.md:9:1 no headings; make the words **bold**"],
    ["a table", "没发货", "| a | b |\n没发货", "money/refunds.zh.md:9:1 no tables; use a list"],
    ["a picture", "没发货", "见 ![x](https://shop.example/a.png)", "money/refunds.zh.md:9:3 no pictures; use words"],
    ["code", "没发货", "```\n没发货", "money/refunds.zh.md:9:1 no code blocks; use paragraphs and flat lists"],
    ["a list in a list", "2. 点", "  - 点", "money/refunds.zh.md:12:1 lists are flat; start the line at its left edge"],
    ["a promise without a figure", "没发货的都能退", "我们会尽快退", "money/refunds.zh.md:9:4 a clock time, a duration, or nothing"],
    [
      "a link that is not https",
      "没发货",
      "[看](http://shop.example)",
      'money/refunds.zh.md:9:1 link "http://shop.example" must begin with https://',
    ],
    ["a link elsewhere", "没发货", "[看](https://a.example)", 'money/refunds.zh.md:9:1 link to "a.example"; valid hosts: shop.example'],
  ])("finds %s", (_, from, to, fault) => {
    const spoilt = ZH.replace(from, to);
    expect(spoilt).not.toBe(ZH);
    const { faults } = load(both(spoilt), ["shop.example"]);
    expect(faults).toContainEqual(typeof fault === "string" ? expect.stringContaining(fault) : expect.stringMatching(fault));
  });

  it("finds all faults of a file at once, and leaves it out", () => {
    const { ids, faults } = load(both(ZH.replace("id: refunds", "id: x").replace("没发货", "<i>没发货")));
    expect(faults.filter((fault) => fault.startsWith("money/refunds.zh.md"))).toHaveLength(2);
    expect(faults).toContain('money/refunds.en.md:2:1 no usable "zh" version; money/refunds.zh.md is missing or has a fault');
    expect(ids).toEqual(["refunds.en"]);
  });

  it("keeps an article that is only due for review", () => {
    expect(load(both(ZH.replace("2026-11-20", "2025-01-01"))).ids).toEqual(["refunds.en", "refunds.zh"]);
  });

  it("finds what is wrong between files", () => {
    const other = (text: string): string => text.replace("id: refunds", "id: returns");
    const { faults } = load({
      ...both(ZH, EN.replace("[refund_policy]", "[refund_policy, invoice]")),
      "orders/returns.zh.md": other(ZH),
      "money/returns.en.md": other(EN).replace("How do I get a refund?", "Returns"),
      "orders/refunds.zh.md": ZH.replace("怎么退款", "退款"),
    });
    expect(faults).toEqual([
      "money/refunds.en.md:4:1 intents differ from refunds.zh.md: invoice, refund_policy and refund_policy",
      'money/returns.en.md:2:1 the other language stands in topic "orders"',
      'orders/refunds.zh.md:2:1 id "refunds" is also used in money/refunds.zh.md',
      'orders/returns.zh.md:3:1 title "怎么退款" is also used in money/refunds.zh.md',
    ]);
  });

  it("names files that are no articles", () => {
    const { faults } = load({ ...both(ZH), "money/notes.txt": "x", "readme.md": "x", "money/refunds.fr.md": "x", "money/.hidden": "x" });
    expect(faults).toEqual([
      "money/notes.txt:1:1 not an article's place; articles are <topic>/<id>.<language>.md with language zh or en",
      "money/refunds.fr.md:1:1 not an article's place; articles are <topic>/<id>.<language>.md with language zh or en",
      "readme.md:1:1 not an article's place; articles are <topic>/<id>.<language>.md with language zh or en",
    ]);
  });

  it("says so when there is nothing", () => {
    expect(load({}).faults).toEqual([expect.stringContaining(":1:1 no articles here")]);
  });
});
