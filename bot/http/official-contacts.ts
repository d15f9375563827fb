/**
 * `/.well-known/official-contacts.json`: the operator's register for everybody to read, and for programs to check.
 *
 * The plain fields are for readers. `jws` is a compact JWS (RFC 7515, EdDSA over Ed25519, RFC 8037) whose payload is the JSON of the very same
 * fields, so that a copy passed on elsewhere can be checked against `/.well-known/official-contacts-key.json` (a JWK) and an old one told from a
 * new one by `expiresAt`. Who keeps the key must fetch it once from a place he trusts: a fake site signs with a key of its own.
 */
import { createPrivateKey, createPublicKey } from "node:crypto";
import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from "fastify";
import { CompactSign, calculateJwkThumbprint, exportJWK } from "jose";
import type { Contact, Policy } from "../policy/policy.ts";
import type { Clock } from "../ports/clock.ts";

/** A list is signed anew after this, and good for a day. Milliseconds. */
const SIGNED_ANEW_MS = 3_600_000;
const LIFE_MS = 86_400_000;
const CACHE_SECONDS = 300;
/** PKCS #8 head of an Ed25519 private key (RFC 8410 §7); the 32 bytes of the seed follow. */
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

export interface OfficialContactsOptions {
  readonly contacts: Policy["contacts"];
  /** 32 bytes; the same on every node of a desk. */
  readonly signingSeed: Uint8Array;
  readonly clock: Clock;
}

/** @throws when the seed has not 32 bytes */
export function officialContacts({ contacts, signingSeed, clock }: OfficialContactsOptions): FastifyPluginAsync {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, signingSeed]), format: "der", type: "pkcs8" });
  const entries = (list: readonly Contact[]) => list.map(({ kind, value, name }) => ({ kind, value, name }));
  let signed: { readonly until: number; readonly body: Readonly<Record<string, unknown>> } | undefined;

  const list = async (): Promise<Readonly<Record<string, unknown>>> => {
    const now = clock.now();
    if (signed && now < signed.until) return signed.body;
    const fields = {
      issuedAt: new Date(now).toISOString(),
      expiresAt: new Date(now + LIFE_MS).toISOString(),
      official: entries(contacts.official),
      reportedFakes: entries(contacts.reportedScam),
      publicLines: entries(contacts.public),
    };
    const { kid } = await publicKey();
    const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(fields)))
      .setProtectedHeader({ alg: "EdDSA", kid, typ: "official-contacts+json" })
      .sign(key);
    signed = { until: now + SIGNED_ANEW_MS, body: { ...fields, jws } };
    return signed.body;
  };
  const publicKey = async () => {
    const jwk = await exportJWK(createPublicKey(key));
    return { ...jwk, alg: "EdDSA", use: "sig", kid: await calculateJwkThumbprint(jwk) };
  };

  return async (app: FastifyInstance) => {
    const open = (reply: FastifyReply): FastifyReply =>
      reply
        .header("cache-control", `public, max-age=${CACHE_SECONDS}`)
        .header("access-control-allow-origin", "*")
        .header("cross-origin-resource-policy", "cross-origin")
        .type("application/json; charset=utf-8");
    app.get("/.well-known/official-contacts.json", { schema: { hide: true } }, async (_request, reply) => open(reply).send(await list()));
    app.get("/.well-known/official-contacts-key.json", { schema: { hide: true } }, async (_request, reply) =>
      open(reply).send(await publicKey()),
    );
  };
}
