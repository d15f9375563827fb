import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { PRIORITIES, type Priority } from "../wire-format.ts";
import { AskDialog, Choice, NoteField } from "./ask-dialog.tsx";
import type { CaseDialogProps } from "./complete-dialog.tsx";
import { PrioritySign } from "./signs.tsx";

/** For supervisors: who is served first, and why. The reason is kept with the case, where everybody reads it. */
export function PriorityDialog({ desk, words, onClose }: CaseDialogProps): JSX.Element {
  const present = desk.shown?.case.priority;
  const [priority, setPriority] = useState<Priority>();
  const [reason, setReason] = useState("");
  const lacks = priority === undefined ? words.choosePriority : reason.trim() === "" ? words.reasonNeeded : undefined;
  const submit = async (): Promise<void> => {
    if (priority !== undefined) await desk.setPriority(priority, reason.trim());
  };
  return (
    <AskDialog title={words.priorityTitle} submit={words.changePriority} lacks={lacks} onSubmit={submit} {...{ desk, words, onClose }}>
      {present && (
        <p class="soft">
          {words.now} <PrioritySign priority={present} words={words} />
        </p>
      )}
      <Choice
        name="priority"
        legend={words.toPriority}
        options={PRIORITIES.filter((one) => one !== present).map((one) => [one, <PrioritySign priority={one} words={words} />] as const)}
        value={priority}
        onChoose={(one) => setPriority(one)}
      />
      <NoteField label={words.reason} hint={words.reasonHint} value={reason} onInput={setReason} />
    </AskDialog>
  );
}
