import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkData } from "./check-data.ts";

const ROOT = resolve(import.meta.dirname, "..");
const DATA = ["intents/catalog", "intents/background", "intents/phrasings", "knowledge/articles", "bot/policy", "eval/datasets"];
/** A day on which every shipped review is fresh. */
const NOW = new Date("2026-11-22T00:00:00Z");

/** A copy of the operator's files, to spoil. */
class Copy {
  readonly root = mkdtempSync(join(tmpdir(), "check-data-"));

  constructor() {
    for (const folder of DATA) cpSync(join(ROOT, folder), join(this.root, folder), { recursive: true });
  }

  edit(path: string, from: string | RegExp, to: string): void {
    const text = readFileSync(join(this.root, path), "utf8");
    const edited = text.replace(from, to);
    if (edited === text) throw new Error(`nothing to edit in ${path}`);
    writeFileSync(join(this.root, path), edited);
  }

  append(path: string, text: string): this {
    writeFileSync(join(this.root, path), `${readFileSync(join(this.root, path), "utf8").trimEnd()}\n${text}\n`);
    return this;
  }
}

const ARTICLES = "knowledge/articles";
const CATALOG = "intents/catalog";

/** What is wrong → how it is planted, and what has to be said of it. */
const PLANTS: Readonly<Record<string, readonly [plant: (copy: Copy) => void, said: RegExp]>> = {
  "an article's key is unknown": [
    (copy) => copy.edit(`${ARTICLES}/topup/top-up.en.md`, "source:", "origin: x\nsource:"),
    /topup\/top-up\.en\.md:7:1 unknown key "origin"; valid keys: id, title, intents/u,
  ],
  "an article stands in one language": [
    (copy) => rmSync(join(copy.root, ARTICLES, "topup/top-up-usdt.en.md")),
    /topup\/top-up-usdt\.zh\.md:2:1 no usable "en" version; knowledge\/articles\/topup\/top-up-usdt\.en\.md is missing/u,
  ],
  "an article's id is not its file's name": [
    (copy) => copy.edit(`${ARTICLES}/business/api.zh.md`, "id: api", "id: apis"),
    /business\/api\.zh\.md:2:1 id "apis" must be the file's name "api"/u,
  ],
  "an article is too long": [
    (copy) => copy.append(`${ARTICLES}/money/invoice.zh.md`, "长".repeat(400)),
    /money\/invoice\.zh\.md:9:1 \d+ Han characters; at most 420/u,
  ],
  "an article links elsewhere": [
    (copy) => copy.append(`${ARTICLES}/money/withdraw.en.md`, "[here](https://elsewhere.example/)"),
    /money\/withdraw\.en\.md:\d+:1 link to "elsewhere\.example"; valid hosts: shop\.example/u,
  ],
  "an article was not looked at for long": [
    (copy) => copy.edit(`${ARTICLES}/money/withdraw.zh.md`, "2026-11-20", "2025-01-01"),
    /money\/withdraw\.zh\.md:6:1 warning: last reviewed 690 days ago/u,
  ],
  "an article names an intent that is none": [
    (copy) => {
      for (const language of ["zh", "en"])
        copy.edit(`${ARTICLES}/cards/find-card-key.${language}.md`, "[card_key_retrieve]", "[card_key_retrieve, card_key_find]");
    },
    /cards\/find-card-key\.en\.md:4:30 no intent "card_key_find"; valid intents: /u,
  ],
  "an article names a number that is not ours": [
    (copy) => copy.append(`${ARTICLES}/service/before-calling.en.md`, "Or ring 400-000-9999."),
    /service\/before-calling\.en\.md:\d+:1 "400-000-9999" is not in bot\/policy\/contacts\.yaml; valid contacts: 400-000-1234/u,
  ],
  "an article that gives no warning names a scam": [
    (copy) => copy.append(`${ARTICLES}/service/before-calling.zh.md`, "或打 400-000-1243。"),
    /service\/before-calling\.zh\.md:\d+:1 "400-000-1243" is a reported scam; valid places to name it: articles fake-support-scams/u,
  ],
  "a reply names a site that is not ours": [
    (copy) => copy.append("bot/policy/replies/core.yaml", 'planted.site: { zh: "看官网", en: "See other.example" }'),
    /replies\/core\.yaml:\d+:\d+ "other\.example" is not in bot\/policy\/contacts\.yaml/u,
  ],
  "an intent's key is unknown": [
    (copy) => copy.edit(`${CATALOG}/thanks.yaml`, "examples:", "exampels: {}\nexamples:"),
    /catalog\/thanks\.yaml:\d+:1 unknown key "exampels"; valid keys: name, class, title, answer, examples/u,
  ],
  "a line teaches two intents": [
    (copy) =>
      copy
        .append(`${CATALOG}/withdrawal_guide.yaml`, "    - planted line for two intents")
        .append(`${CATALOG}/wrong_topup.yaml`, "    - Planted line for two intents"),
    /catalog\/wrong_topup\.yaml:\d+:\d+ "Planted line for two intents" also stands in intent "withdrawal_guide"/u,
  ],
  "an intent's article is none": [
    (copy) => copy.edit(`${CATALOG}/invoice.yaml`, "article: invoice", "article: invoices"),
    /catalog\/invoice\.yaml:\d+:\d+ no article "invoices"; valid articles: /u,
  ],
  "an intent's article does not help with it": [
    (copy) => copy.edit(`${CATALOG}/withdrawal_guide.yaml`, "article: withdraw", "article: invoice"),
    /catalog\/withdrawal_guide\.yaml:\d+:\d+ article "invoice" does not list the intent "withdrawal_guide"; valid intents there: invoice/u,
  ],
  "an intent's tool is none": [
    (copy) => copy.edit(`${CATALOG}/balance_check.yaml`, "account.balance", "account.balanse"),
    /catalog\/balance_check\.yaml:\d+:\d+ no tool "account\.balanse"; valid tools: account\.balance/u,
  ],
  "an intent's reply is none": [
    (copy) => copy.edit(`${CATALOG}/greeting.yaml`, "reply: greeting", "reply: greetings"),
    /catalog\/greeting\.yaml:\d+:\d+ no reply "greetings" in bot\/policy\/replies\/; valid replies: .*greeting/u,
  ],
  "a rule names an intent that is none": [
    (copy) => copy.edit("bot/policy/routing.yaml", "intent: [account_stolen]", "intent: [account_stolen, account_lost]"),
    /routing\.yaml:\d+:\d+ no intent "account_lost"; valid intents: /u,
  ],
  "a prompt has a key that is none": [
    (copy) => copy.edit("bot/policy/prompts/translation.md", "version: 1", "versoin: 1"),
    /prompts\/translation\.md:2:1 .*"versoin"; keys: id, version, purpose/u,
  ],
  "an intent stands in two skills": [
    (copy) => copy.edit("bot/policy/routing.yaml", "disputes: [trade_dispute", "disputes: [fraud_report, trade_dispute"),
    /routing\.yaml:\d+:\d+ intent "fraud_report" stands in two skills/u,
  ],
  "an intake is for an intent that is none": [
    (copy) => copy.edit("bot/policy/intake.yaml", "  wrong_topup: {", "  wrong_top_up: {"),
    /intake\.yaml:\d+:3 no intent "wrong_top_up"; valid intents: /u,
  ],
  "a line that measures also teaches": [
    (copy) =>
      copy.append("eval/datasets/intents.zh.jsonl", '{"text": "我爸不会用智能机，怎么给他的号码 交话费？", "intent": "topup_guide"}'),
    /intents\.zh\.jsonl:\d+:1 "我爸不会用智能机，怎么给他的号码 交话费？" is also taught in intents\/catalog\/topup_guide\.yaml:\d+:\d+/u,
  ],
  "a line that measures is in the background": [
    (copy) => copy.append("eval/datasets/intents.zh.jsonl", '{"text": "这个周末会降温吗", "intent": "out_of_scope"}'),
    /intents\.zh\.jsonl:\d+:1 "这个周末会降温吗" is also taught in intents\/background\/zh\.yaml/u,
  ],
  "a line that measures expects an intent that is none": [
    (copy) => copy.append("eval/datasets/intents.en.jsonl", '{"text": "zzz planted", "intent": "planted"}'),
    /intents\.en\.jsonl:\d+:1 no intent "planted"; valid intents: /u,
  ],
  "a line that measures expects an article that is none": [
    (copy) => copy.append("eval/datasets/search.jsonl", '{"text": "zzz", "language": "en", "article": "planted"}'),
    /search\.jsonl:\d+:1 no article "planted"; valid articles: /u,
  ],
  "a line that measures cannot be read": [
    (copy) => copy.append("eval/datasets/search.jsonl", '{"text": "zzz"'),
    /search\.jsonl:\d+:1 line: /u,
  ],
};

describe("the operator's data", () => {
  it("has no fault as shipped", () => {
    expect(checkData(ROOT, NOW)).toEqual([]);
  });
});

describe("one fault of each kind, planted in a copy", () => {
  let copy: Copy;
  let faults: readonly string[];
  beforeAll(() => {
    copy = new Copy();
    for (const [plant] of Object.values(PLANTS)) plant(copy);
    faults = checkData(copy.root, NOW);
  });
  afterAll(() => rmSync(copy.root, { recursive: true }));

  it.each(Object.entries(PLANTS))("%s", (_, [, said]) => {
    expect(faults.filter((fault) => said.test(fault))).toHaveLength(1);
  });

  it("gives each a place", () => {
    for (const fault of faults) expect(fault).toMatch(/^[\w/.-]+:\d+:\d+ \S/u);
  });
});

describe("a policy that cannot be used", () => {
  let copy: Copy;
  beforeAll(() => {
    copy = new Copy();
  });
  afterAll(() => rmSync(copy.root, { recursive: true }));

  it("is reported with its places, and the rest is checked all the same", () => {
    copy.edit("bot/policy/queues.yaml", "targets:", "target:");
    copy.edit("bot/policy/replies/core.yaml", "机器人，不是真人", "{what}，不是真人");
    copy.edit(`${CATALOG}/invoice.yaml`, "article: invoice", "article: invoices");
    const faults = checkData(copy.root, NOW);
    expect(faults).toContainEqual(expect.stringMatching(/^bot\/policy\/queues\.yaml:\d+:\d+ unknown key "target"; known keys: targets/u));
    expect(faults).toContainEqual(expect.stringMatching(/^bot\/policy\/replies\/core\.yaml:\d+:1 bot_identity: placeholders differ/u));
    expect(faults).toContainEqual(expect.stringMatching(/invoice\.yaml:\d+:\d+ no article "invoices"/u));
    for (const fault of faults) expect(fault).toMatch(/^[\w/.-]+:\d+:\d+ \S/u);
  });
});
