import type { FastifyInstance, FastifyReply } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { sendFile } from "../../channels/direct-line/files.ts";
import { Problem } from "../../errors.ts";
import {
  byId,
  caseChange,
  caseFile,
  caseFilter,
  idempotent,
  ifMatch,
  inLanguage,
  lookup,
  newCase,
  revealRequest,
  transcriptPage,
} from "../request-schemas.ts";
import { caseView, page, revealedKeys, summaryView, timelineEvent, transcriptView } from "../schemas.ts";
import type { CaseView } from "../services.ts";
import { idempotencyOf, type RouteContext } from "./context.ts";
import { doc } from "./route-doc.ts";

export function caseRoutes(plain: FastifyInstance, { services, auth, limits }: RouteContext): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();

  app.post(
    "/cases",
    {
      schema: {
        ...doc(
          "cases",
          "openCase",
          "Open a case from elsewhere (IVR, mail, CRM); `enqueue` puts it into the queue in the same transaction",
          ["idempotency_mismatch"],
        ),
        headers: idempotent,
        body: newCase,
        response: { 201: caseView },
      },
    },
    async (request, reply) => {
      const caller = auth.caller(request);
      const opened = await services.openCase(request.body, caller, idempotencyOf(request, caller));
      reply.code(201).header("location", `/api/v1/cases/${encodeURIComponent(opened.id)}`);
      return withVersion(reply, opened);
    },
  );

  app.get(
    "/cases",
    {
      schema: {
        ...doc("cases", "listCases", "Cases, newest first; `q` finds them by what a customer can say"),
        querystring: caseFilter,
        response: { 200: page(caseView) },
      },
    },
    (request) => {
      const { limit, cursor, ...filter } = request.query;
      return services.listCases(filter, limit, cursor, auth.caller(request));
    },
  );

  app.get(
    "/cases/lookup",
    {
      config: { rateLimit: { max: limits.lookups, timeWindow: 60_000 } },
      schema: {
        ...doc("cases", "lookupCase", "The case by its code or by phone, for a PBX or a screen pop", [
          "case_code_invalid",
          "case_unknown",
          "rate_limited",
        ]),
        querystring: lookup,
        response: { 200: caseView },
      },
    },
    async (request, reply) => {
      const { code, phone } = request.query;
      const by = code === undefined ? { phone: phone ?? "" } : { code };
      return withVersion(reply, await services.lookup(by, auth.caller(request)));
    },
  );

  app.get(
    "/cases/:id",
    { schema: { ...doc("cases", "getCase", "One case", ["case_unknown"]), params: byId, response: { 200: caseView } } },
    async (request, reply) => withVersion(reply, await services.getCase(request.params.id, auth.caller(request))),
  );

  app.patch(
    "/cases/:id",
    {
      schema: {
        ...doc("cases", "changeCase", "Change a case; `If-Match` names the version it is based on, a priority needs a reason", [
          "case_unknown",
          "version_required",
          "version_conflict",
          "state_conflict",
          "forbidden",
        ]),
        params: byId,
        headers: ifMatch,
        body: caseChange,
        response: { 200: caseView },
      },
    },
    async (request, reply) => {
      const version = readVersion(request.headers["if-match"]);
      return withVersion(reply, await services.patchCase(request.params.id, request.body, version, auth.caller(request)));
    },
  );

  app.get(
    "/cases/:id/summary",
    {
      schema: {
        ...doc("cases", "getSummary", "The brief, read in 15 seconds", ["case_unknown"]),
        params: byId,
        querystring: inLanguage,
        response: { 200: summaryView },
      },
    },
    (request) => services.summary(request.params.id, auth.caller(request), request.query.language),
  );

  app.get(
    "/cases/:id/transcript",
    {
      schema: {
        ...doc("cases", "getTranscript", "The conversation, secrets masked, page by page", ["case_unknown"]),
        params: byId,
        querystring: transcriptPage,
        response: { 200: transcriptView },
      },
    },
    (request) => {
      const { order, limit, cursor, after, language } = request.query;
      const at = cursor ?? after;
      return services.transcript(request.params.id, { order, limit, ...(at === undefined ? {} : { at }) }, auth.caller(request), language);
    },
  );

  app.get(
    "/cases/:id/files/:fileId",
    {
      schema: {
        ...doc("cases", "getFile", "A file the customer sent, as `attachments` of the transcript name it", [
          "case_unknown",
          "file_unknown",
        ]),
        params: caseFile,
      },
    },
    async (request, reply) => {
      const { id, fileId } = request.params;
      return sendFile(reply, await services.file(id, fileId, auth.caller(request)));
    },
  );

  app.post(
    "/cases/:id/reveal",
    {
      config: { rateLimit: { max: limits.lookups, timeWindow: 60_000 } },
      schema: {
        ...doc(
          "cases",
          "revealKeys",
          "The keys of the customer's own order, from the platform, for a reason; every look is in the audit log",
          ["case_unknown", "order_unknown", "forbidden", "platform_unavailable", "rate_limited"],
        ),
        params: byId,
        body: revealRequest,
        response: { 200: revealedKeys },
      },
    },
    async (request, reply) => {
      const shown = await services.reveal(request.params.id, request.body, auth.caller(request));
      reply.header("cache-control", "no-store");
      return shown;
    },
  );

  app.get(
    "/cases/:id/timeline",
    {
      schema: {
        ...doc("cases", "getTimeline", "What happened, in order", ["case_unknown"]),
        params: byId,
        response: { 200: page(timelineEvent) },
      },
    },
    async (request) => ({ items: await services.timeline(request.params.id, auth.caller(request)) }),
  );
}

function withVersion(reply: FastifyReply, view: CaseView): CaseView {
  reply.header("etag", `"${view.version}"`);
  return view;
}

/** @throws Problem `version_required`, `bad_request`. */
function readVersion(header: string | undefined): number {
  if (header === undefined || header.trim() === "") throw new Problem("version_required");
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())?.[1];
  if (version === undefined)
    throw new Problem("bad_request", undefined, [{ field: "headers.if-match", message: 'One version, such as "3".' }]);
  return Number(version);
}
