import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Asked, startModelServer } from "../bot/language-model/fixtures/model-server.ts";
import { openCustomer } from "./customer.ts";
import { startServer } from "./server-process.ts";
import { openTestHouse, type TestHouse } from "./test-desk.ts";

/** What a desk without a key has no use for. */
const OF_THE_MODEL =
  /\/node_modules\/(?:langchain|@langchain|langsmith|openai|js-tiktoken)\/|\/bot\/language-model\/|language-model-openai|load-prompts/u;

describe("a real start", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "jietong-model-"));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  const loadedBy = async (name: string, environment: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const record = join(dataDir, `${name}.txt`);
    const hook = pathToFileURL(join(import.meta.dirname, "record-modules.ts")).href;
    const server = await startServer({
      PORT: "0",
      JIETONG_DATA_DIR: dataDir,
      NODE_OPTIONS: `--import=${hook}`,
      RECORD_MODULES: record,
      OPENAI_API_KEY: "",
      OPENAI_BASE_URL: "",
      OPENAI_MODEL: "",
      ...environment,
    });
    await server.stop();
    return readFileSync(record, "utf8").split("\n");
  };

  it("loads nothing of the model without a key, and all of it with one", async () => {
    const without = await loadedBy("without", {});
    expect(without.length).toBeGreaterThan(200);
    expect(without.filter((url) => OF_THE_MODEL.test(url))).toEqual([]);
    const beside = await loadedBy("with", { OPENAI_API_KEY: "any", OPENAI_BASE_URL: "http://127.0.0.1:9/v1" });
    for (const part of ["/node_modules/langchain/", "/node_modules/openai/", "/bot/language-model/index.ts"])
      expect(beside.some((url) => url.includes(part))).toBe(true);
  }, 120_000);
});

describe("the whole server, when the model goes down", () => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await openTestHouse();
  }, 60_000);
  afterAll(() => house.close());

  const isOpinion = ({ messages }: Asked): boolean => (messages[0]?.content ?? "").includes("the one intent of the catalogue");
  const LINES = {
    zh: {
      lost: "哐当一下子咕噜咕噜那啥",
      lostText: "没看明白",
      known: "怎么用支付宝充值",
      source: "top-up-alipay",
      person: "转人工",
    },
    en: {
      lost: "so the whatsit thing innit",
      lostText: "didn't get that",
      known: "how do I top up with Alipay",
      source: "top-up-alipay",
      person: "agent please",
    },
  } as const;

  it.each(["zh", "en"] as const)(
    "in the middle of a turn, the customer hears in that turn what the desk says without one (%s)",
    async (language) => {
      const server = await startModelServer();
      const desk = await house.open("20:30", {
        key: "any",
        url: server.url,
        model: "m",
        format: "json_schema",
        turnMs: 1500,
        tokensPerDay: 100_000,
      });
      try {
        const lines = LINES[language];
        const customer = await openCustomer(desk.url, { locale: language === "zh" ? "zh-CN" : "en-US" });
        let down: Promise<void> | undefined;
        // It gives its opinion, and dies while it is asked for the answer.
        server.answer((asked) => {
          if (isOpinion(asked)) return { intent: "none", sure: "yes" };
          down = server.stop();
          return "hang";
        });
        const lost = await customer.say(lines.lost);
        expect(lost.map(({ text }) => text).join("\n")).toContain(lines.lostText);
        expect(down).toBeDefined();
        await down;
        const known = await customer.say(lines.known);
        expect(known.flatMap((reply) => reply.channelData?.jietong?.sources?.map(({ id }) => id) ?? [])).toContain(lines.source);
        const queued = await customer.say(lines.person);
        expect(queued.at(-1)?.channelData?.jietong?.caseCode).toMatch(/^\d{8}$/u);
      } finally {
        await desk.close();
        await server.stop();
      }
    },
  );
});
