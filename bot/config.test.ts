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
});
