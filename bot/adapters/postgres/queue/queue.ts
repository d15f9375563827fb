/** The queue's operations, one file each, bound to a runner. */
import type { Clock } from "../../../ports/clock.ts";
import type { QueueRepository } from "../../../ports/store.ts";
import type { Runner } from "../database.ts";
import { instantOf } from "../rows.ts";
import { claim } from "./claim.ts";
import { abandon, accept, complete, release, renew, transfer } from "./hold.ts";
import { join, raise } from "./join.ts";
import { ahead, counts, get, handleTimes, heldBy, listWaiting, openFor, position, waiting } from "./look.ts";
import { move, places, strayed } from "./place.ts";
import { promote, snapshot, toldByHour, toldRecord, withdrawPromise } from "./snapshot.ts";
import { sweepLapsed } from "./sweep.ts";

export function queueRepository(runner: Runner, clock: Clock): QueueRepository {
  return {
    join: (entry) => join(runner, entry),
    get: (id) => get(runner, id),
    openFor: (caseId) => openFor(runner, caseId),
    claim: (by, now, leaseMs) => claim(runner, by, now, leaseMs),
    renew: (id, fence, now, leaseMs) => renew(runner, id, fence, now, leaseMs),
    accept: (id, fence, now, leaseMs) => accept(runner, id, fence, now, leaseMs),
    complete: (id, fence, now, disposition) => complete(runner, id, fence, now, disposition),
    release: (id, fence, now) => release(runner, id, fence, now),
    transfer: (id, fence, now, to) => transfer(runner, id, fence, now, to),
    abandon: (id, fence, now) => abandon(runner, id, fence, now),
    raise: (id, priority, lane, dueAt, skill, modifiers) =>
      raise(runner, instantOf(clock.now()), id, priority, lane, dueAt, skill, modifiers),
    move: (id, to) => move(runner, instantOf(clock.now()), id, to),
    places: (conversationIds) => places(runner, conversationIds),
    strayed: (limit) => strayed(runner, limit),
    sweepLapsed: (now) => sweepLapsed(runner, now),
    position: (id) => position(runner, id),
    ahead: (entry) => ahead(runner, entry),
    waiting: (skill, language, limit) => waiting(runner, skill, language, limit),
    listWaiting: (limit) => listWaiting(runner, limit),
    heldBy: (agentId) => heldBy(runner, agentId),
    counts: (now) => counts(runner, now),
    snapshot: (now, since, skills, limits) => snapshot(runner, now, since, skills, limits),
    toldByHour: (from, to) => toldByHour(runner, from, to),
    toldRecord: (limit) => toldRecord(runner, limit),
    promote: (ids, now) => promote(runner, ids, now),
    withdrawPromise: (id, now) => withdrawPromise(runner, id, now),
    handleTimes: (skill, limit) => handleTimes(runner, skill, limit),
  };
}
