/** Connections, statements and transactions over `pg`; everything the repositories need of it. */
import pg from "pg";
import { Problem } from "../../errors.ts";

/** A URL, or where the embedded server listens. */
export type Connection = string | { readonly host: string; readonly port: number; readonly user: string; readonly database: string };

/** With a name the server plans it once per connection; for what is called all the time. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

export interface Runner {
  /** One statement; on its own it commits at once. `Row` is what its `returning` or `select` list says. */
  rows<Row extends object>(statement: Statement | string, values?: readonly unknown[]): Promise<Row[]>;
  /** How many rows it changed. */
  change(statement: Statement | string, values?: readonly unknown[]): Promise<number>;
}

const CONNECT_MS = 5_000;
/** The server ends a statement that takes longer. */
const STATEMENT_MS = 10_000;
/** The client gives up on an answer, for a server or network that hangs without closing. */
const ANSWER_MS = 15_000;
const IDLE_IN_TRANSACTION_MS = 15_000;
const LOCK_MS = 5_000;

const { types } = pg;

/** `2026-11-20 12:30:00.123456+00`, as the server writes it in time zone UTC, to `2026-11-20T12:30:00.123Z`. */
function instant(text: string): string {
  const parts = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text);
  if (!parts) throw new Error(`Not a time in UTC: ${text}`);
  return `${parts[1]}T${parts[2]}.${(parts[3] ?? "").padEnd(3, "0").slice(0, 3)}Z`;
}

/** bigint as number (ours stay far below 2^53), numeric as string (money is never a float: `pg`'s default), timestamptz as ISO 8601. */
const customTypes: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === types.builtins.INT8) return Number;
    if (oid === types.builtins.TIMESTAMPTZ) return instant;
    return types.getTypeParser(oid, format);
  },
};

export function clientConfig(connection: Connection): pg.ClientConfig {
  return {
    ...(typeof connection === "string" ? { connectionString: connection } : connection),
    application_name: "jietong",
    // Our statements are short and their plans do not hang on the values; planning the claim anew takes longer than running it.
    options: "-c timezone=UTC -c datestyle=ISO -c plan_cache_mode=force_generic_plan",
    types: customTypes,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  };
}

/** A pool whose idle connections may break without taking the process with them. */
export function openPool(connection: Connection, size: number, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    ...clientConfig(connection),
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    lock_timeout: LOCK_MS,
    max: size,
    idleTimeoutMillis: 60_000,
  });
  pool.on("error", onError);
  // The pool listens to idle clients only; without this a connection lost while in use would be an uncaught error.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/** SQLSTATE classes and system errors that mean "not now": connection lost, server stopping or starting, too many, timeouts, deadlock. */
const NOT_NOW =
  /^(08...|57P0.|57014|53...|55P03|25P03|40001|40P01|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const NOT_NOW_TEXT =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|after calling end on the pool/;

/** Turns "the store does not answer" into the problem of that name; leaves every other error as it is. */
export function translate(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Problem) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (!NOT_NOW.test(code) && !NOT_NOW_TEXT.test(error.message)) return error;
  const problem = new Problem("unavailable");
  problem.cause = error;
  return problem;
}

/** Text in PostgreSQL holds no NUL; customers' clients send anything. */
function storable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(storable);
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
}

function mendText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}

function mend(value: unknown): unknown {
  if (typeof value === "string") return mendText(value);
  if (Array.isArray(value)) return value.map(mend);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [mendText(key), mend(inner)]));
}

/** What jsonb does not take. */
const UNSTORABLE = /\\u(0000|d[89a-f])/;

/** JSON for a jsonb parameter. jsonb takes neither NUL nor half a surrogate pair: both become U+FFFD. */
export function json(value: unknown): string {
  const text = JSON.stringify(value);
  return UNSTORABLE.test(text) ? JSON.stringify(mend(JSON.parse(text))) : text;
}

/** What `json` of the value says when it is read again. */
export function asStored<T extends object>(value: T, text: string): T {
  return text.includes("\uFFFD") ? (JSON.parse(text) as T) : value;
}

/** For a jsonb column that may be null. */
export function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : json(value);
}

type Queryable = Pick<pg.ClientBase, "query">;

async function ask<Row extends object>(
  on: Queryable,
  statement: Statement | string,
  values: readonly unknown[],
): Promise<pg.QueryResult<Row>> {
  try {
    const given = typeof statement === "string" ? { text: statement } : statement;
    return await on.query<Row>({ ...given, values: values.map(storable) });
  } catch (error) {
    throw translate(error);
  }
}

/** Statements on whatever connection is free. */
export function poolRunner(pool: pg.Pool): Runner {
  return {
    rows: async <Row extends object>(statement: Statement | string, values: readonly unknown[] = []) =>
      (await ask<Row>(pool, statement, values)).rows,
    change: async (statement, values = []) => (await ask(pool, statement, values)).rowCount ?? 0,
  };
}

/** Statements of one transaction, one after the other however they are called. */
function transactionRunner(client: pg.ClientBase): { runner: Runner; settle(): Promise<void> } {
  let isOver = false;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Row extends object>(statement: Statement | string, values: readonly unknown[]) => {
    if (isOver) return Promise.reject(new Error("The transaction is over; its repositories cannot be used any more."));
    const next = last.then(() => ask<Row>(client, statement, values));
    last = next.catch(() => {});
    return next;
  };
  const runner: Runner = {
    rows: async <Row extends object>(statement: Statement | string, values: readonly unknown[] = []) =>
      (await inTurn<Row>(statement, values)).rows,
    change: async (statement, values = []) => (await inTurn(statement, values)).rowCount ?? 0,
  };
  return {
    runner,
    async settle() {
      isOver = true;
      await last;
    },
  };
}

/**
 * Runs `work` in one transaction. Whatever it throws rolls back and comes out again.
 * @throws Problem `unavailable` also when the connection broke during the commit: then it is not known whether it took place, and the
 * caller must repeat it in a way that does no harm (external ids, idempotency keys, versions).
 */
export async function inTransaction<T>(pool: pg.Pool, work: (runner: Runner) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw translate(error);
  });
  const { runner, settle } = transactionRunner(client);
  let isSound = true;
  try {
    await ask(client, "begin", []);
    const result = await work(runner);
    await settle();
    // A transaction in which a statement failed answers a commit with a rollback, and no error.
    const { command } = await ask(client, "commit", []);
    if (command !== "COMMIT") throw new Error("A statement of this transaction had failed, so it was rolled back.");
    return result;
  } catch (error) {
    await settle();
    // A connection that does not answer is thrown away, and the server rolls back by itself.
    isSound = !(error instanceof Problem && error.code === "unavailable");
    if (isSound) await client.query("rollback").catch(() => (isSound = false));
    throw error;
  } finally {
    client.release(!isSound);
  }
}
