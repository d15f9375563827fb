import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { SKILLS } from "../wire-format.ts";
import { AskDialog, Choice, NoteField } from "./ask-dialog.tsx";
import type { CaseDialogProps } from "./complete-dialog.tsx";

/** To another line, with a word for whoever takes it up. The time the customer has waited goes along. */
export function TransferDialog({ desk, words, onClose }: CaseDialogProps): JSX.Element {
  const one = desk.shown?.case;
  const [skill, setSkill] = useState<string>();
  const [language, setLanguage] = useState(one?.language ?? "zh");
  const [note, setNote] = useState("");
  const isElsewhere = skill !== undefined || (!desk.looked && language !== one?.language);
  const lacks = !isElsewhere ? words.chooseSkill : note.trim() === "" ? words.noteNeeded : undefined;
  return (
    <AskDialog
      title={words.transferTitle}
      submit={words.transfer}
      lacks={lacks}
      onSubmit={() => desk.transfer(skill ?? one?.skill ?? "general", note.trim(), language === one?.language ? undefined : language)}
      {...{ desk, words, onClose }}
    >
      <Choice
        name="skill"
        legend={words.toSkill}
        options={SKILLS.filter((name) => name !== one?.skill).map((name) => [name, words.skills[name] ?? name] as const)}
        value={skill as (typeof SKILLS)[number] | undefined}
        onChoose={(one) => setSkill(one)}
      />
      {/* Only the holder can change the language of a call. */}
      {!desk.looked && (
        <Choice
          name="language"
          legend={words.inLanguage}
          options={(["zh", "en"] as const).map((name) => [name, words.languages[name] ?? name] as const)}
          value={language as "zh" | "en"}
          onChoose={(one) => setLanguage(one)}
        />
      )}
      <NoteField label={words.noteForNext} hint={words.noteHint} value={note} onInput={setNote} />
    </AskDialog>
  );
}
