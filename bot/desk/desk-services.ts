/** Everything the HTTP routes hand over to, in one object. */
import type { TurnWorld } from "../act/world.ts";
import { checkContact } from "../contacts/index.ts";
import { Problem } from "../errors.ts";
import type { AgentView, DeskServices } from "../http/services.ts";
import type { Agent } from "../ports/store.ts";
import { isAtWork } from "../queue/forecast.ts";
import { coverageGaps } from "../queue/shifts.ts";
import { createPromiseGuard } from "../timers/guard-promises.ts";
import { setUpAgent } from "./agents.ts";
import { auditor } from "./audit.ts";
import { createCallbackServices } from "./callback-services.ts";
import { createCaseServices } from "./case-services.ts";
import { createConversationServices } from "./conversation-services.ts";
import { createIncidentServices } from "./incident-services.ts";
import { createQueueServices } from "./queue-services.ts";

const WEEK_MS = 7 * 86_400_000;

export function createDeskServices(world: TurnWorld): DeskServices {
  const { store, policy, clock } = world;
  const { view, ...cases } = createCaseServices(world);
  const { held, ...queues } = createQueueServices(world, view);
  const audit = auditor(() => clock.now());
  const guard = createPromiseGuard(world);

  return {
    ...cases,
    ...queues,
    ...createCallbackServices(world, view),
    ...createIncidentServices(world),
    ...createConversationServices(world),
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
    setUpAgent: (id, given, by) => setUpAgent(world, id, given, by),
    agents: async () => (await store.agents.list()).map(withoutHash),
    setAgentState: async (agentId, state, by) => {
      if (!(await store.agents.get(agentId))) throw new Problem("agent_unknown");
      if (state === "offline" && (await store.queue.heldBy(agentId)).length > 0)
        throw new Problem("state_conflict", "Finish or release what you hold first.");
      const agent = await store.agents.setState(agentId, state);
      if (!agent) throw new Problem("agent_unknown");
      await audit(store, by, "agent.state", agentId, { state });
      // One pair of hands less: whether every promise still holds is looked at now, not in five seconds.
      if (!isAtWork(agent))
        await guard
          .look()
          .catch((error: unknown) =>
            world.log.warn({ error: error instanceof Error ? error.message : String(error) }, "promises not looked at"),
          );
      return withoutHash(agent);
    },
    me: async (agentId) => {
      const agent = await store.agents.get(agentId);
      if (!agent) throw new Problem("agent_unknown");
      return { agent: withoutHash(agent), held: await held(agentId) };
    },
    signedIn: (agentId) =>
      store.audit.append({ at: new Date(clock.now()).toISOString(), who: `agent:${agentId}`, action: "sign_in", subject: agentId }),
    rosterGaps: async () =>
      coverageGaps(clock.now(), clock.now() + WEEK_MS, policy).map((gap) => ({
        ...gap,
        from: new Date(gap.from).toISOString(),
        to: new Date(gap.to).toISOString(),
      })),
    audit: (limit) => store.audit.list(limit),
  };
}

function withoutHash({ passwordHash: _hash, ...agent }: Agent): AgentView {
  return agent;
}
