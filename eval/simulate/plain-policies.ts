/** What the same evening would be with a plain line: first come first served, or strict priority. No callback, no promise, no overflow staff. */
import { AGENTS, type Call } from "./demand.ts";

export interface PlainResult {
  readonly policy: string;
  readonly calls: number;
  readonly criticalIn60: number;
  readonly abandoned: number;
  /** Waited, talked to or gave up after minute 15. */
  readonly past15: number;
  readonly p90: Readonly<Record<string, number>>;
}

const RANK = { critical: 0, high: 1, normal: 2, low: 3 } as const;
const ORDERS: Readonly<Record<string, (a: Call, b: Call) => number>> = {
  FIFO: (a, b) => a.at - b.at,
  "strict priority": (a, b) => RANK[a.priority] - RANK[b.priority] || a.at - b.at,
};

export function plainPolicies(calls: readonly Call[]): readonly PlainResult[] {
  return Object.entries(ORDERS).map(([policy, order]) => run(policy, order, calls));
}

function run(policy: string, order: (a: Call, b: Call) => number, calls: readonly Call[]): PlainResult {
  const agents = AGENTS.map((agent) => ({ ...agent, freeAt: 0 }));
  const waiting: Call[] = [];
  const waits = new Map<number, { wait: number; answered: boolean }>();
  let next = 0;
  let now = 0;
  for (;;) {
    for (const [index, call] of [...waiting.entries()].reverse()) {
      if (call.at + call.patienceMs > now) continue;
      waits.set(call.number, { wait: call.patienceMs, answered: false });
      waiting.splice(index, 1);
    }
    waiting.sort(order);
    for (const agent of agents) {
      if (agent.freeAt > now) continue;
      const index = waiting.findIndex(({ skill, language }) => agent.skills.includes(skill) && agent.languages.includes(language));
      const [call] = index < 0 ? [] : waiting.splice(index, 1);
      if (!call) continue;
      waits.set(call.number, { wait: now - call.at, answered: true });
      agent.freeAt = now + call.talkMs;
    }
    const coming = calls[next];
    const times = [coming?.at, ...agents.map(({ freeAt }) => freeAt), ...waiting.map(({ at, patienceMs }) => at + patienceMs)];
    const soonest = Math.min(...times.filter((at) => at !== undefined && at > now).map(Number));
    if (!Number.isFinite(soonest) || (coming === undefined && waiting.length === 0)) break;
    now = soonest;
    if (coming && coming.at <= now) {
      waiting.push(coming);
      next += 1;
    }
  }
  const of = (call: Call) => waits.get(call.number) ?? { wait: 0, answered: false };
  const critical = calls.filter(({ priority }) => priority === "critical");
  return {
    policy,
    calls: calls.length,
    criticalIn60: share(critical, (call) => of(call).answered && of(call).wait <= 60_000),
    abandoned: share(calls, (call) => !of(call).answered),
    past15: calls.filter((call) => of(call).wait > 900_000).length,
    p90: Object.fromEntries(
      Object.keys(RANK).map((priority) => [
        priority,
        Math.round(p90(calls.filter((call) => call.priority === priority && of(call).answered).map((call) => of(call).wait)) / 1000),
      ]),
    ),
  };
}

function share<T>(all: readonly T[], holds: (one: T) => boolean): number {
  return all.length === 0 ? 1 : all.filter(holds).length / all.length;
}

function p90(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.9)] ?? 0;
}
