import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CopyButton } from "../parts/copy-button.tsx";
import { groupCode, sayTime, sayValue } from "../parts/say.ts";
import type { DeskFact, DeskFile } from "../wire-format.ts";
import type { DeskModel } from "./desk-model.ts";
import type { DeskLanguage, DeskWords } from "./words.ts";

/** What an agent types into another system. */
const COPIED = new Set(["order_number", "payment_serial", "withdrawal_number", "account"]);

export function FactsPane({ desk, words, language }: { desk: DeskModel; words: DeskWords; language: DeskLanguage }): JSX.Element {
  const one = desk.shown?.case;
  const timeline = desk.shown?.timeline;
  const files = desk.shown?.transcript?.flatMap((line) => line.attachments ?? []) ?? [];
  const locale = language === "zh" ? "zh-CN" : "en";
  const nameOf = (fact: string): string => words.factNames[fact] ?? fact.replaceAll("_", " ");
  return (
    <section class="pane facts" id="pane-facts" aria-label={words.tabs.facts}>
      {one ? (
        <>
          <h2>{words.code}</h2>
          <p class="code">
            <output>{groupCode(one.code)}</output>
            <CopyButton value={one.code} label={words.copy} done={words.copied} name={words.code} />
          </p>
          <h2>{words.missing}</h2>
          {one.missing.length === 0 ? (
            <p class="soft">{words.nothingMissing}</p>
          ) : (
            <ul>
              {one.missing.map((name) => (
                <li class="lacking" key={name}>
                  {nameOf(name)}
                </li>
              ))}
            </ul>
          )}
          <h2>{words.facts}</h2>
          {one.facts.length === 0 ? (
            <p class="soft">{words.noFacts}</p>
          ) : (
            <dl>
              {best(one.facts).map((fact) => (
                <FactRow
                  key={`${fact.name} ${fact.value}`}
                  {...{ fact, words }}
                  name={nameOf(fact.name)}
                  was={sayValue(fact.was ?? "", desk.now(), locale)}
                  value={words.factValues[`${fact.name}.${fact.value}`] ?? sayValue(fact.value, desk.now(), locale)}
                />
              ))}
            </dl>
          )}
          <h2>{words.attachments}</h2>
          {files.length === 0 ? (
            <p class="soft">{words.noAttachments}</p>
          ) : (
            <ul>
              {files.map((file) => (
                <FileRow key={file.fileId ?? file.name} {...{ file, desk, words }} />
              ))}
            </ul>
          )}
          {timeline && timeline.length > 0 && (
            <>
              <h2>{words.history}</h2>
              <ol>
                {timeline.map((event) => (
                  <li class="event" key={event.id ?? event.at + event.type}>
                    <time dateTime={event.at}>{sayTime(Date.parse(event.at), desk.now(), locale)}</time>
                    <span>{words.events[event.type] ?? event.type}</span>
                  </li>
                ))}
              </ol>
            </>
          )}
        </>
      ) : (
        <p class="empty soft">{words.emptyFacts}</p>
      )}
    </section>
  );
}

/** What the customer said and the platform confirms is shown once, as confirmed. */
function best(facts: readonly DeskFact[]): readonly DeskFact[] {
  const confirmed = new Set(facts.filter(({ source }) => source === "platform").map(({ name, value }) => `${name} ${value}`));
  return facts.filter(({ name, value, source }) => source === "platform" || !confirmed.has(`${name} ${value}`));
}

interface FactRowProps {
  readonly fact: DeskFact;
  readonly name: string;
  readonly value: string;
  /** What he had said before. */
  readonly was: string;
  readonly words: DeskWords;
}

function FactRow({ fact, name, value, was, words }: FactRowProps): JSX.Element {
  const confirmed = fact.source === "platform";
  return (
    <div class="fact">
      <dt>
        {name}
        <span class={`source ${fact.source}`}>
          <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2">
            {confirmed ? <path d="M2 8.500l4 4 8-9" /> : <path d="M2 3h12v8H8l-4 3v-3H2z" />}
          </svg>
          {words.sources[fact.source]}
        </span>
      </dt>
      <dd>
        <span>{value}</span>
        {fact.was !== undefined && <span class="soft small">{words.corrected(was)}</span>}
        {fact.said !== undefined && <span class="soft small">{words.inHisWords(fact.said)}</span>}
        {COPIED.has(fact.name) && <CopyButton value={fact.value} label={words.copy} done={words.copied} name={name} />}
      </dd>
    </div>
  );
}

/** Pictures are shown in place, other files are saved: a desk token is in a header, so a plain link cannot fetch them. */
function FileRow({ file, desk, words }: { file: DeskFile; desk: DeskModel; words: DeskWords }): JSX.Element {
  const [address, setAddress] = useState<string>();
  const [failed, setFailed] = useState(false);
  useEffect(() => () => (address === undefined ? undefined : URL.revokeObjectURL(address)), [address]);
  const show = async (): Promise<void> => {
    try {
      setAddress(URL.createObjectURL(await desk.file(file.fileId ?? "")));
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  const name = file.name ?? file.contentType;
  return (
    <li class="file">
      <span>{name}</span>
      {file.fileId !== undefined && address === undefined && (
        <button type="button" class="text" aria-label={`${words.view}: ${name}`} onClick={() => void show()}>
          {words.view}
        </button>
      )}
      {failed && <p class="amber">{words.viewFailed}</p>}
      {address !== undefined &&
        (file.contentType.startsWith("image/") ? (
          <img src={address} alt={name} />
        ) : (
          <a href={address} download={name}>
            {words.view}
          </a>
        ))}
    </li>
  );
}
