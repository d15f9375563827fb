/** An entry joins the line, or moves forward in it. */
import { Problem } from "../../../errors.ts";
import type { Instant, Modifier, Priority, QueueEntry, Skill } from "../../../ports/store.ts";
import type { Runner } from "../database.ts";
import { columns, event, oneEntry } from "./entry-row.ts";

/** Of a dropped call whoever had it; where the last agent is wanted (a third contact), whoever of this week had any case of the customer. */
const LAST_AGENT = `(
  select o.agent_id from cases own
    join cases v on v.id = own.id or (v.customer_id = own.customer_id and 'last_agent' = any($6::text[]))
    join queue_entries o on o.case_id = v.id
   where own.id = $2 and o.accepted_at > $8::timestamptz - interval '7 days' and o.agent_id is not null
   order by o.accepted_at desc limit 1)`;

/** Who dropped out and comes back within half an hour (the line broke, he keyed in his case code) has his old place again. */
const JOIN = {
  name: "queue_join",
  text: `
with joined as (
  insert into queue_entries (id, case_id, skill, language, priority, modifiers, lane, state, joined_at, due_at, fence, attempt,
                             hold_until, final_by, promised, told_low, told_high, guess_low, guess_likely, guess_high, last_agent)
  values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, least($9::timestamptz, (
            select min(o.due_at) from queue_entries o
             where o.case_id = $2 and o.state = 'abandoned' and o.lane = 2 and o.skill = $3 and o.language = $4
               and o.finished_at > $8::timestamptz - interval '30 minutes')), $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, ${LAST_AGENT})
  on conflict do nothing
  returning *
)
select ${columns("joined")}, ${event("entry.queued", "joined", "joined.joined_at", "'due', joined.due_at, 'promised', joined.promised, 'finalBy', joined.final_by")} as recorded from joined`,
};

/** @throws Problem `state_conflict` when the case has an open entry already. */
export async function join(runner: Runner, entry: QueueEntry): Promise<void> {
  const { id, caseId, skill, language, priority, modifiers, lane, joinedAt, dueAt, fence, attempt } = entry;
  const { holdUntil = null, finalBy = null, promised = false } = entry;
  const { toldLow = null, toldHigh = null, guessLow = null, guessLikely = null, guessHigh = null } = entry;
  const place = [id, caseId, skill, language, priority, modifiers, lane, joinedAt, dueAt, fence, attempt];
  const told = [holdUntil, finalBy, promised, toldLow, toldHigh, guessLow, guessLikely, guessHigh];
  const joined = await oneEntry(runner, JOIN, [...place, ...told]);
  if (!joined) throw new Problem("state_conflict", "The case is in the queue already.");
}

/** Never backwards: of lane, deadline and priority the more pressing one stands. */
const RAISE = `
with raised as (
  update queue_entries e
     set prefer_until = case when $3::smallint < e.lane then null else e.prefer_until end, lane = least(e.lane, $3::smallint), due_at = least(e.due_at, $4::timestamptz), skill = coalesce($5, e.skill), modifiers = coalesce($7::text[], e.modifiers),
         priority = (array['critical', 'high', 'normal', 'low'])[least(
           array_position(array['critical', 'high', 'normal', 'low'], e.priority), array_position(array['critical', 'high', 'normal', 'low'], $2::text))]
   where e.id = $1 and e.state = 'waiting'
  returning *
)
select ${columns("raised")}, ${event("entry.raised", "raised", "$6", "'due', raised.due_at")} as recorded from raised`;

export function raise(
  runner: Runner,
  at: Instant,
  id: string,
  priority: Priority,
  lane: QueueEntry["lane"],
  dueAt: Instant,
  skill?: Skill,
  modifiers?: readonly Modifier[],
): Promise<QueueEntry | undefined> {
  return oneEntry(runner, RAISE, [id, priority, lane, dueAt, skill ?? null, at, modifiers ?? null]);
}
