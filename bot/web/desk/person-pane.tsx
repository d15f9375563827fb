import type { JSX } from "preact";
import { Brief } from "./brief.tsx";
import { CallBar, type DialogName, LookBar } from "./case-bar.tsx";
import type { DeskModel } from "./desk-model.ts";
import { ReplyBox } from "./reply-box.tsx";
import { RingingBar } from "./ringing.tsx";
import { Transcript } from "./transcript.tsx";
import type { DeskLanguage, DeskWords } from "./words.ts";

interface PersonPaneProps {
  readonly desk: DeskModel;
  readonly words: DeskWords;
  readonly language: DeskLanguage;
  onAsk(dialog: DialogName): void;
}

export function PersonPane({ desk, words, language, onAsk }: PersonPaneProps): JSX.Element {
  const { held, looked, agent, shown, waiting } = desk;
  const one = shown?.case;
  const entry = looked ? waiting?.find(({ entry: { caseId } }) => caseId === looked.case.id)?.entry : held?.entry;
  const rings = !looked && desk.callbacks.ringing?.entryId === held?.entry.id ? desk.callbacks.ringing : undefined;
  return (
    <section class="pane person" id="pane-person" aria-label={words.tabs.person}>
      {one ? (
        <>
          {rings ? (
            <RingingBar {...{ desk, words }} one={rings} />
          ) : looked ? (
            <LookBar {...{ desk, one, words, onAsk }} />
          ) : (
            held && <CallBar {...{ desk, held, words, onAsk }} />
          )}
          <Brief {...{ desk, one, entry, words, language }} />
          <Transcript {...{ desk, words, language }} />
          <ReplyBox key={one.id} {...{ desk, words }} />
        </>
      ) : (
        <div class="empty big">
          <h2>{words.noCallTitle}</h2>
          <p class="soft">{agent?.state === "ready" ? words.noCallReady : words.noCallAway}</p>
        </div>
      )}
    </section>
  );
}
