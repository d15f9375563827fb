import type { JSX } from "preact";
import type { ClaimedCase, DeskCase } from "../wire-format.ts";
import type { DeskModel } from "./desk-model.ts";
import type { DeskWords } from "./words.ts";

export type DialogName = "complete" | "transfer" | "priority";

interface BarProps {
  readonly desk: DeskModel;
  readonly words: DeskWords;
  onAsk(dialog: DialogName): void;
}

/** The call in hand: whom to ring, and the one thing to do next. */
export function CallBar({ desk, held, words, onAsk }: BarProps & { readonly held: ClaimedCase }): JSX.Element {
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
          <button type="button" class="primary" disabled={desk.busy} onClick={() => onAsk("complete")}>
            {words.complete} <kbd>Alt C</kbd>
          </button>
        ) : (
          <button type="button" class="primary" disabled={desk.busy} onClick={() => void desk.accept()}>
            {words.accept} <kbd>Alt A</kbd>
          </button>
        )}
        <button type="button" class="secondary" disabled={desk.busy} onClick={() => onAsk("transfer")}>
          {words.transfer} <kbd>Alt T</kbd>
        </button>
        {desk.isSupervisor && <PriorityButton {...{ desk, words, onAsk }} />}
        <button type="button" class="secondary" disabled={desk.busy} onClick={() => void desk.release()}>
          {words.release} <kbd>Alt R</kbd>
        </button>
      </div>
    </div>
  );
}

/** A case that is only looked at: where it stands, and for a supervisor what can be done about that. */
export function LookBar({ desk, one, words, onAsk }: BarProps & { readonly one: DeskCase }): JSX.Element {
  const { entry } = one;
  const where =
    entry === undefined
      ? (words.statuses[one.status] ?? one.status)
      : entry.state === "waiting"
        ? words.placeInLine(entry.position ?? 1)
        : (words.entryStates[entry.state] ?? words.withAgent);
  return (
    <div class="call">
      <div class="line-to">
        <p class="call-state" role="status">
          {words.lookingAt}
        </p>
        <p class="where">{where}</p>
      </div>
      <div class="actions">
        {desk.isSupervisor && entry?.state === "waiting" && (
          <button type="button" class="secondary" disabled={desk.busy} onClick={() => onAsk("transfer")}>
            {words.transfer} <kbd>Alt T</kbd>
          </button>
        )}
        {desk.isSupervisor && entry !== undefined && <PriorityButton {...{ desk, words, onAsk }} />}
        <button type="button" class={desk.held ? "primary" : "secondary"} onClick={() => desk.lookAway()}>
          {desk.held ? words.backToCall : words.close} <kbd>Alt B</kbd>
        </button>
      </div>
    </div>
  );
}

function PriorityButton({ desk, words, onAsk }: BarProps): JSX.Element {
  return (
    <button type="button" class="secondary" disabled={desk.busy} onClick={() => onAsk("priority")}>
      {words.priority} <kbd>Alt P</kbd>
    </button>
  );
}
