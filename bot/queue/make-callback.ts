/** What a new callback looks like, by kind. Pure: times and chance come in. */
import type { CallbackPolicy, PromisePolicy } from "../policy/policy.ts";
import type { Ids } from "../ports/ids.ts";
import type { CallbackDraft } from "./callback.ts";
import type { QueueEntry } from "./queue-entry.ts";

export interface CallbackRules {
  readonly promise: PromisePolicy;
  readonly callbacks: CallbackPolicy;
}

const iso = (at: number): string => new Date(at).toISOString();

/** Two different codes of four digits: one the agent says, one the customer may ask him for. */
function proof(ids: Ids): { says: string; answers: string } {
  const says = ids.random(10_000);
  const answers = (says + 1 + ids.random(9_999)) % 10_000;
  return { says: String(says).padStart(4, "0"), answers: String(answers).padStart(4, "0") };
}

function base(entry: Pick<QueueEntry, "id" | "caseId">, phone: string | undefined, ids: Ids) {
  return { id: ids.next("callback"), entryId: entry.id, caseId: entry.caseId, ...(phone === undefined ? {} : { phone }), ...proof(ids) };
}

/** At the end of the longest hold: due `callback` seconds after it, however late the clock is looked at. */
export function promiseCallback(entry: QueueEntry, phone: string | undefined, now: number, rules: CallbackRules, ids: Ids): CallbackDraft {
  const { promise, callbacks } = rules;
  const held = Date.parse(entry.holdUntil ?? iso(now));
  const dueBy = held + promise.callbackMs;
  return {
    ...base(entry, phone, ids),
    kind: "promise",
    promised: entry.promised === true,
    startsAt: iso(Math.min(held, now)),
    dueBy: iso(dueBy),
    warnAt: iso(held + promise.warnAfterMs),
    deadline: iso(Math.max(dueBy, now) + callbacks.giveUpMs),
    // Who was told nothing keeps his place, but does not stand before those who were told a time.
    pressing: entry.promised === true,
  };
}

export interface Times {
  readonly startsAt: number;
  readonly dueBy: number;
}

/** A callback that keeps its place in line and is rung by `dueBy`: told at joining because the promise could not be given, or asked for. */
export function inTurnCallback(
  entry: Pick<QueueEntry, "id" | "caseId">,
  kind: "asked" | "honest",
  phone: string | undefined,
  { now, dueBy, promised }: { readonly now: number; readonly dueBy: number; readonly promised: boolean },
  rules: CallbackRules,
  ids: Ids,
): CallbackDraft {
  return {
    ...base(entry, phone, ids),
    kind,
    promised,
    ...timesOf({ startsAt: now, dueBy }, rules),
    pressing: false,
  };
}

/** A callback at a time the customer chose: not before the slot, rung before its end. */
export function slotCallback(
  entry: Pick<QueueEntry, "id" | "caseId">,
  phone: string | undefined,
  slot: Times,
  rules: CallbackRules,
  ids: Ids,
): CallbackDraft {
  return { ...base(entry, phone, ids), kind: "asked", promised: true, ...timesOf(slot, rules), pressing: false };
}

/** Start, due, warning and end of a callback told for `dueBy`. The warning comes at the share of the time that the 15 + 3 promise has. */
export function timesOf({ startsAt, dueBy }: Times, { promise, callbacks }: CallbackRules) {
  const warnAt = startsAt + (dueBy - startsAt) * (promise.warnAfterMs / promise.callbackMs);
  return { startsAt: iso(startsAt), dueBy: iso(dueBy), warnAt: iso(warnAt), deadline: iso(dueBy + callbacks.giveUpMs) };
}

/**
 * When a missed callback is tried again.
 * @param attempts dials so far
 * @param opening the next moment, from the given one on, at which phones are staffed; undefined: none in sight
 * @returns undefined when it is not tried again: tried often enough, or it would be too late.
 */
export function retryAt(
  attempts: number,
  now: number,
  deadline: number,
  rules: CallbackRules,
  opening: (from: number) => number | undefined,
): number | undefined {
  const gap = rules.callbacks.retryGapsMs[attempts - 1];
  const at = gap === undefined ? undefined : opening(now + gap);
  return at === undefined || at > deadline ? undefined : at;
}
