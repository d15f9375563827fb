/**
 * What a holder does with his entry. Each is one statement that names the fence; no row means the lease has lapsed, is somebody else's,
 * or the step does not fit the entry's state.
 */
import type { Language, QueueEntry, Skill } from "../../../ports/store.ts";
import type { Runner } from "../database.ts";
import { instantOf } from "../rows.ts";
import { columns, event, HELD, IS_HELD, leaseHolds, oneEntry } from "./entry-row.ts";

type Held = Promise<QueueEntry | undefined>;

const RENEW = {
  name: "queue_renew",
  text: `
update queue_entries e set lease_until = $4::timestamptz, lease_ms = $5, leased_at = now()
 where e.id = $1 and e.fence = $2 and e.${IS_HELD} and ${leaseHolds("e", "$3")}
returning ${columns("e")}`,
};

export function renew(runner: Runner, id: string, fence: number, now: number, leaseMs: number): Held {
  return oneEntry(runner, RENEW, [id, fence, instantOf(now), instantOf(now + leaseMs), leaseMs]);
}

/** Accepting twice is accepting once: a repeated request only renews. */
const ACCEPT = {
  name: "queue_accept",
  text: `
with ${HELD}, changed as (
  update queue_entries e
     set state = 'connected', accepted_at = coalesce(e.accepted_at, $3::timestamptz), lease_until = $4::timestamptz, lease_ms = $5, leased_at = now()
    from held where e.id = held.id
  returning e.*, held.state as was
)
select ${columns("changed")},
       case when changed.was = 'offered' then ${event("entry.accepted", "changed", "$3", "'agent', changed.agent_id, 'attempt', changed.attempt")} end as recorded
  from changed`,
};

export function accept(runner: Runner, id: string, fence: number, now: number, leaseMs: number): Held {
  return oneEntry(runner, ACCEPT, [id, fence, instantOf(now), instantOf(now + leaseMs), leaseMs]);
}

/** The agent stays named: who had the case is asked for later. */
const COMPLETE = {
  name: "queue_complete",
  text: `
with ${HELD}, changed as (
  update queue_entries e set state = 'done', finished_at = $3::timestamptz, disposition = $4, lease_until = null, leased_at = null
    from held where e.id = held.id and held.state = 'connected'
  returning e.*
)
select ${columns("changed")},
       ${event("entry.completed", "changed", "$3", "'agent', changed.agent_id, 'disposition', changed.disposition, 'acceptedAt', changed.accepted_at")} as recorded
  from changed`,
};

export function complete(runner: Runner, id: string, fence: number, now: number, disposition: string): Held {
  return oneEntry(runner, COMPLETE, [id, fence, instantOf(now), disposition]);
}

const BACK_IN_LINE = "state = 'waiting', agent_id = null, lease_until = null, leased_at = null, accepted_at = null";

const RELEASE = `
with ${HELD}, changed as (
  update queue_entries e set ${BACK_IN_LINE} from held where e.id = held.id returning e.*, held.agent_id as before
)
select ${columns("changed")}, ${event("entry.released", "changed", "$3", "'agent', changed.before, 'reason', 'released'")} as recorded from changed`;

export function release(runner: Runner, id: string, fence: number, now: number): Held {
  return oneEntry(runner, RELEASE, [id, fence, instantOf(now)]);
}

/** Into another line at the old place: lane, deadline and joining time stay. */
const TRANSFER = `
with ${HELD}, changed as (
  update queue_entries e set ${BACK_IN_LINE}, skill = $4, language = coalesce($5, e.language)
    from held where e.id = held.id
  returning e.*, held.agent_id as before, held.skill as skill_before, held.language as language_before
)
select ${columns("changed")},
       ${event("entry.transferred", "changed", "$3", "'agent', changed.before, 'fromSkill', changed.skill_before, 'fromLanguage', changed.language_before")} as recorded
  from changed`;

export function transfer(runner: Runner, id: string, fence: number, now: number, to: { skill: Skill; language?: Language }): Held {
  return oneEntry(runner, TRANSFER, [id, fence, instantOf(now), to.skill, to.language ?? null]);
}

function abandonStatement(guard: string): string {
  return `
with held as materialized (select e.* from queue_entries e where e.id = $1 and ${guard} for update), changed as (
  update queue_entries e set state = 'abandoned', finished_at = $2::timestamptz, lease_until = null, leased_at = null
    from held where e.id = held.id
  returning e.*, held.state as was
)
select ${columns("changed")}, ${event("entry.abandoned", "changed", "$2", "'agent', changed.agent_id, 'was', changed.was")} as recorded from changed`;
}

const ABANDON_HELD = abandonStatement(`e.fence = $3 and e.${IS_HELD} and ${leaseHolds("e", "$2")}`);
/** An entry whose lease has lapsed waits, even if nobody has swept it yet. */
const ABANDON_WAITING = abandonStatement(`(e.state = 'waiting' or (e.${IS_HELD} and not ${leaseHolds("e", "$2")}))`);

export function abandon(runner: Runner, id: string, fence: number | undefined, now: number): Held {
  const at = instantOf(now);
  return fence === undefined ? oneEntry(runner, ABANDON_WAITING, [id, at]) : oneEntry(runner, ABANDON_HELD, [id, at, fence]);
}
