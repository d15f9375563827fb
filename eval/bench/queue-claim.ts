/**
 * How long a claim takes behind a backlog: `node eval/bench/queue-claim.ts [--seconds 4] [--backlogs 1000,100000,1000000] [--peers 100000]`, on the
 * embedded server, or on an empty database named by DATABASE_URL. Each claimer is an agent of the desk (with rivals who may suit a customer better)
 * and goes round claim, accept, complete, join; only the claim is timed. `rare` is an agent of one line with few entries, behind the whole backlog
 * of the others. With `--peers N` pg-boss and graphile-worker go round behind N jobs on the same server. Prints JSON, times in ms.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import type { Connection } from "../../bot/adapters/postgres/database.ts";
import { startEmbeddedPostgres } from "../../bot/adapters/postgres/embedded.ts";
import { openPostgresStore } from "../../bot/adapters/postgres/store.ts";
import type { Language, Skill, Store } from "../../bot/ports/store.ts";
import { measurePeers } from "./peers.ts";

const CLAIMERS = [1, 8];
const LEASE_MS = 15_000;
/** Each claimer serves two skills in both languages; together they serve all twelve pools. */
const SKILLS: readonly Skill[] = ["orders", "payments", "accounts", "disputes", "fraud", "general"];
const LANGUAGES: readonly Language[] = ["zh", "en"];

const FILL = `
with made as (
  insert into cases (id, code, version, status, priority, reasons, skill, modifiers, language, channel, customer, intent, mood, facts, missing, summary, promise,
                     notes, created_at, updated_at)
  select 'case_' || n, lpad(n::text, 8, '0'), 1, 'queued', 'normal', '[]', ($2::text[])[1 + n % 6], '{}', case when n % 7 = 0 then 'en' else 'zh' end, 'phone',
         '{"verified":false}', 'complaint', '{"label":"calm","trend":"steady"}', '[]', '{}', '{}', '{}', '[]', now(), now()
    from generate_series(1, $1::integer) n
  returning id, skill, language
)
insert into queue_entries (id, case_id, skill, language, priority, modifiers, lane, state, joined_at, due_at, fence, attempt)
select 'entry_' || id, id, skill, language, 'normal', '{}', case when random() < 0.05 then 0 when random() < 0.1 then 1 else 2 end, 'waiting',
       now(), now() + random() * interval '10 minutes', 0, 0
  from made`;

function quantile(sorted: readonly number[], share: number): number {
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 1000) / 1000;
}

/** ms an entry is left to somebody better suited, by priority: as the shipped policy has it, about. */
const YIELDS = { critical: 0, high: 5_000, normal: 15_000, low: 15_000 } as const;
/** Behind it stand all the others; it has few entries of its own. */
const RARE = { skill: "fraud", language: "en", entries: 500 } as const;

interface Line {
  readonly agentId: string;
  readonly skills: readonly Skill[];
  readonly languages: readonly Language[];
}

const lineOf = (claimer: number): Line => ({
  agentId: `agent-${claimer}`,
  skills: [SKILLS[claimer % 6] ?? "orders", SKILLS[(claimer + 1) % 6] ?? "orders"],
  languages: LANGUAGES,
});

async function goRound(store: Store, line: Line, until: number, times: number[]): Promise<void> {
  while (performance.now() < until) {
    const begun = performance.now();
    const entry = await store.queue.claim({ ...line, capacity: 1, yields: YIELDS }, Date.now(), LEASE_MS);
    times.push(performance.now() - begun);
    if (!entry) throw new Error("the backlog ran out");
    await store.queue.accept(entry.id, entry.fence, Date.now(), LEASE_MS);
    await store.queue.complete(entry.id, entry.fence, Date.now(), "resolved");
    const now = new Date();
    const { agentId: _, leaseUntil: __, ...rest } = entry;
    await store.queue.join({
      ...rest,
      id: `${entry.id}+`,
      state: "waiting",
      joinedAt: now.toISOString(),
      dueAt: new Date(now.getTime() + 600_000).toISOString(),
    });
  }
}

async function measure(connection: Connection, seconds: number, backlogs: readonly number[]): Promise<object[]> {
  const store = await openPostgresStore({ connection, poolSize: 10 });
  const behind = new pg.Client(typeof connection === "string" ? { connectionString: connection } : connection);
  behind.on("error", () => {});
  await behind.connect();
  for (let claimer = 0; claimer < 8; claimer += 1)
    await store.agents.put({
      id: `agent-${claimer}`,
      name: `agent-${claimer}`,
      role: "agent",
      passwordHash: "-",
      ...lineOf(claimer),
      modifiers: claimer % 2 === 0 ? ["senior"] : ["calming"],
      capacity: 1,
      state: "busy",
    });
  await store.agents.put({
    id: "rare",
    name: "rare",
    role: "agent",
    passwordHash: "-",
    skills: [RARE.skill],
    languages: [RARE.language],
    modifiers: [],
    capacity: 1,
    state: "busy",
  });
  const results: object[] = [];
  const timed = async (lines: readonly Line[]): Promise<object> => {
    const warm: number[] = [];
    await Promise.all(lines.map((line) => goRound(store, line, performance.now() + 300, warm)));
    const times: number[] = [];
    const begun = performance.now();
    await Promise.all(lines.map((line) => goRound(store, line, begun + seconds * 1000, times)));
    const elapsed = (performance.now() - begun) / 1000;
    times.sort((a, b) => a - b);
    return {
      cyclesPerSecond: Math.round(times.length / elapsed),
      claimMs: { p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: quantile(times, 1) },
    };
  };
  for (const backlog of backlogs) {
    await behind.query("truncate events, callback_attempts, callbacks, queue_entries, cases cascade");
    await behind.query(FILL, [backlog, SKILLS]);
    // Of the rare line only a few stay.
    await behind.query(
      `delete from queue_entries where skill = $1 and language = $2 and id not in
         (select id from queue_entries where skill = $1 and language = $2 limit $3)`,
      [RARE.skill, RARE.language, RARE.entries],
    );
    await behind.query("vacuum analyze");
    for (const claimers of CLAIMERS)
      results.push({ backlog, claimers, ...(await timed(Array.from({ length: claimers }, (_, index) => lineOf(index)))) });
    results.push({
      backlog,
      claimers: 1,
      rare: true,
      ...(await timed([{ agentId: "rare", skills: [RARE.skill], languages: [RARE.language] }])),
    });
  }
  await behind.end();
  await store.close();
  return results;
}

/** In schemas of their own on the same server. */
function peersBeside(connection: Connection, backlog: number, seconds: number): ReturnType<typeof measurePeers> {
  const url =
    typeof connection === "string"
      ? connection
      : `postgresql://${encodeURIComponent(connection.user)}@localhost/${connection.database}?host=${encodeURIComponent(connection.host)}&port=${connection.port}`;
  return measurePeers(url, backlog, CLAIMERS, seconds);
}

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "4" }, backlogs: { type: "string", default: "1000,100000" }, peers: { type: "string" } },
});
const url = process.env.DATABASE_URL;
const dataDir = mkdtempSync(join(tmpdir(), "jietong-bench-"));
const server = url === undefined ? await startEmbeddedPostgres({ dataDir }) : undefined;
try {
  const connection = server?.connection ?? url ?? "";
  const seconds = Number(values.seconds);
  const results = await measure(connection, seconds, values.backlogs.split(",").map(Number));
  const peers = values.peers === undefined ? {} : { peers: await peersBeside(connection, Number(values.peers), seconds) };
  const about = { bench: "queue-claim", server: server ? "embedded" : "external", node: process.version };
  console.log(JSON.stringify({ ...about, results, ...peers }, undefined, 2));
} finally {
  await server?.stop();
  rmSync(dataDir, { recursive: true });
}
