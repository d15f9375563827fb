/** The phone queue as agents and PBXs use it: claim, and the life of an entry. Each step moves the case along in the same transaction. */

import { endOfCall } from "../act/take-back.ts";
import { backInLine, type CallNews, tellCustomer } from "../act/tell-customer.ts";
import type { TurnWorld } from "../act/world.ts";
import type { Case, CaseStatus } from "../cases/case.ts";
import { Problem } from "../errors.ts";
import { mask } from "../guard/mask.ts";
import type { Caller, CaseView, ClaimRequest, EntryLease, Held, IdempotencyKey, QueueServices } from "../http/services.ts";
import { SKILLS } from "../policy/words.ts";
import type { Repositories } from "../ports/store.ts";
import { claimantOf } from "../queue/claimant.ts";
import { laneOf } from "../queue/phone-queue.ts";
import type { Claimant, QueueEntry } from "../queue/queue-entry.ts";
import { auditor } from "./audit.ts";
import { estimateView } from "./estimate-view.ts";

const HOUR_MS = 3_600_000;
/** As much of a line as is looked through for a place in it. */
const LONGEST_LINE = 2000;
/** A PBX rings many at once. */
const PBX_CAPACITY = 500;

export function createQueueServices(
  world: TurnWorld,
  view: (value: Case) => Promise<CaseView>,
): QueueServices & { held(agentId: string): Promise<readonly Held[]> } {
  const { store, policy, clock, queue } = world;
  const audit = auditor(() => clock.now());

  const hold = async (entry: QueueEntry): Promise<Held> => {
    const found = await store.cases.get(entry.caseId);
    if (!found) throw new Problem("case_unknown");
    return { entry, case: await view(found), lease: leaseOf(entry) };
  };

  const claimant = async (request: ClaimRequest, by: Caller): Promise<Claimant> => {
    const agentId = by.kind === "agent" ? by.agentId : request.agentId;
    if (agentId === undefined)
      return { agentId: by.name, skills: request.skills ?? SKILLS, languages: request.languages ?? ["zh", "en"], capacity: PBX_CAPACITY };
    const agent = await store.agents.get(agentId);
    if (!agent) throw new Problem("agent_unknown");
    const { skills, languages } = request;
    return claimantOf(agent, policy.preference, { ...(skills ? { skills } : {}), ...(languages ? { languages } : {}) });
  };

  /** An agent touches only what he holds; a supervisor and a key touch all. */
  const allowed = async (entryId: string, by: Caller): Promise<QueueEntry> => {
    const entry = await store.queue.get(entryId);
    if (!entry) throw new Problem("entry_unknown");
    if (by.kind === "agent" && by.role === "agent" && entry.agentId !== by.agentId) throw new Problem("lease_lost");
    return entry;
  };

  interface Step {
    readonly name: string;
    readonly entryId: string;
    readonly by: Caller;
    readonly change: (repositories: Repositories) => Promise<QueueEntry | undefined>;
    readonly status?: CaseStatus;
    readonly patch?: (before: Case) => Partial<Case>;
    /** Told to the customer in his conversation. */
    readonly tell?: CallNews;
  }

  /** One step of an entry's life with its case, its audit line and what the customer is told; all or nothing. */
  const step = async ({ name, entryId, by, change, status, patch, tell }: Step): Promise<QueueEntry> => {
    const earlier = await allowed(entryId, by);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const done = await store
        .transaction(async (repositories) => {
          const entry = await change(repositories);
          if (!entry) throw new Problem(earlier.state === "done" || earlier.state === "abandoned" ? "state_conflict" : "lease_lost");
          const before = await repositories.cases.get(entry.caseId);
          if (before && (status !== undefined || patch)) {
            const after: Case = {
              ...before,
              ...(status === undefined ? {} : { status }),
              ...patch?.(before),
              version: before.version + 1,
              updatedAt: new Date(clock.now()).toISOString(),
            };
            if (!(await repositories.cases.update(after))) throw new Raced();
            if (status === "resolved")
              await repositories.events.append({ type: "case.resolved", at: after.updatedAt, caseId: after.id, data: { by: by.name } });
            // Who was never told that an agent is on it need not hear that he is not.
            const isNews = tell === "agent.took" || tell === "agent.done" || before.status === "in_progress";
            if (tell !== undefined && isNews) await tellCustomer(repositories, after, tell, world);
            const isSolved = status === "resolved";
            const who = earlier.agentId === undefined ? {} : { agentId: earlier.agentId };
            if (tell !== "agent.took" && status !== undefined && !(await endOfCall(repositories, after, { isSolved, ...who }, world)))
              throw new Raced();
          }
          await audit(repositories, by, name, entryId);
          return entry;
        })
        .catch((error: unknown) => {
          if (error instanceof Raced) return undefined;
          throw error;
        });
      if (done) return done;
    }
    throw new Problem("version_conflict");
  };

  /** Whether this key was used before, and what was claimed with it while he who claims it still has it: one look for both. */
  const claimedWith = async (key: IdempotencyKey, agentId: string): Promise<{ isKnown: boolean; entry?: QueueEntry }> => {
    const earlier = await store.idempotency.find(key.scope, key.key, key.requestHash);
    if (earlier === "mismatch") throw new Problem("idempotency_mismatch");
    const entry = earlier && (await store.queue.get(String(earlier.body)));
    const isHeld = entry !== undefined && (entry.state === "offered" || entry.state === "connected") && entry.agentId === agentId;
    return { isKnown: earlier !== undefined, ...(isHeld ? { entry } : {}) };
  };

  const withLease = (entry: QueueEntry): EntryLease => ({ entry, lease: leaseOf(entry) });

  return {
    held: async (agentId) => Promise.all((await store.queue.heldBy(agentId)).map(hold)),
    queues: async () => {
      const [counts, agents] = await Promise.all([store.queue.counts(clock.now()), store.agents.list()]);
      const rows = SKILLS.flatMap((skill) => (["zh", "en"] as const).map((language) => ({ skill, language })));
      return Promise.all(
        rows.map(async ({ skill, language }) => {
          const count = counts.find((candidate) => candidate.skill === skill && candidate.language === language);
          const waiting = count?.waiting ?? 0;
          const range = await queue.estimate(skill, language, waiting);
          return {
            skill,
            language,
            waiting,
            longestWait: Math.round((count?.longestWaitMs ?? 0) / 1000),
            agentsReady: agents.filter(
              (agent) => agent.state === "ready" && agent.skills.includes(skill) && agent.languages.includes(language),
            ).length,
            estimate: estimateView(waiting + 1, range),
          };
        }),
      );
    },
    rangeRecord: (hours) => store.queue.toldByHour(clock.now() - hours * HOUR_MS, clock.now() + 1),
    estimate: async (skill, priority, language) => {
      const now = clock.now();
      const dueAt = queue.dueAt(new Date(now).toISOString(), { priority, vip: false, upset: false, earlierContacts: 0 });
      const ahead = await store.queue.ahead({ skill, language, lane: laneOf(priority), dueAt });
      const range = await queue.estimate(skill, language, ahead);
      return estimateView(ahead + 1, range);
    },
    waiting: async (limit) => {
      const entries = await store.queue.listWaiting(limit);
      const cases = await Promise.all(entries.map((entry) => store.cases.get(entry.caseId)));
      return entries.flatMap((entry, index) => {
        const value = cases[index];
        return value ? [{ entry, case: value }] : [];
      });
    },
    claim: async (request, by, key) => {
      const who = await claimant(request, by);
      const before = key && (await claimedWith(key, who.agentId));
      if (before?.entry) return hold(before.entry);
      const transaction = store.transaction(async (repositories) => {
        const claimed = await repositories.queue.claim(who, clock.now(), policy.lease.ms);
        // A key whose call lapsed stands already; put twice at once, the second fails and takes the first one's call.
        if (claimed && key && !before?.isKnown)
          await repositories.idempotency.put(key.scope, key.key, key.requestHash, { status: 200, body: claimed.id });
        if (claimed) {
          // Taken from a holder whose lease had lapsed: nobody is at the case any more, and not yet again.
          await backInLine(repositories, claimed.caseId, world);
          await audit(repositories, by, "entry.claim", claimed.id);
        }
        return claimed;
      });
      const entry = await transaction.catch(async (error: unknown) => {
        // The same key came twice at once: the other request's call is this one's.
        const other = key && (await claimedWith(key, who.agentId));
        if (other?.entry) return other.entry;
        throw error;
      });
      return entry && hold(entry);
    },
    renew: async (id, fence, by) => {
      await allowed(id, by);
      const entry = await store.queue.renew(id, fence, clock.now(), policy.lease.ms);
      if (!entry) throw new Problem("lease_lost");
      return withLease(entry);
    },
    accept: async (id, fence, by) =>
      withLease(
        await step({
          name: "entry.accept",
          entryId: id,
          by,
          change: (repositories) => repositories.queue.accept(id, fence, clock.now(), policy.lease.ms),
          status: "in_progress",
          tell: "agent.took",
        }),
      ),
    complete: (id, fence, outcome, by) =>
      step({
        name: "entry.complete",
        entryId: id,
        by,
        change: (repositories) => repositories.queue.complete(id, fence, clock.now(), outcome.disposition),
        status: "resolved",
        patch: (before) => ({ disposition: outcome.disposition, ...noted(before, outcome.note, by, clock.now()) }),
        tell: "agent.done",
      }),
    release: (id, fence, by) =>
      step({
        name: "entry.release",
        entryId: id,
        by,
        change: (repositories) => repositories.queue.release(id, fence, clock.now()),
        status: "queued",
        tell: "agent.gave_back",
      }),
    transfer: (id, fence, to, by) =>
      step({
        name: "entry.transfer",
        entryId: id,
        by,
        change: (repositories) => repositories.queue.transfer(id, fence, clock.now(), to),
        status: "queued",
        patch: (before) => ({
          skill: to.skill,
          ...(to.language === undefined ? {} : { language: to.language }),
          ...noted(before, to.note, by, clock.now()),
        }),
        tell: "agent.passed_on",
      }),
    reorder: async (id, { before, reason }, by) => {
      if (by.kind === "agent" && by.role !== "supervisor") throw new Problem("forbidden", "The order is the supervisor's to change.");
      return store.transaction(async (repositories) => {
        const entry = await repositories.queue.get(id);
        if (!entry) throw new Problem("entry_unknown");
        if (entry.state !== "waiting") throw new Problem("state_conflict", `The entry is ${entry.state}.`);
        const line = await repositories.queue.waiting(entry.skill, entry.language, LONGEST_LINE);
        const next = line.find((other) => (before === undefined ? other.lane === entry.lane : other.id === before));
        if (!next) throw new Problem("bad_request", "There is no such entry waiting in this line.");
        if (next.lane < entry.lane) throw new Problem("state_conflict", "Nobody is put before critical ones or promises by hand.");
        const dueAt = next.id === id || next.lane > entry.lane ? entry.dueAt : new Date(Date.parse(next.dueAt) - 1).toISOString();
        const { priority, lane, skill, modifiers } = entry;
        const moved = await repositories.queue.move(id, { priority, lane, dueAt, skill, modifiers });
        // In lane 1 the deadline that was told decides; it is not moved by hand.
        if (!moved || moved.dueAt !== dueAt) throw new Problem("state_conflict", "It stands where its promise puts it.");
        const text = mask(reason).text;
        await repositories.events.append({
          type: "entry.reordered",
          at: new Date(clock.now()).toISOString(),
          caseId: entry.caseId,
          entryId: id,
          data: { by: by.name, reason: text, before: next.id, dueBefore: entry.dueAt, due: dueAt },
        });
        await audit(repositories, by, "entry.reorder", id, { reason: text, dueBefore: entry.dueAt, due: dueAt });
        return moved;
      });
    },
    abandon: async (id, fence, by) =>
      step({
        name: "entry.abandon",
        entryId: id,
        by,
        change: async (repositories) => {
          const left = await repositories.queue.abandon(id, fence, clock.now());
          if (!left && fence === undefined) throw new Problem("state_conflict", "Somebody holds it: the fence is needed.");
          return left;
        },
        status: "open",
      }),
  };
}

class Raced extends Error {}

function noted(before: Case, note: string | undefined, by: Caller, now: number): Pick<Case, "notes"> {
  return {
    notes:
      note === undefined || note === ""
        ? before.notes
        : [...before.notes, { at: new Date(now).toISOString(), by: by.name, text: mask(note).text }],
  };
}

function leaseOf(entry: QueueEntry): { until: string; fence: number } {
  return { until: entry.leaseUntil ?? entry.dueAt, fence: entry.fence };
}
