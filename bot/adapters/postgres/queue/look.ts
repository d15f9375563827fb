/** Reads of the queue. */
import type { Language, QueueCount, QueueEntry, Skill } from "../../../ports/store.ts";
import type { Runner } from "../database.ts";
import { instantOf } from "../rows.ts";
import { columns, entries, IS_HELD, oneEntry } from "./entry-row.ts";

const SELECT = `select ${columns("e")} from queue_entries e`;
const ORDER = "order by e.lane, e.due_at, e.id";

const GET = { name: "queue_get", text: `${SELECT} where e.id = $1` };
const OPEN_FOR = {
  name: "queue_open_for",
  text: `${SELECT} where e.case_id = $1 and e.state in ('waiting', 'parked', 'offered', 'connected')`,
};
const HELD_BY = { name: "queue_held_by", text: `${SELECT} where e.agent_id = $1 and e.${IS_HELD} ${ORDER}` };
const WAITING = {
  name: "queue_waiting",
  text: `${SELECT} where e.state = 'waiting' and e.skill = $1 and e.language = $2 ${ORDER} limit $3`,
};

const POSITION = {
  name: "queue_position",
  text: `
select (select count(*) from queue_entries e
         where e.state = 'waiting' and e.skill = own.skill and e.language = own.language and (e.lane, e.due_at, e.id) <= (own.lane, own.due_at, own.id)) as place
  from queue_entries own where own.id = $1 and own.state = 'waiting'`,
};

export const get = (runner: Runner, id: string): Promise<QueueEntry | undefined> => oneEntry(runner, GET, [id]);

export const openFor = (runner: Runner, caseId: string): Promise<QueueEntry | undefined> => oneEntry(runner, OPEN_FOR, [caseId]);

export const heldBy = (runner: Runner, agentId: string): Promise<readonly QueueEntry[]> => entries(runner, HELD_BY, [agentId]);

export const waiting = (runner: Runner, skill: Skill, language: Language, limit: number): Promise<readonly QueueEntry[]> =>
  entries(runner, WAITING, [skill, language, limit]);

export const listWaiting = (runner: Runner, limit: number): Promise<readonly QueueEntry[]> =>
  entries(runner, `${SELECT} where e.state = 'waiting' ${ORDER} limit $1`, [limit]);

/** 1 = next; undefined when it does not wait. */
export async function position(runner: Runner, id: string): Promise<number | undefined> {
  const [row] = await runner.rows<{ place: number }>(POSITION, [id]);
  return row?.place;
}

const AHEAD = {
  name: "queue_ahead",
  text: `select count(*) as ahead from queue_entries e
          where e.state = 'waiting' and e.skill = $1 and e.language = $2 and (e.lane, e.due_at) <= ($3::smallint, $4::timestamptz)`,
};

/** Who would be served before an entry that joined now: of equal ones the earlier comes first. */
export async function ahead(runner: Runner, entry: Pick<QueueEntry, "skill" | "language" | "lane" | "dueAt">): Promise<number> {
  const [row] = await runner.rows<{ ahead: number }>(AHEAD, [entry.skill, entry.language, entry.lane, entry.dueAt]);
  return row?.ahead ?? 0;
}

/** Pools with somebody waiting; a pool that is not named has nobody. */
export function counts(runner: Runner, now: number): Promise<readonly QueueCount[]> {
  return runner.rows<QueueCount>(
    `select e.skill, e.language, count(*) as waiting,
            greatest(0, (extract(epoch from $1::timestamptz - min(e.joined_at)) * 1000)::bigint) as "longestWaitMs"
       from queue_entries e where e.state = 'waiting' group by e.skill, e.language order by e.skill, e.language`,
    [instantOf(now)],
  );
}

export async function handleTimes(runner: Runner, skill: Skill, limit: number): Promise<readonly number[]> {
  const rows = await runner.rows<{ seconds: number }>(
    `select extract(epoch from finished_at - accepted_at)::double precision as seconds from queue_entries
      where skill = $1 and state = 'done' and accepted_at is not null order by finished_at desc limit $2`,
    [skill, limit],
  );
  return rows.map(({ seconds }) => seconds);
}
