/**
 * One server on one port: the Escalation API, the channels' doors, the pages. It hands over to services and decides nothing.
 *
 * Mounting: `const auth = createAuth(…)`, `const app = await buildServer({ auth, services, plugins: [directLine.plugin], … })`, `app.listen(…)`;
 * `app.close()` lets requests in flight finish and asks the sockets to come back later.
 */
import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import Fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyReply, type FastifyRequest } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { Problem } from "../errors.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { Auth } from "./auth.ts";
import { describeApi } from "./docs/docs-routes.ts";
import { servePages } from "./pages.ts";
import { answerWithProblems, asProblem, describeError, sendProblem } from "./problem.ts";
import { agentRoutes, signInRoute } from "./routes/agents.ts";
import { callbackRoutes } from "./routes/callbacks.ts";
import { caseRoutes } from "./routes/cases.ts";
import { type ApiLimits, DEFAULT_API_LIMITS, type RouteContext } from "./routes/context.ts";
import { conversationRoutes } from "./routes/conversations.ts";
import { incidentRoutes } from "./routes/incidents.ts";
import { queueRoutes } from "./routes/queue.ts";
import { rosterRoutes } from "./routes/roster.ts";
import { understandingRoutes } from "./routes/understanding.ts";
import type { DeskServices } from "./services.ts";

export interface ServerOptions {
  readonly services: DeskServices;
  readonly auth: Auth;
  readonly log: Log;
  readonly ids: Ids;
  /** Doors of channels and the like, mounted before everything else, e.g. `directLine.plugin`. */
  readonly plugins?: readonly FastifyPluginAsync[];
  /** Folder Vite built the pages into. */
  readonly staticDir?: string;
  /** Web origins whose pages may call `/api/v1`. Default none. */
  readonly apiOrigins?: readonly string[];
  /** Whether `X-Forwarded-*` is believed, and from whom (Fastify's `trustProxy`). Default no. */
  readonly trustProxy?: boolean | string;
  readonly limits?: Partial<ApiLimits>;
  readonly version?: string;
}

/** Bytes of JSON in one request. */
export const BODY_LIMIT = 256 * 1024;

export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { log } = options;
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    trustProxy: options.trustProxy ?? false,
    // A file of 10 MB over a phone's slow line.
    requestTimeout: 180_000,
    routerOptions: { maxParamLength: 200 },
    requestIdHeader: false,
    genReqId: (request) => {
      const given = request.headers["x-request-id"];
      return typeof given === "string" && /^[\w-]{8,64}$/.test(given) ? given : options.ids.next("req");
    },
    frameworkErrors: (error, request, reply) => {
      sendProblem(request, reply, asProblem(error));
    },
    clientErrorHandler: refuseNonsense,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerWithProblems(app, log);
  takeEmptyJson(app);
  logRequests(app, log);
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY },
    // Whoever ends TLS in front of us decides about the whole domain.
    strictTransportSecurity: false,
    referrerPolicy: { policy: "same-origin" },
  });
  for (const plugin of options.plugins ?? []) await app.register(plugin);
  await describeApi(app, options.version ?? "0.1.0");
  await app.register((scope) => api(scope, options), { prefix: "/api/v1" });
  healthRoutes(app, options);
  await servePages(app, options.staticDir, log);
  return app;
}

/** No inline script or style anywhere; sockets to whatever name the server is reached under. */
const CONTENT_SECURITY = {
  "default-src": ["'self'"],
  "script-src": ["'self'"],
  "style-src": ["'self'"],
  "img-src": ["'self'", "data:", "blob:"],
  "font-src": ["'self'"],
  "connect-src": ["'self'", "ws:", "wss:"],
  "object-src": ["'none'"],
  "base-uri": ["'none'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'self'"],
};

async function api(scope: FastifyInstance, options: ServerOptions): Promise<void> {
  const limits = { ...DEFAULT_API_LIMITS, ...options.limits };
  const { auth } = options;
  const context: RouteContext = { services: options.services, auth, limits };
  if (options.apiOrigins !== undefined && options.apiOrigins.length > 0) {
    await scope.register(cors, {
      origin: [...options.apiOrigins],
      methods: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
      allowedHeaders: ["authorization", "content-type", "idempotency-key", "if-match"],
      exposedHeaders: ["etag", "location", "retry-after", "x-request-id"],
      strictPreflight: false,
    });
  }
  const tooMany = { errorResponseBuilder: () => new Problem("rate_limited"), cache: 10_000 };

  await scope.register(async (open) => {
    await open.register(rateLimit, { ...tooMany, global: false });
    signInRoute(open, context);
  });

  await scope.register(async (closed) => {
    await closed.register(rateLimit, {
      ...tooMany,
      hook: "preHandler",
      max: limits.requests,
      timeWindow: 60_000,
      keyGenerator: (request) => auth.caller(request).name,
    });
    const refusals = closed.createRateLimit({ max: limits.refusals, timeWindow: 60_000, keyGenerator: (request) => request.ip });
    closed.addHook("onRequest", (request, reply) => authenticated(request, reply, auth, refusals));
    understandingRoutes(closed, context);
    caseRoutes(closed, context);
    queueRoutes(closed, context);
    conversationRoutes(closed, context);
    callbackRoutes(closed, context);
    rosterRoutes(closed, context);
    incidentRoutes(closed, context);
    agentRoutes(closed, context);
  });
}

type Limiter = ReturnType<FastifyInstance["createRateLimit"]>;

/** Guessing keys is slowed down by address; who has a valid one is not touched by others' guesses. */
async function authenticated(request: FastifyRequest, reply: FastifyReply, auth: Auth, refusals: Limiter): Promise<void> {
  try {
    await auth.authenticate(request);
  } catch (error) {
    const state = await refusals(request);
    if (!state.isAllowed && state.isExceeded) {
      reply.header("retry-after", state.ttlInSeconds);
      throw new Problem("rate_limited");
    }
    throw error;
  }
}

function healthRoutes(app: FastifyInstance, { services, log }: ServerOptions): void {
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (request) => {
    try {
      await services.ready();
    } catch (error) {
      log.warn({ request: request.id, ...describeError(error) }, "not ready");
      throw new Problem("unavailable");
    }
    return { status: "ready" };
  });
}

/** Method, path and result. Never a body, a header or a query: they hold tokens, phone numbers and words. */
function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  app.addHook("onResponse", async (request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    if (path === "/healthz" || path === "/readyz") return;
    const milliseconds = Math.round(reply.elapsedTime * 10) / 10;
    log.info({ request: request.id, method: request.method, path, status: reply.statusCode, milliseconds }, "request");
  });
}

/** Clients say `Content-Type: application/json` also where they send no body (claim, refresh). */
function takeEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body.trim() === "") done(null, undefined);
    else parse(request, body, done);
  });
}

/** What is not even HTTP. */
function refuseNonsense(error: Error & { code?: string }, socket: { writable: boolean; end(text: string): void; destroy(): void }): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(new Problem("bad_request", "This is not a well-formed HTTP request.").toJSON());
  const head = [
    "HTTP/1.1 400 Bad Request",
    "Content-Type: application/problem+json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
