/** Gives back what dead desks hold. */
import type { Runner } from "../database.ts";
import { instantOf } from "../rows.ts";
import { event, IS_HELD, leaseHolds } from "./entry-row.ts";

const SWEEP = {
  name: "queue_sweep",
  text: `
with lapsed as materialized (
  select e.id, e.agent_id from queue_entries e
   where e.${IS_HELD} and e.lease_until < $1::timestamptz and not ${leaseHolds("e", "$1")}
   order by e.lease_until
     for update skip locked
), freed as (
  update queue_entries e set state = 'waiting', agent_id = null, lease_until = null, leased_at = null, accepted_at = null
    from lapsed where e.id = lapsed.id
  returning e.*, lapsed.agent_id as before
)
select ${event("entry.released", "freed", "$1", "'agent', freed.before, 'reason', 'lapsed'")} from freed`,
};

/** @returns how many entries went back to their places. */
export async function sweepLapsed(runner: Runner, now: number): Promise<number> {
  return (await runner.rows(SWEEP, [instantOf(now)])).length;
}
