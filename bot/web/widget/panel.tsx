import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Locale } from "../parts/locale.ts";
import { ButtonRow } from "./button-row.tsx";
import { CaseCardView } from "./case-card.tsx";
import { suggestions } from "./chat-log.ts";
import { Composer } from "./composer.tsx";
import type { DirectLine } from "./direct-line.ts";
import { fileFault } from "./files.ts";
import { Header } from "./header.tsx";
import { MessageLog } from "./message-log.tsx";
import { useFullScreen, useViewportHeight } from "./use-screen.ts";
import type { WidgetWords } from "./words.ts";

export interface PanelProps {
  readonly client: DirectLine;
  readonly words: WidgetWords;
  readonly locale: Locale;
  readonly origin: string;
  readonly isOpen: boolean;
  readonly draft: string;
  onDraft(text: string): void;
  onClose(): void;
}

export function Panel({ client, words, locale, origin, isOpen, draft, onDraft, onClose }: PanelProps): JSX.Element {
  const panel = useRef<HTMLDivElement>(null);
  const [fault, setFault] = useState("");
  const [dragging, setDragging] = useState(false);
  const fullScreen = useFullScreen();
  useViewportHeight(panel, isOpen && fullScreen);
  const { log, line } = client;

  const send = (text: string): void => {
    setFault("");
    client.send(text);
  };
  const sendFiles = (files: Iterable<File>): void => {
    setFault("");
    for (const file of files) {
      const wrong = fileFault(file);
      if (wrong) setFault(`${file.name}: ${words[wrong]}`);
      else client.sendFile(file);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      onClose();
    } else if (event.key === "Tab" && fullScreen && panel.current) holdFocus(event, panel.current);
  };
  useEffect(() => {
    if (client.identityRefused) setFault(words.identityRefused);
  }, [client.identityRefused, words]);

  const offered = line === "online" || !client.ready ? suggestions(log) : [];
  return (
    <div
      ref={panel}
      class={dragging ? "panel dragging" : "panel"}
      role="dialog"
      aria-modal={fullScreen}
      aria-labelledby="title"
      hidden={!isOpen}
      onKeyDown={onKeyDown}
      onDragOver={(event) => {
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={() => setDragging(false)}
      onDrop={(event) => {
        event.preventDefault();
        setDragging(false);
        sendFiles(event.dataTransfer?.files ?? []);
      }}
    >
      <Header {...{ words, log, line, onClose }} onPerson={() => send(words.personSay)} />
      {log.card && <CaseCardView card={log.card} {...{ words, locale }} onFiles={sendFiles} />}
      <MessageLog {...{ client, log, words, locale, origin, isOpen }} />
      <div class="answer">
        {offered.length > 0 ? (
          <ButtonRow label={words.suggestedLabel} strong actions={offered} onSay={send} />
        ) : (
          <ButtonRow
            label={words.quickLabel}
            actions={words.quick.map(({ label, say }) => ({ type: "imBack", title: label, value: say }))}
            onSay={send}
          />
        )}
        {fault && (
          <p class="fault" role="alert">
            {fault}
          </p>
        )}
        <Composer {...{ words, draft, onDraft }} onSend={send} onFiles={sendFiles} />
      </div>
      {dragging && <div class="drop">{words.dropHere}</div>}
    </div>
  );
}

/** Full screen there is nothing behind the panel to go to: Tab goes round. */
function holdFocus(event: KeyboardEvent, panel: HTMLElement): void {
  const stops = [...panel.querySelectorAll<HTMLElement>("button, a[href], textarea, [tabindex='0']")].filter(
    (one) => !one.matches(":disabled") && one.getClientRects().length > 0,
  );
  const [first, last] = [stops[0], stops.at(-1)];
  const root = panel.getRootNode();
  const active = root instanceof ShadowRoot ? root.activeElement : document.activeElement;
  if (event.shiftKey ? active === first : active === last) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}
