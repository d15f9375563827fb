/**
 * The claim: the most pressing entry somebody can take, leased to him. Lane, then deadline, then id; a pool is one skill in one language.
 * Each pool is read through its own index, so the backlog's size does not matter, nor how much of it he cannot take. Entries whose lease
 * has lapsed are free, swept or not. Proficiency chooses the agent, not the call: nobody scans the line for what he does best, but for a bounded time
 * an entry is left to whoever suits it better.
 */
import type { Claimant, QueueEntry } from "../../../ports/store.ts";
import type { Runner } from "../database.ts";
import { instantOf } from "../rows.ts";
import { columns, event, IS_HELD, leaseHolds, oneEntry } from "./entry-row.ts";

/** Must exceed the number of claims that are under way at once, or an entry behind theirs is not seen. */
const CANDIDATES = 16;
/** The second look, before it is said that there is nothing. */
const MORE_CANDIDATES = 200;

const PRIORITIES = ["critical", "high", "normal", "low"] as const;
const COLUMNS = "e.id, e.lane, e.due_at, e.skill, e.language, e.priority, e.modifiers, e.last_agent, e.prefer_until";

/**
 * How well somebody suits an entry as a person: having had the customer last counts more than any wanted manner. Written out: PostgreSQL plans a
 * function with a query in it anew in every statement that calls it, which took longer than the claim itself.
 */
const suits = (agent: string, manners: string, wants: string): string =>
  [
    `case when ${agent} = ${wants}.last_agent then 10 else 0 end`,
    ...(["senior", "calming"] as const).map(
      (manner) => `('${manner}' = any(${wants}.modifiers) and '${manner}' = any(${manners}))::integer`,
    ),
  ]
    .map((part) => `(${part})`)
    .join(" + ");
const RIVAL_SUITS = suits("r.id", "r.modifiers", "c");
const SUITS = suits("$4", "own.modifiers", "c");

/**
 * `rivals`: ordinary agents at work with whom he shares a line. One of them is better suited when he suits the customer better as a person (had him
 * last, has the manner that is wanted), or when he is free and knows the skill better, or is free while the claimant only helps out. The first who
 * leaves an entry to a rival starts its time (`prefer_until`); after it anybody may. Never in lane 1: there the promise counts, not who keeps it.
 */
const claimLooking = (candidates: number) => ({
  name: `queue_claim_${candidates}`,
  // The number of candidates stands in the text, not among the values: a plan made for any number reads the whole line to be safe.
  text: `
with hands as materialized (
  select has_a_free_hand($4, $3::integer, $5::timestamptz) as are_free
), own as materialized (
  select a.modifiers, a.levels, a.overflow from agents a where a.id = $4 and $9::integer[] is not null
), rivals as materialized (
  select a.id, a.modifiers, a.levels, a.skills, a.languages, a.state from agents a, own
   where a.id <> $4 and a.state in ('ready', 'busy', 'wrap_up') and not a.overflow and a.skills && ($1::text[] || $10::text[]) and a.languages && $2::text[]
), candidates as materialized (
  select x.* from (
    select w.*, false as is_lapsed from unnest($1::text[]) as s(skill) cross join unnest($2::text[]) as l(language) cross join lateral (
      select ${COLUMNS} from queue_entries e
       where e.state = 'waiting' and e.skill = s.skill and e.language = l.language and e.lane <= $8::smallint
         and ($13::integer is null or e.lane = 0 or e.due_at <= $5::timestamptz + $13::integer * interval '1 millisecond')
       order by e.lane, e.due_at, e.id limit ${candidates}) w
    union all
    (select ${COLUMNS}, true from queue_entries e
      where e.${IS_HELD} and e.lease_until < $5::timestamptz and not ${leaseHolds("e", "$5")} and e.skill = any($1::text[]) and e.language = any($2::text[]) and e.lane <= $8::smallint
      order by e.lane, e.due_at, e.id limit ${candidates})
    union all
    select w.*, false from unnest($10::text[]) as s(skill) cross join unnest($2::text[]) as l(language) cross join lateral (
      select ${COLUMNS} from queue_entries e
       where e.state = 'waiting' and e.skill = s.skill and e.language = l.language and e.lane <= 1
         and e.due_at <= $5::timestamptz + case e.lane when 0 then $11::integer else $12::integer end * interval '1 millisecond'
       order by e.lane, e.due_at, e.id limit ${candidates}) w
  ) x
  where (select are_free from hands)
  order by x.lane, x.due_at, x.id limit ${candidates}
), judged as materialized (
  select c.id, c.lane, c.due_at, c.priority, c.prefer_until,
         c.lane <> 1 and not c.is_lapsed and (c.prefer_until is null or c.prefer_until > $5::timestamptz) and exists (
           select from rivals r, own
            where c.skill = any(r.skills) and c.language = any(r.languages)
              and case
                    when ${RIVAL_SUITS} <> ${SUITS}
                      then ${RIVAL_SUITS} > ${SUITS}
                           -- What is critical waits for nobody who has his hands full.
                           and (c.lane > 0 or (r.state = 'ready' and not exists (select from queue_entries h where h.agent_id = r.id and h.${IS_HELD})))
                    when own.overflow or c.skill <> all($1::text[]) or level_of(r.levels, c.skill) > level_of(own.levels, c.skill)
                      then r.state = 'ready' and not exists (select from queue_entries h where h.agent_id = r.id and h.${IS_HELD})
                    else false
                  end) as is_left
    from candidates c
), chosen as materialized (
  select e.id, e.state as was, e.agent_id as before, j.lane, j.due_at
    from judged j join queue_entries e on e.id = j.id
   where not j.is_left and (e.state = 'waiting' or (e.${IS_HELD} and not ${leaseHolds("e", "$5")}))
   order by j.lane, j.due_at, j.id limit 1
     for update of e skip locked
), left_alone as materialized (
  select e.id, j.priority from judged j join queue_entries e on e.id = j.id
   where j.is_left and j.prefer_until is null and e.state = 'waiting' and e.prefer_until is null
     and not exists (select from chosen where (chosen.lane, chosen.due_at, chosen.id) < (j.lane, j.due_at, j.id))
     for update of e skip locked
), passed as (
  update queue_entries e
     set prefer_until = $5::timestamptz
           + ($9::integer[])[array_position(array['${PRIORITIES.join("', '")}'], left_alone.priority)] * interval '1 millisecond'
    from left_alone where e.id = left_alone.id
  returning e.id
), claimed as (
  update queue_entries e
     set state = 'offered', agent_id = $4, lease_until = $6::timestamptz, lease_ms = $7, leased_at = now(), accepted_at = null,
         fence = e.fence + 1, attempt = e.attempt + 1
    from chosen where e.id = chosen.id
  returning e.*, chosen.was, chosen.before
)
select ${columns("claimed")},
       ${event("entry.offered", "claimed", "$5", "'agent', claimed.agent_id, 'attempt', claimed.attempt, 'lapsedFrom', claimed.before")} as recorded
  from claimed`,
});
const CLAIM = claimLooking(CANDIDATES);
const CLAIM_LOOKING_FURTHER = claimLooking(MORE_CANDIDATES);

/** @returns undefined when there is nothing he can take, or his hands are full. */
export async function claim(runner: Runner, by: Claimant, now: number, leaseMs: number): Promise<QueueEntry | undefined> {
  const yields = by.yields ? PRIORITIES.map((priority) => Math.round(by.yields?.[priority] ?? 0)) : null;
  const helps = by.standsIn?.skills.filter((skill) => !by.skills.includes(skill)) ?? [];
  const look = (statement: typeof CLAIM) =>
    oneEntry(runner, statement, [
      by.skills,
      by.languages,
      by.capacity,
      by.agentId,
      instantOf(now),
      instantOf(now + leaseMs),
      leaseMs,
      by.overflow ? 1 : 2,
      yields,
      helps,
      by.standsIn?.criticalMs ?? 0,
      by.standsIn?.promiseMs ?? 0,
      by.overflow ? (by.overflowPromiseMs ?? null) : null,
    ]);
  return (await look(CLAIM)) ?? (await look(CLAIM_LOOKING_FURTHER));
}
