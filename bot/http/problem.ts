/** Everything that goes wrong leaves as RFC 9457 `application/problem+json` with a stable code and the request's id. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { type ErrorCode, Problem } from "../errors.ts";
import type { Log } from "../ports/log.ts";

/** Fastify's and its plugins' own error codes (https://fastify.dev/docs/latest/Reference/Errors/). */
const BY_FASTIFY_CODE: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: "json_invalid",
  FST_ERR_CTP_EMPTY_JSON_BODY: "json_invalid",
  FST_ERR_CTP_BODY_TOO_LARGE: "body_too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "media_type_unsupported",
  FST_INVALID_MULTIPART_CONTENT_TYPE: "media_type_unsupported",
  FST_REQ_FILE_TOO_LARGE: "body_too_large",
  FST_FILES_LIMIT: "body_too_large",
  FST_PARTS_LIMIT: "body_too_large",
  FST_FIELDS_LIMIT: "body_too_large",
  FST_ERR_BAD_URL: "not_found",
};

/** The store's connection is away or full: Node's codes, and PostgreSQL's (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const STORE_AWAY: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "ETIMEDOUT",
  "08000",
  "08001",
  "08003",
  "08006",
  "53300",
  "57P01",
  "57P02",
  "57P03",
]);

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** @returns the problem to answer with. Says nothing of an unexpected error's own words: they may hold a customer's. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.slice(0, 20).map((issue) => ({
      field: [error.validationContext ?? "request", ...issue.instancePath.split("/").filter((part) => part !== "")].join("."),
      message: issue.message ?? "is not valid",
    }));
    return new Problem("bad_request", undefined, errors);
  }
  const code = String(property(error, "code") ?? "");
  const known = BY_FASTIFY_CODE[code];
  if (known !== undefined) return new Problem(known);
  if (STORE_AWAY.has(code) || property(error, "syscall") === "connect") return new Problem("unavailable");
  const status = property(error, "statusCode");
  if (status === 413) return new Problem("body_too_large");
  if (status === 415) return new Problem("media_type_unsupported");
  if (status === 429) return new Problem("rate_limited");
  if (typeof status === "number" && status >= 400 && status < 500) return new Problem("bad_request");
  return new Problem("internal");
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 503 && !reply.hasHeader("retry-after")) reply.header("retry-after", "2");
  if (problem.status === 401) reply.header("www-authenticate", "Bearer");
  const body = JSON.stringify({ ...problem.toJSON(), requestId: request.id });
  // Already a string: a route's response schema has no say in it.
  return reply
    .code(problem.status)
    .header("content-type", "application/problem+json; charset=utf-8")
    .header("cache-control", "no-store")
    .serializer(String)
    .send(body);
}

/** Names of errors whose message is the program's own and never quotes what it read. */
const OWN_WORDS: ReadonlySet<string> = new Set(["TypeError", "RangeError", "ReferenceError"]);

/** What an unexpected error may say in the log: its kind and place. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "));
  return {
    error: error.name,
    code: property(error, "code"),
    ...(OWN_WORDS.has(error.name) ? { message: error.message } : {}),
    stack: frames.slice(0, 8).map((line) => line.trim()),
  };
}

/** Sets the error and not-found answers of the whole server. Call before any route is registered: it learns the addresses as they come. */
export function answerWithProblems(app: FastifyInstance, log: Log): void {
  const known: { readonly method: string; readonly pattern: RegExp }[] = [];
  app.addHook("onRoute", (route) => {
    const path = route.url
      .split(/(?=:)/)
      .map((part, index) => (index === 0 ? literal(part) : `[^/]+${literal(part.replace(/^:\w+/, ""))}`));
    const pattern = new RegExp(`^${path.join("").replace(/\\\*$/, ".*")}$`);
    for (const method of [route.method].flat()) if (!route.url.endsWith("*") || method !== "OPTIONS") known.push({ method, pattern });
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = asProblem(error);
    if (problem.status >= 500) log.error({ request: request.id, ...describeError(error) }, `answered ${problem.code}`);
    return sendProblem(request, reply, problem);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const methods = new Set(known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method));
    if (methods.size === 0 || methods.has(request.method)) return sendProblem(request, reply, new Problem("not_found"));
    return sendProblem(request, reply.header("allow", [...methods].join(", ")), new Problem("method_not_allowed"));
  });
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
