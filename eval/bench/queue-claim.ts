/**
 * How long a claim takes behind a backlog: `node eval/bench/queue-claim.ts [--seconds 4]`, on the embedded server, or on an empty database
 * named by DATABASE_URL. Each claimer goes round claim, accept, complete, join; only the claim is timed. Prints JSON, times in ms.
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

const BACKLOGS = [1_000, 100_000];
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

async function goRound(store: Store, claimer: number, until: number, times: number[]): Promise<void> {
  const skills = [SKILLS[claimer % 6] ?? "orders", SKILLS[(claimer + 1) % 6] ?? "orders"] as const;
  while (performance.now() < until) {
    const begun = performance.now();
    const entry = await store.queue.claim({ agentId: `agent-${claimer}`, skills, languages: LANGUAGES, capacity: 1 }, Date.now(), LEASE_MS);
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

async function measure(connection: Connection, seconds: number): Promise<object[]> {
  const store = await openPostgresStore({ connection, poolSize: 10 });
  const behind = new pg.Client(typeof connection === "string" ? { connectionString: connection } : connection);
  await behind.connect();
  const results: object[] = [];
  for (const backlog of BACKLOGS) {
    await behind.query("truncate events, callback_attempts, callbacks, queue_entries, cases");
    await behind.query(FILL, [backlog, SKILLS]);
    await behind.query("analyze");
    for (const claimers of CLAIMERS) {
      const warm: number[] = [];
      await Promise.all(Array.from({ length: claimers }, (_, index) => goRound(store, index, performance.now() + 300, warm)));
      const times: number[] = [];
      const begun = performance.now();
      await Promise.all(Array.from({ length: claimers }, (_, index) => goRound(store, index, begun + seconds * 1000, times)));
      const elapsed = (performance.now() - begun) / 1000;
      times.sort((a, b) => a - b);
      const claims = { p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: quantile(times, 1) };
      results.push({ backlog, claimers, cyclesPerSecond: Math.round(times.length / elapsed), claimMs: claims });
    }
  }
  await behind.end();
  await store.close();
  return results;
}

const { values } = parseArgs({ options: { seconds: { type: "string", default: "4" } } });
const url = process.env.DATABASE_URL;
const dataDir = mkdtempSync(join(tmpdir(), "jietong-bench-"));
const server = url === undefined ? await startEmbeddedPostgres({ dataDir }) : undefined;
try {
  const results = await measure(server?.connection ?? url ?? "", Number(values.seconds));
  console.log(
    JSON.stringify({ bench: "queue-claim", server: server ? "embedded" : "external", node: process.version, results }, undefined, 2),
  );
} finally {
  await server?.stop();
  rmSync(dataDir, { recursive: true });
}
