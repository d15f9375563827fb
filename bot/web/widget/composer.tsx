import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { pickFiles } from "./files.ts";
import { ClipIcon, SendIcon } from "./icons.tsx";
import type { WidgetWords } from "./words.ts";

const MOST_CHARACTERS = 4000;

interface ComposerProps {
  readonly words: WidgetWords;
  readonly draft: string;
  onDraft(text: string): void;
  onSend(text: string): void;
  onFiles(files: Iterable<File>): void;
}

export function Composer({ words, draft, onDraft, onSend, onFiles }: ComposerProps): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  const over = [...draft].length - MOST_CHARACTERS;

  useEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "";
    if (draft) area.style.height = `${Math.min(area.scrollHeight + 2, 140)}px`;
  }, [draft]);

  const send = (): void => {
    const text = draft.trim();
    if (text === "" || over > 0) return;
    onDraft("");
    onSend(text);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method is open Enter chooses a word; 229 is what older browsers say then.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <button type="button" class="icon" aria-label={words.attach} title={words.attach} onClick={() => pickFiles(onFiles)}>
        <ClipIcon />
      </button>
      <textarea
        ref={field}
        data-focus
        rows={1}
        value={draft}
        aria-label={words.compose}
        placeholder={words.composeHint}
        enterkeyhint="send"
        autocomplete="off"
        aria-invalid={over > 0}
        aria-describedby={over > 0 ? "over" : undefined}
        onInput={(event) => onDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <button type="submit" class="icon send" aria-label={words.send} title={words.send} disabled={draft.trim() === "" || over > 0}>
        <SendIcon />
      </button>
      {over > 0 && (
        <p id="over" class="fault" role="alert">
          {words.tooLong(over)}
        </p>
      )}
    </form>
  );
}
