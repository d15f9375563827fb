/**
 * What time does to the phone queue: an entry held to its limit gets its one callback, callbacks fall due, are warned of, are broken, run out.
 * Everything is decided by columns in the database and the clock, never by a sleep: after a restart, a jump of the clock or on another node the
 * same statement finds the same entries. What the customer is told is stored in the transaction that changes the callback.
 */
import { callbackNotice, clockTime, sayMade, sayUnreached } from "../act/say-callback.ts";
import { tellCase } from "../act/tell-case.ts";
import type { QueueWorld } from "../act/world.ts";
import type { Case } from "../cases/case.ts";
import { sayCode } from "../policy/speak.ts";
import type { Repositories } from "../ports/store.ts";
import type { Callback } from "../queue/callback.ts";
import { promiseCallback } from "../queue/make-callback.ts";

/** In one transaction. */
const BATCH = 20;

type Pass = (world: QueueWorld, repositories: Repositories, now: number) => Promise<number>;

/** One look at everything that is due now. @returns how many changes were made. */
export async function sweepCallbacks(world: QueueWorld): Promise<number> {
  const due = await world.store.callbacks.nextDue();
  if (due === undefined || due > world.clock.now()) return 0;
  let changes = 0;
  for (const pass of [endHolds, fallDue, warn, breach, expire]) {
    let done: number;
    do {
      const now = world.clock.now();
      done = await world.store.transaction((repositories) => pass(world, repositories, now));
      changes += done;
    } while (done === BATCH);
  }
  return changes;
}

/** Minute 15: exactly one callback for each entry that still waits. */
const endHolds: Pass = async (world, repositories, now) => {
  const held = await repositories.callbacks.heldTooLong(now, BATCH);
  for (const entry of held) {
    const value = await mustCase(repositories, entry.caseId);
    const phone = value.customer.phone;
    const callback = await repositories.callbacks.create(promiseCallback(entry, phone, now, world.policy, world.ids), now);
    if (!callback) continue;
    if (phone !== undefined && !(await repositories.callbacks.mayCall(phone))) {
      await repositories.callbacks.cancel(callback.id, now, "do_not_call");
      const by = clockTime(value.promise.resolveBy, now, world.policy, value.language);
      await moveCase(repositories, value, "open", now);
      await tellCase(repositories, value, world.policy.say("callback.blocked", value.language, { code: sayCode(value.code), by }), world);
      continue;
    }
    await tellCase(repositories, value, sayMade(callback, value, now, world.policy), world, {
      callback: callbackNotice(callback, value, "due"),
    });
  }
  return held.length;
};

const fallDue: Pass = async (_world, repositories, now) => (await repositories.callbacks.fallDue(now, BATCH)).length;

/** The event tells the supervisor; the audit line says that he was told. */
const warn: Pass = async (_world, repositories, now) => {
  const warned = await repositories.callbacks.warn(now, BATCH);
  for (const callback of warned)
    await repositories.audit.append({
      at: new Date(now).toISOString(),
      who: "desk",
      action: "callback.warn",
      subject: callback.id,
      data: { dueBy: callback.dueBy, caseId: callback.caseId },
    });
  return warned.length;
};

const breach: Pass = async (world, repositories, now) => {
  const broken = await repositories.callbacks.breach(now, BATCH);
  for (const callback of broken) {
    const at = new Date(now).toISOString();
    await repositories.audit.append({ at, who: "desk", action: "callback.breach", subject: callback.id, data: { dueBy: callback.dueBy } });
    if (!callback.promised) continue;
    const value = await mustCase(repositories, callback.caseId);
    await repositories.events.append({
      type: "promise.breached",
      at,
      caseId: value.id,
      ...(value.conversationId === undefined ? {} : { conversationId: value.conversationId }),
      entryId: callback.entryId,
      data: { callback: callback.id, kind: callback.kind, dueBy: callback.dueBy },
    });
    // One that was made too late said so when it was made.
    if (callback.createdAt >= callback.dueBy || Date.parse(callback.deadline) < now) continue;
    const by = clockTime(callback.dueBy, now, world.policy, value.language);
    await tellCase(repositories, value, world.policy.say("callback.breached", value.language, { by }), world);
  }
  return broken.length;
};

const expire: Pass = async (world, repositories, now) => {
  const expired = await repositories.callbacks.expire(now, BATCH);
  for (const callback of expired) await endUnreached(world, repositories, callback, now);
  return expired.length;
};

/** The callback is over and reached nobody: the case goes on in writing, and the customer is told by when. */
export async function endUnreached(world: QueueWorld, repositories: Repositories, callback: Callback, now: number): Promise<void> {
  const value = await mustCase(repositories, callback.caseId);
  await moveCase(repositories, value, callback.reason === "too_late" ? "open" : "waiting_customer", now);
  await tellCase(repositories, value, sayUnreached(callback, value, now, world.policy), world, {
    callback: callbackNotice(callback, value, "expired"),
  });
}

async function mustCase(repositories: Repositories, id: string): Promise<Case> {
  const value = await repositories.cases.get(id);
  if (!value) throw new Error(`case ${id} is not there`);
  return value;
}

/** @throws when somebody changed the case in this moment: everything rolls back, and the next look does it again. */
export async function moveCase(repositories: Repositories, value: Case, status: Case["status"], now: number): Promise<void> {
  const after: Case = { ...value, status, version: value.version + 1, updatedAt: new Date(now).toISOString() };
  if (!(await repositories.cases.update(after))) throw new Error(`case ${value.id} was changed meanwhile`);
}
