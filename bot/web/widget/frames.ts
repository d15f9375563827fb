/** Reads what Direct Line sends. Anything that is not of the expected shape is nothing, never an exception. */
import { figure, isRecord, listOf, parseJson, text } from "../parts/check.ts";
import type { ActivitySet, OpenedConversation, WidgetAccess, WireActivity } from "../wire-format.ts";

export function isActivity(value: unknown): value is WireActivity {
  return isRecord(value) && typeof value.id === "string" && typeof value.type === "string";
}

/** A text frame of the stream. The empty keep-alive frame, and anything broken, is undefined. */
export function readFrame(data: unknown): ActivitySet | undefined {
  return typeof data === "string" && data !== "" ? readActivitySet(parseJson(data)) : undefined;
}

export function readActivitySet(value: unknown): ActivitySet | undefined {
  if (!isRecord(value)) return undefined;
  const watermark = text(value, "watermark") ?? figure(value, "watermark")?.toString();
  return { activities: listOf(value, "activities", isActivity), ...(watermark === undefined ? {} : { watermark }) };
}

export function readAccess(value: unknown): WidgetAccess | undefined {
  const [conversationId, token] = [text(value, "conversationId"), text(value, "token")];
  if (conversationId === undefined || token === undefined) return undefined;
  const expiresIn = figure(value, "expiresIn") ?? figure(value, "expires_in");
  return { conversationId, token, ...(expiresIn === undefined ? {} : { expiresIn }) };
}

export function readOpened(value: unknown): OpenedConversation | undefined {
  const conversationId = text(value, "conversationId");
  if (conversationId === undefined) return undefined;
  const [token, streamUrl] = [text(value, "token"), text(value, "streamUrl")];
  return { conversationId, ...(token === undefined ? {} : { token }), ...(streamUrl === undefined ? {} : { streamUrl }) };
}

/** Customer id in an identity token, read without proof: only to see whether the kept conversation is still the same customer's. */
export function subjectOf(identityToken: string | undefined): string | undefined {
  const body = identityToken?.split(".")[1];
  if (body === undefined) return undefined;
  try {
    return text(parseJson(atob(body.replace(/-/gu, "+").replace(/_/gu, "/"))), "sub");
  } catch {
    return undefined;
  }
}

/**
 * Pause before the next try: 1, 2, 4, 8, then 15 s, a random quarter shorter, so that a thousand widgets do not come back in the same second.
 * @param attempt 0 for the first failure. @param chance 0 ≤ x < 1. @returns milliseconds.
 */
export function backOff(attempt: number, chance: number): number {
  return Math.max(1000, Math.min(15_000, 1000 * 2 ** attempt) * (1 - chance / 4));
}
