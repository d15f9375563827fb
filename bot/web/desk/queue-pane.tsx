import type { JSX } from "preact";
import { sayDuration, sayTime } from "../parts/say.ts";
import type { DeskCase, QueuedCase } from "../wire-format.ts";
import { CallbackList } from "./callback-list.tsx";
import type { DeskModel } from "./desk-model.ts";
import { SearchBox } from "./search-box.tsx";
import { Deadline, MoodSign, PrioritySign } from "./signs.tsx";
import type { DeskLanguage, DeskWords } from "./words.ts";

interface QueuePaneProps {
  readonly desk: DeskModel;
  readonly words: DeskWords;
  readonly language: DeskLanguage;
  /** A case was chosen: on a phone its pane comes up. */
  onRead(): void;
}

export function QueuePane({ desk, words, language, onRead }: QueuePaneProps): JSX.Element {
  const { waiting, agent, held, busy, found } = desk;
  const away = agent?.state !== "ready";
  const read = (one: DeskCase): void => {
    desk.read(one);
    onRead();
  };
  return (
    <section class="pane queue" id="pane-queue" aria-labelledby="queue-title">
      <h2 id="queue-title">
        {words.tabs.queue} <span class="soft">{waiting && words.waitingCount(waiting.length)}</span>
      </h2>
      {!held && (
        <button type="button" class="primary wide" disabled={busy} onClick={() => void (away ? desk.setState("ready") : desk.claim())}>
          {away ? words.goReady : words.claim} <kbd>Alt N</kbd>
        </button>
      )}
      <SearchBox desk={desk} words={words} />
      {found ? (
        <ol class="entries" aria-label={words.searchResults} onKeyDown={moveByArrow}>
          {found.cases.map((one) => (
            <li key={one.id}>
              <FoundRow {...{ one, desk, words, language }} onRead={() => read(one)} />
            </li>
          ))}
        </ol>
      ) : (
        <>
          <CallbackList {...{ desk, words, language, onRead }} />
          <Skills desk={desk} words={words} />
          {waiting === undefined && <p class="empty soft">{words.readingQueue}</p>}
          {waiting?.length === 0 && (
            <div class="empty">
              <p>{words.emptyQueue}</p>
              <p class="soft">{words.emptyQueueHint}</p>
            </div>
          )}
          <ol class="entries" aria-labelledby="queue-title" onKeyDown={moveByArrow}>
            {waiting?.map((queued) => (
              <li key={queued.entry.id}>
                <WaitingRow {...{ queued, desk, words, language }} onRead={() => read(queued.case)} />
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

interface RowProps {
  readonly desk: DeskModel;
  readonly words: DeskWords;
  readonly language: DeskLanguage;
  onRead(): void;
}

function WaitingRow({
  queued: { entry, case: one },
  desk,
  words,
  language,
  onRead,
}: RowProps & { readonly queued: QueuedCase }): JSX.Element {
  const by = sayTime(Date.parse(entry.dueAt), desk.now(), language === "zh" ? "zh-CN" : "en");
  return (
    <button type="button" class="entry" aria-current={desk.shown?.case.id === one.id ? "true" : undefined} onClick={onRead}>
      <span class="entry-line">
        <PrioritySign priority={entry.priority} words={words} />
        <span>{words.skills[entry.skill] ?? entry.skill}</span>
        <Deadline dueAt={entry.dueAt} now={desk.now()} words={words} say={sayDuration} />
      </span>
      <span class="entry-wants" lang={one.language}>
        {one.summary.wants}
      </span>
      <span class="entry-line soft">
        <MoodSign mood={one.mood.label} words={words} />
        <span>{words.languages[entry.language] ?? entry.language}</span>
        <span>{words.waited(sayDuration(desk.now() - Date.parse(entry.joinedAt)))}</span>
        <span class="by-clock">{words.answerBy(by)}</span>
      </span>
    </button>
  );
}

function FoundRow({ one, desk, words, language, onRead }: RowProps & { readonly one: DeskCase }): JSX.Element {
  const opened = sayTime(Date.parse(one.createdAt), desk.now(), language === "zh" ? "zh-CN" : "en");
  return (
    <button type="button" class="entry" aria-current={desk.shown?.case.id === one.id ? "true" : undefined} onClick={onRead}>
      <span class="entry-line">
        <strong>{one.customer.name ?? one.customer.id ?? words.anonymous}</strong>
        <span class="state">{words.statuses[one.status] ?? one.status}</span>
      </span>
      <span class="entry-wants" lang={one.language}>
        {one.summary.wants}
      </span>
      <span class="entry-line soft">
        <span>{words.skills[one.skill] ?? one.skill}</span>
        <span>{words.openedAt(opened)}</span>
      </span>
    </button>
  );
}

/** Up and down go along the list, as the eye does; Tab leaves it. */
function moveByArrow(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(".entry")];
  const next = rows[rows.findIndex((row) => row.matches(":focus")) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Who waits for what, only where somebody does. */
function Skills({ desk, words }: { desk: DeskModel; words: DeskWords }): JSX.Element | null {
  const busy = desk.queues.filter((line) => line.waiting > 0);
  if (busy.length < 2) return null;
  return (
    <p class="skills soft">
      {busy.map((line) => (
        <span key={line.skill + line.language}>
          {words.skills[line.skill] ?? line.skill}·{words.languages[line.language] ?? line.language} <strong>{line.waiting}</strong>
        </span>
      ))}
    </p>
  );
}
