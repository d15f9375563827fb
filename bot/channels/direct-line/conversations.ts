/** The routes under `/v3/directline`. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { Problem } from "../../errors.ts";
import type { Incoming } from "../../ports/channel.ts";
import { fieldErrors, readActivity, wellFormed } from "./activity-in.ts";
import { createRender } from "./activity-out.ts";
import { bearer, createAuthorize, known, param, query, watermark } from "./authorize.ts";
import { sendFile } from "./files.ts";
import { CHANNEL, type DirectLineLimits, type DirectLineOptions } from "./options.ts";
import type { Present } from "./present.ts";
import type { Streams } from "./stream.ts";
import { TOKEN_LIFE, type TokenClaims, type Tokens } from "./tokens.ts";
import { receiveUpload } from "./upload.ts";

export interface DirectLineContext {
  readonly options: DirectLineOptions;
  readonly tokens: Tokens;
  readonly streams: Streams;
  readonly present: Present;
  readonly limits: DirectLineLimits;
}

const POLL_PAGE = 500;

export const localeSchema = z
  .string()
  .regex(/^[A-Za-z0-9-]{2,35}$/)
  .nullish()
  .catch(undefined);
const startSchema = z
  .object({
    user: z
      .object({ id: z.string().max(100).nullish() })
      .nullish()
      .catch(undefined),
    locale: localeSchema,
  })
  .nullish();

export function registerConversations(app: FastifyInstance, context: DirectLineContext): void {
  const { options, tokens, streams, present, limits } = context;
  const { inbox } = options;
  const authorize = createAuthorize(options, tokens);
  const accesses = new WeakMap<FastifyRequest, TokenClaims>();
  const access = (request: FastifyRequest): TokenClaims => {
    const found = accesses.get(request);
    if (found === undefined) throw new Problem("unauthorized");
    return found;
  };
  const authorized = async (request: FastifyRequest) => {
    accesses.set(request, await authorize.full(request));
  };
  const byToken = async (request: FastifyRequest) => {
    accesses.set(request, await authorize.byToken(request));
  };
  const perConversation = (max: number, timeWindow: number) => ({
    rateLimit: {
      max,
      timeWindow,
      keyGenerator: (request: FastifyRequest) => param(request, "id"),
      errorResponseBuilder: () => new Problem("too_many_messages"),
    },
  });
  const perAddress = { rateLimit: { max: limits.conversationsPerMinute, timeWindow: 60_000 } };

  const open = async (body: unknown, prefixNeeded: boolean) => {
    const parsed = startSchema.safeParse(body);
    if (!parsed.success) throw new Problem("bad_request", undefined, fieldErrors(parsed.error));
    const asked = parsed.data?.user?.id ?? undefined;
    if (asked !== undefined && prefixNeeded && !asked.startsWith("dl_")) {
      throw new Problem("bad_request", undefined, [{ field: "user.id", message: "Must start with `dl_`." }]);
    }
    const userId = asked === undefined || wellFormed(asked) === "" ? `dl_${options.ids.next("user")}` : wellFormed(asked);
    const { locale } = parsed.data ?? {};
    return await inbox.open({ channel: CHANNEL, userId, ...(locale === undefined || locale === null ? {} : { locale }) });
  };

  /** What start and reconnect answer. */
  const connection = async (request: FastifyRequest, conversationId: string, userId: string, after?: number) => {
    const stream = await tokens.issue("stream", conversationId, userId);
    const address = `${base(request, options).replace(/^http/, "ws")}/conversations/${encodeURIComponent(conversationId)}/stream`;
    return {
      conversationId,
      token: await tokens.issue("conversation", conversationId, userId),
      expires_in: TOKEN_LIFE.conversation,
      streamUrl: `${address}?${after === undefined ? "" : `watermark=${after}&`}t=${stream}`,
    };
  };

  app.post("/tokens/generate", { config: perAddress }, async (request) => {
    if (!options.isIntegrationKey(bearer(request))) throw new Problem("unauthorized", "Only the integration key makes tokens.");
    const { id, userId } = await open(request.body, true);
    return { conversationId: id, token: await tokens.issue("conversation", id, userId), expires_in: TOKEN_LIFE.conversation };
  });

  app.post("/tokens/refresh", async (request) => {
    const { conversationId, userId } = await tokens.verify(bearer(request), "conversation");
    await known(options, conversationId);
    return { conversationId, token: await tokens.issue("conversation", conversationId, userId), expires_in: TOKEN_LIFE.conversation };
  });

  app.post("/conversations", { config: perAddress }, async (request, reply) => {
    const credential = bearer(request);
    reply.code(201);
    if (options.isIntegrationKey(credential)) {
      const { id, userId } = await open(request.body, false);
      return await connection(request, id, userId);
    }
    const { conversationId, userId } = await tokens.verify(credential, "conversation");
    await known(options, conversationId);
    return await connection(request, conversationId, userId);
  });

  app.get("/conversations/:id", { onRequest: authorized }, async (request) => {
    const claims = access(request);
    return await connection(request, claims.conversationId, claims.userId, watermark(request));
  });

  const receive = async (claims: TokenClaims, incoming: Incoming) => ({ id: (await inbox.receive(claims.conversationId, incoming)).id });

  app.post(
    "/conversations/:id/activities",
    { onRequest: byToken, config: perConversation(limits.burst, limits.burstMs) },
    async (request) => receive(access(request), readActivity(request.body)),
  );

  app.get("/conversations/:id/activities", { onRequest: authorized }, async (request) => {
    const { conversationId, userId } = access(request);
    const after = watermark(request);
    const render = createRender(tokens, base(request, options), conversationId, userId);
    const group = await render(await inbox.log(conversationId, after, POLL_PAGE), after);
    const more = present.polled(conversationId);
    return more.length === 0 ? group : { ...group, activities: [...group.activities, ...more] };
  });

  app.post("/conversations/:id/upload", { onRequest: authorized, config: perConversation(limits.uploadsPerMinute, 60_000) }, (request) =>
    receiveUpload(request, inbox, access(request).conversationId),
  );

  app.get("/conversations/:id/files/:fileId", async (request, reply) => {
    const token = query(request, "t");
    const claims = token === undefined ? await authorize.full(request) : await tokens.verify(token, "file");
    if (claims.conversationId !== param(request, "id")) throw new Problem("token_expired", "The token is for another conversation.");
    const file = await inbox.file(param(request, "fileId"));
    if (file === undefined || file.conversationId !== claims.conversationId) throw new Problem("file_unknown");
    return sendFile(reply, file);
  });

  const streamClaims = new WeakMap<FastifyRequest, TokenClaims>();
  app.get(
    "/conversations/:id/stream",
    {
      websocket: true,
      preValidation: async (request) => {
        if (!originAllowed(request, options)) throw new Problem("forbidden", "This web page may not open a stream.");
        const claims = await tokens.verify(query(request, "t") ?? "", "stream");
        if (claims.conversationId !== param(request, "id")) throw new Problem("token_expired", "The token is for another conversation.");
        if (streams.taken(claims.tokenId))
          throw new Problem("state_conflict", "A socket is open with this token; reconnect for a new one.");
        watermark(request);
        streamClaims.set(request, claims);
      },
    },
    (socket, request) => {
      const claims = streamClaims.get(request);
      if (claims === undefined || streams.taken(claims.tokenId)) return socket.terminate();
      const render = createRender(tokens, base(request, options), claims.conversationId, claims.userId);
      streams.serve(socket, claims, watermark(request), inbox, render, options.log);
    },
  );
}

/** Where the client reaches us. */
function base(request: FastifyRequest, options: DirectLineOptions): string {
  return `${options.publicUrl?.replace(/\/+$/, "") ?? `${request.protocol}://${request.host}`}/v3/directline`;
}

function originAllowed(request: FastifyRequest, options: DirectLineOptions): boolean {
  const { origins } = options;
  const { origin } = request.headers;
  return origins === undefined || origins === "any" || origin === undefined || origins.includes(origin);
}
