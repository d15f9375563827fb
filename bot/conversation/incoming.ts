/** A message on its way in. */
import type { TurnWorld } from "../act/world.ts";
import { mask } from "../guard/mask.ts";
import type { Incoming } from "../ports/channel.ts";
import type { Activity } from "./activity.ts";
import type { Conversation } from "./conversation.ts";

/** What is stored of a message: masked before it touches anything, with the kinds that were masked noted beside it. */
export function toActivity(incoming: Incoming, conversation: Conversation, world: TurnWorld): Activity {
  const { text, found } = mask(incoming.text ?? "");
  const names = incoming.attachments?.map((attachment) => ({ ...attachment, name: mask(attachment.name).text }));
  return {
    id: world.ids.next("act"),
    type: incoming.type,
    timestamp: new Date(world.clock.now()).toISOString(),
    from: {
      id: conversation.userId,
      role: "user",
      ...(conversation.identity?.name === undefined ? {} : { name: conversation.identity.name }),
    },
    conversation: { id: conversation.id },
    channelId: conversation.channel,
    ...(incoming.text === undefined ? {} : { text, textFormat: "plain" as const }),
    ...(incoming.locale === undefined ? {} : { locale: incoming.locale }),
    ...(incoming.name === undefined ? {} : { name: mask(incoming.name).text }),
    ...(typeof incoming.value === "string" ? { value: mask(incoming.value).text } : {}),
    ...(names && names.length > 0
      ? { attachments: names.map(({ fileId, name, contentType }) => ({ contentType, name, contentUrl: fileId })) }
      : {}),
    channelData: { ...maskedStrings(incoming.channelData), ...(found.length > 0 ? { masked: found } : {}) },
  };
}

/** Words of the desk's own that no client may put into its mouth. */
const RESERVED: ReadonlySet<string> = new Set(["masked", "jietong"]);

function maskedStrings(data: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  const given = Object.entries(data ?? {}).filter(([key]) => !RESERVED.has(key));
  return Object.fromEntries(given.map(([key, value]) => [key, key === "clientActivityID" ? value : maskedDeep(value)]));
}

function maskedDeep(value: unknown): unknown {
  if (typeof value === "string") return mask(value).text;
  if (Array.isArray(value)) return value.map(maskedDeep);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [mask(key).text, maskedDeep(one)]));
}
