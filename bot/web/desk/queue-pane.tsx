import type { JSX } from "preact";
import { sayDuration } from "../parts/say.ts";
import type { DeskModel } from "./desk-model.ts";
import { Deadline, MoodSign, PrioritySign } from "./signs.tsx";
import type { DeskWords } from "./words.ts";

export function QueuePane({ desk, words }: { desk: DeskModel; words: DeskWords }): JSX.Element {
  const { waiting, agent, held, busy } = desk;
  const away = agent?.state !== "ready";
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
      <Skills desk={desk} words={words} />
      {waiting === undefined && <p class="empty soft">{words.readingQueue}</p>}
      {waiting?.length === 0 && (
        <div class="empty">
          <p>{words.emptyQueue}</p>
          <p class="soft">{words.emptyQueueHint}</p>
        </div>
      )}
      <ol class="entries">
        {waiting?.map(({ entry, case: one }) => (
          <li key={entry.id}>
            <p class="entry-line">
              <PrioritySign priority={entry.priority} words={words} />
              <span>{words.skills[entry.skill] ?? entry.skill}</span>
              <Deadline dueAt={entry.dueAt} now={desk.now()} words={words} say={sayDuration} />
            </p>
            <p class="entry-wants">{one.summary.wants}</p>
            <p class="entry-line soft">
              <MoodSign mood={one.mood.label} words={words} />
              <span>{words.languages[entry.language] ?? entry.language}</span>
              <span>{words.waited(sayDuration(desk.now() - Date.parse(entry.joinedAt)))}</span>
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
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
