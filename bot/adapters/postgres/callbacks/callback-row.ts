/** What the callbacks' statements share. */
import type { Callback } from "../../../ports/callbacks.ts";
import type { Runner, Statement } from "../database.ts";
import { withoutNulls } from "../rows.ts";

type Maybe = "phone" | "nextTryAt" | "dialBy" | "dialUntil" | "dialledAt" | "warnedAt" | "breachedAt" | "finishedAt" | "reason";
export type CallbackRow = Omit<Callback, Maybe> & { [Key in Maybe]-?: NonNullable<Callback[Key]> | null };

/** @param table alias the columns belong to. */
export function callbackColumns(table: string): string {
  return `${table}.id, ${table}.entry_id as "entryId", ${table}.case_id as "caseId", ${table}.kind, ${table}.state, ${table}.phone, ${table}.promised,
  ${table}.starts_at as "startsAt", ${table}.due_by as "dueBy", ${table}.deadline, ${table}.warn_at as "warnAt", ${table}.attempts,
  ${table}.next_try_at as "nextTryAt", ${table}.dial_by as "dialBy", ${table}.dial_until as "dialUntil", ${table}.dialled_at as "dialledAt",
  ${table}.warned_at as "warnedAt", ${table}.breached_at as "breachedAt", ${table}.finished_at as "finishedAt", ${table}.reason, ${table}.says,
  ${table}.answers, ${table}.created_at as "createdAt"`;
}

/** Nobody dials it now. */
export const IS_QUIET = "state in ('scheduled', 'due', 'missed')";

/**
 * Appends the event of a changed callback, in the statement that changes it.
 * @param table a CTE that holds whole rows of `callbacks`
 * @param data further fields, as arguments of jsonb_build_object
 */
export function callbackEvent(type: string, table: string, at: string, data = ""): string {
  return `record_callback('${type}', ${at}::timestamptz, to_jsonb(${table}), jsonb_build_object(${data}))`;
}

/** Beside the callback's columns a row may have others: the numbers of the events its statement recorded. */
const RECORDED = ["recorded", "recorded_entry", "fell_due"];

export async function callbacks(runner: Runner, statement: Statement | string, values: readonly unknown[]): Promise<readonly Callback[]> {
  const rows = await runner.rows<CallbackRow>(statement, values);
  return rows.map((row) => callbackOf(row));
}

export function callbackOf(row: CallbackRow): Callback {
  const own = Object.fromEntries(Object.entries(row).filter(([name]) => !RECORDED.includes(name)));
  return withoutNulls(own as CallbackRow);
}

export async function oneCallback(
  runner: Runner,
  statement: Statement | string,
  values: readonly unknown[],
): Promise<Callback | undefined> {
  return (await callbacks(runner, statement, values))[0];
}
