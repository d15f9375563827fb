/** What every route is given. */
import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Auth } from "../auth.ts";
import type { Caller, DeskServices, IdempotencyKey } from "../services.ts";

export interface RouteContext {
  readonly services: DeskServices;
  readonly auth: Auth;
  readonly limits: ApiLimits;
}

/** Requests a minute, counted in this process. */
export interface ApiLimits {
  /** For each key or desk user. */
  readonly requests: number;
  /** Case look-ups for each key or desk user: a code has seven free digits. */
  readonly lookups: number;
  /** Tries to sign in from one address. */
  readonly signIns: number;
  /** Requests without a valid key or token from one address. */
  readonly refusals: number;
}

export const DEFAULT_API_LIMITS: ApiLimits = { requests: 1200, lookups: 30, signIns: 10, refusals: 60 };

/** @returns undefined when the client sent no Idempotency-Key. */
export function idempotencyOf(request: FastifyRequest, caller: Caller): IdempotencyKey | undefined {
  const key = request.headers["idempotency-key"];
  if (typeof key !== "string" || key === "") return undefined;
  const route = `${request.method} ${request.routeOptions.url ?? ""}`;
  const requestHash = createHash("sha256")
    .update(`${route}\n${canonical(request.params)}\n${canonical(request.body)}`, "utf8")
    .digest("hex");
  return { scope: `${caller.name} ${route}`, key, requestHash };
}

/** JSON with sorted keys: the same request in another order of fields is the same request. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, one: unknown) =>
      typeof one === "object" && one !== null && !Array.isArray(one)
        ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
        : one,
    ) ?? ""
  );
}
