/**
 * The phone queue as the rest of the desk uses it: join, claim, and the life of an entry (see `queue-entry.ts`). It knows nothing of talk:
 * a case opened by API with no conversation behind it queues just the same.
 */
import { Problem } from "../errors.ts";
import type { Policy } from "../policy/policy.ts";
import type { Instant, Language, Modifier, Priority, Skill } from "../policy/words.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Agent, Repositories, Store } from "../ports/store.ts";
import { estimateWait, type WaitRange } from "./estimate-wait.ts";
import type { Claimant, QueueEntry } from "./queue-entry.ts";

export interface JoinRequest {
  readonly caseId: string;
  readonly priority: Priority;
  readonly skill: Skill;
  readonly language: Language;
  readonly modifiers: readonly Modifier[];
  readonly vip: boolean;
  readonly upset: boolean;
  readonly earlierContacts: number;
}

/** Where an entry stands: 1 = next. The range is absent when nothing honest can be said. */
export interface Standing {
  readonly position: number;
  readonly range?: WaitRange;
}

export interface PhoneQueue {
  /** A new entry, not yet stored: deadline = joined + target of the priority, brought forward by the credits of `queues.yaml`. */
  draft(request: JoinRequest, now: number): QueueEntry;
  /** The deadline an entry would have at another priority; the join time stays. */
  dueAt(joinedAt: Instant, request: Pick<JoinRequest, "priority" | "vip" | "upset" | "earlierContacts">): Instant;
  standing(entry: QueueEntry, repositories?: Repositories): Promise<Standing>;
  estimate(skill: Skill, language: Language, ahead: number): Promise<WaitRange | undefined>;
  /** Whether phone agents work at that moment by `queues.yaml`. */
  isOpen(now: number): boolean;
  claim(by: Claimant): Promise<QueueEntry | undefined>;
  /** @throws Problem entry_unknown, lease_lost */
  renew(id: string, fence: number): Promise<QueueEntry>;
  accept(id: string, fence: number): Promise<QueueEntry>;
  complete(id: string, fence: number, disposition: string): Promise<QueueEntry>;
  release(id: string, fence: number): Promise<QueueEntry>;
  transfer(id: string, fence: number, to: { skill: Skill; language?: Language }): Promise<QueueEntry>;
  abandon(id: string, fence: number | undefined): Promise<QueueEntry>;
}

export function laneOf(priority: Priority): QueueEntry["lane"] {
  return priority === "critical" ? 0 : 2;
}

export function createPhoneQueue(store: Store, policy: Policy, clock: Clock, ids: Ids, minuteOfDay: (at: number, timeZone: string) => number): PhoneQueue {
  const dueAt: PhoneQueue["dueAt"] = (joinedAt, { priority, vip, upset, earlierContacts }) => {
    const { credits } = policy;
    const credit = Math.min(credits.atMost, (vip ? credits.vip : 0) + (upset ? credits.upset : 0) + credits.perEarlierContact * earlierContacts);
    return new Date(Date.parse(joinedAt) + policy.targetMs[priority] * (1 - credit)).toISOString();
  };

  const held = async (id: string, changed: QueueEntry | undefined): Promise<QueueEntry> => {
    if (changed) return changed;
    if (!(await store.queue.get(id))) throw new Problem("entry_unknown");
    throw new Problem("lease_lost");
  };

  const estimate: PhoneQueue["estimate"] = async (skill, language, ahead) => {
    const agents = (await store.agents.list()).filter((agent) => canTake(agent, skill, language));
    return estimateWait({
      ahead,
      agents: agents.length,
      ready: agents.filter((agent) => agent.state === "ready").length,
      handleSeconds: await store.queue.handleTimes(skill, 200),
      ...policy.estimate,
    });
  };

  return {
    draft: (request, now) => {
      const joinedAt = new Date(now).toISOString();
      return {
        id: ids.next("entry"),
        caseId: request.caseId,
        skill: request.skill,
        language: request.language,
        priority: request.priority,
        modifiers: request.modifiers,
        lane: laneOf(request.priority),
        state: "waiting",
        joinedAt,
        dueAt: dueAt(joinedAt, request),
        fence: 0,
        attempt: 0,
      };
    },
    dueAt,
    standing: async (entry, repositories = store) => {
      const position = (await repositories.queue.position(entry.id)) ?? 1;
      const range = await estimate(entry.skill, entry.language, position - 1);
      return { position, ...(range ? { range } : {}) };
    },
    estimate,
    isOpen: (now) => {
      const minute = minuteOfDay(now, policy.timeZone);
      return minute >= policy.phoneHours.opens && minute < policy.phoneHours.closes;
    },
    claim: (by) => store.queue.claim(by, clock.now(), policy.lease.ms),
    renew: async (id, fence) => held(id, await store.queue.renew(id, fence, clock.now(), policy.lease.ms)),
    accept: async (id, fence) => held(id, await store.queue.accept(id, fence, clock.now(), policy.lease.ms)),
    complete: async (id, fence, disposition) => held(id, await store.queue.complete(id, fence, clock.now(), disposition)),
    release: async (id, fence) => held(id, await store.queue.release(id, fence, clock.now())),
    transfer: async (id, fence, to) => held(id, await store.queue.transfer(id, fence, clock.now(), to)),
    abandon: async (id, fence) => held(id, await store.queue.abandon(id, fence, clock.now())),
  };
}

function canTake(agent: Agent, skill: Skill, language: Language): boolean {
  return agent.state !== "offline" && agent.state !== "break" && agent.skills.includes(skill) && agent.languages.includes(language);
}
