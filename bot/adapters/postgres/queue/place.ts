/** Places as others see and set them: of those who watch, by hand, and of calls that were lost. */
import type { PlaceInLine, QueueEntry, QueueRepository } from "../../../ports/store.ts";
import type { Runner } from "../database.ts";
import { columns, entries, event, oneEntry } from "./entry-row.ts";

const PLACES = {
  name: "queue_places",
  text: `
select line.place as position, line.id as "entryId", line.skill, line.language, line.joined_at as "joinedAt",
       c.conversation_id as "conversationId", c.code as "caseCode"
  from (select e.id, e.case_id, e.skill, e.language, e.joined_at,
               row_number() over (partition by e.skill, e.language order by e.lane, e.due_at, e.id) as place
          from queue_entries e where e.state = 'waiting') line
  join cases c on c.id = line.case_id
 where c.conversation_id = any($1::text[])`,
};

/** One reading of the line, whatever their number. */
export function places(runner: Runner, conversationIds: readonly string[]): Promise<readonly PlaceInLine[]> {
  return runner.rows<PlaceInLine>(PLACES, [conversationIds]);
}

/** Who is held while his callback is due stays where that put him, unless he becomes critical. */
const MOVE = `
with moved as (
  update queue_entries e
     set priority = $2, skill = $5, modifiers = $6::text[],
         lane = case when e.lane = 1 and $3::smallint = 2 then e.lane else $3::smallint end,
         due_at = case when e.lane = 1 and $3::smallint = 2 then e.due_at else $4::timestamptz end
   where e.id = $1 and e.state not in ('done', 'abandoned', 'expired')
  returning *
)
select ${columns("moved")}, ${event("entry.moved", "moved", "$7", "'due', moved.due_at")} as recorded from moved`;

export function move(runner: Runner, at: string, ...[id, to]: Parameters<QueueRepository["move"]>): Promise<QueueEntry | undefined> {
  return oneEntry(runner, MOVE, [id, to.priority, to.lane, to.dueAt, to.skill, to.modifiers, at]);
}

const STRAYED = {
  name: "queue_strayed",
  text: `select ${columns("e")} from cases c join queue_entries e on e.case_id = c.id and e.state = 'waiting' where c.status = 'in_progress' limit $1`,
};

/** Waiting entries whose case still says that somebody is at it: their holder's lease has lapsed. */
export function strayed(runner: Runner, limit: number): Promise<readonly QueueEntry[]> {
  return entries(runner, STRAYED, [limit]);
}
