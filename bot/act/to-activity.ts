/** A reply as the channel sends it. */
import type { Activity, CardAction, JietongChannelData } from "../conversation/activity.ts";
import type { Reply } from "../decide/finding.ts";
import { mask } from "../guard/mask.ts";
import type { ActInput } from "./act.ts";
import type { TurnWorld } from "./world.ts";

/** The log keeps the masked text; the full one is for this customer's eyes, for a few minutes. */
export function shelved(activity: Activity, now: number, world: TurnWorld): Activity {
  world.shelf.put(activity.id, activity.text ?? "", now);
  return { ...activity, text: mask(activity.text ?? "").text };
}

export function toActivity(
  reply: Reply,
  input: Pick<ActInput, "conversation" | "now">,
  world: Pick<TurnWorld, "ids">,
  jietong: JietongChannelData,
): Activity {
  const { conversation } = input;
  const actions = reply.actions?.map((title): CardAction => ({ type: "imBack", title, value: title }));
  return {
    id: world.ids.next("act"),
    type: "message",
    timestamp: new Date(input.now).toISOString(),
    from: { id: "jietong", name: "接通", role: "bot" },
    conversation: { id: conversation.id },
    channelId: conversation.channel,
    text: reply.text,
    textFormat: "markdown",
    locale: conversation.state.language === "zh" ? "zh-CN" : "en",
    inputHint: actions ? "expectingInput" : "acceptingInput",
    ...(actions ? { suggestedActions: { to: [conversation.userId], actions } } : {}),
    channelData: {
      jietong: {
        ...jietong,
        ...(reply.asks === undefined ? {} : { asks: reply.asks }),
        ...(reply.sources ? { sources: reply.sources } : {}),
        ...(reply.quotes ? { quotes: reply.quotes } : {}),
      },
    },
  };
}
