/** A callback is made, changed or called off. */
import type { Callback, CallbackChange, CallbackDraft } from "../../../ports/callbacks.ts";
import type { Runner } from "../database.ts";
import { instantOf } from "../rows.ts";
import { callbackColumns, callbackEvent, IS_QUIET, oneCallback } from "./callback-row.ts";

/** One that starts later takes its entry out of the line until then; one that starts now leaves it where it stands, or moves it to lane 1. */
const CREATE = `
with entry as materialized (
  select e.* from queue_entries e where e.id = $2 and e.state in ('waiting', 'parked') and e.callback_id is null for update
), made as (
  insert into callbacks (id, entry_id, case_id, kind, state, phone, promised, starts_at, due_by, deadline, warn_at, says, answers, created_at)
  select $1, entry.id, entry.case_id, $3, case when $5::timestamptz > $12::timestamptz then 'scheduled' else 'due' end, $4, $13, $5, $6, $7, $8, $9, $10, $12
    from entry
   where $14::integer is null or slot_is_free(entry.skill, entry.language, $5::timestamptz, $6::timestamptz, $14)
  on conflict do nothing
  returning *
), placed as (
  update queue_entries e
     set callback_id = made.id,
         state = case when made.state = 'scheduled' then 'parked' else 'waiting' end,
         parked_until = case when made.state = 'scheduled' then made.starts_at end,
         final_by = case when made.state = 'scheduled' or e.final_by is null or $3 <> 'promise' then made.due_by else e.final_by end,
         lane = case when $11 then least(e.lane, 1) else e.lane end,
         due_at = case when $11 and e.lane > 0 then made.due_by else e.due_at end
    from made where e.id = made.entry_id
  returning e.id
)
select ${callbackColumns("made")},
       ${callbackEvent("callback.created", "made", "$12", "'startsAt', made.starts_at")} as recorded,
       case when made.state = 'due' and $11 then ${callbackEvent("callback.due", "made", "$12")} end as fell_due
  from made, placed`;

export function create(runner: Runner, draft: CallbackDraft, now: number): Promise<Callback | undefined> {
  const { id, entryId, kind, phone = null, startsAt, dueBy, deadline, warnAt, says, answers, pressing, promised, slotLimit = null } = draft;
  const values = [
    id,
    entryId,
    kind,
    phone,
    startsAt,
    dueBy,
    deadline,
    warnAt,
    says,
    answers,
    pressing,
    instantOf(now),
    promised,
    slotLimit,
  ];
  return oneCallback(runner, CREATE, values);
}

/** The entry ends with it: its trigger ends the callback. */
const CANCEL = `
with target as materialized (
  select e.id, c.id as callback from callbacks c join queue_entries e on e.id = c.entry_id
   where c.id = $1 and c.${IS_QUIET} and e.state in ('waiting', 'parked') for update of e, c
), reasoned as (
  update callbacks c set reason = $3, state = 'cancelled', finished_at = $2::timestamptz, next_try_at = null
    from target where c.id = target.callback returning c.*
), left_line as (
  update queue_entries e set state = 'abandoned', finished_at = $2::timestamptz, parked_until = null from target where e.id = target.id
  returning e.*
)
select ${callbackColumns("reasoned")}, ${callbackEvent("callback.cancelled", "reasoned", "$2", "'reason', reasoned.reason")} as recorded,
       record_event('entry.abandoned', $2::timestamptz, left_line.case_id, (select v.conversation_id from cases v where v.id = left_line.case_id), left_line.id,
         jsonb_build_object('fence', left_line.fence, 'skill', left_line.skill, 'language', left_line.language, 'reason', $3::text)) as recorded_entry
  from reasoned, left_line`;

export function cancel(runner: Runner, id: string, now: number, reason: string): Promise<Callback | undefined> {
  return oneCallback(runner, CANCEL, [id, instantOf(now), reason]);
}

const CHANGE = `
with target as materialized (
  select e.id, c.id as callback from callbacks c join queue_entries e on e.id = c.entry_id
   where c.id = $1 and c.${IS_QUIET} and e.state in ('waiting', 'parked')
     and ($10::integer is null or slot_is_free(e.skill, e.language, $3::timestamptz, $4::timestamptz, $10))
     for update of e, c
), changed as (
  update callbacks c
     set state = case when $3::timestamptz > $8::timestamptz then 'scheduled' else 'due' end, kind = $2, starts_at = $3, due_by = $4, deadline = $5,
         warn_at = $6, phone = coalesce($7, c.phone), promised = $9, next_try_at = null,
         -- Another time is another promise: the old one's warning is over. A breach stays written.
         warned_at = null, dialled_at = null
    from target where c.id = target.callback returning c.*
), placed as (
  update queue_entries e
     set state = case when changed.state = 'scheduled' then 'parked' else 'waiting' end,
         parked_until = case when changed.state = 'scheduled' then changed.starts_at end, final_by = changed.due_by,
         due_at = case when e.lane = 1 then changed.due_by else e.due_at end
    from changed where e.id = changed.entry_id returning e.id
)
select ${callbackColumns("changed")}, ${callbackEvent("callback.changed", "changed", "$8", "'startsAt', changed.starts_at")} as recorded
  from changed, placed`;

export function change(runner: Runner, id: string, to: CallbackChange, now: number): Promise<Callback | undefined> {
  const { kind, startsAt, dueBy, deadline, warnAt, phone = null, promised, slotLimit = null } = to;
  return oneCallback(runner, CHANGE, [id, kind, startsAt, dueBy, deadline, warnAt, phone, instantOf(now), promised, slotLimit]);
}
