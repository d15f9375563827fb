/**
 * A callback somebody asks for: in his turn, or at a time. First planned (reads only), then made in the caller's transaction. An entry that waits
 * keeps its place; a case that is in no line joins one.
 */
import type { Case } from "../cases/case.ts";
import type { Policy } from "../policy/policy.ts";
import type { Ids } from "../ports/ids.ts";
import type { Repositories, Store } from "../ports/store.ts";
import type { Callback, CallbackChange, CallbackDraft } from "./callback.ts";
import { inTurnCallback, slotCallback, timesOf } from "./make-callback.ts";
import type { PhoneQueue } from "./phone-queue.ts";
import type { QueueEntry } from "./queue-entry.ts";
import type { Slot } from "./slots.ts";

export interface CallbackWish {
  readonly value: Pick<Case, "id" | "customer" | "priority" | "skill" | "language" | "modifiers">;
  readonly phone: string | undefined;
  /** ms; absent: in his turn. */
  readonly at?: number;
  readonly now: number;
  /** The entry that joins in the same transaction, when it is not stored yet. */
  readonly joining?: QueueEntry;
}

export type CallbackPlan =
  | { readonly kind: "create"; readonly entry: QueueEntry; readonly joins: boolean; readonly draft: CallbackDraft; readonly slot?: Slot }
  | { readonly kind: "change"; readonly entry: QueueEntry; readonly id: string; readonly change: CallbackChange; readonly slot?: Slot }
  | { readonly kind: "no_slot" };

export interface AskWorld {
  readonly store: Store;
  readonly policy: Policy;
  readonly ids: Ids;
  readonly queue: PhoneQueue;
}

/** What would be done; nothing is stored. In his turn means by `finalBy` when that was promised, else within the written answer's time. */
export async function planCallback(wish: CallbackWish, { store, policy, ids, queue }: AskWorld): Promise<CallbackPlan> {
  const { value, now } = wish;
  const phone = wish.phone ?? value.customer.phone;
  const stored = wish.joining ? undefined : await store.queue.openFor(value.id);
  const entry =
    wish.joining ?? stored ?? queue.draft({ caseId: value.id, ...pick(value), vip: false, upset: false, earlierContacts: 0 }, now);
  const old = stored?.callbackId === undefined ? undefined : await store.callbacks.get(stored.callbackId);
  const slot = wish.at === undefined ? undefined : await queue.slot(entry, wish.at, now);
  if (wish.at !== undefined && !slot) return { kind: "no_slot" };
  if (slot) {
    if (old) {
      const change = {
        kind: "asked" as const,
        promised: true,
        ...timesOf({ startsAt: slot.from, dueBy: slot.to }, policy),
        slotLimit: slot.limit,
      };
      return { kind: "change", entry, id: old.id, change: withPhone(change, phone), slot };
    }
    const draft = slotCallback(entry, phone, { startsAt: slot.from, dueBy: slot.to }, policy, ids);
    return { kind: "create", entry, joins: !stored && !wish.joining, draft: { ...draft, slotLimit: slot.limit }, slot };
  }
  const promised = entry.promised === true || old?.promised === true;
  const dueBy = inTurnBy(entry, old, now, policy);
  if (old) {
    const change = { kind: old.kind === "asked" ? ("asked" as const) : old.kind, promised, ...timesOf({ startsAt: now, dueBy }, policy) };
    return { kind: "change", entry, id: old.id, change: withPhone(change, phone) };
  }
  const draft = inTurnCallback(entry, "asked", phone, { now, dueBy, promised }, policy, ids);
  return { kind: "create", entry, joins: !stored && !wish.joining, draft };
}

/** Stores the plan. @returns undefined when the slot or the entry was taken meanwhile: plan anew. */
export async function askForCallback(
  repositories: Pick<Repositories, "queue" | "callbacks">,
  plan: Exclude<CallbackPlan, { kind: "no_slot" }>,
  now: number,
): Promise<Callback | undefined> {
  if (plan.kind === "change") return repositories.callbacks.change(plan.id, plan.change, now);
  if (plan.joins) await repositories.queue.join(plan.entry);
  return repositories.callbacks.create(plan.draft, now);
}

function inTurnBy(entry: QueueEntry, old: Callback | undefined, now: number, policy: Policy): number {
  const told = old?.promised ? old.dueBy : entry.finalBy;
  const by = told === undefined ? now + policy.promise.holdMs + policy.promise.callbackMs : Date.parse(told);
  return Math.max(by, now);
}

function pick({ priority, skill, language, modifiers }: CallbackWish["value"]) {
  return { priority, skill, language, modifiers };
}

function withPhone(change: CallbackChange, phone: string | undefined): CallbackChange {
  return phone === undefined ? change : { ...change, phone };
}
