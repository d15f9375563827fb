import type { JSX } from "preact";

/** Two ends of a line, put through. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <path d="M4 10h9.500a4 4 0 0 1 4 4v4a4 4 0 0 0 4 4H28" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" />
      <circle cx="5" cy="10" r="3" fill="currentColor" />
      <circle cx="27" cy="22" r="3" fill="currentColor" />
    </svg>
  );
}
