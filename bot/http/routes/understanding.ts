import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { contactText, utterance } from "../request-schemas.ts";
import { contactCheck, understandingView } from "../schemas.ts";
import type { RouteContext } from "./context.ts";
import { doc } from "./route-doc.ts";

export function understandingRoutes(plain: FastifyInstance, { services }: RouteContext): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();

  app.post(
    "/understand",
    {
      schema: {
        ...doc("understanding", "understand", "What a message means: language, intents, requests, entities, mood"),
        body: utterance,
        response: { 200: understandingView },
      },
    },
    (request) => services.understand(request.body.text, request.body.locale),
  );

  app.post(
    "/contacts/check",
    {
      schema: {
        ...doc(
          "understanding",
          "checkContact",
          "Whether a number, link or id is the platform's own, a reported fake, or unknown (never called safe)",
        ),
        body: contactText,
        response: { 200: contactCheck },
      },
    },
    (request) => services.checkContact(request.body.text),
  );
}
