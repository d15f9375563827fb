/** Everything the HTTP routes hand over to, in one object. */
import type { TurnWorld } from "../act/world.ts";
import { checkContact } from "../contacts/index.ts";
import { Problem } from "../errors.ts";
import type { AgentView, DeskServices } from "../http/services.ts";
import type { Agent } from "../ports/store.ts";
import { auditor } from "./audit.ts";
import { createCaseServices } from "./case-services.ts";
import { createQueueServices } from "./queue-services.ts";

export function createDeskServices(world: TurnWorld): DeskServices {
  const { store, policy, clock } = world;
  const { view, ...cases } = createCaseServices(world);
  const { held, ...queues } = createQueueServices(world, view);
  const audit = auditor(() => clock.now());

  return {
    ...cases,
    ...queues,
    // Unmasked: the spans point into the caller's own text, and nothing of it is stored or logged.
    understand: async (text, locale) =>
      world.recogniser.understand(text, {
        now: new Date(clock.now()),
        timeZone: policy.timeZone,
        ...(locale === undefined ? {} : { locale }),
      }),
    checkContact: async (text) => {
      const { verdict, matches, nearMiss } = checkContact(text, policy.contacts);
      return {
        verdict,
        // A line of the state's is genuine but not ours: to a program that asks "is it yours" it is unknown.
        matches: matches.map((match) => ({
          kind: match.kind,
          value: match.value,
          verdict: match.verdict === "public" ? "unknown" : match.verdict,
        })),
        ...(nearMiss
          ? { nearMiss: { kind: matches.find((match) => match.nearMiss)?.kind ?? "phone", value: nearMiss.value, resembles: nearMiss.of } }
          : {}),
      };
    },
    ready: () => store.ping(),
    findAgent: (user) => store.agents.get(user),
    agents: async () => (await store.agents.list()).map(withoutHash),
    setAgentState: async (agentId, state, by) => {
      if (!(await store.agents.get(agentId))) throw new Problem("agent_unknown");
      if (state === "offline" && (await store.queue.heldBy(agentId)).length > 0)
        throw new Problem("state_conflict", "Finish or release what you hold first.");
      const agent = await store.agents.setState(agentId, state);
      if (!agent) throw new Problem("agent_unknown");
      await audit(store, by, "agent.state", agentId, { state });
      return withoutHash(agent);
    },
    me: async (agentId) => {
      const agent = await store.agents.get(agentId);
      if (!agent) throw new Problem("agent_unknown");
      return { agent: withoutHash(agent), held: await held(agentId) };
    },
    signedIn: (agentId) =>
      store.audit.append({ at: new Date(clock.now()).toISOString(), who: `agent:${agentId}`, action: "sign_in", subject: agentId }),
    audit: (limit) => store.audit.list(limit),
  };
}

function withoutHash({ passwordHash: _hash, ...agent }: Agent): AgentView {
  return agent;
}
