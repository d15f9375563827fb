/** The conversation as an agent reads it: page by page, masked, and without what only machines need. */
import type { Activity } from "../conversation/activity.ts";
import { mask } from "../guard/mask.ts";
import type { TranscriptLine, TranscriptPage } from "../http/services.ts";
import type { Page, Repositories } from "../ports/store.ts";

/** @returns lines in the order they were said; `nextCursor` is the log number the next page goes on at, absent at the end */
export async function readTranscript(
  { conversations }: Pick<Repositories, "conversations">,
  conversationId: string,
  { order, at, limit }: TranscriptPage,
): Promise<Page<TranscriptLine>> {
  const isNewest = order === "newest";
  const log = isNewest
    ? await conversations.logBefore(conversationId, at, limit + 1)
    : await conversations.log(conversationId, at ?? 0, limit + 1);
  const shown = isNewest ? log.slice(-limit) : log.slice(0, limit);
  const next = isNewest ? shown[0] : shown.at(-1);
  return {
    items: shown.flatMap(({ seq, activity }) => transcriptLine(seq, activity)),
    ...(log.length > limit && next ? { nextCursor: String(next.seq) } : {}),
  };
}

function transcriptLine(seq: number, activity: Activity): TranscriptLine[] {
  if (activity.type !== "message") return [];
  const jietong = activity.channelData?.jietong;
  const isCustomer = activity.from.role === "user";
  const attachments = activity.attachments?.map(({ contentType, name, contentUrl }) => ({
    contentType,
    ...(name === undefined ? {} : { name }),
    ...(contentUrl === undefined ? {} : { fileId: contentUrl }),
  }));
  return [
    {
      seq,
      at: activity.timestamp,
      speaker: isCustomer ? "customer" : jietong?.speaker === "agent" ? "agent" : "bot",
      ...(activity.from.name === undefined ? {} : { name: activity.from.name }),
      text: mask(activity.text ?? "").text,
      ...(attachments && attachments.length > 0 ? { attachments } : {}),
      ...(jietong?.turn === undefined ? {} : { turn: jietong.turn }),
      ...(jietong?.decision === undefined ? {} : { decision: jietong.decision }),
    },
  ];
}
