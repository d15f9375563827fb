/** Priority and mood: a word and a shape, never colour alone. */
import type { JSX } from "preact";
import type { MoodLabel, Priority } from "../wire-format.ts";
import type { DeskWords } from "./words.ts";

const PRIORITY_SHAPES: Readonly<Record<Priority, JSX.Element>> = {
  critical: <path d="M8 1l7 7-7 7-7-7z" fill="currentColor" />,
  high: <path d="M8 2l6.500 12h-13z" fill="currentColor" />,
  normal: <rect x="3" y="3" width="10" height="10" fill="none" stroke="currentColor" stroke-width="2" />,
  low: <path d="M2 8h12" stroke="currentColor" stroke-width="2.500" />,
};

const MOOD_SHAPES: Readonly<Record<MoodLabel, JSX.Element>> = {
  calm: <path d="M3.500 10c2.500 2.500 6.500 2.500 9 0" />,
  annoyed: <path d="M4 11h8" />,
  angry: <path d="M3.500 12c2.500-3 6.500-3 9 0M3 4.500l3 1.500M13 4.500l-3 1.500" />,
};

export function PrioritySign({ priority, words }: { priority: Priority; words: DeskWords }): JSX.Element {
  return (
    <span class={`sign priority ${priority}`}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        {PRIORITY_SHAPES[priority]}
      </svg>
      {words.priorities[priority]}
    </span>
  );
}

export function MoodSign({ mood, words }: { mood: MoodLabel; words: DeskWords }): JSX.Element {
  return (
    <span class={`sign mood ${mood}`}>
      <svg
        viewBox="0 0 16 16"
        width="16"
        height="16"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        stroke-width="1.600"
        stroke-linecap="round"
      >
        <circle cx="8" cy="8" r="7" />
        {MOOD_SHAPES[mood]}
      </svg>
      {words.moods[mood]}
    </span>
  );
}

/** How long until, or since, the promise: amber in the last minute, red only once it is broken. */
export function Deadline({
  dueAt,
  now,
  words,
  say,
}: {
  dueAt: string;
  now: number;
  words: DeskWords;
  say: (ms: number) => string;
}): JSX.Element {
  const left = Date.parse(dueAt) - now;
  const level = left < 0 ? "over" : left < 60_000 ? "soon" : "";
  return <span class={`deadline ${level}`}>{left < 0 ? words.overdue(say(left)) : words.due(say(left))}</span>;
}
