import type { JSX } from "preact";
import { Markdown } from "../parts/markdown-view.tsx";
import { sayTime } from "../parts/say.ts";
import type { DeskModel } from "./desk-model.ts";
import type { DeskLanguage, DeskWords } from "./words.ts";

interface TranscriptProps {
  readonly desk: DeskModel;
  readonly words: DeskWords;
  readonly language: DeskLanguage;
}

/** The newest lines; what was said before them is a button away. */
export function Transcript({ desk, words, language }: TranscriptProps): JSX.Element {
  const lines = desk.shown?.transcript;
  return (
    <section class="transcript" aria-labelledby="transcript-title">
      <h3 id="transcript-title">{words.transcript}</h3>
      {lines?.length === 0 && <p class="soft">{words.noTranscript}</p>}
      {desk.shown?.hasEarlier && (
        <button type="button" class="text" disabled={desk.busy} onClick={() => void desk.readEarlier()}>
          {words.earlier}
        </button>
      )}
      <ol>
        {lines?.map((line) => (
          <li key={line.seq ?? line.at + line.text} class={line.speaker}>
            <p class="by">
              <strong>{line.speaker === "agent" && line.name ? line.name : words.speakers[line.speaker]}</strong>{" "}
              <time dateTime={line.at}>{sayTime(Date.parse(line.at), desk.now(), language === "zh" ? "zh-CN" : "en")}</time>
            </p>
            <div class="said">{line.speaker === "bot" ? <Markdown text={line.text} /> : <p>{line.text}</p>}</div>
            {line.attachments?.map((file) => (
              <p class="soft" key={file.fileId ?? file.name}>
                {words.attachments}: {file.name}
              </p>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}
