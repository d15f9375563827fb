import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { Problem } from "../../errors.ts";
import {
  abandonment,
  byId,
  bySkill,
  claim,
  completion,
  estimateFor,
  idempotent,
  transferTo,
  waitingList,
  withFence,
} from "../request-schemas.ts";
import { entryLease, entryView, estimate, held, page, queuedCase, queueView } from "../schemas.ts";
import { idempotencyOf, type RouteContext } from "./context.ts";
import { doc } from "./route-doc.ts";

const LEASE = ["entry_unknown", "lease_lost"] as const;
const changed = z.object({ entry: entryView });

export function queueRoutes(plain: FastifyInstance, { services, auth }: RouteContext): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();

  app.get("/queues", { schema: { ...doc("queue", "listQueues", "Each queue now"), response: { 200: page(queueView) } } }, async () => ({
    items: await services.queues(),
  }));

  app.get(
    "/queues/:skill/estimate",
    {
      schema: {
        ...doc("queue", "estimateWait", "The wait of a contact that would join now, seconds"),
        params: bySkill,
        querystring: estimateFor,
        response: { 200: estimate },
      },
    },
    (request) => services.estimate(request.params.skill, request.query.priority, request.query.language),
  );

  app.get(
    "/entries",
    {
      schema: {
        ...doc("queue", "listWaiting", "Waiting entries with their cases, most pressing first"),
        querystring: waitingList,
        response: { 200: page(queuedCase) },
      },
    },
    async (request) => ({ items: await services.waiting(request.query.limit, auth.caller(request)) }),
  );

  app.post(
    "/queues/claim",
    {
      schema: {
        ...doc("queue", "claimNext", "The caller's next entry, leased; 204 when there is none", ["agent_unknown", "idempotency_mismatch"]),
        headers: idempotent,
        body: claim.nullish(),
        response: { 200: held, 204: z.undefined().meta({ description: "Nothing to take, or his hands are full." }) },
      },
    },
    async (request, reply) => {
      const caller = auth.caller(request);
      const wanted = request.body ?? {};
      if (wanted.agentId !== undefined && caller.kind === "agent" && wanted.agentId !== caller.agentId) throw new Problem("forbidden");
      const next = await services.claim(wanted, caller, idempotencyOf(request, caller));
      if (next === undefined) return reply.code(204).send();
      return next;
    },
  );

  app.post(
    "/entries/:id/renew",
    { schema: { ...doc("queue", "renewEntry", "Keep the lease", LEASE), params: byId, body: withFence, response: { 200: entryLease } } },
    (request) => services.renew(request.params.id, request.body.fence, auth.caller(request)),
  );

  app.post(
    "/entries/:id/accept",
    {
      schema: {
        ...doc("queue", "acceptEntry", "The agent has taken the call", LEASE),
        params: byId,
        body: withFence,
        response: { 200: entryLease },
      },
    },
    (request) => services.accept(request.params.id, request.body.fence, auth.caller(request)),
  );

  app.post(
    "/entries/:id/complete",
    {
      schema: {
        ...doc("queue", "completeEntry", "The contact is over", LEASE),
        params: byId,
        body: completion,
        response: { 200: changed },
      },
    },
    async (request) => {
      const { fence, ...outcome } = request.body;
      return { entry: await services.complete(request.params.id, fence, outcome, auth.caller(request)) };
    },
  );

  app.post(
    "/entries/:id/release",
    {
      schema: {
        ...doc("queue", "releaseEntry", "Give it back; it waits again at its old place", LEASE),
        params: byId,
        body: withFence,
        response: { 200: changed },
      },
    },
    async (request) => ({ entry: await services.release(request.params.id, request.body.fence, auth.caller(request)) }),
  );

  app.post(
    "/entries/:id/transfer",
    {
      schema: {
        ...doc("queue", "transferEntry", "Pass it to another queue; the time it joined stays", LEASE),
        params: byId,
        body: transferTo,
        response: { 200: changed },
      },
    },
    async (request) => {
      const { fence, ...to } = request.body;
      return { entry: await services.transfer(request.params.id, fence, to, auth.caller(request)) };
    },
  );

  app.post(
    "/entries/:id/abandon",
    {
      schema: {
        ...doc("queue", "abandonEntry", "The customer left. Without a fence only while it waits", [...LEASE, "state_conflict"]),
        params: byId,
        body: abandonment.nullish(),
        response: { 200: changed },
      },
    },
    async (request) => ({ entry: await services.abandon(request.params.id, request.body?.fence, auth.caller(request)) }),
  );
}
