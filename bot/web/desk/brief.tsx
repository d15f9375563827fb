import type { ComponentChildren, JSX } from "preact";
import { sayDuration, sayTime } from "../parts/say.ts";
import type { DeskCase, DeskEntry } from "../wire-format.ts";
import type { DeskModel } from "./desk-model.ts";
import { Deadline, MoodSign, PrioritySign } from "./signs.tsx";
import type { DeskLanguage, DeskWords } from "./words.ts";

interface BriefProps {
  readonly desk: DeskModel;
  readonly one: DeskCase;
  /** Its place in the queue, or the call it has become. */
  readonly entry: DeskEntry | undefined;
  readonly words: DeskWords;
  readonly language: DeskLanguage;
}

/** What a reader in a hurry has to know, most important first. */
export function Brief({ desk, one, entry, words, language }: BriefProps): JSX.Element {
  const { customer, mood, reasons, promise } = one;
  const summary = desk.shown?.summaryIn(language) ?? one.summary;
  // In the agent's language but for the customer's own words; a case of an older desk only in the customer's.
  const told = summary === one.summary ? one.language : language;
  const evidence = summary.evidence ?? mood.reasons ?? [];
  const clock = (at: string): string => sayTime(Date.parse(at), desk.now(), language === "zh" ? "zh-CN" : "en");
  const waits = entry !== undefined && entry.state !== "connected";
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
        {waits && <Deadline dueAt={entry.dueAt} now={desk.now()} words={words} say={sayDuration} />}
        {entry && <span class="soft">{words.waited(sayDuration(desk.now() - Date.parse(entry.joinedAt)))}</span>}
        {waits && promise?.answerBy && <span class="soft">{words.answerBy(clock(promise.answerBy))}</span>}
      </p>
      <p class="gist" lang={told}>
        {fromParts ? summary.wants : summary.text}
      </p>
      {summary.nextStep && (
        <p class="next" lang={told}>
          <strong>{words.nextStep}</strong> {summary.nextStep}
        </p>
      )}
      <dl lang={told}>
        {one.notes && one.notes.length > 0 && (
          <>
            <dt>{words.notes}</dt>
            <dd>
              <ul>
                {one.notes.map((note) => (
                  <li key={note.at + note.text}>
                    {note.text} <span class="soft small">{`${nameOf(note.by)} · ${clock(note.at)}`}</span>
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
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
          {mood.trend && mood.label !== "calm" && <span class="soft"> {words.trends[mood.trend]}</span>}
          {evidence.length > 0 && <ul>{list(evidence)}</ul>}
        </dd>
        <dt>{words.why}</dt>
        <dd>
          <ul>{list(summary.why ?? reasons.map((reason) => reason.text))}</ul>
        </dd>
      </dl>
      {fromParts && (
        <details>
          <summary>{words.wholeBrief}</summary>
          <p class="whole" lang={told}>
            {summary.text}
          </p>
        </details>
      )}
    </article>
  );
}

/** `agent:li` → `li`; a key stays what it is. */
function nameOf(by: string): string {
  return by.replace(/^agent:/u, "");
}
