import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { Problem } from "../../errors.ts";
import { CALLBACK_KINDS, CALLBACK_STATES } from "../../queue/callback.ts";
import { byId, idempotent } from "../request-schemas.ts";
import { caseView, entryView, filled, id, instant, lease, optional, page } from "../schemas.ts";
import { idempotencyOf, type RouteContext } from "./context.ts";
import { doc } from "./route-doc.ts";

const phone = z.string().regex(/^[+0-9 ()-]{5,30}$/, "must be a telephone number");
const code = z.string().regex(/^\d{4}$/);

const callbackView = z.object({
  id: z.string(),
  caseId: z.string(),
  entryId: z.string(),
  kind: z
    .enum(CALLBACK_KINDS)
    .meta({ description: "promise: made at the end of the longest hold; honest: told at joining; asked: by the customer." }),
  state: z.enum(CALLBACK_STATES),
  phone: optional(z.string()),
  promised: z.boolean().meta({ description: "The customer was told `dueBy`." }),
  startsAt: instant,
  dueBy: instant,
  deadline: instant,
  warnAt: instant,
  attempts: z.int(),
  nextTryAt: optional(instant),
  dialBy: optional(z.string()),
  dialUntil: optional(instant),
  dialledAt: optional(instant),
  warnedAt: optional(instant).meta({ description: "Not dialled in time for comfort: the supervisor was warned then." }),
  breachedAt: optional(instant).meta({ description: "`dueBy` passed without a dial. Never taken back." }),
  finishedAt: optional(instant),
  reason: optional(z.string()),
  codes: z.object({ says: code, answers: code }).meta({ description: "The agent says the first; the customer may ask for the second." }),
  createdAt: instant,
});
const talk = { callback: callbackView, case: caseView, entry: entryView, lease };

const newCallback = z
  .object({
    caseId: optional(id),
    caseCode: optional(z.string().min(1).max(30)),
    phone: optional(phone),
    at: optional(instant),
  })
  .refine(({ caseId, caseCode }) => (caseId === undefined) !== (caseCode === undefined), "needs either `caseId` or `caseCode`")
  .meta({ example: { caseCode: "48213377", phone: "+86 138 0000 1001", at: "2026-11-20T13:30:00.000Z" } });

const filter = z.object({
  state: optional(z.enum(CALLBACK_STATES)),
  caseId: optional(id),
  agentId: optional(id),
  breached: optional(z.stringbool()),
  warned: optional(z.stringbool().meta({ description: "Warned of and not dialled yet." })),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: optional(id),
});

export function callbackRoutes(plain: FastifyInstance, { services, auth }: RouteContext): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();

  app.post(
    "/callbacks",
    {
      schema: {
        ...doc("callbacks", "createCallback", "Ring the customer of a case: in his turn, or at a time", [
          "case_unknown",
          "case_code_invalid",
          "phone_invalid",
          "do_not_call",
          "no_slot",
          "state_conflict",
          "idempotency_mismatch",
        ]),
        headers: idempotent,
        body: newCallback,
        response: { 201: callbackView },
      },
    },
    async (request, reply) => {
      const caller = auth.caller(request);
      const made = await services.createCallback(request.body, caller, idempotencyOf(request, caller));
      return reply.code(201).header("location", `/api/v1/callbacks/${made.id}`).send(made);
    },
  );

  app.get(
    "/callbacks",
    {
      schema: {
        ...doc("callbacks", "listCallbacks", "Callbacks, newest first"),
        querystring: filter,
        response: { 200: page(callbackView) },
      },
    },
    (request) => services.listCallbacks(request.query),
  );

  app.get(
    "/callbacks/:id",
    { schema: { ...doc("callbacks", "getCallback", "One callback", ["callback_unknown"]), params: byId, response: { 200: callbackView } } },
    (request) => services.getCallback(request.params.id),
  );

  app.post(
    "/callbacks/:id/dial",
    {
      schema: {
        ...doc("callbacks", "dialCallback", "Take the one dial lease, and the entry with it", [
          "callback_unknown",
          "already_dialling",
          "state_conflict",
          "phone_unknown",
          "do_not_call",
          "agent_unknown",
        ]),
        params: byId,
        body: z.object({ agentId: optional(id) }).nullish(),
        response: {
          200: z.object({ ...talk, attempt: z.int(), channelId: z.string(), ringing: z.enum(["ringing", "by_hand"]) }),
        },
      },
    },
    (request) => services.dialCallback(request.params.id, request.body?.agentId, auth.caller(request)),
  );

  app.post(
    "/callbacks/:id/answered",
    {
      schema: {
        ...doc("callbacks", "answeredCallback", "The customer answered", ["callback_unknown", "lease_lost"]),
        params: byId,
        response: { 200: z.object(talk) },
      },
    },
    (request) => services.answeredCallback(request.params.id, auth.caller(request)),
  );

  app.post(
    "/callbacks/:id/missed",
    {
      schema: {
        ...doc("callbacks", "missedCallback", "Nobody answered; it is tried again after a gap, or ends", [
          "callback_unknown",
          "lease_lost",
        ]),
        params: byId,
        response: { 200: callbackView },
      },
    },
    (request) => services.missedCallback(request.params.id, auth.caller(request)),
  );

  app.post(
    "/callbacks/:id/cancel",
    {
      schema: {
        ...doc("callbacks", "cancelCallback", "The customer wants no call any more", [
          "callback_unknown",
          "already_dialling",
          "state_conflict",
        ]),
        params: byId,
        body: z.object({ reason: optional(filled(200)) }).nullish(),
        response: { 200: callbackView },
      },
    },
    (request) => services.cancelCallback(request.params.id, request.body?.reason, auth.caller(request)),
  );

  const mayBlock = (caller: ReturnType<typeof auth.caller>): void => {
    if (caller.kind === "agent" && caller.role === "agent") throw new Problem("forbidden");
  };

  app.put(
    "/do-not-call/:phone",
    {
      schema: {
        ...doc("callbacks", "blockNumber", "Never ring this number (supervisors and keys)", ["phone_invalid", "forbidden"]),
        params: z.object({ phone }),
        body: z.object({ reason: filled(200) }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const caller = auth.caller(request);
      mayBlock(caller);
      await services.blockNumber(request.params.phone, request.body.reason, caller);
      return reply.code(204).send();
    },
  );

  app.delete(
    "/do-not-call/:phone",
    {
      schema: {
        ...doc("callbacks", "unblockNumber", "Take it off that list", ["phone_invalid", "forbidden", "not_found"]),
        params: z.object({ phone }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const caller = auth.caller(request);
      mayBlock(caller);
      await services.unblockNumber(request.params.phone, caller);
      return reply.code(204).send();
    },
  );
}
