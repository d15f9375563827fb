import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { now } from "../parts/browser.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import type { Locale } from "../parts/locale.ts";
import { groupCode, minuteRange, sayTime } from "../parts/say.ts";
import type { QueueNotice } from "../wire-format.ts";
import type { CaseCard } from "./chat-log.ts";
import { pickFiles } from "./files.ts";
import type { WidgetWords } from "./words.ts";

interface CaseCardProps {
  readonly card: CaseCard;
  readonly words: WidgetWords;
  readonly locale: Locale;
  onFiles(files: Iterable<File>): void;
}

/** Pinned under the header while there is a case: what for, the code, the place, the wait with its record. */
export function CaseCardView({ card, words, locale, onFiles }: CaseCardProps): JSX.Element {
  const [wide, setWide] = useState(true);
  const { queue, state, code, about } = card;
  const title = about ?? (state === "connected" ? words.caseConnected : words.caseTitle);
  return (
    <section class={wide ? "case wide" : "case"} aria-label={words.code}>
      <div class="case-line">
        <p class="what">
          <strong>{title}</strong>
          <span class="digits"> {groupCode(code)}</span>
        </p>
        <button
          type="button"
          class="text"
          aria-expanded={wide}
          aria-label={`${wide ? words.hideCase : words.showCase}: ${words.code}`}
          onClick={() => setWide(!wide)}
        >
          {wide ? words.hideCase : words.showCase}
        </button>
      </div>
      {wide && (
        <>
          <p class="small">
            {words.code} · {words.codeHint}
          </p>
          <p class="code">
            <output class="digits">{groupCode(code)}</output>
            <CopyButton value={code} label={words.copy} done={words.copied} name={words.code} />
          </p>
          {state === "connected" && about !== undefined && <p class="place">{words.caseConnected}</p>}
          {state === "waiting" && queue && <Wait {...{ card, queue, words, locale }} />}
          <div class="case-line">
            <p class="small">{state === "waiting" && queue && recordOf(card, queue, words, locale)}</p>
            <button type="button" class="text" onClick={() => pickFiles(onFiles)}>
              {words.addScreenshot}
            </button>
          </div>
        </>
      )}
    </section>
  );
}

type WaitProps = Pick<CaseCardProps, "card" | "words" | "locale"> & { readonly queue: QueueNotice };

function Wait({ card, queue, words, locale }: WaitProps): JSX.Element {
  const { low, high } = queue;
  const range = low === undefined || high === undefined ? undefined : minuteRange(low, high);
  const around = range && sayTime(card.toldAt + ((range.low + range.high) / 2) * 60_000, now(), locale);
  return (
    <p class="place" role="status">
      <strong>{words.place(queue.position)}</strong>
      {range && around && <span>{words.range(range.low, range.high, around)}</span>}
      {queue.because && <span class="small">{words.because[queue.because]}</span>}
    </p>
  );
}

/** When the place was told, and how well such ranges have held: an estimate without its record is only a hope. */
function recordOf(card: CaseCard, { low, coverage }: QueueNotice, words: WidgetWords, locale: Locale): string {
  const told = words.told(sayTime(card.toldAt, now(), locale));
  return low === undefined || coverage === undefined ? told : `${told} · ${words.record(Math.round(coverage * 100))}`;
}
