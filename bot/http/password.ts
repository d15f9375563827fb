/** Passwords of desk users: scrypt with a salt each, in one line that says how it was made. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

/** OWASP Password Storage Cheat Sheet, scrypt: N=2^15, r=8, p=3 (32 MB, about 0.15 s here). */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const KEY_BYTES = 32;

function derive(password: string, salt: Buffer, cost: { N: number; r: number; p: number }, length: number): Promise<Buffer> {
  const options: ScryptOptions = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** @returns `scrypt$N$r$p$<salt>$<key>`, base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST, KEY_BYTES);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/** @returns false also for a hash it cannot read. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [kind, n, r, p, salt, key] = hash.split("$");
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const wanted = Buffer.from(key ?? "", "base64url");
  const sane = kind === "scrypt" && cost.N <= 2 ** 17 && cost.r <= 16 && cost.p <= 8 && wanted.byteLength >= 16;
  if (!sane || password.length > 1000) return false;
  try {
    return timingSafeEqual(await derive(password, Buffer.from(salt ?? "", "base64url"), cost, wanted.byteLength), wanted);
  } catch {
    return false;
  }
}
