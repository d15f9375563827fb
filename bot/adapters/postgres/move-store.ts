/**
 * Everything of one store into another, empty one: from the embedded server to an external PostgreSQL when the desk outgrows its machine.
 *
 * All tables are read in one snapshot and written in one transaction, so that the new store holds all or nothing; the old one is only read.
 * Rows travel as JSON, which PostgreSQL itself writes and reads, so that every type comes out as it went in; a checksum of every table, made by
 * both servers, must agree before the transaction is committed.
 */
import pg from "pg";
import { type Connection, clientConfig, translate } from "./database.ts";
import { migrate } from "./migrate.ts";

export interface MovedTable {
  readonly table: string;
  readonly rows: number;
}

/** Bytes of JSON sent in one statement, about. */
const BATCH_BYTES = 4_000_000;
const BATCH_ROWS = 500;
const KEPT_BY_MIGRATIONS = "schema_migrations";

/** The new store has something in it already, or what came out is not what went in. */
export class MoveRefused extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "MoveRefused";
  }
}

/**
 * @param tell told each table as it is done
 * @returns rows of each table, in the order they were written
 * @throws MoveRefused when `to` is not empty or a checksum differs (nothing is written then); Problem `unavailable` when a server is away
 */
export async function moveStore(from: Connection, to: Connection, tell: (done: MovedTable) => void = () => {}): Promise<MovedTable[]> {
  // Both at this release's tables: an older store is brought up to date before it is read.
  await migrate(from);
  await migrate(to);
  const source = new pg.Client({ ...clientConfig(from), query_timeout: 0 });
  const target = new pg.Client({ ...clientConfig(to), query_timeout: 0 });
  try {
    await Promise.all([source.connect(), target.connect()]);
    await source.query("begin isolation level repeatable read read only");
    await target.query("begin");
    const tables = await tablesInOrder(source);
    await mustBeEmpty(target, tables);
    const moved: MovedTable[] = [];
    for (const table of tables) {
      const rows = await copyTable(source, target, table);
      if ((await checksum(source, table)) !== (await checksum(target, table)))
        throw new MoveRefused(`Table ${table}: what was written is not what was read. Nothing was moved.`);
      moved.push({ table, rows });
      tell({ table, rows });
    }
    await copySequences(source, target);
    await target.query("commit");
    return moved;
  } catch (error) {
    throw translate(error);
  } finally {
    await Promise.all([source.end().catch(() => {}), target.end().catch(() => {})]);
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Every table of ours, those that others point to first. @throws when tables point to each other in a ring */
async function tablesInOrder(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; needs: string[] }>(
    `select c.relname as name,
            array(select f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
                   where k.conrelid = c.oid and k.contype = 'f' and f.oid <> c.oid) as needs
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = current_schema() and c.relkind = 'r' and c.relname <> $1
      order by c.relname`,
    [KEPT_BY_MIGRATIONS],
  );
  const ordered: string[] = [];
  const left = new Map(rows.map(({ name, needs }) => [name, needs]));
  while (left.size > 0) {
    const ready = [...left].filter(([, needs]) => needs.every((need) => !left.has(need))).map(([name]) => name);
    if (ready.length === 0) throw new Error(`tables that point to each other: ${[...left.keys()].join(", ")}`);
    for (const name of ready) left.delete(name);
    ordered.push(...ready);
  }
  return ordered;
}

/** Also locks out whoever would begin to use it meanwhile. */
async function mustBeEmpty(client: pg.Client, tables: readonly string[]): Promise<void> {
  const names = tables.map(quoted).join(", ");
  await client.query(`lock table ${names} in access exclusive mode`);
  for (const table of tables) {
    const { rows } = await client.query(`select 1 from ${quoted(table)} limit 1`);
    if (rows.length > 0)
      throw new MoveRefused(`The new store is not empty: table ${table} has rows. Move into a database that no desk has used yet.`);
  }
}

async function copyTable(source: pg.Client, target: pg.Client, table: string): Promise<number> {
  const name = quoted(table);
  const insert = `insert into ${name} overriding system value select * from jsonb_populate_recordset(null::${name}, $1::jsonb)`;
  await source.query(`declare moving no scroll cursor for select to_jsonb(t)::text as row from ${name} t`);
  let count = 0;
  let batch: string[] = [];
  let bytes = 0;
  const write = async (): Promise<void> => {
    if (batch.length > 0) await target.query(insert, [`[${batch.join(",")}]`]);
    batch = [];
    bytes = 0;
  };
  for (let more = true; more; ) {
    const { rows } = await source.query<{ row: string }>(`fetch ${BATCH_ROWS} from moving`);
    more = rows.length > 0;
    for (const { row } of rows) {
      batch.push(row);
      bytes += row.length;
      count += 1;
      if (bytes >= BATCH_BYTES) await write();
    }
    await write();
  }
  await source.query("close moving");
  return count;
}

/** Count and sum of a hash of every row: the order of rows does not matter. */
async function checksum(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ sum: string }>(
    `select count(*) || ':' || coalesce(sum(('x' || left(md5(to_jsonb(t)::text), 15))::bit(60)::bigint::numeric), 0) as sum from ${quoted(table)} t`,
  );
  return rows[0]?.sum ?? "";
}

/** What the database numbers goes on where the old one stopped: readers of events wait for every number below the last one drawn. */
async function copySequences(source: pg.Client, target: pg.Client): Promise<void> {
  const { rows } = await source.query<{ name: string }>(
    "select c.relname as name from pg_class c where c.relkind = 'S' and c.relnamespace = current_schema()::regnamespace order by 1",
  );
  for (const { name } of rows) {
    const state = await source.query<{ last: number; drawn: boolean }>(
      `select last_value as last, is_called as drawn from ${quoted(name)}`,
    );
    await target.query("select setval($1::regclass, $2, $3)", [quoted(name), state.rows[0]?.last, state.rows[0]?.drawn]);
  }
}
