/** `POST /api/widget/session`: the widget's way in. Anonymous, with the platform's signed identity, or going on where it was. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { Problem } from "../../errors.ts";
import type { Identity } from "../../ports/channel.ts";
import { fieldErrors } from "./activity-in.ts";
import { type DirectLineContext, localeSchema } from "./conversations.ts";
import { createIdentityReader } from "./identity.ts";
import { CHANNEL } from "./options.ts";
import { TOKEN_LIFE } from "./tokens.ts";

/** How long after its end a token may still be exchanged for a new one: overnight, not for ever. Seconds. */
const RESUME_GRACE = 24 * 3600;

const bodySchema = z
  .object({
    identityToken: z.string().max(8192).nullish(),
    locale: localeSchema,
    conversationId: z.string().max(200).nullish(),
    token: z.string().max(4096).nullish(),
  })
  .nullish();

export function registerWidget(app: FastifyInstance, { options, tokens, limits }: DirectLineContext): void {
  const { inbox, ids } = options;
  const readIdentity = createIdentityReader(options.identitySecret, options.clock);
  const config = { rateLimit: { max: limits.conversationsPerMinute, timeWindow: 60_000 } };

  /**
   * Goes on with an earlier conversation.
   * @returns undefined when it is gone or belongs to another customer than the one who has signed in meanwhile: then a new one is opened.
   * @throws Problem `unauthorized`, `token_expired` when the token does not open it.
   */
  const resume = async (conversationId: string, token: string, identity: Identity | undefined) => {
    const claims = await tokens.verify(token, "conversation", RESUME_GRACE);
    if (claims.conversationId !== conversationId) throw new Problem("token_expired", "The token is for another conversation.");
    if ((await inbox.find(conversationId)) === undefined) return undefined;
    if (identity !== undefined && !(await inbox.identify(conversationId, identity))) return undefined;
    return { id: conversationId, userId: claims.userId };
  };

  app.post("/session", { config }, async (request, reply) => {
    const parsed = bodySchema.safeParse(request.body);
    if (!parsed.success) throw new Problem("bad_request", undefined, fieldErrors(parsed.error));
    const { identityToken, locale, conversationId, token } = parsed.data ?? {};
    const identity = identityToken ? await readIdentity(identityToken) : undefined;
    const earlier = conversationId && token ? await resume(conversationId, token, identity) : undefined;
    const { id, userId } =
      earlier ??
      (await inbox.open({
        channel: CHANNEL,
        userId: `dl_${ids.next("user")}`,
        ...(locale ? { locale } : {}),
        ...(identity === undefined ? {} : { identity }),
      }));
    reply.code(earlier === undefined ? 201 : 200).header("cache-control", "no-store");
    return { conversationId: id, token: await tokens.issue("conversation", id, userId), expiresIn: TOKEN_LIFE.conversation };
  });
}
