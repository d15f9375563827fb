/** Plays evenings on a database of its own: the embedded server, or an empty one named by DATABASE_URL. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbeddedPostgres } from "../../bot/adapters/postgres/embedded.ts";
import { openPostgresStore } from "../../bot/adapters/postgres/store.ts";
import { loadPolicy } from "../../bot/policy/load-policy.ts";
import { demand, SCENARIOS, type Scenario } from "./demand.ts";
import { engineEvening } from "./engine-evening.ts";
import { type CallbackRow, type EveningFigures, measureEvening } from "./measure-evening.ts";
import { type PlainResult, plainPolicies } from "./plain-policies.ts";

export interface Played {
  readonly scenario: string;
  readonly seed: number;
  readonly engine: EveningFigures;
  readonly plain: readonly PlainResult[];
}

export interface Stage {
  play(scenario: Scenario, seed: number): Promise<Played>;
  close(): Promise<void>;
}

export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (!found) throw new Error(`unknown scenario "${name}"; known: ${SCENARIOS.map((scenario) => scenario.name).join(", ")}`);
  return found;
}

export async function openStage(): Promise<Stage> {
  const policy = loadPolicy(join(import.meta.dirname, "../../bot/policy"));
  const dataDir = mkdtempSync(join(tmpdir(), "jietong-simulate-"));
  const url = process.env.DATABASE_URL;
  const server = url === undefined ? await startEmbeddedPostgres({ dataDir }) : undefined;
  const connection = server?.connection ?? url ?? "";
  const behind = new pg.Client(typeof connection === "string" ? { connectionString: connection } : connection);
  await behind.connect();
  // An evening that is only played need not survive a power cut.
  await behind.query("alter role current_user set synchronous_commit = off");
  const store = await openPostgresStore({ connection, poolSize: 4 });
  return {
    play: async (scenario, seed) => {
      await behind.query("truncate events, audit, callback_attempts, callbacks, queue_entries, cases, agents cascade");
      const calls = demand(scenario, seed);
      const evening = await engineEvening(store, policy, calls, seed);
      const { rows } = await behind.query<CallbackRow>(
        `select entry_id as entry, kind, promised, (extract(epoch from created_at) * 1000)::double precision as created,
                (extract(epoch from breached_at) * 1000)::double precision as breached from callbacks`,
      );
      return { scenario: scenario.name, seed, engine: measureEvening(evening, rows), plain: plainPolicies(calls) };
    },
    close: async () => {
      await behind.query("alter role current_user reset synchronous_commit");
      await behind.end();
      await store.close();
      await server?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
