import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { directLineContract } from "../bot/channels/direct-line/direct-line.contract.ts";
import { conversationKeyOf } from "../bot/secrets.ts";
import { startServer } from "./server-process.ts";

/** The real client against the whole desk in a process of its own, with the embedded store. */
const dataDir = mkdtempSync(join(tmpdir(), "jietong-directline-"));
const IDENTITY_SECRET = "an identity secret only this test knows of";

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

directLineContract("the whole desk", {
  start: async (port) => {
    const server = await startServer({
      PORT: String(port),
      JIETONG_DATA_DIR: dataDir,
      JIETONG_IDENTITY_SECRET: IDENTITY_SECRET,
      JIETONG_LOG: "silent",
    });
    return {
      url: server.url,
      stop: async () => {
        await server.stop();
      },
    };
  },
  secretKey: conversationKeyOf(IDENTITY_SECRET),
  question: "怎么用支付宝充值",
});
