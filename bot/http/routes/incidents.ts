import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { DIMENSIONS } from "../../ports/incidents.ts";
import { byId, idempotent } from "../request-schemas.ts";
import { filled, instant, optional, page } from "../schemas.ts";
import { idempotencyOf, type RouteContext } from "./context.ts";
import { doc } from "./route-doc.ts";

const inBoth = (max: number) => z.object({ zh: filled(max), en: filled(max) });
const state = z.enum(["open", "closed"]);
const incidentView = z.object({
  id: z.string(),
  state,
  dimension: z.enum(DIMENSIONS).meta({ description: "The fact its cases have in common." }),
  value: z.string(),
  intents: z.array(z.string()).readonly(),
  since: instant,
  title: z.object({ zh: z.string(), en: z.string() }),
  openedAt: instant,
  openedBy: z.string().meta({ description: "`rule:<id>` of `incidents.yaml`, or who did it by hand." }),
  seen: optional(z.int().meta({ description: "Customers within the rule's minutes when it opened." })),
  usual: optional(z.number().meta({ description: "How many are usual in that time." })),
  updates: z.int(),
  closedAt: optional(instant),
  closedBy: optional(z.string()),
  cases: z.int().meta({ description: "Merged so far; each keeps its own code, place and agent." }),
});
const newIncident = z
  .object({
    by: z.enum(DIMENSIONS),
    value: filled(200),
    intents: optional(z.array(z.string().min(1).max(100)).min(1).max(50)),
    title: optional(inBoth(200)),
    minutes: z.int().min(1).max(1440).default(60),
  })
  .meta({ example: { by: "product", value: "游戏点券", minutes: 60 } });
const update = z.object({ text: inBoth(1000) }).meta({
  example: {
    text: {
      zh: "供货方 21:10 恢复，已付款的订单在 22:00 前补发。",
      en: "The supplier is back since 21:10; paid orders are delivered by 22:00.",
    },
  },
});
const closing = z
  .object({ text: optional(inBoth(1000)), resolve: z.boolean().default(false) })
  .refine(({ text, resolve }) => text !== undefined || !resolve, {
    path: ["text"],
    message: "is needed to solve the cases: their customers hear why",
  });

export function incidentRoutes(plain: FastifyInstance, { services, auth }: RouteContext): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();

  app.get(
    "/incidents",
    {
      schema: {
        ...doc("incidents", "listIncidents", "Incidents, newest first"),
        querystring: z.object({ state: optional(state), limit: z.coerce.number().int().min(1).max(100).default(20) }),
        response: { 200: page(incidentView) },
      },
    },
    async (request) => ({ items: await services.incidents(request.query.state, request.query.limit) }),
  );
  app.post(
    "/incidents",
    {
      schema: {
        ...doc("incidents", "openIncident", "Open one by hand: like cases are merged, their customers told that it is known", [
          "forbidden",
          "state_conflict",
        ]),
        body: newIncident,
        response: { 201: incidentView },
      },
    },
    async (request, reply) => reply.code(201).send(await services.openIncident(request.body, auth.caller(request))),
  );
  app.post(
    "/incidents/:id/update",
    {
      schema: {
        ...doc("incidents", "updateIncident", "One word to every merged case's customer, said once each", [
          "forbidden",
          "incident_unknown",
          "state_conflict",
          "idempotency_mismatch",
        ]),
        params: byId,
        headers: idempotent,
        body: update,
        response: { 200: incidentView },
      },
    },
    (request) => {
      const caller = auth.caller(request);
      return services.updateIncident(request.params.id, request.body.text, caller, idempotencyOf(request, caller));
    },
  );
  app.post(
    "/incidents/:id/close",
    {
      schema: {
        ...doc("incidents", "closeIncident", "Close it, with a last word; `resolve` solves the cases no agent is at", [
          "forbidden",
          "incident_unknown",
          "state_conflict",
        ]),
        params: byId,
        body: closing.nullish(),
        response: { 200: incidentView },
      },
    },
    (request) => {
      const { text, resolve = false } = request.body ?? {};
      return services.closeIncident(request.params.id, { ...(text ? { text } : {}), resolves: resolve }, auth.caller(request));
    },
  );
}
