/**
 * Made demand: who rings when, about what, how long he talks and how long he stays. The same for every policy that is compared. All of it is
 * assumption, taken over from the design's simulations: log-normal talks (sigma 0.85), exponential patience, arrivals that follow the time of day.
 */
import type { Language, Priority, Skill } from "../../bot/policy/words.ts";
import { seeded } from "../../bot/queue/forecast.ts";

export interface Call {
  readonly number: number;
  /** ms after the start. */
  readonly at: number;
  readonly skill: Skill;
  readonly language: Language;
  readonly priority: Priority;
  readonly talkMs: number;
  /** ms he stays on the line. */
  readonly patienceMs: number;
  /** Answers the callback's 1st, 2nd, 3rd attempt. */
  readonly answers: readonly boolean[];
}

export interface SimAgent {
  readonly id: string;
  readonly skills: readonly Skill[];
  readonly languages: readonly Language[];
  readonly overflow?: true;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Load as a share of what the agents can do, by half hours. */
  readonly load: readonly number[];
  readonly patienceMs: number;
}

const HALF_HOUR = 30 * 60_000;
const MINUTE = 60_000;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "C",
    title: "a busy day, 7 % over capacity for two hours at its peak, patience 20 minutes",
    load: [0.6, 0.7, 0.8, 0.9, 1, 1.07, 1.07, 1.07, 1.07, 1, 0.9, 0.8],
    patienceMs: 20 * MINUTE,
  },
  {
    name: "D",
    title: "an evening 40 % over capacity for two hours, patience 20 minutes",
    load: [0.7, 0.9, 1.4, 1.4, 1.4, 1.4, 0.8, 0.6],
    patienceMs: 20 * MINUTE,
  },
  {
    name: "E",
    title: "1.8 times capacity for three hours, patient callers (40 minutes)",
    load: [0.7, 0.9, 1.8, 1.8, 1.8, 1.8, 1.8, 1.8, 0.7, 0.5, 0.5, 0.5],
    patienceMs: 40 * MINUTE,
  },
];

const MEAN_TALK_MS: Readonly<Record<Skill, number>> = {
  orders: 240_000,
  payments: 260_000,
  accounts: 260_000,
  disputes: 330_000,
  fraud: 330_000,
  general: 240_000,
};
const SIGMA = 0.85;
const SKILL_SHARE: readonly (readonly [Skill, number])[] = [
  ["orders", 0.33],
  ["payments", 0.2],
  ["accounts", 0.17],
  ["disputes", 0.1],
  ["fraud", 0.05],
  ["general", 0.15],
];
const CLASS_SHARE: readonly (readonly [Priority, number])[] = [
  ["critical", 0.05],
  ["high", 0.2],
  ["normal", 0.55],
  ["low", 0.2],
];
const ENGLISH = 0.15;
const ANSWERED = 0.85;

/** Four profiles of skills; every line in both languages has somebody. */
export const AGENTS: readonly SimAgent[] = [
  ...profile("a", 6, ["orders", "payments", "general"], (index) => (index < 3 ? ["zh", "en"] : ["zh"])),
  ...profile("b", 5, ["orders", "accounts", "fraud", "general"], (index) => (index < 3 ? ["zh", "en"] : ["zh"])),
  ...profile("c", 5, ["payments", "disputes", "orders"], (index) => (index < 3 ? ["zh", "en"] : ["zh"])),
  ...profile("d", 4, ["accounts", "disputes", "fraud", "payments", "general"], (index) => (index < 2 ? ["zh", "en"] : ["zh"])),
];
export const SUPERVISORS: readonly SimAgent[] = profile("s", 3, ["orders", "payments", "accounts", "disputes", "fraud", "general"], () => [
  "zh",
  "en",
]).map((agent) => ({ ...agent, overflow: true as const }));

function profile(name: string, count: number, skills: readonly Skill[], languages: (index: number) => readonly Language[]): SimAgent[] {
  return Array.from({ length: count }, (_, index) => ({ id: `${name}${index + 1}`, skills, languages: languages(index) }));
}

/** Calls an hour that keep every agent talking. */
function capacityPerMs(): number {
  const mean = SKILL_SHARE.reduce((sum, [skill, share]) => sum + MEAN_TALK_MS[skill] * share, 0);
  return AGENTS.length / mean;
}

export function demand(scenario: Scenario, seed: number): readonly Call[] {
  const random = seeded(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const pick = <T>(shares: readonly (readonly [T, number])[]): T => {
    let left = random();
    for (const [value, share] of shares) {
      left -= share;
      if (left < 0) return value;
    }
    return (shares.at(-1) as readonly [T, number])[0];
  };
  const calls: Call[] = [];
  const end = scenario.load.length * HALF_HOUR;
  const top = capacityPerMs() * Math.max(...scenario.load);
  // Thinning: a Poisson stream of the highest rate, of which each call stays with the probability of its half hour.
  const pause = (): number => -Math.log(1 - random()) / top;
  for (let at = pause(); at < end; at += pause()) {
    if (random() * Math.max(...scenario.load) > (scenario.load[Math.floor(at / HALF_HOUR)] ?? 0)) continue;
    const priority = pick(CLASS_SHARE);
    const skill = priority === "critical" ? (random() < 0.7 ? "fraud" : "disputes") : pick(SKILL_SHARE);
    calls.push({
      number: calls.length + 1,
      at,
      skill,
      language: random() < ENGLISH ? "en" : "zh",
      priority,
      talkMs: Math.exp(Math.log(MEAN_TALK_MS[skill]) - SIGMA ** 2 / 2 + SIGMA * normal()),
      patienceMs: -Math.log(1 - random()) * scenario.patienceMs,
      answers: [random() < ANSWERED, random() < ANSWERED, random() < ANSWERED],
    });
  }
  return calls;
}
