import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { now } from "../parts/browser.ts";
import type { Locale } from "../parts/locale.ts";
import { type ChatLog, speakerOf, timeOf } from "./chat-log.ts";
import type { DirectLine } from "./direct-line.ts";
import { MessageView, OutgoingView } from "./message.tsx";
import type { WidgetWords } from "./words.ts";

interface MessageLogProps {
  readonly client: DirectLine;
  readonly log: ChatLog;
  readonly words: WidgetWords;
  readonly locale: Locale;
  readonly origin: string;
  readonly isOpen: boolean;
}

const TYPING_SHOWN_MS = 8000;
const SAME_BREATH_MS = 5 * 60_000;

export function MessageLog({ client, log, words, locale, origin, isOpen }: MessageLogProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const count = log.confirmed.length + log.outgoing.length;
  const typing = useStillTyping(log.typingAt);

  const toEnd = (): void => box.current?.scrollTo({ top: box.current.scrollHeight });
  useLayoutEffect(() => {
    if (isOpen && !away) toEnd();
  }, [count, typing, isOpen, client.ready, log.card]);
  // The customer's own words are always followed.
  useLayoutEffect(toEnd, [log.outgoing.at(-1)?.id]);

  // The keyboard opens, the case card comes or goes: whoever read the end goes on reading the end.
  const follows = useRef(true);
  follows.current = !away;
  useEffect(() => {
    const element = box.current;
    if (!element || typeof ResizeObserver === "undefined") return;
    const watch = new ResizeObserver(() => {
      if (follows.current) toEnd();
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const onScroll = (): void => {
    const element = box.current;
    if (element) setAway(element.scrollHeight - element.scrollTop - element.clientHeight > 80);
  };
  return (
    <div class="log-frame">
      <div
        ref={box}
        class="log"
        role="log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
        tabIndex={0}
        aria-label={words.log}
        aria-live={client.ready ? "polite" : "off"}
        onScroll={onScroll}
      >
        {log.confirmed.map((activity, at) => {
          const before = log.confirmed[at - 1];
          const goesOn =
            before !== undefined && speakerOf(before) === speakerOf(activity) && timeOf(activity, 0) - timeOf(before, 0) < SAME_BREATH_MS;
          const key = activity.channelData?.clientActivityID ?? activity.id;
          return <MessageView key={key} {...{ activity, words, locale, origin, goesOn }} />;
        })}
        {log.outgoing.map((one) => (
          <OutgoingView key={one.id} {...{ one, words, client }} />
        ))}
      </div>
      {typing && (
        <p class="typing">
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {words.typing}
        </p>
      )}
      {away && (
        <button
          type="button"
          class="to-end"
          onClick={() => {
            setAway(false);
            toEnd();
          }}
        >
          {words.newMessages}
        </button>
      )}
    </div>
  );
}

function useStillTyping(since: number | undefined): boolean {
  const [, look] = useState(0);
  const left = since === undefined ? 0 : since + TYPING_SHOWN_MS - now();
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => look(since ?? 0), left);
    return () => clearTimeout(timer);
  }, [since]);
  return left > 0;
}
