/** What survives a reload of the page, for the tab: the conversation, its token, and words that had not left yet. */
import { isRecord, listOf, parseJson, text } from "../parts/check.ts";
import type { WidgetAccess } from "../wire-format.ts";
import type { Outgoing } from "./chat-log.ts";
import { readAccess } from "./frames.ts";

export interface Remembered {
  readonly access: WidgetAccess;
  /** Customer the conversation is tied to; absent for an anonymous one. */
  readonly subject?: string;
  readonly outgoing: readonly Outgoing[];
}

export function remember(value: Remembered): string {
  const unsent = value.outgoing.filter((one) => one.text !== "" && !one.file && one.refusal === undefined);
  return JSON.stringify({
    conversationId: value.access.conversationId,
    token: value.access.token,
    subject: value.subject,
    outgoing: unsent.map(({ id, text: said, at }) => ({ id, text: said, at })),
  });
}

export function recall(kept: string | undefined): Remembered | undefined {
  const value = parseJson(kept ?? "");
  const access = readAccess(value);
  if (!access) return undefined;
  const subject = text(value, "subject");
  const outgoing = listOf(value, "outgoing", isUnsent).map(({ id, text: said, at }) => ({ id, text: said, at, state: "sending" as const }));
  return { access, outgoing, ...(subject === undefined ? {} : { subject }) };
}

function isUnsent(value: unknown): value is { id: string; text: string; at: number } {
  return isRecord(value) && typeof value.id === "string" && typeof value.text === "string" && typeof value.at === "number";
}
