import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { agentMessage, byId, idempotent, takeover } from "../request-schemas.ts";
import { handling, spokenMessage } from "../schemas.ts";
import { idempotencyOf, type RouteContext } from "./context.ts";
import { doc } from "./route-doc.ts";

export function conversationRoutes(plain: FastifyInstance, { services, auth }: RouteContext): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();

  app.get(
    "/conversations/:id",
    {
      schema: {
        ...doc("conversations", "getHandling", "Who answers in it: the bot or an agent", ["conversation_unknown"]),
        params: byId,
        response: { 200: handling },
      },
    },
    (request) => services.handling(request.params.id),
  );

  app.post(
    "/conversations/:id/takeover",
    {
      schema: {
        ...doc("conversations", "takeOver", "An agent answers from now on; the bot is silent until it is handed back", [
          "conversation_unknown",
          "agent_unknown",
          "forbidden",
          "taken_over",
        ]),
        params: byId,
        body: takeover.nullish(),
        response: { 200: handling },
      },
    },
    (request) => {
      const agentId = request.body?.agentId;
      return services.takeOver(request.params.id, agentId === undefined ? {} : { agentId }, auth.caller(request));
    },
  );

  app.post(
    "/conversations/:id/handback",
    {
      schema: {
        ...doc("conversations", "handBack", "The bot answers again", ["conversation_unknown", "taken_over"]),
        params: byId,
        response: { 200: handling },
      },
    },
    (request) => services.handBack(request.params.id, auth.caller(request)),
  );

  app.post(
    "/conversations/:id/messages",
    {
      schema: {
        ...doc("conversations", "speak", "An agent's message to the customer, in a conversation he has taken over", [
          "conversation_unknown",
          "not_taken_over",
          "taken_over",
          "idempotency_mismatch",
        ]),
        params: byId,
        headers: idempotent,
        body: agentMessage,
        response: { 201: spokenMessage },
      },
    },
    async (request, reply) => {
      const { text, agentId } = request.body;
      const caller = auth.caller(request);
      const message = { text, ...(agentId === undefined ? {} : { agentId }) };
      reply.code(201);
      return services.speak(request.params.id, message, caller, idempotencyOf(request, caller));
    },
  );
}
