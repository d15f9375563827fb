import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { DeskModel } from "./desk-model.ts";
import { NoticeLine } from "./notice-line.tsx";
import type { DeskWords } from "./words.ts";

interface AskDialogProps {
  readonly title: string;
  readonly submit: string;
  readonly desk: DeskModel;
  readonly words: DeskWords;
  /** What is still to be filled in, in words; undefined: nothing. Said only once it was tried to send. */
  readonly lacks: string | undefined;
  /** Resolves when it was tried. When that failed the dialog stays, with what was written, and says why. */
  onSubmit(): Promise<void>;
  onClose(): void;
  readonly children: ComponentChildren;
}

/** A question to the agent over the page: Esc closes it, Enter sends it, what is missing is said in it. */
export function AskDialog({ title, submit, desk, words, lacks, onSubmit, onClose, children }: AskDialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [asked, setAsked] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setAsked(true);
    if (lacks !== undefined) return;
    await onSubmit();
    if (!desk.failed) dialog.current?.close();
  };
  return (
    <dialog ref={dialog} class="ask" aria-labelledby="ask-title" onClose={onClose}>
      <form onSubmit={(event) => void send(event)}>
        <h2 id="ask-title">{title}</h2>
        {children}
        {asked && lacks !== undefined && (
          <p class="amber" role="alert">
            {lacks}
          </p>
        )}
        {desk.failed && <NoticeLine {...{ desk, words }} />}
        <div class="actions">
          <button type="submit" class="primary" disabled={desk.busy}>
            {submit}
          </button>
          <button type="button" class="secondary" onClick={() => dialog.current?.close()}>
            {words.cancel}
          </button>
        </div>
      </form>
    </dialog>
  );
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly legend: string;
  readonly options: readonly (readonly [value: T, label: ComponentChildren])[];
  readonly value: T | undefined;
  onChoose(value: T): void;
}

export function Choice<T extends string>({ name, legend, options, value, onChoose }: ChoiceProps<T>): JSX.Element {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {options.map(([one, label]) => (
        <label key={one}>
          <input type="radio" name={name} value={one} checked={one === value} onChange={() => onChoose(one)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

interface NoteFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  onInput(text: string): void;
}

export function NoteField({ label, hint, value, onInput }: NoteFieldProps): JSX.Element {
  return (
    <div>
      <label class="note">
        {label}
        <textarea
          rows={3}
          maxLength={500}
          aria-describedby="note-hint"
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      </label>
      <p id="note-hint" class="soft small">
        {hint}
      </p>
    </div>
  );
}
