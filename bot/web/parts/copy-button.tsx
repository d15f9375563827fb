import type { JSX } from "preact";
import { useState } from "preact/hooks";

interface CopyButtonProps {
  readonly value: string;
  readonly label: string;
  readonly done: string;
  /** What is copied, for a screen reader: "Copy, case code". */
  readonly name: string;
}

export function CopyButton({ value, label, done, name }: CopyButtonProps): JSX.Element {
  const [copied, setCopied] = useState(false);
  const onClick = async (event: MouseEvent): Promise<void> => {
    const button = event.currentTarget;
    const worked = await copyText(value, button instanceof HTMLElement ? button : undefined);
    setCopied(worked);
    if (worked) setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" class="text copy" aria-label={`${copied ? done : label}, ${name}`} onClick={onClick}>
      {copied ? done : label}
    </button>
  );
}

/** The clipboard is refused on plain-http addresses; there the old way by a selection still works. */
async function copyText(value: string, near: HTMLElement | undefined): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = value;
    near?.after(area);
    area.select();
    const worked = document.execCommand("copy");
    area.remove();
    near?.focus();
    return worked;
  }
}
