import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { type ErrorCode, Problem } from "../../errors.ts";
import type { QueueEntry } from "../../queue/queue-entry.ts";
import {
  abandonment,
  byId,
  bySkill,
  claim,
  completion,
  estimateFor,
  idempotent,
  newPlace,
  transferTo,
  waitingList,
  withFence,
} from "../request-schemas.ts";
import { entryLease, entryView, estimate, held, page, queuedCase, queueView } from "../schemas.ts";
import type { Caller } from "../services.ts";
import { idempotencyOf, type RouteContext } from "./context.ts";
import { doc } from "./route-doc.ts";

const LEASE = ["entry_unknown", "lease_lost"] as const;
const hourOfRanges = z.object({
  hour: z.iso.datetime({ offset: true }),
  waited: z.int().meta({ description: "Answered after a minute or more." }),
  told: z.int().meta({ description: "Of them were told a range; the others' waits were too uncertain." }),
  held: z.int().meta({ description: "Of those, so many were answered within it. Stated: 80 of 100." }),
});
const changed = z.object({ entry: entryView });

/** A step in the life of an entry: `POST /entries/:id/<action>`. */
interface EntryStep<Body extends z.ZodType, Answer extends z.ZodType> {
  readonly action: string;
  readonly operationId: string;
  readonly summary: string;
  /** Codes it may answer with. Default: those of a lease. */
  readonly problems?: readonly ErrorCode[];
  readonly body: Body;
  readonly answers: Answer;
  readonly work: (id: string, body: z.output<Body>, by: Caller) => Promise<z.input<Answer>>;
}

export function queueRoutes(plain: FastifyInstance, { services, auth }: RouteContext): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();

  app.get("/queues", { schema: { ...doc("queue", "listQueues", "Each queue now"), response: { 200: page(queueView) } } }, async () => ({
    items: await services.queues(),
  }));

  app.get(
    "/queues/ranges",
    {
      schema: {
        ...doc("queue", "rangeRecord", "How well the waiting ranges that were told held, by the hour people joined in"),
        querystring: z.object({ hours: z.coerce.number().int().min(1).max(168).default(24) }),
        response: { 200: page(hourOfRanges) },
      },
    },
    async (request) => ({ items: await services.rangeRecord(request.query.hours) }),
  );

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

  const onEntry = <Body extends z.ZodType, Answer extends z.ZodType>(step: EntryStep<Body, Answer>): void => {
    const { action, operationId, summary, problems = LEASE, body, answers, work } = step;
    app.post(
      `/entries/:id/${action}`,
      {
        schema: {
          ...doc("queue", operationId, summary, problems),
          params: byId,
          body: body as z.ZodType,
          response: { 200: answers as z.ZodType },
        },
      },
      (request) => work(request.params.id, request.body as z.output<Body>, auth.caller(request)),
    );
  };
  const entryOf = async (entry: Promise<QueueEntry>): Promise<{ entry: QueueEntry }> => ({ entry: await entry });

  onEntry({
    action: "renew",
    operationId: "renewEntry",
    summary: "Keep the lease",
    body: withFence,
    answers: entryLease,
    work: (id, { fence }, by) => services.renew(id, fence, by),
  });
  onEntry({
    action: "accept",
    operationId: "acceptEntry",
    summary: "The agent has taken the call",
    body: withFence,
    answers: entryLease,
    work: (id, { fence }, by) => services.accept(id, fence, by),
  });
  onEntry({
    action: "complete",
    operationId: "completeEntry",
    summary: "The contact is over",
    body: completion,
    answers: changed,
    work: (id, { fence, ...outcome }, by) => entryOf(services.complete(id, fence, outcome, by)),
  });
  onEntry({
    action: "release",
    operationId: "releaseEntry",
    summary: "Give it back; it waits again at its old place",
    body: withFence,
    answers: changed,
    work: (id, { fence }, by) => entryOf(services.release(id, fence, by)),
  });
  onEntry({
    action: "transfer",
    operationId: "transferEntry",
    summary: "Pass it to another queue; the time it joined stays",
    body: transferTo,
    answers: changed,
    work: (id, { fence, ...to }, by) => entryOf(services.transfer(id, fence, to, by)),
  });
  onEntry({
    action: "reorder",
    operationId: "reorderEntry",
    summary: "Put it elsewhere in its lane, with a reason; supervisors only. The time it joined stays",
    problems: ["forbidden", "entry_unknown", "state_conflict"],
    body: newPlace,
    answers: changed,
    work: (id, { before, reason }, by) => entryOf(services.reorder(id, { reason, ...(before === undefined ? {} : { before }) }, by)),
  });
  onEntry({
    action: "abandon",
    operationId: "abandonEntry",
    summary: "The customer left. Without a fence only while it waits",
    problems: [...LEASE, "state_conflict"],
    body: abandonment.nullish(),
    answers: changed,
    work: (id, left, by) => entryOf(services.abandon(id, left?.fence, by)),
  });
}
