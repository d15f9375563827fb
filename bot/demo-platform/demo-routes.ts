/** What the demo shop's own server would do: list its customers and sign the identity of the one who signs in. Mounted with the demo platform only. */
import type { FastifyPluginAsync } from "fastify";
import { SignJWT } from "jose";
import { Problem } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import { DEMO_CUSTOMERS } from "./demo-customers.ts";

/** A visit to the shop. Seconds. */
const IDENTITY_LIFE = 3600;

export function demoRoutes(identitySecret: string, clock: Clock): FastifyPluginAsync {
  const secret = new TextEncoder().encode(identitySecret);
  return async (app) => {
    app.get("/api/demo/customers", { schema: { hide: true } }, async () =>
      DEMO_CUSTOMERS.map(({ id, name, locale, tier }) => ({ id, name, locale, tier })),
    );
    app.post("/api/demo/sign-in", { schema: { hide: true } }, async (request) => {
      const { body } = request;
      const wanted = typeof body === "object" && body !== null && "customerId" in body ? body.customerId : undefined;
      const customer = DEMO_CUSTOMERS.find((candidate) => candidate.id === wanted);
      if (!customer) throw new Problem("bad_request", undefined, [{ field: "customerId", message: "one of the demo customers" }]);
      const now = Math.floor(clock.now() / 1000);
      const identityToken = await new SignJWT({
        name: customer.name,
        tier: customer.tier,
        ...(customer.phone === undefined ? {} : { phone: customer.phone }),
      })
        .setProtectedHeader({ alg: "HS256" })
        .setSubject(customer.id)
        .setIssuedAt(now)
        .setExpirationTime(now + IDENTITY_LIFE)
        .sign(secret);
      return { identityToken };
    });
  };
}
