import type { JSX } from "preact";
import { safeHref } from "../parts/markdown.ts";
import type { WireCardAction } from "../wire-format.ts";

interface ButtonRowProps {
  readonly label: string;
  readonly actions: readonly WireCardAction[];
  /** The bot's own offers stand out against the standing shortcuts. */
  readonly strong?: boolean;
  onSay(text: string): void;
}

/** Buttons that say something for the customer, or open a page or a call. */
export function ButtonRow({ label, actions, strong = false, onSay }: ButtonRowProps): JSX.Element {
  return (
    <fieldset class={strong ? "row strong" : "row"} aria-label={label}>
      {actions.map(({ type, title, value }) => {
        if (type === "imBack")
          return (
            <button type="button" key={value} onClick={() => onSay(value)}>
              {title}
            </button>
          );
        const href = type === "call" ? `tel:${value.replace(/^tel:/u, "").replace(/[^\d+]/gu, "")}` : safeHref(value);
        return href === undefined ? null : (
          <a key={value} href={href} target="_blank" rel="noopener noreferrer">
            {title}
          </a>
        );
      })}
    </fieldset>
  );
}
