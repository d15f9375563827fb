/** Incidents as supervisors and other programs use them. What is said to customers goes out by the sweep (`bot/timers/fold-incidents.ts`). */
import type { QueueWorld } from "../act/world.ts";
import { Problem } from "../errors.ts";
import { mask } from "../guard/mask.ts";
import type { IncidentServices } from "../http/incident-services.ts";
import type { Caller } from "../http/services.ts";
import type { InBoth, Incident } from "../ports/incidents.ts";
import { openIncident, titleOf } from "../timers/fold-incidents.ts";
import { auditor } from "./audit.ts";

export function createIncidentServices(world: QueueWorld): IncidentServices {
  const { store, policy, clock, ids } = world;
  const audit = auditor(() => clock.now());

  const mayDecide = (by: Caller): void => {
    if (by.kind === "agent" && by.role !== "supervisor") throw new Problem("forbidden");
  };
  const mustGet = async (id: string): Promise<Incident> => {
    const found = await store.incidents.get(id);
    if (!found) throw new Problem("incident_unknown");
    return found;
  };
  const clean = ({ zh, en }: InBoth): InBoth => ({ zh: mask(zh).text, en: mask(en).text });

  return {
    incidents: (state, limit) => store.incidents.list(state, limit),
    openIncident: async ({ by: dimension, value, intents, title, minutes }, by) => {
      mayDecide(by);
      const about = intents ?? [...new Set(policy.incidents.rules.flatMap((rule) => (rule.by === dimension ? rule.intents : [])))];
      if (about.length === 0) throw new Problem("bad_request", "The policy names no intents for this fact: give them.");
      const now = clock.now();
      const draft = {
        id: ids.next("incident"),
        dimension,
        value,
        intents: about,
        since: new Date(now - minutes * 60_000).toISOString(),
        title: title ? clean(title) : titleOf(dimension, value, world),
        openedAt: new Date(now).toISOString(),
        openedBy: by.name,
      };
      if (!(await openIncident(world, draft))) throw new Problem("state_conflict", "An incident about the same is open.");
      return mustGet(draft.id);
    },
    updateIncident: async (id, text, by, key) => {
      mayDecide(by);
      const earlier = key && (await store.idempotency.find(key.scope, key.key, key.requestHash));
      if (earlier === "mismatch") throw new Problem("idempotency_mismatch");
      if (earlier) return mustGet(id);
      await mustGet(id);
      return store.transaction(async (repositories) => {
        const now = clock.now();
        const after = await repositories.incidents.update(id, clean(text), by.name, now);
        if (!after) throw new Problem("state_conflict", "The incident is closed.");
        await repositories.events.append({
          type: "incident.updated",
          at: new Date(now).toISOString(),
          data: { incident: id, number: after.updates },
        });
        await audit(repositories, by, "incident.update", id, { number: after.updates });
        if (key) await repositories.idempotency.put(key.scope, key.key, key.requestHash, { status: 200, body: id });
        return after;
      });
    },
    closeIncident: async (id, { text, resolves }, by) => {
      mayDecide(by);
      await mustGet(id);
      return store.transaction(async (repositories) => {
        const now = clock.now();
        // Told as an update that nothing follows.
        const said = text && (await repositories.incidents.update(id, clean(text), by.name, now));
        const after = await repositories.incidents.close(id, by.name, resolves && said !== undefined, now);
        if (!after) throw new Problem("state_conflict", "The incident is closed already.");
        const { dimension, value, cases } = after;
        await repositories.events.append({
          type: "incident.closed",
          at: new Date(now).toISOString(),
          data: { incident: id, dimension, value, cases, resolves },
        });
        await audit(repositories, by, "incident.close", id, { resolves });
        return after;
      });
    },
  };
}
