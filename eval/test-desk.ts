/** Desks to measure: one database server for all, a fresh schema and a clock of its own for each. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { Config } from "../bot/config.ts";
import { DEMO_CUSTOMERS } from "../bot/demo-platform/demo-customers.ts";
import { type Desk, openDesk, openEmbeddedDatabase, openTaughtKnowledge, ROOT } from "../bot/wire.ts";
import { openRecogniser, type Recogniser } from "../intents/index.ts";
import type { Knowledge } from "../knowledge/index.ts";
import type { DeskUnderTest } from "./run-scenario.ts";

export interface TestHouse {
  readonly recogniser: Recogniser;
  readonly knowledge: Knowledge;
  readonly dataDir: string;
  /** @param at the desk's clock when it opens, `HH:MM` in Shanghai on a Friday; it runs on from there @param model a language model, if any */
  open(at?: string, model?: Config["model"]): Promise<Desk & DeskUnderTest & { close(): Promise<void>; advance(ms: number): void }>;
  close(): Promise<void>;
}

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** @param modelDir where the trained model is kept between runs; default: with the rest, thrown away at the end */
export async function openTestHouse(options: { readonly modelDir?: string } = {}): Promise<TestHouse> {
  const dataDir = mkdtempSync(join(tmpdir(), "jietong-eval-"));
  const [database, recogniser] = await Promise.all([
    openEmbeddedDatabase(dataDir, SILENT, () => {}),
    openRecogniser({ modelDir: options.modelDir ?? join(dataDir, "model") }),
  ]);
  const knowledge = openTaughtKnowledge({ dir: join(ROOT, "knowledge/articles"), now: new Date("2026-11-21") });
  const { host, port, user } = database.connection;
  let count = 0;

  return {
    recogniser,
    knowledge,
    dataDir,
    open: async (at = "20:30", model) => {
      count += 1;
      const name = `desk_${count}`;
      const client = new Client({ host, port, user, database: database.connection.database });
      await client.connect();
      await client.query(`create schema ${name}`);
      await client.end();
      let offset = Date.parse(`2026-11-20T${at}:00+08:00`) - Date.now();
      const clock = { now: () => Date.now() + offset };
      const config: Config = {
        port: 0,
        host: "127.0.0.1",
        dataDir,
        databaseUrl: `postgresql://${encodeURIComponent(user)}@/${database.connection.database}?host=${encodeURIComponent(host)}&port=${port}&options=${encodeURIComponent(`-c search_path=${name}`)}`,
        adminPassword: undefined,
        apiKey: undefined,
        identitySecret: undefined,
        platform: undefined,
        model,
        configDir: join(ROOT, "bot/policy"),
        logLevel: "error",
      };
      let desk = await openDesk(config, { clock, recogniser, knowledge });
      return {
        ...desk,
        restart: async () => {
          await desk.stop();
          desk = await openDesk(config, { clock, recogniser, knowledge });
          return desk;
        },
        apiKey: desk.secrets.apiKey,
        identitySecret: desk.secrets.identitySecret,
        now: () => clock.now(),
        customers: DEMO_CUSTOMERS,
        advance: (ms) => {
          offset += ms;
        },
        close: () => desk.stop(),
      };
    },
    close: async () => {
      await database.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
