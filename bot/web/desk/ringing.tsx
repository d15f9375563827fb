import type { JSX } from "preact";
import type { DeskCallback } from "../wire-format.ts";
import type { DeskModel } from "./desk-model.ts";
import type { DeskWords } from "./words.ts";

interface RingingProps {
  readonly one: DeskCallback;
  readonly desk: DeskModel;
  readonly words: DeskWords;
}

/** While we ring the customer: the number, the codes by which both know each other, and how it went. */
export function RingingBar({ one, desk, words }: RingingProps): JSX.Element {
  const said = words.callbacks;
  const phone = one.phone ?? "";
  return (
    <div class="call ringing">
      <div class="line-to">
        <p class="call-state" role="status">
          {said.ringing}
        </p>
        <a class="phone" href={`tel:${phone.replace(/[^\d+]/gu, "")}`}>
          {words.call(phone)}
        </a>
      </div>
      <dl class="codes">
        <dt>{said.say}</dt>
        <dd>{one.codes.says}</dd>
        <dt>{said.ifAsked}</dt>
        <dd>{one.codes.answers}</dd>
      </dl>
      <div class="actions">
        <button type="button" class="primary" disabled={desk.busy} onClick={() => void desk.callbacks.answered()}>
          {said.answered}
        </button>
        <button type="button" class="secondary" disabled={desk.busy} onClick={() => void desk.callbacks.missed()}>
          {said.missed}
        </button>
      </div>
    </div>
  );
}
