/** What the queue's statements share: columns, the rule for a living lease, and the event each change leaves behind. */
import type { QueueEntry } from "../../../ports/store.ts";
import type { Runner, Statement } from "../database.ts";
import { withoutNulls } from "../rows.ts";

type Maybe =
  | "agentId"
  | "leaseUntil"
  | "disposition"
  | "holdUntil"
  | "finalBy"
  | "promised"
  | "parkedUntil"
  | "lastAgent"
  | "preferUntil"
  | "callbackId"
  | "toldLow"
  | "toldHigh"
  | "guessLow"
  | "guessLikely"
  | "guessHigh";
type EntryRow = Omit<QueueEntry, Maybe> & { [Key in Maybe]-?: NonNullable<QueueEntry[Key]> | null };

/** @param table alias the columns belong to. */
export function columns(table: string): string {
  return `${table}.id, ${table}.case_id as "caseId", ${table}.skill, ${table}.language, ${table}.priority, ${table}.modifiers, ${table}.lane, ${table}.state,
  ${table}.joined_at as "joinedAt", ${table}.due_at as "dueAt", ${table}.agent_id as "agentId", ${table}.lease_until as "leaseUntil",
  ${table}.fence, ${table}.attempt, ${table}.disposition, ${table}.hold_until as "holdUntil", ${table}.final_by as "finalBy",
  nullif(${table}.promised, false) as promised, ${table}.parked_until as "parkedUntil", ${table}.callback_id as "callbackId",
  ${table}.last_agent as "lastAgent", ${table}.prefer_until as "preferUntil",
  ${table}.told_low as "toldLow", ${table}.told_high as "toldHigh",
  ${table}.guess_low as "guessLow", ${table}.guess_likely as "guessLikely", ${table}.guess_high as "guessHigh"`;
}

export const IS_HELD = "state in ('offered', 'connected')";

/** Whether the lease of `table` holds at the time in parameter `now`; the rule itself is in the migration. */
export function leaseHolds(table: string, now: string): string {
  return `lease_holds(${table}.lease_until, ${table}.leased_at, ${table}.lease_ms, ${now}::timestamptz)`;
}

/** The held entry `$1`, if fence `$2` is the present one and its lease holds at `$3`: locked, as `held`. */
export const HELD = `
  held as materialized (
    select e.* from queue_entries e
     where e.id = $1 and e.fence = $2 and e.${IS_HELD} and ${leaseHolds("e", "$3")}
       for update
  )`;

/**
 * Appends the event of a changed entry, in the statement that changes it.
 * @param data further fields, as arguments of jsonb_build_object.
 */
export function event(type: string, table: string, at: string, data: string): string {
  return `record_event('${type}', ${at}::timestamptz, ${table}.case_id, (select c.conversation_id from cases c where c.id = ${table}.case_id), ${table}.id,
  jsonb_build_object('fence', ${table}.fence, 'skill', ${table}.skill, 'language', ${table}.language, 'priority', ${table}.priority, 'lane', ${table}.lane, ${data}))`;
}

export async function entries(runner: Runner, statement: Statement | string, values: readonly unknown[]): Promise<readonly QueueEntry[]> {
  return (await runner.rows<EntryRow & { recorded?: unknown }>(statement, values)).map(({ recorded: _, ...row }) => withoutNulls(row));
}

export async function oneEntry(runner: Runner, statement: Statement | string, values: readonly unknown[]): Promise<QueueEntry | undefined> {
  return (await entries(runner, statement, values))[0];
}
