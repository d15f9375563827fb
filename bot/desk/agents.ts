/** Desk users: made and changed by a supervisor, or by the operator's own program with its key. */
import type { TurnWorld } from "../act/world.ts";
import { Problem } from "../errors.ts";
import type { AgentSetUp, AgentView, Caller } from "../http/services.ts";
import { SKILLS } from "../policy/words.ts";
import type { Agent } from "../ports/store.ts";
import { auditor } from "./audit.ts";

/** Of a new one of whom nothing else is said: an agent for everything, in Chinese. */
const PLAIN = { role: "agent", skills: SKILLS, languages: ["zh"], modifiers: [], capacity: 1, state: "offline" } as const;

export async function setUpAgent(
  { store, clock }: Pick<TurnWorld, "store" | "clock">,
  id: string,
  given: AgentSetUp,
  by: Caller,
): Promise<{ readonly agent: AgentView; readonly isNew: boolean }> {
  return store.transaction(async (repositories) => {
    const before = await repositories.agents.get(id);
    const passwordHash = given.passwordHash ?? before?.passwordHash;
    if (passwordHash === undefined)
      throw new Problem("bad_request", undefined, [{ field: "password", message: "a new desk user needs one" }]);
    const { overflow = before?.overflow ?? false, ...rest } = given;
    const { overflow: _was, ...kept }: Omit<Agent, "passwordHash"> = before ?? { ...PLAIN, id, name: id };
    const agent: Agent = { ...kept, ...rest, id, passwordHash, ...(overflow ? { overflow: true as const } : {}) };
    if (before?.role === "supervisor" && agent.role === "agent") {
      const others = (await repositories.agents.list()).some((one) => one.role === "supervisor" && one.id !== id);
      if (!others) throw new Problem("state_conflict", "Nobody would be supervisor any more.");
    }
    await repositories.agents.put(agent);
    const { passwordHash: _hash, ...view } = agent;
    await auditor(() => clock.now())(repositories, by, before ? "agent.change" : "agent.create", id, {
      changed: Object.keys(given).map((name) => (name === "passwordHash" ? "password" : name)),
    });
    return { agent: view, isNew: before === undefined };
  });
}
