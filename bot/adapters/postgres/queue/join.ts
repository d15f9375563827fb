/** An entry joins the line, or moves forward in it. */
import { Problem } from "../../../errors.ts";
import type { Instant, Priority, QueueEntry, Skill } from "../../../ports/store.ts";
import type { Runner } from "../database.ts";
import { columns, event, oneEntry } from "./entry-row.ts";

const JOIN = {
  name: "queue_join",
  text: `
with joined as (
  insert into queue_entries (id, case_id, skill, language, priority, modifiers, lane, state, joined_at, due_at, fence, attempt)
  values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9, $10, $11)
  on conflict do nothing
  returning *
)
select ${columns("joined")}, ${event("entry.queued", "joined", "joined.joined_at", "'due', joined.due_at")} as recorded from joined`,
};

/** @throws Problem `state_conflict` when the case has an open entry already. */
export async function join(runner: Runner, entry: QueueEntry): Promise<void> {
  const { id, caseId, skill, language, priority, modifiers, lane, joinedAt, dueAt, fence, attempt } = entry;
  const joined = await oneEntry(runner, JOIN, [id, caseId, skill, language, priority, modifiers, lane, joinedAt, dueAt, fence, attempt]);
  if (!joined) throw new Problem("state_conflict", "The case is in the queue already.");
}

/** Never backwards: of lane, deadline and priority the more pressing one stands. */
const RAISE = `
with raised as (
  update queue_entries e
     set lane = least(e.lane, $3::smallint), due_at = least(e.due_at, $4::timestamptz), skill = coalesce($5, e.skill),
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
): Promise<QueueEntry | undefined> {
  return oneEntry(runner, RAISE, [id, priority, lane, dueAt, skill ?? null, at]);
}
