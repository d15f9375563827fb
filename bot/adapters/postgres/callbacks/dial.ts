/** The dial lease: who dials is written down before the telephone rings, and nobody else can meanwhile. */
import type { Callback, Dialled, Dialler, QueueEntry } from "../../../ports/callbacks.ts";
import type { Runner } from "../database.ts";
import { IS_HELD, leaseHolds } from "../queue/entry-row.ts";
import { get as getEntry } from "../queue/look.ts";
import { instantOf } from "../rows.ts";
import { callbackColumns, callbackEvent, oneCallback } from "./callback-row.ts";

/** Locks the entry before the callback, as everything does that changes both. */
const DIAL = {
  name: "callback_dial",
  text: `
with target as materialized (
  select e.id, e.state as was, e.fence, c.id as callback, c.attempts + 1 as attempt,
         coalesce(c.phone, (select v.customer_phone from cases v where v.id = c.case_id)) as phone,
         e.${IS_HELD} and e.agent_id = $2 and ${leaseHolds("e", "$4")} as is_his
    from callbacks c join queue_entries e on e.id = c.entry_id
   where c.id = $1 and (c.state = 'due' or (c.state = 'dialling' and c.dial_until < $4::timestamptz)) and c.starts_at <= $4::timestamptz
     and (e.state = 'waiting' or (e.${IS_HELD} and (e.agent_id = $2 or not ${leaseHolds("e", "$4")})))
     and coalesce(c.phone, (select v.customer_phone from cases v where v.id = c.case_id)) is not null
     and not exists (select from do_not_call n where n.phone = coalesce(c.phone, (select v.customer_phone from cases v where v.id = c.case_id)))
     for update of e, c
), allowed as materialized (
  select target.* from target where target.is_his or has_a_free_hand($2, $3::integer, $4::timestamptz)
), lost as (
  update callback_attempts a set outcome = 'lost' from allowed where a.callback_id = allowed.callback and a.outcome is null
), entry as (
  update queue_entries e
     set state = case when allowed.is_his then e.state else 'offered' end, agent_id = $2,
         lease_until = greatest(case when allowed.is_his then e.lease_until end, $5::timestamptz), lease_ms = $7, leased_at = now(),
         accepted_at = case when allowed.is_his then e.accepted_at end,
         fence = e.fence + case when allowed.is_his then 0 else 1 end, attempt = e.attempt + case when allowed.is_his then 0 else 1 end
    from allowed where e.id = allowed.id
  returning e.*, allowed.is_his
), dialled as (
  update callbacks c
     set state = 'dialling', phone = allowed.phone, attempts = allowed.attempt, dial_by = $2, dial_until = $6::timestamptz,
         dialled_at = coalesce(c.dialled_at, $4::timestamptz), next_try_at = null
    from allowed where c.id = allowed.callback
  returning c.*
), tried as (
  insert into callback_attempts (callback_id, attempt, channel_id, by, dialled_at)
  select dialled.id, dialled.attempts, dialled.id || '-' || dialled.attempts, $2, $4::timestamptz from dialled
  returning attempt
)
select ${callbackColumns("dialled")}, ${callbackEvent("callback.dialled", "dialled", "$4", "'by', $2::text")} as recorded,
       case when not entry.is_his then record_event('entry.offered', $4::timestamptz, entry.case_id,
         (select v.conversation_id from cases v where v.id = entry.case_id), entry.id,
         jsonb_build_object('fence', entry.fence, 'skill', entry.skill, 'language', entry.language, 'priority', entry.priority, 'lane', entry.lane,
           'agent', $2::text, 'attempt', entry.attempt)) end as recorded_entry
  from dialled, entry, tried`,
};

export async function dial(
  runner: Runner,
  id: string,
  by: Dialler,
  now: number,
  leases: { readonly entryMs: number; readonly dialMs: number },
): Promise<Dialled | undefined> {
  const until = instantOf(now + leases.entryMs);
  const values = [id, by.agentId, by.capacity, instantOf(now), until, instantOf(now + leases.dialMs), leases.entryMs];
  const callback = await oneCallback(runner, DIAL, values);
  const entry = callback && (await getEntry(runner, callback.entryId));
  return callback && entry && { callback, entry, attempt: callback.attempts, channelId: `${callback.id}-${callback.attempts}` };
}

/** The entry is accepted; its trigger connects the callback. */
const ANSWERED = {
  name: "callback_answered",
  text: `
with target as materialized (
  select e.id from callbacks c join queue_entries e on e.id = c.entry_id
   where c.id = $1 and c.state = 'dialling' and c.dial_by = $2 and c.dial_until >= $3::timestamptz
     and e.${IS_HELD} and e.agent_id = $2 and ${leaseHolds("e", "$3")}
     for update of e, c
), changed as (
  update queue_entries e
     set state = 'connected', accepted_at = coalesce(e.accepted_at, $3::timestamptz), lease_until = $4::timestamptz, lease_ms = $5, leased_at = now()
    from target where e.id = target.id
  returning e.*
)
select changed.id, record_event('entry.accepted', $3::timestamptz, changed.case_id, (select v.conversation_id from cases v where v.id = changed.case_id), changed.id,
  jsonb_build_object('fence', changed.fence, 'skill', changed.skill, 'language', changed.language, 'agent', $2::text, 'attempt', changed.attempt)) as recorded
  from changed`,
};

/** An entry that was connected before it was dialled does not change its state: then the trigger is silent and this does it. */
const CONNECT = `
with changed as (
  update callbacks c set state = 'connected', dial_until = null where c.id = $1 and c.state = 'dialling' returning c.*
), outcome as (
  update callback_attempts a set outcome = 'answered' from changed where a.callback_id = changed.id and a.attempt = changed.attempts
)
select ${callbackColumns("changed")}, ${callbackEvent("callback.answered", "changed", "$2", "'by', changed.dial_by")} as recorded from changed`;

export async function answered(
  runner: Runner,
  id: string,
  by: string,
  now: number,
  leaseMs: number,
): Promise<{ callback: Callback; entry: QueueEntry } | undefined> {
  const values = [id, by, instantOf(now), instantOf(now + leaseMs), leaseMs];
  const [changed] = await runner.rows<{ id: string }>(ANSWERED, values);
  if (!changed) return undefined;
  await runner.rows(CONNECT, [id, instantOf(now)]);
  const [callback, entry] = [await get(runner, id), await getEntry(runner, changed.id)];
  return callback && entry && { callback, entry };
}

const MISSED = {
  name: "callback_missed",
  text: `
with target as materialized (
  select e.id, c.id as callback, e.agent_id = $2 and ${leaseHolds("e", "$3")} as is_his from callbacks c join queue_entries e on e.id = c.entry_id
   where c.id = $1 and c.state = 'dialling' and c.dial_by = $2 and c.dial_until >= $3::timestamptz and e.${IS_HELD} and e.agent_id = $2
     for update of e, c
), outcome as (
  update callback_attempts a set outcome = 'missed' from target where a.callback_id = target.callback and a.outcome is null
), changed as (
  update callbacks c
     set state = case when $4::timestamptz is null then 'expired' else 'missed' end, next_try_at = $4::timestamptz, dial_until = null,
         finished_at = case when $4::timestamptz is null then $3::timestamptz end, reason = case when $4::timestamptz is null then 'unreached' end
    from target where c.id = target.callback
  returning c.*
), placed as (
  update queue_entries e
     set state = case when $4::timestamptz is null then 'expired' else 'parked' end, parked_until = $4::timestamptz, agent_id = null,
         lease_until = null, leased_at = null, accepted_at = null, finished_at = case when $4::timestamptz is null then $3::timestamptz end
    from target where e.id = target.id
  returning e.*
)
select ${callbackColumns("changed")}, ${callbackEvent("callback.missed", "changed", "$3", "'by', $2::text, 'nextTryAt', $4::timestamptz")} as recorded,
       case when $4::timestamptz is null then ${callbackEvent("callback.expired", "changed", "$3", "'reason', 'unreached'")} end as fell_due
  from changed, placed`,
};

export function missed(runner: Runner, id: string, by: string, now: number, retryAt: number | undefined): Promise<Callback | undefined> {
  return oneCallback(runner, MISSED, [id, by, instantOf(now), retryAt === undefined ? null : instantOf(retryAt)]);
}

const GET = { name: "callback_get", text: `select ${callbackColumns("c")} from callbacks c where c.id = $1` };

export function get(runner: Runner, id: string): Promise<Callback | undefined> {
  return oneCallback(runner, GET, [id]);
}
