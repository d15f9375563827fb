/**
 * Direct Line 3.0 as Microsoft documents it and as `botframework-directlinejs` and Web Chat really use it, and the widget's way in.
 *
 *   POST /v3/directline/tokens/generate            integration key → a conversation and its token
 *   POST /v3/directline/tokens/refresh             valid token → a new one
 *   POST /v3/directline/conversations              token (or integration key) → conversation with streamUrl
 *   GET  /v3/directline/conversations/:id          reconnect: a new streamUrl that goes on at the watermark
 *   POST, GET …/:id/activities · POST …/:id/upload · GET …/:id/files/:fileId · WebSocket …/:id/stream
 *   POST /api/widget/session                       anonymous, signed identity, or resuming
 *
 * An expired token is answered 403, which is what the client waits for; 404 on reconnect ends the chat for good, so it is said only when the
 * conversation really is not there. Errors are thrown as `Problem`; the host's error handler writes them.
 */
import cors from "@fastify/cors";
import multipart from "@fastify/multipart";
import rateLimit from "@fastify/rate-limit";
import websocket from "@fastify/websocket";
import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import { Problem } from "../../errors.ts";
import type { Activity, JietongChannelData } from "../../ports/channel.ts";
import { registerConversations } from "./conversations.ts";
import { CHANNEL, DEFAULT_LIMITS, type DirectLineOptions } from "./options.ts";
import { Present } from "./present.ts";
import { closeSockets, Streams } from "./stream.ts";
import { createTokens } from "./tokens.ts";
import { MULTIPART_LIMITS } from "./upload.ts";
import { registerWidget } from "./widget.ts";

export interface DirectLine {
  /** Mount without a prefix: `app.register(directLine.plugin)`. */
  readonly plugin: FastifyPluginAsync;
  /** Shows "is typing" in the conversation's open windows: transient, not in the log, with an id of its own. Call it when a turn starts. */
  typing(conversationId: string): void;
  /** Conversations open on this node: those with a socket, and those whose client has asked for the log within the last half minute. */
  present(): readonly string[];
  /** Shows a place in line in the conversation's open windows, as `channelData.jietong` of an event: transient, not in the log. */
  tell(conversationId: string, jietong: JietongChannelData): void;
  /** Open sockets on this node. */
  readonly sockets: () => number;
}

const SOCKET_OPTIONS = {
  options: { maxPayload: 4096, clientTracking: true },
  preClose(this: FastifyInstance, done: () => void) {
    closeSockets(this.websocketServer.clients);
    this.websocketServer.close();
    done();
  },
  errorHandler: (_error: Error, socket: { terminate(): void }) => socket.terminate(),
};

/** Bytes of JSON in one request. */
const BODY_LIMIT = 256 * 1024;

/** Clients say `Content-Type: application/json` also where they send no body (start, refresh). */
function takeEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser<string>("application/json", { parseAs: "string", bodyLimit: BODY_LIMIT }, (request, body, done) => {
    if (body.trim() === "") done(null, undefined);
    else parse(request, body, done);
  });
}

function corsOptions(origins: "any" | readonly string[]) {
  return {
    origin: origins === "any" ? "*" : [...origins],
    methods: ["GET", "POST", "OPTIONS"],
    allowedHeaders: ["authorization", "content-type", "x-ms-bot-agent", "x-requested-with"],
    exposedHeaders: ["retry-after", "x-request-id"],
    maxAge: 86_400,
    strictPreflight: false,
  };
}

export function createDirectLine(options: DirectLineOptions): DirectLine {
  const tokens = createTokens(options.secretKey, options.clock, options.ids);
  const streams = new Streams();
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const origins = options.origins ?? "any";
  const present = new Present(streams, () => options.clock.now());
  const context = { options, tokens, streams, present, limits };
  /** Something the bot shows that is not in the log, with an id of its own. */
  const fleeting = (conversationId: string, type: "typing" | "event"): Activity => ({
    id: options.ids.next(type),
    type,
    timestamp: new Date(options.clock.now()).toISOString(),
    from: { id: "jietong", role: "bot", ...options.bot },
    conversation: { id: conversationId },
    channelId: CHANNEL,
  });

  const limited = async (scope: FastifyInstance) => {
    await scope.register(cors, corsOptions(origins));
    await scope.register(rateLimit, { global: false, cache: 10_000, errorResponseBuilder: () => new Problem("rate_limited") });
    takeEmptyJson(scope);
  };

  const plugin: FastifyPluginAsync = async (app) => {
    if (!app.hasDecorator("websocketServer")) await app.register(websocket, SOCKET_OPTIONS);
    await app.register(
      async (scope) => {
        await limited(scope);
        await scope.register(multipart, { limits: MULTIPART_LIMITS });
        registerConversations(scope, context);
      },
      { prefix: "/v3/directline" },
    );
    await app.register(
      async (scope) => {
        await limited(scope);
        registerWidget(scope, context);
      },
      { prefix: "/api/widget" },
    );
  };
  // Sockets are the host's as a whole: an upgrade sent to any other address is answered and hung up, not left open.
  Reflect.set(plugin, Symbol.for("skip-override"), true);

  return {
    plugin,
    typing: (conversationId) => streams.transient(conversationId, fleeting(conversationId, "typing")),
    present: () => present.conversations,
    tell: (conversationId, jietong) =>
      present.show({ ...fleeting(conversationId, "event"), name: "queue.place", channelData: { jietong } }),
    sockets: () => streams.open,
  };
}
