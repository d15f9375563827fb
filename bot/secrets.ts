/**
 * Secrets nobody set in the environment are made once and kept in `<data dir>/secrets.json`, readable by the owner only (mode 0600).
 * The keys that sign our own tokens are derived, so that nodes with the same environment accept each other's tokens.
 */
import { createHmac, randomBytes, randomInt } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Config } from "./config.ts";

export interface Secrets {
  readonly adminPassword: string;
  readonly apiKey: string;
  /** HS256 secret with which the platform signs its customers' identity. */
  readonly identitySecret: string;
  readonly demoPlatformKey: string;
  /** Signs conversation tokens. */
  readonly conversationKey: Uint8Array;
  /** Signs desk tokens. */
  readonly deskKey: Uint8Array;
  /** Seed of the Ed25519 key that signs the published contact register. */
  readonly contactsSeed: Uint8Array;
  /** True when the admin password was made just now: it is printed once. */
  readonly isFirst: boolean;
}

const storedSchema = z.object({ adminPassword: z.string(), apiKey: z.string(), identitySecret: z.string(), demoPlatformKey: z.string() });

/** Letters and digits that are not mistaken for each other. */
const READABLE = "abcdefghjkmnpqrstuvwxyz23456789";

/** @throws when the data folder cannot be written, or its secrets file was damaged: a sentence that says which file. */
export function readSecrets(config: Config): Secrets {
  const path = join(config.dataDir, "secrets.json");
  mkdirSync(config.dataDir, { recursive: true });
  const isFirst = !existsSync(path);
  if (isFirst) {
    const fresh = {
      adminPassword: Array.from({ length: 14 }, () => READABLE[randomInt(READABLE.length)]).join(""),
      apiKey: `jt_${randomBytes(24).toString("base64url")}`,
      identitySecret: randomBytes(32).toString("base64url"),
      demoPlatformKey: randomBytes(18).toString("base64url"),
    };
    writeFileSync(`${path}.new`, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  chmodSync(path, 0o600);
  const parsed = storedSchema.safeParse(readJson(path));
  if (!parsed.success)
    throw new Error(
      `${path} is damaged. Restore it from a backup, or remove it: then new secrets are made and tokens given out so far end.`,
    );
  const stored = parsed.data;
  const apiKey = config.apiKey ?? stored.apiKey;
  const identitySecret = config.identitySecret ?? stored.identitySecret;
  return {
    adminPassword: config.adminPassword ?? stored.adminPassword,
    apiKey,
    identitySecret,
    demoPlatformKey: stored.demoPlatformKey,
    conversationKey: conversationKeyOf(identitySecret),
    deskKey: derive(apiKey, "jietong desk tokens"),
    contactsSeed: derive(identitySecret, "jietong official contacts"),
    isFirst: isFirst && config.adminPassword === undefined,
  };
}

/** The key that signs conversation tokens, derived from the identity secret. */
export function conversationKeyOf(identitySecret: string): Uint8Array {
  return derive(identitySecret, "jietong conversation tokens");
}

function derive(secret: string, purpose: string): Uint8Array {
  return createHmac("sha256", secret).update(purpose).digest();
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
