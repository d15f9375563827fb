import type { ComponentChildren } from "preact";
import { type Inline, parseMarkdown } from "./markdown.ts";

/** A bot's answer. For text that a customer wrote use a plain text node: it is never read as Markdown. */
export function Markdown({ text }: { text: string }): ComponentChildren {
  return parseMarkdown(text).map((block) => {
    if (block.kind === "paragraph") return <p>{inlines(block.inside)}</p>;
    // A trace brings its own marks: `✓ 付款 17:32`. A bullet beside them would be one too many.
    const marked = block.items.every(([first]) => first?.kind === "text" && /^[✓✗○●◐…⏳]/u.test(first.text));
    const items = block.items.map((item) => <li>{inlines(item)}</li>);
    return block.ordered ? <ol start={block.start}>{items}</ol> : <ul class={marked ? "marked" : undefined}>{items}</ul>;
  });
}

function inlines(parts: readonly Inline[]): ComponentChildren {
  return parts.map((part) => <InlineView part={part} />);
}

function InlineView({ part }: { part: Inline }): ComponentChildren {
  switch (part.kind) {
    case "text":
      return part.text;
    case "bold":
      return <strong>{inlines(part.inside)}</strong>;
    case "break":
      return <br />;
    case "link":
      return (
        <a href={part.href} target="_blank" rel="noopener noreferrer nofollow">
          {part.text}
        </a>
      );
  }
}
