/** From the live queue to a replay of it: who works, who talks, who comes, how long talks take here. */
import type { Policy } from "../policy/policy.ts";
import { type Language, SKILLS, type Skill } from "../policy/words.ts";
import type { Agent, QueueSnapshot, Store } from "../ports/store.ts";
import { assumedHandling, type ReplayAgent, type ReplayEntry, type ReplayInput } from "./replay.ts";

/** The rate of arrivals is that of the last so many minutes. */
const ARRIVALS_MS = 15 * 60_000;
const HORIZON_MS = 3 * 3_600_000;
const LIMITS = { waiting: 1500, handled: 200 };
/** Handling times of a skill that are trusted before the assumed one. */
export const ENOUGH_TALKS = 30;

export interface Present {
  readonly snapshot: QueueSnapshot;
  readonly agents: readonly Agent[];
}

/** One reading of store and people. */
export async function readPresent(store: Pick<Store, "queue" | "agents">, now: number): Promise<Present> {
  const [snapshot, agents] = await Promise.all([store.queue.snapshot(now, now - ARRIVALS_MS, SKILLS, LIMITS), store.agents.list()]);
  return { snapshot, agents };
}

/** Whether an agent is at work: free, talking or writing up. */
export function isAtWork({ state }: Pick<Agent, "state">): boolean {
  return state === "ready" || state === "busy" || state === "wrap_up";
}

export interface ReplayOptions {
  /** ms until an agent's shift ends or his break begins; undefined: he stays. */
  readonly leavesIn?: (agent: Agent) => number | undefined;
  /** Whether customers who hold give up as they did in the last hour. */
  readonly withGivingUp?: boolean;
}

/**
 * @param newcomers entries that are not stored yet, replayed with the others
 */
export function replayOf(
  { snapshot, agents }: Present,
  now: number,
  policy: Pick<Policy, "targetMs" | "estimate">,
  newcomers: readonly ReplayEntry[] = [],
  { leavesIn = () => undefined, withGivingUp = false }: ReplayOptions = {},
): ReplayInput {
  const held = new Map(snapshot.held.map((entry) => [entry.agentId, entry]));
  const all = SKILLS.flatMap((skill) => snapshot.handled.get(skill) ?? []);
  const assumed = assumedHandling(policy.estimate.assumedHandleSeconds * 1000);
  const anySkill = all.length >= ENOUGH_TALKS ? sorted(all) : assumed;
  const handle = Object.fromEntries(
    SKILLS.map((skill) => {
      const own = snapshot.handled.get(skill) ?? [];
      return [skill, own.length >= ENOUGH_TALKS ? sorted(own) : anySkill];
    }),
  ) as Record<Skill, readonly number[]>;
  return {
    now,
    waiting: [...snapshot.waiting.map((entry) => (entry.callbackId === undefined ? { ...entry, holds: true } : entry)), ...newcomers],
    giveUpRate: withGivingUp && snapshot.givenUp.heldMs > 0 ? snapshot.givenUp.count / snapshot.givenUp.heldMs : 0,
    agents: agents.filter(isAtWork).map((agent) => atWork(agent, held.get(agent.id), leavesIn(agent))),
    arrivals: snapshot.arrivals.map(({ skill, language, priority, count }) => ({ skill, language, priority, rate: count / ARRIVALS_MS })),
    handle,
    targetMs: policy.targetMs,
    horizonMs: HORIZON_MS,
  };
}

function atWork(agent: Agent, held: QueueSnapshot["held"][number] | undefined, leavesIn: number | undefined): ReplayAgent {
  // Busy with something the queue does not know of: as if he had just begun a talk.
  const busy = held
    ? { busyFor: held.heldMs, busyWith: held.skill }
    : agent.state === "busy"
      ? { busyFor: 0, busyWith: agent.skills[0] ?? "general" }
      : {};
  return {
    skills: agent.skills,
    languages: agent.languages,
    ...busy,
    ...(leavesIn === undefined ? {} : { leavesIn }),
    ...(agent.overflow ? { overflow: true } : {}),
  };
}

function sorted(times: readonly number[]): readonly number[] {
  return [...times].sort((a, b) => a - b);
}

/** Entries of one pool as the claim would take them; for placing somebody at a certain place. */
export function lineOf(snapshot: QueueSnapshot, skill: Skill, language: Language): readonly QueueSnapshot["waiting"][number][] {
  return snapshot.waiting.filter((entry) => entry.skill === skill && entry.language === language);
}

/** A small fast generator (mulberry32), so that many draws cost no entropy and a test can repeat them. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
