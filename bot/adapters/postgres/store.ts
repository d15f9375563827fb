/** The store over PostgreSQL: embedded or external, the same SQL. */
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { LogListener, Repositories, Store } from "../../ports/store.ts";
import { agentRepository } from "./agents.ts";
import { auditRepository } from "./audit.ts";
import { callbackRepository } from "./callbacks/repository.ts";
import { caseRepository } from "./cases.ts";
import { conversationRepository, type Grew } from "./conversations.ts";
import { type Connection, inTransaction, openPool, poolRunner, type Runner } from "./database.ts";
import { eventRepository } from "./events.ts";
import { fileRepository } from "./files.ts";
import { idempotencyRepository } from "./idempotency.ts";
import { incidentRepository } from "./incidents.ts";
import { logListener } from "./log-listener.ts";
import { migrate } from "./migrate.ts";
import { modelUseRepository } from "./model-uses.ts";
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

function repositoriesOver(runner: Runner, clock: Clock, grew: Grew): Repositories {
  return {
    conversations: conversationRepository(runner, clock, grew),
    cases: caseRepository(runner),
    queue: queueRepository(runner, clock),
    callbacks: callbackRepository(runner),
    incidents: incidentRepository(runner),
    events: eventRepository(runner),
    agents: agentRepository(runner),
    timers: timerRepository(runner),
    idempotency: idempotencyRepository(runner, clock),
    files: fileRepository(runner),
    audit: auditRepository(runner),
    modelUses: modelUseRepository(runner),
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

  const listeners = new Set<LogListener>();
  const grew: LogListener = (conversationId, ...added) => {
    for (const hear of listeners) {
      try {
        hear(conversationId, ...added);
      } catch (error) {
        log?.error({ error: String(error) }, "a listener to grown logs failed");
      }
    }
  };
  // What this node commits it tells its listeners itself, at once and without asking the server what it was.
  const own = new Set<number>();
  const listener = logListener(
    connection,
    (conversationId) => grew(conversationId),
    (processId) => own.has(processId),
    (error) => log?.warn({ error: error.message }, "the connection that listens was lost"),
  );
  await listener.start();
  const pool = openPool(connection, options.poolSize ?? 10, (error) =>
    log?.warn({ error: error.message }, "a connection to the store was lost"),
  );
  pool.on("connect", (client) => own.add(processIdOf(client)));
  pool.on("remove", (client) => own.delete(processIdOf(client)));

  return {
    ...repositoriesOver(poolRunner(pool), clock, grew),
    transaction: async (work) => {
      const grown: Parameters<Grew>[] = [];
      try {
        const result = await inTransaction(pool, (runner) => work(repositoriesOver(runner, clock, (...growth) => grown.push(growth))));
        for (const growth of grown) grew(...growth);
        return result;
      } catch (error) {
        // Committed all the same, when only the answer to the commit was lost: look.
        for (const [conversationId] of grown) grew(conversationId);
        throw error;
      }
    },
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

/** The server process behind a connection, as PostgreSQL names it in notifications. `pg` keeps it and does not say so in its types. */
function processIdOf(client: object): number {
  return Number(Reflect.get(client, "processID"));
}
