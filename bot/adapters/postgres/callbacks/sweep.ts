/**
 * What time does to callbacks. Each is one statement over those that are due, taken with SKIP LOCKED: several nodes share the work, a killed one
 * leaves nothing half done, and a clock that jumped only makes more of them due at once.
 */
import type { Callback, QueueEntry } from "../../../ports/callbacks.ts";
import type { Runner } from "../database.ts";
import { columns, entries } from "../queue/entry-row.ts";
import { instantOf } from "../rows.ts";
import { callbackColumns, callbackEvent, callbacks, IS_QUIET } from "./callback-row.ts";

const HELD_TOO_LONG = {
  name: "callback_held_too_long",
  text: `select ${columns("e")} from queue_entries e
          where e.state = 'waiting' and e.callback_id is null and e.hold_until is not null and e.hold_until <= $1::timestamptz
          order by e.hold_until limit $2 for update of e skip locked`,
};

export function heldTooLong(runner: Runner, now: number, limit: number): Promise<readonly QueueEntry[]> {
  return entries(runner, HELD_TOO_LONG, [instantOf(now), limit]);
}

const FALL_DUE = {
  name: "callback_fall_due",
  text: `
with ripe as materialized (
  select e.id, c.id as callback, c.state as was from callbacks c join queue_entries e on e.id = c.entry_id
   where (c.state in ('scheduled', 'missed') and coalesce(c.next_try_at, c.starts_at) <= $1::timestamptz and c.deadline >= $1::timestamptz)
      or (c.state = 'dialling' and c.dial_until < $1::timestamptz and e.state <> 'connected')
   order by coalesce(c.next_try_at, c.starts_at) limit $2
     for update of e, c skip locked
), lost as (
  update callback_attempts a set outcome = 'lost' from ripe where ripe.was = 'dialling' and a.callback_id = ripe.callback and a.outcome is null
), changed as (
  update callbacks c set state = 'due', next_try_at = null, dial_until = null from ripe where c.id = ripe.callback returning c.*
), placed as (
  update queue_entries e
     set state = case when e.state = 'parked' then 'waiting' else e.state end, parked_until = null, lane = least(e.lane, 1),
         due_at = case when e.lane = 0 then e.due_at else changed.due_by end
    from changed where e.id = changed.entry_id
  returning e.id
)
select ${callbackColumns("changed")}, ${callbackEvent("callback.due", "changed", "$1")} as recorded from changed, placed where placed.id = changed.entry_id`,
};

export function fallDue(runner: Runner, now: number, limit: number): Promise<readonly Callback[]> {
  return callbacks(runner, FALL_DUE, [instantOf(now), limit]);
}

const NOT_DIALLED = `c.dialled_at is null and c.${IS_QUIET}`;

function mark(column: string, time: string, type: string): string {
  return `
with late as materialized (
  select c.id from callbacks c where c.${column} is null and ${NOT_DIALLED} and c.${time} <= $1::timestamptz order by c.${time} limit $2 for update skip locked
), changed as (
  update callbacks c set ${column} = $1::timestamptz from late where c.id = late.id returning c.*
)
select ${callbackColumns("changed")}, ${callbackEvent(type, "changed", "$1")} as recorded from changed`;
}

const WARN = { name: "callback_warn", text: mark("warned_at", "warn_at", "callback.warned") };
const BREACH = { name: "callback_breach", text: mark("breached_at", "due_by", "callback.breached") };

export const warn = (runner: Runner, now: number, limit: number): Promise<readonly Callback[]> =>
  callbacks(runner, WARN, [instantOf(now), limit]);

export const breach = (runner: Runner, now: number, limit: number): Promise<readonly Callback[]> =>
  callbacks(runner, BREACH, [instantOf(now), limit]);

const EXPIRE = {
  name: "callback_expire",
  text: `
with late as materialized (
  select e.id, c.id as callback from callbacks c join queue_entries e on e.id = c.entry_id
   where c.${IS_QUIET} and c.deadline < $1::timestamptz and e.state in ('waiting', 'parked')
   order by c.deadline limit $2 for update of e, c skip locked
), changed as (
  update callbacks c set state = 'expired', finished_at = $1::timestamptz, next_try_at = null, reason = 'too_late' from late where c.id = late.callback returning c.*
), placed as (
  update queue_entries e set state = 'expired', finished_at = $1::timestamptz, parked_until = null from late where e.id = late.id returning e.id
)
select ${callbackColumns("changed")}, ${callbackEvent("callback.expired", "changed", "$1", "'reason', changed.reason")} as recorded
  from changed, placed where placed.id = changed.entry_id`,
};

export const expire = (runner: Runner, now: number, limit: number): Promise<readonly Callback[]> =>
  callbacks(runner, EXPIRE, [instantOf(now), limit]);

const NEXT = {
  name: "callback_next",
  text: `
select (extract(epoch from least(
  (select min(e.hold_until) from queue_entries e where e.state = 'waiting' and e.callback_id is null and e.hold_until is not null),
  (select min(coalesce(c.next_try_at, c.starts_at)) from callbacks c where c.state in ('scheduled', 'missed')),
  (select min(c.dial_until) from callbacks c where c.state = 'dialling'),
  (select min(c.warn_at) from callbacks c where c.warned_at is null and ${NOT_DIALLED}),
  (select min(c.due_by) from callbacks c where c.breached_at is null and ${NOT_DIALLED}),
  (select min(c.deadline) from callbacks c where c.${IS_QUIET})
)) * 1000)::bigint as due`,
};

export async function nextDue(runner: Runner): Promise<number | undefined> {
  const [row] = await runner.rows<{ due: number | null }>(NEXT);
  return row?.due ?? undefined;
}
