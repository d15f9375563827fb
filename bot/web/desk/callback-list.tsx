import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { sayDuration, sayTime } from "../parts/say.ts";
import type { DeskCallback } from "../wire-format.ts";
import "./callbacks.css";
import type { DeskModel } from "./desk-model.ts";
import { Deadline } from "./signs.tsx";
import type { DeskLanguage, DeskWords } from "./words.ts";

interface ListProps {
  readonly desk: DeskModel;
  readonly words: DeskWords;
  readonly language: DeskLanguage;
  /** A case was chosen: on a phone its pane comes up. */
  onRead(): void;
}

/** Whom to ring back: the one being rung, those due, those agreed for later; and for a supervisor what was broken. */
export function CallbackList({ desk, words, language, onRead }: ListProps): JSX.Element | null {
  const { open, breached } = desk.callbacks;
  if (open === undefined || (open.length === 0 && breached.length === 0)) return null;
  const said = words.callbacks;
  return (
    <section class="callbacks" aria-labelledby="callbacks-title">
      <h3 id="callbacks-title">
        {said.title} <span class="soft">{said.count(open.length)}</span>
      </h3>
      <ul>
        {open.map((one) => (
          <li key={one.id} class={`callback ${one.state}`}>
            <Row {...{ one, desk, words, language, onRead }} />
          </li>
        ))}
      </ul>
      {breached.length > 0 && (
        <details>
          <summary>{said.breached(breached.length)}</summary>
          <ul>
            {breached.map((one) => (
              <li key={one.id} class="entry-line">
                <span>{one.phone ?? said.noNumber}</span>
                <span class="soft">{said.promisedBy(clock(one.dueBy, desk, language))}</span>
                <span>{said.states[one.state] ?? one.state}</span>
                <button type="button" class="text" onClick={() => void desk.readCase(one.caseId).then(onRead)}>
                  {said.read}
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Row({ one, desk, words, language, onRead }: ListProps & { readonly one: DeskCallback }): JSX.Element {
  const [asks, setAsks] = useState(false);
  const said = words.callbacks;
  const isMine = desk.callbacks.ringing?.id === one.id;
  const number = one.phone ?? said.noNumber;
  return (
    <>
      <p class="entry-line">
        <span class="state">{isMine ? said.ringing : (said.states[one.state] ?? one.state)}</span>
        {one.state === "due" && one.promised && <Deadline dueAt={one.dueBy} now={desk.now()} words={words} say={sayDuration} />}
        {one.state === "scheduled" && <span>{said.between(clock(one.startsAt, desk, language), clock(one.dueBy, desk, language))}</span>}
        {one.nextTryAt !== undefined && one.state === "missed" && <span>{said.again(clock(one.nextTryAt, desk, language))}</span>}
        {one.breachedAt !== undefined && <span class="amber">{said.broken}</span>}
      </p>
      <p class="entry-line">
        <strong class="number">{number}</strong>
        <span class="soft">{said.kinds[one.kind] ?? one.kind}</span>
        {one.attempts > 0 && <span class="soft">{said.attempts(one.attempts)}</span>}
      </p>
      {!isMine && (
        <p class="actions">
          {one.state === "due" && (
            <button
              type="button"
              class="primary"
              disabled={desk.busy || (desk.held !== undefined && desk.held.entry.id !== one.entryId)}
              onClick={() => void desk.callbacks.dial(one)}
            >
              {said.dial}
              <span class="unseen"> {number}</span>
            </button>
          )}
          <button type="button" class="text" onClick={() => void desk.readCase(one.caseId).then(onRead)}>
            {said.read}
            <span class="unseen"> {number}</span>
          </button>
          {one.state !== "dialling" && (
            <button
              type="button"
              class={asks ? "text amber" : "text"}
              disabled={desk.busy}
              onBlur={() => setAsks(false)}
              onClick={() => (asks ? void desk.callbacks.cancel(one) : setAsks(true))}
            >
              {asks ? said.cancelSure : said.cancel}
              <span class="unseen"> {number}</span>
            </button>
          )}
        </p>
      )}
    </>
  );
}

function clock(at: string, desk: DeskModel, language: DeskLanguage): string {
  return sayTime(Date.parse(at), desk.now(), language === "zh" ? "zh-CN" : "en");
}
