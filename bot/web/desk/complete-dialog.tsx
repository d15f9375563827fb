import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { DISPOSITIONS, type Disposition } from "../wire-format.ts";
import { AskDialog, Choice, NoteField } from "./ask-dialog.tsx";
import type { DeskModel } from "./desk-model.ts";
import type { DeskWords } from "./words.ts";

export interface CaseDialogProps {
  readonly desk: DeskModel;
  readonly words: DeskWords;
  onClose(): void;
}

export function CompleteDialog({ desk, words, onClose }: CaseDialogProps): JSX.Element {
  const [disposition, setDisposition] = useState<Disposition>();
  const [note, setNote] = useState("");
  const submit = async (): Promise<void> => {
    if (disposition !== undefined) await desk.complete(disposition, note.trim());
  };
  return (
    <AskDialog
      title={words.complete}
      submit={words.finish}
      lacks={disposition === undefined ? words.chooseOutcome : undefined}
      onSubmit={submit}
      {...{ desk, words, onClose }}
    >
      <Choice
        name="disposition"
        legend={words.outcome}
        options={DISPOSITIONS.map((one) => [one, words.dispositions[one]] as const)}
        value={disposition}
        onChoose={(one) => setDisposition(one)}
      />
      <NoteField label={words.note} hint={words.noteHint} value={note} onInput={setNote} />
    </AskDialog>
  );
}
