/**
 * The phone queue: what a new entry looks like, where an entry stands, and how long the wait is. It knows nothing of talk: a case opened by
 * API with no conversation behind it queues just the same. The life of an entry is in `queue-entry.ts`.
 */
import type { Policy } from "../policy/policy.ts";
import { minuteOfDay } from "../policy/speak.ts";
import type { Instant, Language, Modifier, Priority, Skill } from "../policy/words.ts";
import type { Ids } from "../ports/ids.ts";
import type { Agent, Repositories, Store } from "../ports/store.ts";
import { estimateWait, type WaitRange } from "./estimate-wait.ts";
import type { QueueEntry } from "./queue-entry.ts";

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
}

export function laneOf(priority: Priority): QueueEntry["lane"] {
  return priority === "critical" ? 0 : 2;
}

export function createPhoneQueue(store: Store, policy: Policy, ids: Ids): PhoneQueue {
  const dueAt: PhoneQueue["dueAt"] = (joinedAt, { priority, vip, upset, earlierContacts }) => {
    const { credits } = policy;
    const credit = Math.min(
      credits.atMost,
      (vip ? credits.vip : 0) + (upset ? credits.upset : 0) + credits.perEarlierContact * earlierContacts,
    );
    return new Date(Date.parse(joinedAt) + policy.targetMs[priority] * (1 - credit)).toISOString();
  };

  const estimate: PhoneQueue["estimate"] = async (skill, language, ahead) => {
    const [all, handleSeconds] = await Promise.all([store.agents.list(), store.queue.handleTimes(skill, 200)]);
    const agents = all.filter((agent) => canTake(agent, skill, language));
    return estimateWait({
      ahead,
      agents: agents.length,
      ready: agents.filter((agent) => agent.state === "ready").length,
      handleSeconds,
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
      const { opens, closes } = policy.phoneHours;
      return opens < closes ? minute >= opens && minute < closes : minute >= opens || minute < closes;
    },
  };
}

function canTake(agent: Agent, skill: Skill, language: Language): boolean {
  return agent.state !== "offline" && agent.state !== "break" && agent.skills.includes(skill) && agent.languages.includes(language);
}
