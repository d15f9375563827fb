import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { DISPOSITIONS, type Disposition } from "../wire-format.ts";
import type { DeskModel } from "./desk-model.ts";
import type { DeskWords } from "./words.ts";

export function CompleteDialog({ desk, words, onClose }: { desk: DeskModel; words: DeskWords; onClose(): void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [disposition, setDisposition] = useState<Disposition>();
  const [note, setNote] = useState("");
  const [asked, setAsked] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setAsked(true);
    if (disposition === undefined) return;
    await desk.complete(disposition, note.trim());
    if (!desk.held) onClose();
  };
  return (
    <dialog ref={dialog} class="complete" aria-labelledby="complete-title" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="complete-title">{words.complete}</h2>
        <fieldset aria-describedby={asked && disposition === undefined ? "choose" : undefined}>
          <legend>{words.outcome}</legend>
          {DISPOSITIONS.map((one) => (
            <label key={one}>
              <input type="radio" name="disposition" value={one} checked={one === disposition} onChange={() => setDisposition(one)} />
              {words.dispositions[one]}
            </label>
          ))}
        </fieldset>
        {asked && disposition === undefined && (
          <p id="choose" class="amber" role="alert">
            {words.chooseOutcome}
          </p>
        )}
        <label class="note">
          {words.note}
          <textarea
            rows={3}
            maxLength={4000}
            aria-describedby="note-hint"
            value={note}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        <p id="note-hint" class="soft small">
          {words.noteHint}
        </p>
        <div class="actions">
          <button type="submit" class="primary" disabled={desk.busy}>
            {words.finish}
          </button>
          <button type="button" class="secondary" onClick={() => dialog.current?.close()}>
            {words.cancel}
          </button>
        </div>
      </form>
    </dialog>
  );
}
