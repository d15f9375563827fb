/** The store over PostgreSQL: embedded or external, the same SQL. */
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Repositories, Store } from "../../ports/store.ts";
import { agentRepository } from "./agents.ts";
import { auditRepository } from "./audit.ts";
import { caseRepository } from "./cases.ts";
import { conversationRepository } from "./conversations.ts";
import { type Connection, inTransaction, openPool, poolRunner, type Runner } from "./database.ts";
import { eventRepository } from "./events.ts";
import { fileRepository } from "./files.ts";
import { idempotencyRepository } from "./idempotency.ts";
import { logListener } from "./log-listener.ts";
import { migrate } from "./migrate.ts";
import { queueRepository } from "./queue/queue.ts";
import { timerRepository } from "./timers.ts";

export interface PostgresStoreOptions {
  /** A URL (`DATABASE_URL`), or the embedded server's `connection`. */
  readonly connection: Connection;
  /** For "updated at" and the like; leases and timers take their time as an argument. */
  readonly clock?: Clock;
  /** Connections at most; one more listens. */
  readonly poolSize?: number;
  readonly log?: Log;
  /** Told the names of the migrations that ran. */
  readonly onMigrated?: (names: readonly string[]) => void;
}

const PING_MS = 2_000;

function repositoriesOver(runner: Runner, clock: Clock): Repositories {
  return {
    conversations: conversationRepository(runner, clock),
    cases: caseRepository(runner),
    queue: queueRepository(runner, clock),
    events: eventRepository(runner),
    agents: agentRepository(runner),
    timers: timerRepository(runner),
    idempotency: idempotencyRepository(runner, clock),
    files: fileRepository(runner),
    audit: auditRepository(runner),
  };
}

/**
 * Migrates, connects and listens.
 * @throws Problem `unavailable` when the server does not answer; a sentence when the database is too new, too old or was tampered with.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { connection, log } = options;
  const clock = options.clock ?? { now: () => Date.now() };
  const ran = await migrate(connection);
  if (ran.length > 0) options.onMigrated?.(ran);

  const listeners = new Set<(conversationId: string | undefined) => void>();
  const listener = logListener(
    connection,
    (conversationId) => {
      for (const hear of listeners) {
        try {
          hear(conversationId);
        } catch (error) {
          log?.error({ error: String(error) }, "a listener to grown logs failed");
        }
      }
    },
    (error) => log?.warn({ error: error.message }, "the connection that listens was lost"),
  );
  await listener.start();
  const pool = openPool(connection, options.poolSize ?? 10, (error) =>
    log?.warn({ error: error.message }, "a connection to the store was lost"),
  );

  return {
    ...repositoriesOver(poolRunner(pool), clock),
    transaction: (work) => inTransaction(pool, (runner) => work(repositoriesOver(runner, clock))),
    onLogGrew(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    async ping() {
      const given = new AbortController();
      const late = sleep(PING_MS, "late", { signal: given.signal }).catch(() => "given");
      const answer = await Promise.race([poolRunner(pool).rows({ name: "ping", text: "select 1" }), late]).finally(() => given.abort());
      if (answer === "late") throw new Problem("unavailable");
    },
    async close() {
      listeners.clear();
      await listener.stop();
      await pool.end();
    },
  };
}
