/**
 * The claim: the most pressing entry somebody can take, leased to him. Lane, then deadline, then id; a pool is one skill in one language.
 * Each pool is read through its own index, so the backlog's size does not matter, nor how much of it he cannot take. Entries whose lease
 * has lapsed are free, swept or not.
 */
import type { Claimant, QueueEntry } from "../../../ports/store.ts";
import type { Runner } from "../database.ts";
import { instantOf } from "../rows.ts";
import { columns, event, IS_HELD, leaseHolds, oneEntry } from "./entry-row.ts";

/** Must exceed the number of claims that are under way at once, or an entry behind theirs is not seen. */
const CANDIDATES = 16;
/** The second look, before it is said that there is nothing. */
const MORE_CANDIDATES = 200;

const CLAIM = {
  name: "queue_claim",
  text: `
with hands as materialized (
  select has_a_free_hand($4, $3::integer, $5::timestamptz) as are_free
), candidates as materialized (
  select x.* from (
    select w.* from unnest($1::text[]) as s(skill) cross join unnest($2::text[]) as l(language) cross join lateral (
      select e.id, e.lane, e.due_at from queue_entries e
       where e.state = 'waiting' and e.skill = s.skill and e.language = l.language and e.lane <= $9::smallint
       order by e.lane, e.due_at, e.id limit $7) w
    union all
    (select e.id, e.lane, e.due_at from queue_entries e
      where e.${IS_HELD} and e.lease_until < $5::timestamptz and not ${leaseHolds("e", "$5")} and e.skill = any($1::text[]) and e.language = any($2::text[]) and e.lane <= $9::smallint
      order by e.lane, e.due_at, e.id limit $7)
  ) x
  where (select are_free from hands)
  order by x.lane, x.due_at, x.id limit $7
), chosen as materialized (
  select e.id, e.state as was, e.agent_id as before
    from candidates c join queue_entries e on e.id = c.id
   where e.state = 'waiting' or (e.${IS_HELD} and not ${leaseHolds("e", "$5")})
   order by c.lane, c.due_at, c.id limit 1
     for update of e skip locked
), claimed as (
  update queue_entries e
     set state = 'offered', agent_id = $4, lease_until = $6::timestamptz, lease_ms = $8, leased_at = now(), accepted_at = null,
         fence = e.fence + 1, attempt = e.attempt + 1
    from chosen where e.id = chosen.id
  returning e.*, chosen.was, chosen.before
)
select ${columns("claimed")},
       ${event("entry.offered", "claimed", "$5", "'agent', claimed.agent_id, 'attempt', claimed.attempt, 'lapsedFrom', claimed.before")} as recorded
  from claimed`,
};

/** @returns undefined when there is nothing he can take, or his hands are full. */
export async function claim(runner: Runner, by: Claimant, now: number, leaseMs: number): Promise<QueueEntry | undefined> {
  const look = (candidates: number) =>
    oneEntry(runner, CLAIM, [
      by.skills,
      by.languages,
      by.capacity,
      by.agentId,
      instantOf(now),
      instantOf(now + leaseMs),
      candidates,
      leaseMs,
      by.overflow ? 1 : 2,
    ]);
  return (await look(CANDIDATES)) ?? (await look(MORE_CANDIDATES));
}
