/** Answers kept by Idempotency-Key. */
import { Problem } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IdempotencyRepository } from "../../ports/store.ts";
import { jsonOrNull, type Runner } from "./database.ts";
import { instantOf } from "./rows.ts";

/** Answers are kept this long; each new one clears away a few older ones. */
const KEEP_MS = 7 * 86_400_000;

export function idempotencyRepository(runner: Runner, clock: Clock): IdempotencyRepository {
  return {
    async find(scope, key, requestHash) {
      const [row] = await runner.rows<{ requestHash: string; status: number; body: unknown; isEmpty: boolean }>(
        `select request_hash as "requestHash", status, body, body is null as "isEmpty" from idempotency where scope = $1 and key = $2`,
        [scope, key],
      );
      if (!row) return undefined;
      if (row.requestHash !== requestHash) return "mismatch";
      return { status: row.status, body: row.isEmpty ? undefined : row.body };
    },

    async put(scope, key, requestHash, answer) {
      const now = clock.now();
      const added = await runner.change(
        `with expired as (
           delete from idempotency where (scope, key) in
             (select scope, key from idempotency where created_at < $7::timestamptz order by created_at limit 5 for update skip locked)
         )
         insert into idempotency (scope, key, request_hash, status, body, created_at) values ($1, $2, $3, $4, $5::jsonb, $6) on conflict do nothing`,
        [scope, key, requestHash, answer.status, jsonOrNull(answer.body), instantOf(now), instantOf(now - KEEP_MS)],
      );
      if (added === 0) throw new Problem("state_conflict", "The Idempotency-Key has an answer already.");
    },
  };
}
