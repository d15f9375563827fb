/**
 * Who may call the Escalation API: an integration key (PBX, CRM, platform: everything of the API) or a desk user's token (agent: cases and the
 * entries he holds; supervisor: all).
 */
import { createHash, createSecretKey, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { Problem } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Agent, Caller, Role } from "./services.ts";

/** A working day and no more. Seconds. */
export const DESK_TOKEN_LIFE = 8 * 3600;

export interface AuthOptions {
  /** `id` names the key in the audit log; it is no secret. */
  readonly integrationKeys: readonly { readonly id: string; readonly key: string }[];
  /** Signs desk tokens; at least 32 bytes, kept over restarts. */
  readonly secretKey: Uint8Array;
  readonly clock: Clock;
}

export interface Auth {
  isIntegrationKey(key: string): boolean;
  /** Hook for `onRequest`. @throws Problem `unauthorized` */
  authenticate(request: FastifyRequest): Promise<void>;
  /** Who was authenticated. @throws Problem `unauthorized` when nobody was. */
  caller(request: FastifyRequest): Caller;
  issue(agent: Pick<Agent, "id" | "role">): Promise<string>;
}

const claimsSchema = z.object({ sub: z.string().min(1), role: z.enum(["agent", "supervisor"]) });
const AUDIENCE = "jietong:desk";

function sha256(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}

export function createAuth(options: AuthOptions): Auth {
  const keys = options.integrationKeys.map(({ id, key }) => ({ id, digest: sha256(key) }));
  const secret = createSecretKey(options.secretKey);
  const callers = new WeakMap<FastifyRequest, Caller>();

  // All keys are compared, whichever fits, so that the time says nothing.
  const findKey = (given: string): string | undefined => {
    const digest = sha256(given);
    return keys.filter((key) => timingSafeEqual(key.digest, digest))[0]?.id;
  };

  const fromToken = async (token: string): Promise<Caller> => {
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: ["HS256"],
        audience: AUDIENCE,
        requiredClaims: ["exp"],
        currentDate: new Date(options.clock.now()),
      });
      const { sub, role } = claimsSchema.parse(payload);
      return { kind: "agent", agentId: sub, role, name: `agent:${sub}` };
    } catch {
      throw new Problem("unauthorized");
    }
  };

  return {
    isIntegrationKey: (key) => findKey(key) !== undefined,
    async authenticate(request) {
      const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
      if (given === undefined) throw new Problem("unauthorized");
      const keyId = findKey(given);
      callers.set(request, keyId === undefined ? await fromToken(given) : { kind: "integration", keyId, name: `key:${keyId}` });
    },
    caller(request) {
      const caller = callers.get(request);
      if (caller === undefined) throw new Problem("unauthorized");
      return caller;
    },
    issue(agent) {
      const now = Math.floor(options.clock.now() / 1000);
      return new SignJWT({ role: agent.role })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setAudience(AUDIENCE)
        .setSubject(agent.id)
        .setIssuedAt(now)
        .setExpirationTime(now + DESK_TOKEN_LIFE)
        .sign(secret);
    },
  };
}

/** @throws Problem `forbidden` unless the caller is an integration key or a desk user with one of the roles. */
export function allow(caller: Caller, ...roles: readonly Role[]): void {
  if (caller.kind === "agent" && !roles.includes(caller.role)) throw new Problem("forbidden");
}
