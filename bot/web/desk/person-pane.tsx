import type { ComponentChildren, JSX } from "preact";
import { Markdown } from "../parts/markdown-view.tsx";
import { sayDuration, sayTime } from "../parts/say.ts";
import type { ClaimedCase, TranscriptLine } from "../wire-format.ts";
import type { DeskModel } from "./desk-model.ts";
import { Deadline, MoodSign, PrioritySign } from "./signs.tsx";
import type { DeskLanguage, DeskWords } from "./words.ts";

interface PersonPaneProps {
  readonly desk: DeskModel;
  readonly words: DeskWords;
  readonly language: DeskLanguage;
  onComplete(): void;
}

export function PersonPane({ desk, words, language, onComplete }: PersonPaneProps): JSX.Element {
  const { held, agent } = desk;
  return (
    <section class="pane person" id="pane-person" aria-label={words.tabs.person}>
      {held ? (
        <>
          <CallBar {...{ desk, held, words, onComplete }} />
          <Brief {...{ desk, held, words, language }} />
          <Transcript lines={desk.transcript} {...{ words, language }} now={desk.now()} />
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

function CallBar({
  desk,
  held,
  words,
  onComplete,
}: {
  desk: DeskModel;
  held: ClaimedCase;
  words: DeskWords;
  onComplete(): void;
}): JSX.Element {
  const connected = held.entry.state === "connected";
  const phone = held.case.customer.phone ?? held.case.facts.find(({ name }) => name === "phone")?.value;
  const leaseLeft = Math.round((Date.parse(held.lease.until) - desk.now()) / 1000);
  return (
    <div class="call">
      <div class="line-to">
        <p class="call-state" role="status">
          {desk.offline && leaseLeft > 0 ? words.leaseLeft(leaseLeft) : connected ? words.connected : words.offered}
        </p>
        {phone === undefined ? (
          <p class="soft">{words.noPhone}</p>
        ) : (
          <a class="phone" href={`tel:${phone.replace(/[^\d+]/gu, "")}`}>
            {words.call(phone)}
          </a>
        )}
      </div>
      <div class="actions">
        {connected ? (
          <button type="button" class="primary" disabled={desk.busy} onClick={onComplete}>
            {words.complete} <kbd>Alt C</kbd>
          </button>
        ) : (
          <button type="button" class="primary" disabled={desk.busy} onClick={() => void desk.accept()}>
            {words.accept} <kbd>Alt A</kbd>
          </button>
        )}
        <button type="button" class="secondary" disabled={desk.busy} onClick={() => void desk.release()}>
          {words.release} <kbd>Alt R</kbd>
        </button>
      </div>
    </div>
  );
}

function Brief({
  desk,
  held,
  words,
  language,
}: {
  desk: DeskModel;
  held: ClaimedCase;
  words: DeskWords;
  language: DeskLanguage;
}): JSX.Element {
  const { case: one, entry } = held;
  const { summary, customer, mood, reasons, promise } = one;
  const clock = (at: string): string => sayTime(Date.parse(at), desk.now(), language === "zh" ? "zh-CN" : "en");
  // A text put together from the parts would say everything twice: it is kept for copying. Prose comes first.
  const fromParts = summary.text.startsWith(summary.wants);
  const list = (items: readonly string[]): ComponentChildren => [...new Set(items)].map((item) => <li key={item}>{item}</li>);
  return (
    <article class="brief" aria-label={words.brief}>
      <h2>
        {customer.name ?? customer.id ?? words.anonymous}{" "}
        <span class={customer.verified ? "proof soft" : "proof amber"}>{customer.verified ? words.verified : words.unverified}</span>
      </h2>
      <p class="entry-line">
        <PrioritySign priority={one.priority} words={words} />
        <span>{words.skills[one.skill] ?? one.skill}</span>
        <span>{words.languages[one.language] ?? one.language}</span>
        <span>{words.channels[one.channel] ?? one.channel}</span>
        {entry.state !== "connected" && <Deadline dueAt={entry.dueAt} now={desk.now()} words={words} say={sayDuration} />}
        <span class="soft">{words.waited(sayDuration(desk.now() - Date.parse(entry.joinedAt)))}</span>
        {entry.state !== "connected" && promise?.answerBy && <span class="soft">{words.answerBy(clock(promise.answerBy))}</span>}
      </p>
      <p class="gist" lang={one.language}>
        {fromParts ? summary.wants : summary.text}
      </p>
      {summary.nextStep && (
        <p class="next" lang={one.language}>
          <strong>{words.nextStep}</strong> {summary.nextStep}
        </p>
      )}
      <dl lang={one.language}>
        {summary.flags.length > 0 && (
          <>
            <dt class="amber">{words.flags}</dt>
            <dd>
              <ul>{list(summary.flags)}</ul>
            </dd>
          </>
        )}
        {!fromParts && (
          <>
            <dt>{words.wants}</dt>
            <dd>{summary.wants}</dd>
          </>
        )}
        {summary.promised.length > 0 && (
          <>
            <dt>{words.promised}</dt>
            <dd>
              <ul>{list(summary.promised)}</ul>
            </dd>
          </>
        )}
        <dt>{words.tried}</dt>
        <dd>{summary.tried.length > 0 ? <ul>{list(summary.tried)}</ul> : words.none}</dd>
        <dt>{words.mood}</dt>
        <dd>
          <MoodSign mood={mood.label} words={words} />
          {mood.trend && <span class="soft"> {words.trends[mood.trend]}</span>}
          {mood.reasons && mood.reasons.length > 0 && <ul>{list(mood.reasons)}</ul>}
        </dd>
        <dt>{words.why}</dt>
        <dd>
          <ul>{list(reasons.map((reason) => reason.text))}</ul>
        </dd>
      </dl>
      {fromParts && (
        <details>
          <summary>{words.wholeBrief}</summary>
          <p class="whole" lang={one.language}>
            {summary.text}
          </p>
        </details>
      )}
    </article>
  );
}

interface TranscriptProps {
  readonly lines: readonly TranscriptLine[] | undefined;
  readonly words: DeskWords;
  readonly language: DeskLanguage;
  readonly now: number;
}

function Transcript({ lines, words, language, now }: TranscriptProps): JSX.Element {
  return (
    <section class="transcript" aria-labelledby="transcript-title">
      <h3 id="transcript-title">{words.transcript}</h3>
      {lines?.length === 0 && <p class="soft">{words.noTranscript}</p>}
      <ol>
        {lines?.map((line) => (
          <li key={line.seq ?? line.at + line.text} class={line.speaker}>
            <p class="by">
              <strong>{line.speaker === "agent" && line.name ? line.name : words.speakers[line.speaker]}</strong>{" "}
              <time dateTime={line.at}>{sayTime(Date.parse(line.at), now, language === "zh" ? "zh-CN" : "en")}</time>
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
