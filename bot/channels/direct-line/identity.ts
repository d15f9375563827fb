/** Who the customer is, as the platform signed it: JWT HS256 with `sub`, `exp` and, if it likes, `name`, `phone`, `tier`. */
import { createSecretKey } from "node:crypto";
import { jwtVerify } from "jose";
import { z } from "zod";
import { Problem } from "../../errors.ts";
import type { Identity } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import { wellFormed } from "./activity-in.ts";

const word = (max: number) => z.string().max(max).transform(wellFormed).pipe(z.string().min(1));
const claimsSchema = z.object({
  sub: word(200),
  name: z.exactOptional(word(200)),
  phone: z.exactOptional(word(40)),
  tier: z.exactOptional(word(40)),
});

/**
 * @returns a function that reads an identity token.
 * @throws Problem `identity_invalid` when it is forged, expired, lacks `sub` or `exp`, or is signed in another way than HS256.
 */
export function createIdentityReader(identitySecret: Uint8Array, clock: Clock): (token: string) => Promise<Identity> {
  const key = createSecretKey(identitySecret);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ["HS256"],
        requiredClaims: ["sub", "exp"],
        currentDate: new Date(clock.now()),
        clockTolerance: 5,
      });
      const { sub, ...rest } = claimsSchema.parse(payload);
      return { customerId: sub, ...rest };
    } catch {
      throw new Problem("identity_invalid");
    }
  };
}
