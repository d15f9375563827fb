/** Everything a forecast needs, in one reading. */
import type { HourOfRanges, QueueSnapshot, Skill, ToldRange } from "../../../ports/store.ts";
import type { Runner } from "../database.ts";
import { instantOf } from "../rows.ts";
import { IS_HELD } from "./entry-row.ts";

const HOUR_MS = 3_600_000;

const WAITING = {
  name: "queue_snapshot_waiting",
  text: `
select e.id, e.case_id as "caseId", e.skill, e.language, e.lane, (extract(epoch from e.due_at) * 1000)::bigint as "dueAt",
       (extract(epoch from case when e.promised or c.promised then coalesce(c.due_by, e.final_by) end) * 1000)::bigint as "finalBy",
       (extract(epoch from e.hold_until) * 1000)::bigint as "holdUntil", e.promised, e.callback_id as "callbackId"
  from queue_entries e left join callbacks c on c.id = e.callback_id
 where e.state = 'waiting' order by e.lane, e.due_at, e.id limit $1`,
};

const HELD = {
  name: "queue_snapshot_held",
  text: `
select e.agent_id as "agentId", e.skill, greatest(0, extract(epoch from $1::timestamptz - coalesce(e.accepted_at, $1::timestamptz)) * 1000)::bigint as "heldMs"
  from queue_entries e where e.${IS_HELD}`,
};

const ARRIVALS = {
  name: "queue_snapshot_arrivals",
  text: `
select e.skill, e.language, e.priority, count(*) as count from queue_entries e
 where e.joined_at > $1::timestamptz and e.joined_at <= $2::timestamptz group by e.skill, e.language, e.priority`,
};

const HANDLED = {
  name: "queue_snapshot_handled",
  text: `
select s.skill, (extract(epoch from h.finished_at - h.accepted_at) * 1000)::double precision as ms
  from unnest($1::text[]) as s(skill) cross join lateral (
    select e.finished_at, e.accepted_at from queue_entries e
     where e.skill = s.skill and e.state = 'done' and e.accepted_at is not null order by e.finished_at desc limit $2) h`,
};

/** Of those who joined in the last hour: who gave up holding, and how long all of them held. */
const GIVEN_UP = {
  name: "queue_snapshot_given_up",
  text: `
select count(*) filter (where e.state = 'abandoned' and e.callback_id is null) as count,
       coalesce(sum(greatest(0, extract(epoch from least(coalesce(e.accepted_at, e.finished_at, $2::timestamptz), $2::timestamptz) - e.joined_at)) * 1000)
         filter (where e.callback_id is null), 0)::double precision as "heldMs"
  from queue_entries e where e.joined_at > $1::timestamptz and e.joined_at <= $2::timestamptz`,
};

/**
 * What was guessed and told, and what came, newest first. Who is rung has waited until the first dial; who chose a time to be rung did not wait in
 * line at all.
 */
const RECORD = {
  name: "queue_record",
  text: `
select e.skill, e.language, e.priority, e.told_low as "toldLow", e.told_high as "toldHigh", e.guess_low as "guessLow", e.guess_high as "guessHigh",
       coalesce(e.guess_likely, (e.guess_low + e.guess_high) / 2) as "guessLikely",
       greatest(0, extract(epoch from coalesce(c.dialled_at, e.accepted_at) - e.joined_at))::double precision as waited
  from queue_entries e left join callbacks c on c.id = e.callback_id
 where e.guess_high is not null and e.accepted_at is not null and (c.id is null or c.kind <> 'asked' or c.starts_at <= e.joined_at + interval '1 minute')
 order by e.accepted_at desc limit $1`,
};

export async function toldRecord(runner: Runner, limit: number): Promise<readonly ToldRange[]> {
  const rows = await runner.rows<Nullable<ToldRange>>(RECORD, [limit]);
  return rows.map(({ toldLow, toldHigh, ...row }) => ({ ...row, ...(toldLow === null || toldHigh === null ? {} : { toldLow, toldHigh }) }));
}

const BY_HOUR = `
select date_trunc('hour', r.joined_at) as hour, count(*) as waited, count(*) filter (where r.told_high is not null) as told,
       count(*) filter (where r.seconds between r.told_low and r.told_high) as held
  from (select e.joined_at, e.told_low, e.told_high, extract(epoch from coalesce(c.dialled_at, e.accepted_at) - e.joined_at) as seconds
          from queue_entries e left join callbacks c on c.id = e.callback_id
         where e.joined_at >= $1::timestamptz and e.joined_at < $2::timestamptz and e.accepted_at is not null
           and (c.id is null or c.kind <> 'asked' or c.starts_at <= e.joined_at + interval '1 minute')) r
 where r.seconds >= 60 group by 1 order by 1`;

export function toldByHour(runner: Runner, from: number, to: number): Promise<readonly HourOfRanges[]> {
  return runner.rows<HourOfRanges>(BY_HOUR, [instantOf(from), instantOf(to)]);
}

/** @param since the arrivals counted are those after it, up to `now` */
export async function snapshot(
  runner: Runner,
  now: number,
  since: number,
  skills: readonly Skill[],
  limits: { readonly waiting: number; readonly handled: number },
): Promise<QueueSnapshot> {
  const [waiting, held, arrivals, handled, givenUp] = await Promise.all([
    runner.rows<Nullable<QueueSnapshot["waiting"][number]>>(WAITING, [limits.waiting]),
    runner.rows<QueueSnapshot["held"][number]>(HELD, [instantOf(now)]),
    runner.rows<QueueSnapshot["arrivals"][number]>(ARRIVALS, [instantOf(since), instantOf(now)]),
    runner.rows<{ skill: Skill; ms: number }>(HANDLED, [skills, limits.handled]),
    runner.rows<QueueSnapshot["givenUp"]>(GIVEN_UP, [instantOf(now - HOUR_MS), instantOf(now)]),
  ]);
  const times = new Map<Skill, number[]>();
  for (const { skill, ms } of handled) times.set(skill, [...(times.get(skill) ?? []), ms]);
  return {
    waiting: waiting.map(({ finalBy, holdUntil, callbackId, ...row }) => ({
      ...row,
      ...(finalBy === null ? {} : { finalBy }),
      ...(holdUntil === null ? {} : { holdUntil }),
      ...(callbackId === null ? {} : { callbackId }),
    })),
    held,
    arrivals,
    handled: times,
    givenUp: givenUp[0] ?? { count: 0, heldMs: 0 },
  };
}

type Nullable<T> = { [Key in keyof T]-?: undefined extends T[Key] ? Exclude<T[Key], undefined> | null : T[Key] };

const PROMOTE = {
  name: "queue_promote",
  text: `
with promoted as (
  update queue_entries e set lane = 1, due_at = coalesce((select c.due_by from callbacks c where c.id = e.callback_id), e.final_by)
   where e.id = any($1::text[]) and e.state = 'waiting' and e.lane = 2 and e.final_by is not null
  returning e.*
)
select promoted.id, record_event('entry.reserved', $2::timestamptz, promoted.case_id, (select c.conversation_id from cases c where c.id = promoted.case_id), promoted.id,
  jsonb_build_object('skill', promoted.skill, 'language', promoted.language, 'priority', promoted.priority, 'lane', promoted.lane, 'due', promoted.due_at,
    'fence', promoted.fence)) from promoted`,
};

/** @returns how many moved to lane 1. */
export async function promote(runner: Runner, ids: readonly string[], now: number): Promise<number> {
  return ids.length === 0 ? 0 : (await runner.rows(PROMOTE, [ids, instantOf(now)])).length;
}

const WITHDRAW = {
  name: "queue_withdraw_promise",
  text: `
with withdrawn as (
  update queue_entries e set promised = false
   where e.id = $1 and e.state = 'waiting' and e.promised and e.callback_id is null returning e.*
)
select withdrawn.id, record_event('promise.withdrawn', $2::timestamptz, withdrawn.case_id, (select c.conversation_id from cases c where c.id = withdrawn.case_id),
  withdrawn.id, jsonb_build_object('finalBy', withdrawn.final_by, 'fence', withdrawn.fence)) from withdrawn`,
};

/** Before minute 15 the customer is told that it will be later. @returns false when there is nothing to take back any more. */
export async function withdrawPromise(runner: Runner, id: string, now: number): Promise<boolean> {
  return (await runner.rows(WITHDRAW, [id, instantOf(now)])).length > 0;
}
