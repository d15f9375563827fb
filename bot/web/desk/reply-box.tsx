import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DeskModel } from "./desk-model.ts";
import type { DeskWords } from "./words.ts";

const MOST_CHARACTERS = 4000;

/** Under the conversation: who answers the customer, and for the agent the words he writes. */
export function ReplyBox({ desk, words }: { readonly desk: DeskModel; readonly words: DeskWords }): JSX.Element | null {
  const [draft, setDraft] = useState("");
  const { handling } = desk.shown ?? {};
  if (!handling) return null;
  const mayEnter = desk.isSupervisor || (desk.held !== undefined && !desk.looked);
  const isMine = handling.agent !== undefined && handling.agent.id === desk.agent?.id;
  const send = async (): Promise<void> => {
    const text = draft.trim();
    if (text !== "" && (await desk.chat.speak(text))) setDraft("");
  };
  if (!isMine)
    return (
      <div class="reply">
        <p class="soft" role="status">
          {handling.agent === undefined ? words.botAnswers : words.otherAnswers(handling.agent.name)}
        </p>
        {mayEnter && (
          <button type="button" class="secondary" disabled={desk.busy} onClick={() => void desk.chat.takeOver()}>
            {words.takeOver}
          </button>
        )}
      </div>
    );
  return (
    <form
      class="reply mine"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label for="reply-text">{words.youAnswer}</label>
      <textarea
        id="reply-text"
        rows={3}
        maxLength={MOST_CHARACTERS}
        value={draft}
        aria-describedby="reply-hint"
        onInput={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Enter chooses a candidate while Chinese is being typed: only with Ctrl or ⌘ it sends.
          if (event.key !== "Enter" || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void send();
        }}
      />
      <p class="soft" id="reply-hint">
        {words.replyHint}
      </p>
      <div class="actions">
        <button type="submit" class="secondary strong" disabled={desk.busy || draft.trim() === ""}>
          {words.send}
        </button>
        <button type="button" class="secondary" disabled={desk.busy} onClick={() => void desk.chat.handBack()}>
          {words.handBack}
        </button>
      </div>
    </form>
  );
}
