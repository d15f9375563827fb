/**
 * How late what is due at a time is done, and whether once: `node eval/bench/timers.ts [--timers 900] [--seconds 9]`. Two nodes on one PostgreSQL; timers
 * that hand a conversation back to the bot, each with its own moment. First both nodes live; then one is killed in the middle; then the database's
 * server is killed in the middle (lateness then is the outage). Also: how long until a chat open on the other node hears what a node wrote.
 * Prints JSON, milliseconds.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { openEmbeddedDatabase } from "../../bot/wire.ts";
import { openCustomer } from "../customer.ts";
import { type ServerProcess, startServer } from "../server-process.ts";

const { values } = parseArgs({ options: { timers: { type: "string", default: "900" }, seconds: { type: "string", default: "9" } } });
const COUNT = Number(values.timers);
const SPAN_MS = Number(values.seconds) * 1000;
const OWED_MS = 10 * 60_000;
const MESSAGES = 60;

const folder = mkdtempSync(join(tmpdir(), "jietong-bench-timers-"));
const database = await openEmbeddedDatabase(join(folder, "shared"), { info: () => {}, warn: () => {}, error: () => {} }, () => {});
const sql = new pg.Pool({ ...database.connection, max: 2 });
sql.on("error", () => {});

const quantile = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);

function startNode(name: string): Promise<ServerProcess> {
  const { host, port, user, database: base } = database.connection;
  return startServer({
    PORT: "0",
    JIETONG_LOG: "silent",
    JIETONG_API_KEY: "an-integration-key-of-this-bench",
    JIETONG_IDENTITY_SECRET: "an identity secret only this bench knows of",
    JIETONG_ADMIN_PASSWORD: "a password of this bench",
    JIETONG_DATA_DIR: join(folder, name),
    DATABASE_URL: `postgresql://${encodeURIComponent(user)}@localhost/${base}?host=${encodeURIComponent(host)}&port=${port}`,
  });
}

/** Conversations that agents have left without a word, each with the timer that gives it back. */
async function setTimers(round: string): Promise<{ readonly ids: readonly string[]; readonly begin: number }> {
  const ids = Array.from({ length: COUNT }, (_, index) => `bench-${round}-${index}`);
  const begin = Date.now() + 1500;
  const dues = ids.map((_, index) => new Date(begin + (index * SPAN_MS) / COUNT));
  await sql.query(
    `insert into conversations (id, channel, user_id, state, version, created_at, updated_at)
     select id, 'bench', 'u', jsonb_build_object('language', 'zh', 'handler', 'agent', 'facts', '[]'::jsonb, 'skipped', '[]'::jsonb, 'problems', '[]'::jsonb,
              'moods', '[]'::jsonb, 'attempts', '[]'::jsonb, 'misunderstood', 0, 'said', '[]'::jsonb,
              'takenBy', jsonb_build_object('agentId', 'li', 'name', 'li', 'since', owed, 'owesSince', owed)), 1, now(), now()
       from unnest($1::text[], $2::text[]) as t(id, owed)`,
    [ids, dues.map((due) => new Date(due.getTime() - OWED_MS).toISOString())],
  );
  await sql.query(
    `insert into timers (id, fire_at, kind, data)
     select 'handback:' || id, due, 'handback', jsonb_build_object('conversationId', id) from unnest($1::text[], $2::timestamptz[]) as t(id, due)`,
    [ids, dues],
  );
  return { ids, begin };
}

/** @param trouble what happens in the middle */
async function round(name: string, trouble: () => Promise<void> = async () => {}): Promise<object> {
  const { ids, begin } = await setTimers(name);
  await sleep(1500 + SPAN_MS / 2);
  await trouble();
  const until = Date.now() + SPAN_MS + 90_000;
  const left = async (): Promise<number> =>
    (await sql.query("select 1 from timers where kind = 'handback'").catch(() => ({ rowCount: 1 }))).rowCount ?? 1;
  while ((await left()) > 0 && Date.now() < until) await sleep(200);
  const done = await sql.query<{ id: string; count: number; at: Date }>(
    `select conversation_id as id, count(*)::int as count, min(at) as at from events where type = 'conversation.handed_back' and conversation_id = any($1) group by 1`,
    [ids],
  );
  const late = done.rows.map(({ id, at }) => at.getTime() - (begin + (ids.indexOf(id) * SPAN_MS) / COUNT)).sort((a, b) => a - b);
  return {
    timers: COUNT,
    fired: done.rows.length,
    firedTwice: done.rows.filter(({ count }) => count > 1).length,
    lateMs: { p50: quantile(late, 0.5), p99: quantile(late, 0.99), most: quantile(late, 1) },
  };
}

/** From the POST on one node to the frame on the other. */
async function measureHearing(writes: ServerProcess, hears: ServerProcess): Promise<object> {
  const customer = await openCustomer(writes.url, { locale: "zh-CN" });
  const opened = await fetch(`${hears.url}/v3/directline/conversations/${customer.conversationId}`, {
    headers: { authorization: `Bearer ${customer.token}` },
  });
  const { streamUrl } = (await opened.json()) as { streamUrl: string };
  const socket = new WebSocket(streamUrl);
  const waiting = new Map<string, () => void>();
  socket.addEventListener("message", ({ data }) => {
    if (String(data) === "") return;
    for (const { text } of (JSON.parse(String(data)) as { activities: { text?: string }[] }).activities) waiting.get(text ?? "")?.();
  });
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  const times: number[] = [];
  for (let count = 0; count < MESSAGES; count += 1) {
    const text = `怎么开发票 ${count}号`;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.set(text, resolve);
    const began = performance.now();
    await customer.post(text, `m${count}`);
    await promise;
    times.push(performance.now() - began);
    await sleep(50);
  }
  socket.close();
  times.sort((a, b) => a - b);
  return { messages: MESSAGES, ms: { p50: quantile(times, 0.5), p95: quantile(times, 0.95), most: quantile(times, 1) } };
}

const nodes: ServerProcess[] = [];
try {
  let a = await startNode("a");
  nodes.push(a);
  cpSync(join(folder, "a/model"), join(folder, "b/model"), { recursive: true });
  const b = await startNode("b");
  nodes.push(b);
  await sleep(2000);
  const otherNodeHears = await measureHearing(a, b);
  const quiet = await round("quiet");
  const nodeKilled = await round("node", () => a.kill());
  a = await startNode("a");
  nodes.push(a);
  const databaseKilled = await round("database", async () => void process.kill(database.pid(), "SIGKILL"));
  console.log(JSON.stringify({ bench: "timers", otherNodeHears, quiet, nodeKilled, databaseKilled }, undefined, 2));
} finally {
  await Promise.all(nodes.map((node) => node.stop()));
  await sql.end();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
}
