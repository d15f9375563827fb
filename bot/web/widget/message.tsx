import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { now } from "../parts/browser.ts";
import type { Locale } from "../parts/locale.ts";
import { Markdown } from "../parts/markdown-view.tsx";
import { sayTime } from "../parts/say.ts";
import type { WireActivity, WireAttachment } from "../wire-format.ts";
import { type Outgoing, speakerOf, timeOf } from "./chat-log.ts";
import type { DirectLine } from "./direct-line.ts";
import type { WidgetWords } from "./words.ts";

interface MessageProps {
  readonly activity: WireActivity;
  readonly words: WidgetWords;
  readonly locale: Locale;
  readonly origin: string;
  /** Same speaker as just before: name and time need not be said again. */
  readonly goesOn: boolean;
}

export function MessageView({ activity, words, locale, origin, goesOn }: MessageProps): JSX.Element {
  const speaker = speakerOf(activity);
  const name = speaker === "customer" ? words.you : speaker === "agent" ? (activity.from?.name ?? words.agent) : words.bot;
  const at = timeOf(activity, now());
  const sources = activity.channelData?.jietong?.sources ?? [];
  return (
    <div class={`message ${speaker}`} aria-live={speaker === "customer" ? "off" : undefined}>
      <p class={goesOn ? "by unseen" : "by"}>
        <span class={speaker === "customer" ? "unseen" : undefined}>{name} </span>
        <time dateTime={new Date(at).toISOString()}>{sayTime(at, now(), locale)}</time>
      </p>
      {activity.text && (
        <div class="said">
          {speaker !== "customer" && activity.textFormat !== "plain" ? <Markdown text={activity.text} /> : <p>{activity.text}</p>}
        </div>
      )}
      {activity.attachments?.map((attachment) => (
        <AttachmentView key={attachment.contentUrl ?? attachment.name} {...{ attachment, words, origin }} />
      ))}
      {sources.length > 0 && (
        <p class="sources">
          {words.sources}
          {locale === "en" ? ": " : "："}
          {sources.map(({ title }) => title).join(" · ")}
        </p>
      )}
    </div>
  );
}

function AttachmentView({
  attachment,
  words,
  origin,
}: {
  attachment: WireAttachment;
  words: WidgetWords;
  origin: string;
}): JSX.Element | null {
  const name = attachment.name ?? words.file;
  const address = addressOf(attachment.contentUrl, origin);
  const picture = attachment.contentType.startsWith("image/");
  if (address === undefined) return <p class="file">{name}</p>;
  return (
    <a class={picture ? "picture" : "file"} href={address} target="_blank" rel="noopener noreferrer">
      {picture ? <img src={address} alt={name} loading="lazy" /> : name}
    </a>
  );
}

function addressOf(contentUrl: string | undefined, origin: string): string | undefined {
  if (contentUrl === undefined) return undefined;
  try {
    const url = new URL(contentUrl, origin);
    return /^https?:$/u.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** One of the customer's own that the server has not shown yet. */
export function OutgoingView({ one, words, client }: { one: Outgoing; words: WidgetWords; client: DirectLine }): JSX.Element {
  const preview = usePreview(one.file);
  const failed = one.state === "failed";
  const again = failed && one.refusal === undefined && client.line === "online";
  return (
    <div class={`message customer ${one.state}`} aria-live="off">
      {one.text && (
        <div class="said">
          <p>{one.text}</p>
        </div>
      )}
      {one.file &&
        (preview ? (
          <span class="picture">
            <img src={preview} alt={one.file.name} />
          </span>
        ) : (
          <p class="file">{one.file.name}</p>
        ))}
      {one.state === "sending" && one.file && <progress max={1} value={one.progress ?? 0} aria-label={one.file.name} />}
      <p class="state" role={failed ? "alert" : undefined}>
        {stateWord(one, words, client)}
        {again && (
          <button type="button" class="text" onClick={() => client.retry(one.id)}>
            {words.retry}
          </button>
        )}
        {failed && (
          <button type="button" class="text" onClick={() => client.discard(one.id)}>
            {words.discard}
          </button>
        )}
      </p>
    </div>
  );
}

function stateWord(one: Outgoing, words: WidgetWords, client: DirectLine): string {
  if (one.refusal !== undefined) return words.refusals[one.refusal] ?? words.refused;
  if (one.state !== "accepted" && client.line === "reconnecting") return words.waitsForLine;
  if (one.state === "failed") return words.failed;
  if (one.file && one.state === "sending") return words.uploading(Math.round((one.progress ?? 0) * 100));
  return words.sending;
}

function usePreview(file: File | undefined): string | undefined {
  const address = useMemo(() => (file?.type.startsWith("image/") ? URL.createObjectURL(file) : undefined), [file]);
  useEffect(() => () => (address === undefined ? undefined : URL.revokeObjectURL(address)), [address]);
  return address;
}
