/**
 * The tokens of Direct Line: JWT HS256, each for one conversation and one user. `user` is a claim so that Web Chat locks to it.
 * Three kinds that cannot stand in for one another (`aud`): conversation (1 h), stream (opens one socket within a minute), file (1 h).
 */
import { createSecretKey, type KeyObject } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { Problem } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ids } from "../../ports/ids.ts";

export type TokenUse = "conversation" | "stream" | "file";

export interface TokenClaims {
  readonly conversationId: string;
  readonly userId: string;
  /** The token's own id; a stream token opens one socket at a time. */
  readonly tokenId: string;
}

export interface Tokens {
  issue(use: TokenUse, conversationId: string, userId: string): Promise<string>;
  /**
   * @param graceSeconds how long after its end the token is still taken (resuming a chat). Default 0.
   * @throws Problem `unauthorized` for a forged or foreign kind of token, `token_expired` (403, which Direct Line clients wait for) for a late one.
   */
  verify(token: string, use: TokenUse, graceSeconds?: number): Promise<TokenClaims>;
}

/** Seconds. */
export const TOKEN_LIFE: Readonly<Record<TokenUse, number>> = { conversation: 3600, stream: 60, file: 3600 };

/** Tokens whose signature was checked and need not be again: a client sends the same one for an hour. */
const MOST_KNOWN = 2000;

const claimsSchema = z.object({ conv: z.string().min(1), user: z.string().min(1), jti: z.string().min(1), exp: z.number() });

/**
 * @param secretKey at least 32 bytes from the configuration: a key made at start would end every chat at each restart. It becomes a KeyObject
 * once, as verifying with a string costs fifty times as much.
 */
export function createTokens(secretKey: Uint8Array | KeyObject, clock: Clock, ids: Ids): Tokens {
  const key = secretKey instanceof Uint8Array ? createSecretKey(secretKey) : secretKey;
  const checked = new Map<string, { readonly claims: TokenClaims; readonly expires: number }>();
  return {
    issue(use, conversationId, userId) {
      const now = Math.floor(clock.now() / 1000);
      return new SignJWT({ conv: conversationId, user: userId })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setAudience(`jietong:${use}`)
        .setJti(ids.next("token"))
        .setIssuedAt(now)
        .setExpirationTime(now + TOKEN_LIFE[use])
        .sign(key);
    },
    async verify(token, use, graceSeconds = 0) {
      const name = `${use} ${token}`;
      const known = checked.get(name);
      if (known !== undefined && known.expires > Math.floor(clock.now() / 1000) - graceSeconds) return known.claims;
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ["HS256"],
          audience: `jietong:${use}`,
          currentDate: new Date(clock.now()),
          clockTolerance: graceSeconds,
          requiredClaims: ["exp"],
        });
        const { conv, user, jti, exp } = claimsSchema.parse(payload);
        const claims = { conversationId: conv, userId: user, tokenId: jti };
        checked.set(name, { claims, expires: exp });
        const [eldest] = checked.keys();
        if (checked.size > MOST_KNOWN && eldest !== undefined) checked.delete(eldest);
        return claims;
      } catch (error) {
        throw new Problem(error instanceof errors.JWTExpired ? "token_expired" : "unauthorized");
      }
    },
  };
}
