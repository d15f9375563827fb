/**
 * `npm run simulate [-- --scenario D,E --seeds 2 --from 90001]`: busy evenings on the real engine with a virtual clock, and the same callers with a
 * plain line beside it. Fixed seeds; prints JSON lines and a table. On the embedded server, or on an empty database named by DATABASE_URL.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { startEmbeddedPostgres } from "../../bot/adapters/postgres/embedded.ts";
import { openPostgresStore } from "../../bot/adapters/postgres/store.ts";
import { loadPolicy } from "../../bot/policy/load-policy.ts";
import { AGENTS, demand, SCENARIOS } from "./demand.ts";
import { type CallRecord, type Evening, engineEvening, START } from "./engine-evening.ts";
import { p90, plainPolicies, share } from "./plain-policies.ts";

interface CallbackRow {
  readonly entry: string;
  readonly kind: string;
  readonly promised: boolean;
  readonly created: number;
  readonly due: number;
  readonly dialled: number | null;
  readonly breached: number | null;
}

const percent = (value: number): number => Math.round(value * 1000) / 10;

function report(evening: Evening, callbacks: readonly CallbackRow[]): Record<string, unknown> {
  const { records } = evening;
  const byEntry = new Map(callbacks.map((row) => [row.entry, row]));
  const relative = (at: number, record: CallRecord): number => at - START - record.call.at;
  const critical = records.filter(({ call }) => call.priority === "critical");
  /** ms until he was taken, gave up, or was told that he is rung. */
  const heldFor = (record: CallRecord): number => {
    const callback = byEntry.get(record.entryId);
    const ends = [record.taken, record.abandoned, callback && relative(callback.created, record)].filter((end) => end !== undefined);
    return ends.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...ends);
  };
  const promised = records.filter(({ admission }) => admission === "promised");
  const honest = records.filter(({ admission }) => admission === "honest");
  const brokenOf = (some: readonly CallRecord[]) =>
    some.filter(({ entryId }) => {
      const row = byEntry.get(entryId);
      return row?.promised && row.breached !== null;
    });
  const late = records.filter(
    (record) => heldFor(record) >= 899_000 || (byEntry.get(record.entryId)?.kind === "honest" && (record.taken ?? 0) > 900_000),
  );
  const waited = records.filter(
    ({ taken, high, call }) => taken !== undefined && high !== undefined && taken >= 60_000 && call.priority !== "critical",
  );
  const ranged = records.filter(({ taken, high }) => taken !== undefined && high !== undefined);
  const meanTalk = records.reduce((sum, { call }) => sum + call.talkMs, 0) / records.length;
  const error = (guess: (record: CallRecord) => number): number =>
    waited.reduce((sum, record) => sum + Math.abs(guess(record) - (record.taken ?? 0)) / (record.taken ?? 1), 0) /
    Math.max(1, waited.length);
  return {
    calls: records.length,
    criticalIn60: percent(share(critical, ({ taken }) => taken !== undefined && taken <= 60_000)),
    abandoned: percent(share(records, ({ abandoned }) => abandoned !== undefined)),
    heldBeyond900WithoutCallback: records.filter((record) => heldFor(record) > 901_000).length,
    promises: {
      given: promised.length,
      reachedMinute15: callbacks.filter(({ kind }) => kind === "promise").length,
      broken: brokenOf(promised).length,
      takenBack: evening.withdrawn,
    },
    honestTimes: { told: honest.length, broken: brokenOf(honest).length },
    toldNothing: records.filter(({ admission, call }) => admission === "unknown" && call.priority !== "critical").length,
    stillWaitingAt15: late.length,
    ofThemToldATime: percent(share(late, (record) => record.admission !== "unknown" || byEntry.get(record.entryId)?.promised === true)),
    p90: Object.fromEntries(
      ["critical", "high", "normal", "low"].map((priority) => [
        priority,
        Math.round(
          p90(records.filter(({ call, taken }) => call.priority === priority && taken !== undefined).map(({ taken = 0 }) => taken)) / 1000,
        ),
      ]),
    ),
    waitEstimate: {
      waitsOf60sOrMore: waited.length,
      mapeOfMiddle: percent(error(({ low = 0, high = 0 }) => ((low + high) / 2) * 1000)),
      mapeNaive: percent(error(({ ahead }) => ((ahead + 1) * meanTalk) / AGENTS.length)),
      insideRange: percent(share(ranged, ({ taken = 0, low = 0, high = 0 }) => taken >= low * 1000 && taken <= high * 1000)),
      told: ranged.length,
    },
    reservations: evening.reserved,
    slowestGuardMs: Math.round(evening.guardMs),
  };
}

const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "D,E" },
    seeds: { type: "string", default: "1" },
    from: { type: "string", default: "1" },
  },
});
const wanted = values.scenario.split(",");
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
try {
  for (const scenario of SCENARIOS.filter(({ name }) => wanted.includes(name)))
    for (let index = 0; index < Number(values.seeds); index += 1) {
      const seed = Number(values.from) + index;
      await behind.query("truncate events, audit, callback_attempts, callbacks, queue_entries, cases, agents");
      const calls = demand(scenario, seed);
      const begun = performance.now();
      const evening = await engineEvening(store, policy, calls, seed);
      const { rows } = await behind.query<CallbackRow>(
        `select entry_id as entry, kind, promised, (extract(epoch from created_at) * 1000)::double precision as created,
                (extract(epoch from due_by) * 1000)::double precision as due, (extract(epoch from dialled_at) * 1000)::double precision as dialled,
                (extract(epoch from breached_at) * 1000)::double precision as breached from callbacks`,
      );
      const seconds = Math.round((performance.now() - begun) / 100) / 10;
      const plain = plainPolicies(calls).map((one) => ({
        ...one,
        criticalIn60: percent(one.criticalIn60),
        abandoned: percent(one.abandoned),
      }));
      console.log(
        JSON.stringify(
          { scenario: scenario.name, title: scenario.title, seed, engine: report(evening, rows), plain, tookSeconds: seconds },
          undefined,
          1,
        ),
      );
    }
} finally {
  await behind.query("alter role current_user reset synchronous_commit");
  await behind.end();
  await store.close();
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
