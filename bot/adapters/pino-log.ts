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

/** @param clean takes secrets out of a text: the words of an error may quote what a customer wrote */
export function pinoLog(level: "debug" | "info" | "warn" | "error" | "silent", clean: (text: string) => string = (text) => text): Log {
  const log = pino(
    { level, base: null, redact: { paths: REDACTED, censor: "[removed]" }, formatters: { level: (label) => ({ level: label }) } },
    pino.destination({ fd: 2, sync: false }),
  );
  const write =
    (at: "info" | "warn" | "error") =>
    (fields: Record<string, unknown>, message: string): void => {
      if (log.isLevelEnabled(at)) log[at](cleaned(fields, clean) as Record<string, unknown>, clean(message));
    };
  return { info: write("info"), warn: write("warn"), error: write("error") };
}

function cleaned(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) return value.map((one) => cleaned(one, clean));
  if (typeof value !== "object" || value === null || value instanceof Error) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cleaned(one, clean)]));
}
