import Fastify from "fastify";
import { compactVerify, importJWK } from "jose";
import { describe, expect, it } from "vitest";
import { loadPolicy } from "../policy/load-policy.ts";
import { officialContacts } from "./official-contacts.ts";

const { contacts } = loadPolicy("bot/policy");
const START = Date.parse("2026-11-20T12:41:00Z");

async function open(seed = new Uint8Array(32).fill(7)) {
  let now = START;
  const app = Fastify();
  await app.register(officialContacts({ contacts, signingSeed: seed, clock: { now: () => now } }));
  const get = async (path: string) => {
    const answer = await app.inject({ url: `/.well-known/${path}` });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ "access-control-allow-origin": "*", "cache-control": "public, max-age=300" });
    return answer.json();
  };
  return {
    list: () => get("official-contacts.json"),
    key: () => get("official-contacts-key.json"),
    at: (time: number): void => {
      now = time;
    },
  };
}

describe("the published register", () => {
  it("names what is official and what was reported, and its signature is over the same fields", async () => {
    const desk = await open();
    const { jws, ...fields } = await desk.list();
    expect(fields).toMatchObject({ issuedAt: "2026-11-20T12:41:00.000Z", expiresAt: "2026-11-21T12:41:00.000Z" });
    expect(fields.official).toContainEqual({ kind: "phone", value: "400-000-1234", name: { zh: "官方热线", en: "Official hotline" } });
    expect(fields.reportedFakes.map(({ value }: { value: string }) => value)).toEqual(["400-000-1243", "https://sh0p.example"]);
    const jwk = await desk.key();
    expect(Object.keys(jwk).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
    const { payload, protectedHeader } = await compactVerify(jws, await importJWK(jwk));
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(fields);
    expect(protectedHeader).toEqual({ alg: "EdDSA", kid: jwk.kid, typ: "official-contacts+json" });
  });

  it("does not verify when a digit was changed, nor with another desk's key", async () => {
    const desk = await open();
    const { jws } = await desk.list();
    const [head, body, signature] = String(jws).split(".");
    const forged = Buffer.from(
      Buffer.from(body ?? "", "base64url")
        .toString()
        .replace("400-000-1234", "400-000-1243"),
    ).toString("base64url");
    const key = await importJWK(await desk.key());
    await expect(compactVerify(`${head}.${forged}.${signature}`, key)).rejects.toThrow();
    const other = await open(new Uint8Array(32).fill(8));
    await expect(compactVerify(jws, await importJWK(await other.key()))).rejects.toThrow();
  });

  it("is signed anew after an hour, by the same key on every node", async () => {
    const [desk, node] = [await open(), await open()];
    const first = await desk.list();
    desk.at(START + 3_599_000);
    expect((await desk.list()).issuedAt).toBe(first.issuedAt);
    desk.at(START + 3_600_000);
    expect((await desk.list()).issuedAt).toBe("2026-11-20T13:41:00.000Z");
    expect(await node.key()).toEqual(await desk.key());
  });
});
