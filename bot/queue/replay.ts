/**
 * The live queue played forward: who waits, who comes, who talks and for how long still, served by lane, deadline and id as the claim serves them.
 * One draw is one possible future; many of them give the spread of each waiting time. Pure: chance comes in.
 *
 * Handling times are drawn from the desk's own record of each skill; the remaining time of a talk from those that were longer than it is already.
 * Arrivals go on at the rates of the last minutes, because a critical call that comes later is still served earlier. For a range that is told,
 * customers give up as they did in the last hour; for a promise nobody does, which errs to the longer side.
 */
import type { Language, Priority, Skill } from "../policy/words.ts";

export interface ReplayEntry {
  readonly id: string;
  readonly skill: Skill;
  readonly language: Language;
  readonly lane: number;
  /** ms; with lane and id the order of service. */
  readonly dueAt: number;
  /** He holds the line; one who was told that he is rung does not give up. */
  readonly holds?: boolean;
}

export interface ReplayAgent {
  readonly skills: readonly Skill[];
  readonly languages: readonly Language[];
  /** ms since he began what he does now; absent: he is free. */
  readonly busyFor?: number;
  /** Skill of the talk he is in. */
  readonly busyWith?: Skill;
  /** ms from now until his shift ends or his break begins; absent: stays. */
  readonly leavesIn?: number;
  /** Takes lanes 0 and 1 only. */
  readonly overflow?: boolean;
}

export interface ArrivalRate {
  readonly skill: Skill;
  readonly language: Language;
  readonly priority: Priority;
  /** Per ms. */
  readonly rate: number;
}

export interface ReplayInput {
  readonly now: number;
  readonly waiting: readonly ReplayEntry[];
  readonly agents: readonly ReplayAgent[];
  readonly arrivals: readonly ArrivalRate[];
  /** Handling times of each skill in ms, sorted; never empty. */
  readonly handle: Readonly<Record<Skill, readonly number[]>>;
  /** Answer target by priority in ms. */
  readonly targetMs: Readonly<Record<Priority, number>>;
  readonly horizonMs: number;
  /** Per ms of holding; 0: nobody gives up. */
  readonly giveUpRate: number;
}

/** One line in one language, sorted; taken from the front. */
interface Pool {
  readonly key: string;
  entries: ReplayEntry[];
  head: number;
}

const poolKey = (skill: Skill, language: Language): string => `${skill} ${language}`;

function before(a: ReplayEntry, b: ReplayEntry): number {
  return a.lane - b.lane || a.dueAt - b.dueAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** A handling time longer than `than`, less that. */
function draw(sorted: readonly number[], than: number, random: () => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) > than) high = middle;
    else low = middle + 1;
  }
  const left = sorted.length - low;
  // Longer than any before: half a median to go, whatever it is.
  if (left === 0) return (sorted[sorted.length >> 1] ?? 60_000) / 2;
  return (sorted[low + Math.floor(random() * left)] ?? 0) - than;
}

interface Coming extends ReplayEntry {
  /** ms from now. */
  readonly at: number;
}

/** The next to come after `from`, drawn when it is asked for: most replays end long before the horizon. */
function arrivals(input: ReplayInput, random: () => number): (from: number) => Coming | undefined {
  const total = input.arrivals.reduce((sum, { rate }) => sum + rate, 0);
  let count = 0;
  return (from) => {
    if (total <= 0) return undefined;
    const at = from - Math.log(1 - random()) / total;
    let left = random() * total;
    const one =
      input.arrivals.find(({ rate }) => {
        left -= rate;
        return left < 0;
      }) ?? input.arrivals.at(-1);
    if (!one) return undefined;
    count += 1;
    const { skill, language, priority } = one;
    return {
      id: `~${count}`,
      skill,
      language,
      lane: priority === "critical" ? 0 : 2,
      dueAt: input.now + at + input.targetMs[priority],
      holds: true,
      at,
    };
  };
}

interface Free {
  readonly at: number;
  readonly agent: number;
}

/** A heap by time. */
function push(heap: Free[], item: Free): void {
  heap.push(item);
  let index = heap.length - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Free;
    if (above.at <= item.at) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = item;
}

function pop(heap: Free[]): Free | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child = right < heap.length && (heap[right] as Free).at < (heap[left] as Free).at ? right : left;
    const below = heap[child] as Free;
    if (below.at >= last.at) break;
    heap[index] = below;
    index = child;
  }
  heap[index] = last;
  return first;
}

/** @returns for each entry that waits now, ms from now until an agent takes it; those not reached within the horizon are missing. */
export function replayOnce(input: ReplayInput, random: () => number): Map<string, number> {
  const starts = new Map<string, number>();
  const pools = new Map<string, Pool>();
  const poolOf = (skill: Skill, language: Language): Pool => {
    const key = poolKey(skill, language);
    let pool = pools.get(key);
    if (!pool) {
      pool = { key, entries: [], head: 0 };
      pools.set(key, pool);
    }
    return pool;
  };
  for (const entry of input.waiting) poolOf(entry.skill, entry.language).entries.push(entry);
  for (const pool of pools.values()) pool.entries.sort(before);
  const serves = input.agents.map((agent) => agent.skills.flatMap((skill) => agent.languages.map((language) => poolOf(skill, language))));
  const nextAfter = arrivals(input, random);
  let next = nextAfter(0);
  const givesUp = new Map<string, number>();
  const stays = (entry: ReplayEntry): void => {
    if (input.giveUpRate > 0 && entry.holds)
      givesUp.set(entry.id, ("at" in entry ? Number(entry.at) : 0) - Math.log(1 - random()) / input.giveUpRate);
  };
  for (const entry of input.waiting) stays(entry);
  let left = input.waiting.length;

  const free: Free[] = [];
  for (const [index, agent] of input.agents.entries()) {
    const at = agent.busyFor === undefined ? 0 : draw(input.handle[agent.busyWith ?? "general"], agent.busyFor, random);
    push(free, { at, agent: index });
  }
  while (left > 0) {
    const turn = pop(free);
    if (turn === undefined || turn.at > input.horizonMs) break;
    const agent = input.agents[turn.agent] as ReplayAgent;
    if (agent.leavesIn !== undefined && turn.at >= agent.leavesIn) continue;
    for (; next !== undefined && next.at <= turn.at; next = nextAfter(next.at)) {
      stays(next);
      insert(next, poolOf);
    }
    let best: Pool | undefined;
    for (const pool of serves[turn.agent] ?? []) {
      const head = pool.entries[pool.head];
      if (head === undefined || (agent.overflow && head.lane > 1)) continue;
      if (best === undefined || before(head, best.entries[best.head] as ReplayEntry) < 0) best = pool;
    }
    if (best === undefined) {
      // Nobody for him: he looks again when the next one has come.
      if (next !== undefined) push(free, { at: next.at, agent: turn.agent });
      continue;
    }
    const entry = best.entries[best.head] as ReplayEntry;
    best.head += 1;
    if (!entry.id.startsWith("~")) {
      starts.set(entry.id, turn.at);
      left -= 1;
    }
    // He has given up: his own wait, had he stayed, is known all the same, and the agent takes the next one at once.
    const isGone = (givesUp.get(entry.id) ?? Number.POSITIVE_INFINITY) < turn.at;
    push(free, isGone ? turn : { at: turn.at + draw(input.handle[entry.skill], 0, random), agent: turn.agent });
  }
  return starts;
}

function insert(entry: ReplayEntry, poolOf: (skill: Skill, language: Language) => Pool): void {
  const pool = poolOf(entry.skill, entry.language);
  let low = pool.head;
  let high = pool.entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(pool.entries[middle] as ReplayEntry, entry) < 0) low = middle + 1;
    else high = middle;
  }
  pool.entries.splice(low, 0, entry);
}

/** Entries served in all draws together: a very long line is drawn less often, so that looking ahead never holds up the desk. */
const MOST_SERVED = 12_000;
const LEAST_DRAWS = 12;

/** Many draws, at most `draws`. @returns for each waiting entry its waits in ms, shortest first; a draw that did not reach it counts as Infinity. */
export function replay(input: ReplayInput, draws: number, random: () => number): Map<string, readonly number[]> {
  const all = new Map<string, number[]>(input.waiting.map(({ id }) => [id, []]));
  const affordable = Math.max(LEAST_DRAWS, Math.ceil(MOST_SERVED / Math.max(1, input.waiting.length)));
  for (let count = 0; count < Math.min(draws, affordable); count += 1) {
    const starts = replayOnce(input, random);
    for (const [id, waits] of all) waits.push(starts.get(id) ?? Number.POSITIVE_INFINITY);
  }
  for (const waits of all.values()) waits.sort((a, b) => a - b);
  return all;
}

/** The wait that this share of the draws does not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.POSITIVE_INFINITY;
}

/**
 * Handling times while the desk has too few of its own: a log-normal of the assumed mean, as fine a grid as a record would be.
 * Sigma 0.85 as in the simulations the design was measured with.
 */
export function assumedHandling(meanMs: number, sigma = 0.85, size = 60): readonly number[] {
  const mu = Math.log(meanMs) - (sigma * sigma) / 2;
  return Array.from({ length: size }, (_, index) => Math.exp(mu + sigma * normalQuantile((index + 0.5) / size)));
}

/** P. J. Acklam's rational approximation of the inverse normal distribution, central part and tails, relative error below 1.15e-9. */
function normalQuantile(p: number): number {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239] as const;
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572] as const;
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783,
  ] as const;
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416] as const;
  const poly = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, one) => sum * x + one, 0);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return poly(c, q) / poly([...d, 1], q);
  }
  if (p > 1 - 0.02425) return -normalQuantile(1 - p);
  const q = p - 0.5;
  const r = q * q;
  return (poly(a, r) * q) / poly([...b, 1], r);
}
