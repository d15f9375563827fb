/**
 * One evening on the real engine: the store on PostgreSQL, the claim statement, admission, reservations, the sweep, callbacks. Only the clock, the
 * callers and the agents' hands are simulated. What happens next is always the earliest of: a call comes, somebody gives up, a talk or a ringing
 * ends, a callback falls due, the guard looks.
 */
import type { QueueWorld } from "../../bot/act/world.ts";
import type { Case } from "../../bot/cases/case.ts";
import type { Policy } from "../../bot/policy/policy.ts";
import type { Store } from "../../bot/ports/store.ts";
import { claimantOf } from "../../bot/queue/claimant.ts";
import { seeded } from "../../bot/queue/forecast.ts";
import { retryAt } from "../../bot/queue/make-callback.ts";
import { createPhoneQueue } from "../../bot/queue/phone-queue.ts";
import type { QueueEntry } from "../../bot/queue/queue-entry.ts";
import { createPromiseGuard } from "../../bot/timers/guard-promises.ts";
import { sweepCallbacks } from "../../bot/timers/sweep-callbacks.ts";
import { AGENTS, type Call, type SimAgent, SUPERVISORS } from "./demand.ts";

/** Friday 15:00 in Shanghai: the longest scenario ends before the phones close. */
export const START = Date.parse("2026-11-20T07:00:00.000Z");
/** Longer than any talk: the simulated desk renews its leases as a living one does. */
const LEASE_MS = 6 * 3_600_000;
const GUARD_MS = 5000;
const RING_MS = 10_000;
const RING_OUT_MS = 30_000;

export interface CallRecord {
  readonly call: Call;
  readonly entryId: string;
  readonly admission: "promised" | "honest" | "unknown";
  readonly by?: number;
  readonly ahead: number;
  /** Agents at work who could have taken it. */
  readonly able: number;
  /** The range that was told, and its likely middle, seconds. */
  readonly low?: number;
  readonly likely?: number;
  readonly high?: number;
  /** ms after joining: an agent has him, or dialled him first. */
  taken?: number;
  abandoned?: number;
}

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly run: () => Promise<void>;
}

export interface Evening {
  readonly records: readonly CallRecord[];
  readonly withdrawn: number;
  readonly reserved: number;
  readonly guardMs: number;
  /** Agents at work, overflow staff apart. */
  readonly agents: number;
}

export async function engineEvening(store: Store, policy: Policy, calls: readonly Call[], seed: number): Promise<Evening> {
  let now = START;
  let made = 0;
  const random = seeded(seed ^ 0x5eed);
  const clock = { now: () => now };
  const ids = {
    next: (kind: string) => `${kind}_${String(++made).padStart(7, "0")}`,
    random: (below: number) => Math.floor(random() * below),
  };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const queue = createPhoneQueue(store, policy, ids, clock);
  const world: QueueWorld = { store, clock, ids, log, policy, queue };
  const guard = createPromiseGuard(world);

  const agenda: Happening[] = [];
  let order = 0;
  const plan = (at: number, run: Happening["run"]): void => {
    const happening = { at, order: order++, run };
    let low = 0;
    let high = agenda.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = agenda[middle] as Happening;
      if (other.at < at || (other.at === at && other.order < happening.order)) low = middle + 1;
      else high = middle;
    }
    agenda.splice(low, 0, happening);
  };

  const records = new Map<string, CallRecord>();
  const idle = new Map<string, SimAgent>();
  const everybody = [...AGENTS, ...SUPERVISORS];
  let withdrawn = 0;
  let reserved = 0;
  let guardMs = 0;
  let open = calls.length;

  for (const agent of everybody) {
    await store.agents.put({
      id: agent.id,
      name: agent.id,
      role: agent.overflow ? "supervisor" : "agent",
      passwordHash: "x",
      skills: agent.skills,
      languages: agent.languages,
      modifiers: [],
      capacity: 1,
      state: "ready",
      ...(agent.overflow ? { overflow: true as const } : {}),
    });
    idle.set(agent.id, agent);
  }

  const finish = (entryId: string): CallRecord | undefined => {
    open -= 1;
    return records.get(entryId);
  };
  const freed = async (agent: SimAgent): Promise<void> => {
    idle.set(agent.id, agent);
    await takeNext(agent);
  };
  const talk = (agent: SimAgent, entry: QueueEntry, record: CallRecord): void => {
    plan(now + record.call.talkMs, async () => {
      await store.queue.complete(entry.id, entry.fence, now, "solved");
      finish(entry.id);
      await freed(agent);
    });
  };

  /** @returns whether there was something for him. */
  async function takeNext(agent: SimAgent): Promise<boolean> {
    const entry = await store.queue.claim(claimantOf({ ...agent, capacity: 1 }, policy.preference), now, LEASE_MS);
    if (!entry) return false;
    idle.delete(agent.id);
    const record = records.get(entry.id);
    if (!record) throw new Error(`nobody knows ${entry.id}`);
    record.taken ??= now - START - record.call.at;
    if (entry.callbackId === undefined) {
      await store.queue.accept(entry.id, entry.fence, now, LEASE_MS);
      talk(agent, entry, record);
    } else await ring(agent, entry, entry.callbackId, record);
    return true;
  }

  async function ring(agent: SimAgent, entry: QueueEntry, id: string, record: CallRecord): Promise<void> {
    const dialled = await store.callbacks.dial(id, { agentId: agent.id, capacity: 1 }, now, {
      entryMs: LEASE_MS,
      dialMs: policy.callbacks.dialLeaseMs,
    });
    if (!dialled) throw new Error(`${id} could not be dialled`);
    const { attempt } = dialled;
    if (record.call.answers[attempt - 1]) {
      plan(now + RING_MS, async () => {
        const answered = await store.callbacks.answered(id, agent.id, now, LEASE_MS);
        if (!answered) throw new Error(`${id} was lost while it rang`);
        talk(agent, entry, record);
      });
      return;
    }
    plan(now + RING_OUT_MS, async () => {
      const next = retryAt(attempt, now, Number.POSITIVE_INFINITY, policy, (from) => queue.opening(from));
      const after = await store.callbacks.missed(id, agent.id, now, next);
      if (after?.state === "expired") finish(entry.id);
      await freed(agent);
    });
  }

  /** Everybody who is free and may take something looks, those with the fewest skills first. */
  const wake = async (fits: (agent: SimAgent) => boolean, most = Number.POSITIVE_INFINITY): Promise<void> => {
    let taken = 0;
    const able = [...idle.values()]
      .filter(fits)
      .sort((a, b) => Number(a.overflow ?? false) - Number(b.overflow ?? false) || a.skills.length - b.skills.length);
    for (const agent of able) {
      if (taken >= most) return;
      if (await takeNext(agent)) taken += 1;
    }
  };

  for (const call of calls) {
    plan(START + call.at, async () => {
      const value = aCase(call, ids.next("case"), now);
      const draft = queue.draft(
        {
          caseId: value.id,
          priority: call.priority,
          skill: call.skill,
          language: call.language,
          modifiers: [],
          vip: false,
          upset: false,
          earlierContacts: 0,
        },
        now,
      );
      const joining = await queue.joining(draft, value.customer.phone, now);
      const { entry, standing, admission, callback } = joining;
      await store.transaction(async (repositories) => {
        await repositories.cases.insert(value);
        await repositories.queue.join(entry);
        if (callback) await repositories.callbacks.create(callback, now);
      });
      records.set(entry.id, {
        call,
        entryId: entry.id,
        admission: admission.kind,
        ahead: standing.position - 1,
        ...(admission.kind === "honest" ? { by: admission.by } : {}),
        able: AGENTS.filter((agent) => agent.skills.includes(call.skill) && agent.languages.includes(call.language)).length,
        ...(standing.range
          ? { low: standing.range.lowSeconds, likely: standing.range.likelySeconds ?? 0, high: standing.range.highSeconds }
          : {}),
      });
      const able = (agent: SimAgent): boolean => agent.skills.includes(call.skill) && agent.languages.includes(call.language);
      await wake(able, 1);
      // What was left to somebody better suited, and what becomes urgent enough for helpers, is seen by who is idle then.
      const helps = policy.targetMs[call.priority] - policy.preference.criticalMs;
      if (call.priority === "critical") plan(now + helps, () => wake((agent) => agent.languages.includes(call.language)));
      plan(now + policy.preference.yieldMs[call.priority], () => wake(able));
      if (!callback) plan(START + call.at + call.patienceMs, () => giveUp(entry.id));
    });
  }

  /** Who holds the line gives up; who was told that he is rung has hung up long since. */
  async function giveUp(entryId: string): Promise<void> {
    const record = records.get(entryId);
    if (!record || record.taken !== undefined) return;
    const entry = await store.queue.get(entryId);
    if (entry?.state !== "waiting" || entry.callbackId !== undefined) return;
    if (!(await store.queue.abandon(entryId, undefined, now))) return;
    record.abandoned = now - START - record.call.at;
    finish(entryId);
  }

  const look = async (): Promise<void> => {
    const begun = performance.now();
    const seen = await guard.look();
    guardMs = Math.max(guardMs, performance.now() - begun);
    reserved += seen.reserved;
    withdrawn += seen.withdrawn;
    if (seen.reserved > 0) await wake(() => true);
    await planSweep();
    if (open > 0) plan(now + GUARD_MS, look);
  };
  /** The next look lies at most five seconds ahead: only what falls due before it needs a sweep of its own. */
  const planSweep = async (): Promise<void> => {
    const due = await store.callbacks.nextDue();
    if (due !== undefined && due <= now + GUARD_MS) plan(Math.max(now, due), sweep);
  };
  const sweep = async (): Promise<void> => {
    if ((await sweepCallbacks(world)) > 0) await wake(() => true);
    const due = await store.callbacks.nextDue();
    if (due !== undefined && due > now && due <= now + GUARD_MS) plan(due, sweep);
  };
  plan(now + GUARD_MS, look);

  for (let next = agenda.shift(); next !== undefined && open > 0; next = agenda.shift()) {
    now = Math.max(now, next.at);
    await next.run();
  }
  return { records: [...records.values()], withdrawn, reserved, guardMs, agents: AGENTS.length };
}

/** No conversation behind it: an entry by telephone. */
function aCase(call: Call, id: string, now: number): Case {
  const at = new Date(now).toISOString();
  return {
    id,
    code: String(10_000_000 + call.number),
    version: 1,
    status: "queued",
    priority: call.priority,
    reasons: [],
    skill: call.skill,
    modifiers: [],
    language: call.language,
    channel: "phone",
    customer: { verified: false, phone: "+8613800001001" },
    intent: "out_of_scope",
    mood: { label: "calm", trend: "steady" },
    facts: [],
    missing: [],
    summary: { wants: "", tried: [], promised: [], flags: [], nextStep: "", text: "" },
    promise: { resolveBy: at },
    notes: [],
    createdAt: at,
    updatedAt: at,
  };
}
