import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { Problem } from "../../errors.ts";
import { allow } from "../auth.ts";
import { hashPassword, verifyPassword } from "../password.ts";
import { agentId, agentSetUp, agentState, byId, paging, signIn } from "../request-schemas.ts";
import { agentView, auditRecord, held, page } from "../schemas.ts";
import type { RouteContext } from "./context.ts";
import { doc } from "./route-doc.ts";

export function agentRoutes(plain: FastifyInstance, { services, auth }: RouteContext): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();

  app.get(
    "/agents",
    { schema: { ...doc("agents", "listAgents", "Desk users and their states"), response: { 200: page(agentView) } } },
    async () => ({
      items: await services.agents(),
    }),
  );

  app.put(
    "/agents/:id",
    {
      schema: {
        ...doc("agents", "setUpAgent", "Make a desk user or change him; for supervisors and integration keys", [
          "forbidden",
          "state_conflict",
        ]),
        params: agentId,
        body: agentSetUp,
        response: { 200: agentView, 201: agentView },
      },
    },
    async (request, reply) => {
      const caller = auth.caller(request);
      allow(caller, "supervisor");
      const { password, ...given } = request.body;
      const hashed = password === undefined ? {} : { passwordHash: await hashPassword(password) };
      const { agent, isNew } = await services.setUpAgent(request.params.id, { ...given, ...hashed }, caller);
      reply.code(isNew ? 201 : 200);
      return agent;
    },
  );

  app.put(
    "/agents/:id/state",
    {
      schema: {
        ...doc("agents", "setAgentState", "An agent sets his own state; a supervisor or an integration key anybody's", [
          "agent_unknown",
          "forbidden",
          "state_conflict",
        ]),
        params: byId,
        body: agentState,
        response: { 200: agentView },
      },
    },
    async (request) => {
      const caller = auth.caller(request);
      if (!(caller.kind === "agent" && caller.agentId === request.params.id)) allow(caller, "supervisor");
      return await services.setAgentState(request.params.id, request.body.state, caller);
    },
  );

  app.get(
    "/desk/me",
    {
      schema: {
        ...doc("agents", "me", "The signed-in desk user and the entries he holds, with their leases", ["forbidden"]),
        response: { 200: z.object({ agent: agentView, held: z.array(held).readonly() }) },
      },
    },
    async (request) => {
      const caller = auth.caller(request);
      if (caller.kind !== "agent") throw new Problem("forbidden", "This is for desk users.");
      return await services.me(caller.agentId);
    },
  );

  app.get(
    "/audit",
    {
      schema: {
        ...doc("agents", "listAudit", "Who saw or changed what, newest first", ["forbidden"]),
        querystring: paging,
        response: { 200: page(auditRecord) },
      },
    },
    async (request) => {
      allow(auth.caller(request), "supervisor");
      return { items: await services.audit(request.query.limit) };
    },
  );
}

/** Registered outside the authenticated scope. */
export function signInRoute(plain: FastifyInstance, { services, auth, limits }: RouteContext): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  // An unknown user costs as much time as a wrong password.
  let nobody: Promise<string> | undefined;

  app.post(
    "/desk/sign-in",
    {
      config: { rateLimit: { max: limits.signIns, timeWindow: 60_000 } },
      schema: {
        ...doc("agents", "signIn", "Desk user and password → a token for eight hours", ["sign_in_failed", "rate_limited"]),
        security: [],
        body: signIn,
        response: { 200: z.object({ token: z.string(), agent: agentView }) },
      },
    },
    async (request, reply) => {
      const agent = await services.findAgent(request.body.user);
      nobody ??= hashPassword("nobody has this password");
      const right = await verifyPassword(request.body.password, agent?.passwordHash ?? (await nobody));
      if (agent === undefined || !right) throw new Problem("sign_in_failed");
      await services.signedIn(agent.id);
      const { passwordHash: _, ...view } = agent;
      reply.header("cache-control", "no-store");
      return { token: await auth.issue(agent), agent: view };
    },
  );
}
