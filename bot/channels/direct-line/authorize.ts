/** Who stands behind a request: the holder of a conversation's token, or the operator's server with the integration key. */
import type { FastifyRequest } from "fastify";
import { Problem } from "../../errors.ts";
import type { Conversation } from "../../ports/channel.ts";
import type { DirectLineOptions } from "./options.ts";
import type { TokenClaims, Tokens } from "./tokens.ts";

/** @throws Problem `unauthorized` when there is no bearer credential. */
export function bearer(request: FastifyRequest): string {
  const found = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (found === undefined) throw new Problem("unauthorized", "Send `Authorization: Bearer <conversation token>`.");
  return found;
}

/** The values of `request.params` as they are needed here. */
export function param(request: FastifyRequest, name: "id" | "fileId"): string {
  const { params } = request;
  const value: unknown = typeof params === "object" && params !== null ? Reflect.get(params, name) : undefined;
  return typeof value === "string" ? value : "";
}

export function query(request: FastifyRequest, name: string): string | undefined {
  const value: unknown = typeof request.query === "object" && request.query !== null ? Reflect.get(request.query, name) : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * The log number after which to go on. Clients that have seen nothing send none, `-` or the word "undefined".
 * @throws Problem `bad_request`.
 */
export function watermark(request: FastifyRequest): number {
  const raw = query(request, "watermark");
  if (raw === undefined || raw === "undefined" || raw === "null" || raw === "-") return 0;
  if (!/^\d{1,15}$/.test(raw)) throw new Problem("bad_request", undefined, [{ field: "watermark", message: "A number this server gave." }]);
  return Number(raw);
}

export interface Authorize {
  /**
   * Checks the bearer token of a request about `/conversations/:id`.
   * @throws Problem `unauthorized`, `token_expired` (also: a token of another conversation), `conversation_unknown`.
   */
  full(request: FastifyRequest): Promise<TokenClaims>;
  /** The same without asking whether the conversation is there, for what is about to be told that anyway. */
  byToken(request: FastifyRequest): Promise<TokenClaims>;
}

export function createAuthorize(options: DirectLineOptions, tokens: Tokens): Authorize {
  const claimsOf = async (request: FastifyRequest, asks: boolean): Promise<TokenClaims> => {
    const id = param(request, "id");
    const credential = bearer(request);
    if (options.isIntegrationKey(credential)) {
      const { userId } = await known(options, id);
      return { conversationId: id, userId, tokenId: "integration" };
    }
    const claims = await tokens.verify(credential, "conversation");
    if (claims.conversationId !== id) throw new Problem("token_expired", "The token is for another conversation.");
    if (asks) await known(options, id);
    return claims;
  };
  return { full: (request) => claimsOf(request, true), byToken: (request) => claimsOf(request, false) };
}

/** @throws Problem `conversation_unknown`. */
export async function known(options: DirectLineOptions, id: string): Promise<Conversation> {
  const conversation = await options.inbox.find(id);
  if (conversation === undefined) throw new Problem("conversation_unknown");
  return conversation;
}
