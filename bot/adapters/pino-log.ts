/** The log as JSON lines on stderr. What may hold a secret is removed even if somebody passes it by mistake. */
import { pino } from "pino";
import type { Log } from "../ports/log.ts";

const REDACTED = [
  "text",
  "token",
  "password",
  "authorization",
  "key",
  "secret",
  "*.text",
  "*.token",
  "*.password",
  "*.authorization",
  "*.key",
  "*.secret",
];

export function pinoLog(level: "debug" | "info" | "warn" | "error" | "silent"): Log {
  const log = pino(
    { level, base: null, redact: { paths: REDACTED, censor: "[removed]" }, formatters: { level: (label) => ({ level: label }) } },
    pino.destination({ fd: 2, sync: false }),
  );
  return {
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}
