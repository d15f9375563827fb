/**
 * What a client may say, checked at our own edge: the SDK lets nonsense through. Unknown fields are dropped, the sender is the token's user and
 * nothing else, and nothing under `channelData.jietong` survives: that is our voice.
 */
import { z } from "zod";
import { Problem } from "../../errors.ts";
import type { Incoming } from "../../ports/channel.ts";

/** Code points in one message. */
export const MAX_TEXT = 4000;
const MAX_DEPTH = 16;
const MAX_CHANNEL_DATA_KEYS = 20;
/** Keys of channelData that the desk itself writes and believes. */
const RESERVED: ReadonlySet<string> = new Set(["jietong", "masked", "__proto__"]);

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Without NUL and half surrogate pairs: PostgreSQL's jsonb takes neither. */
export function wellFormed(text: string): string {
  return text.replaceAll("\u0000", "").toWellFormed();
}

const activitySchema = z.object({
  type: z.enum(["message", "event", "typing"]),
  id: z.string().min(1).max(200).optional().catch(undefined),
  text: z.string().nullish(),
  value: z.unknown().optional(),
  name: z.string().max(200).nullish(),
  locale: z
    .string()
    .regex(/^[A-Za-z0-9-]{2,35}$/)
    .nullish()
    .catch(undefined),
  channelData: z.record(z.string(), z.unknown()).nullish().catch(undefined),
});

export type IncomingFile = NonNullable<Incoming["attachments"]>[number];

/**
 * @param body parsed JSON of `POST …/activities` or the `activity` part of an upload.
 * @param files files of the upload, already kept.
 * @throws Problem `bad_request` naming the fields, `message_too_long`.
 */
export function readActivity(body: unknown, files: readonly IncomingFile[] = []): Incoming {
  const parsed = activitySchema.safeParse(body);
  if (!parsed.success) throw new Problem("bad_request", undefined, fieldErrors(parsed.error));
  const { type, id, name, locale, channelData } = parsed.data;
  const text = wellFormed(parsed.data.text ?? "");
  if (text.length > MAX_TEXT && codePoints(text) > MAX_TEXT) throw new Problem("message_too_long");
  const value = parsed.data.value === undefined || parsed.data.value === null ? undefined : cleanJson(parsed.data.value, 0);
  if (type === "message" && text.trim() === "" && value === undefined && files.length === 0) {
    throw new Problem("bad_request", undefined, [{ field: "text", message: "A message needs text, a value or a file." }]);
  }
  const kept = keepChannelData(channelData ?? {});
  const externalId = typeof kept.clientActivityID === "string" ? kept.clientActivityID : id === undefined ? undefined : wellFormed(id);
  return {
    type,
    ...(text === "" ? {} : { text }),
    ...(value === undefined ? {} : { value }),
    ...(name === undefined || name === null ? {} : { name: wellFormed(name) }),
    ...(locale === undefined || locale === null ? {} : { locale }),
    ...(files.length === 0 ? {} : { attachments: files }),
    ...(externalId === undefined || externalId === "" ? {} : { externalId }),
    ...(Object.keys(kept).length === 0 ? {} : { channelData: kept }),
  };
}

/** `field` and what is wrong with it, for the `errors` of a problem. */
export function fieldErrors(error: z.ZodError): { field: string; message: string }[] {
  return error.issues.slice(0, 20).map((issue) => ({ field: issue.path.join(".") || "body", message: issue.message }));
}

/** Enough for a client to know its own message again: short single values and lists of numbers. A place to hide a secret or a novel it is not. */
function keepChannelData(data: Readonly<Record<string, unknown>>): Record<string, Json> {
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(data).slice(0, MAX_CHANNEL_DATA_KEYS)) {
    if (RESERVED.has(key) || key.length > 60) continue;
    if (typeof value === "string" && value.length <= 200) kept[wellFormed(key)] = wellFormed(value);
    else if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) kept[wellFormed(key)] = value;
    else if (Array.isArray(value) && value.length <= 10 && value.every((one) => typeof one === "number")) kept[wellFormed(key)] = value;
  }
  return kept;
}

function cleanJson(value: unknown, depth: number): Json {
  if (depth > MAX_DEPTH) throw new Problem("bad_request", undefined, [{ field: "value", message: `At most ${MAX_DEPTH} levels deep.` }]);
  if (typeof value === "string") return wellFormed(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => cleanJson(one, depth + 1));
  if (typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [wellFormed(key), cleanJson(one, depth + 1)]));
  return null;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
