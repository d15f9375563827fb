/** Who claims: what an agent takes, what he leaves to somebody better suited, and where he helps out. Pure. */
import type { PreferencePolicy } from "../policy/policy.ts";
import { type Language, SKILLS, type Skill } from "../policy/words.ts";
import type { Claimant } from "./queue-entry.ts";

export interface ClaimingAgent {
  readonly id: string;
  readonly skills: readonly Skill[];
  readonly languages: readonly Language[];
  readonly capacity: number;
  readonly overflow?: true;
}

/** @param wanted fewer skills or languages than he has, as he asked for */
export function claimantOf(
  agent: ClaimingAgent,
  { yieldMs, standIns, criticalMs, promiseMs, overflowPromiseMs }: PreferencePolicy,
  wanted: { readonly skills?: readonly Skill[]; readonly languages?: readonly Language[] } = {},
): Claimant {
  const skills = wanted.skills?.filter((skill) => agent.skills.includes(skill)) ?? agent.skills;
  const helps = SKILLS.filter((skill) => !agent.skills.includes(skill) && standIns[skill]?.some((own) => skills.includes(own)));
  return {
    agentId: agent.id,
    skills,
    languages: wanted.languages?.filter((language) => agent.languages.includes(language)) ?? agent.languages,
    capacity: agent.capacity,
    yields: yieldMs,
    standsIn: { skills: helps, criticalMs, promiseMs },
    ...(agent.overflow ? { overflow: true as const, overflowPromiseMs } : {}),
  };
}
