import { describe, expect, it } from "vitest";
import { ConfigFault, readConfig } from "./config.ts";

describe("configuration", () => {
  it("needs nothing", () => {
    expect(readConfig({})).toMatchObject({ port: 3978, host: "127.0.0.1", databaseUrl: undefined, platform: undefined });
  });

  it("takes an empty variable as not set", () => {
    expect(readConfig({ PORT: "", DATABASE_URL: " " })).toMatchObject({ port: 3978, databaseUrl: undefined });
  });

  it("names every fault at once, with what is allowed", () => {
    const wrong = {
      PORT: "eighty",
      DATABASE_URL: "mysql://x",
      JIETONG_API_KEY: "short",
      JIETONG_PLATFORM_URL: "https://shop.example",
      JIETONG_LOG: "loud",
    };
    try {
      readConfig(wrong);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof ConfigFault)) throw error;
      expect(error.faults).toEqual([
        "JIETONG_PLATFORM_URL, JIETONG_PLATFORM_KEY: set both or neither (neither: the demo platform)",
        "PORT: must be a whole number from 0 to 65535",
        "DATABASE_URL: must be postgres://user:password@host:port/database",
        "JIETONG_API_KEY: must be at least 16 characters",
        "JIETONG_LOG: must be debug, info, warn, error or silent",
      ]);
    }
  });

  it("uses a language model only when there is a key, and says what else is allowed", () => {
    expect(readConfig({}).model).toBeUndefined();
    expect(readConfig({ OPENAI_API_KEY: "any" }).model).toEqual({
      key: "any",
      model: "gpt-4.1-mini",
      format: "json_schema",
      turnMs: 6000,
      tokensPerDay: 500_000,
    });
    expect(readConfig({ OPENAI_API_KEY: "any", OPENAI_BASE_URL: "http://127.0.0.1:11434/v1/", OPENAI_MODEL: "qwen3" }).model).toMatchObject(
      {
        url: "http://127.0.0.1:11434/v1",
        model: "qwen3",
      },
    );
    const wrong = {
      OPENAI_BASE_URL: "ftp://models",
      OPENAI_MODEL: "m",
      JIETONG_MODEL_FORMAT: "xml",
      JIETONG_MODEL_TIMEOUT_MS: "60000",
      JIETONG_MODEL_TOKENS_PER_DAY: "-1",
    };
    expect(() => readConfig(wrong)).toThrow(
      new ConfigFault([
        "OPENAI_BASE_URL: must be an http(s) address such as http://127.0.0.1:11434/v1",
        "JIETONG_MODEL_FORMAT: must be json_schema, or tools for a server that knows tool calls only",
        "JIETONG_MODEL_TIMEOUT_MS: must be milliseconds from 200 to 30000, for all of a turn's calls together",
        "JIETONG_MODEL_TOKENS_PER_DAY: must be a whole number of tokens from 0 to 1000000000",
        "OPENAI_BASE_URL, OPENAI_MODEL: set OPENAI_API_KEY too (any text where the server needs none), or none of them",
      ]).message,
    );
  });
});
