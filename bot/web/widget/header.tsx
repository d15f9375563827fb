import type { JSX } from "preact";
import { type ChatLog, speakerOf } from "./chat-log.ts";
import type { Line } from "./direct-line.ts";
import { CrossIcon } from "./icons.tsx";
import type { WidgetWords } from "./words.ts";

interface HeaderProps {
  readonly words: WidgetWords;
  readonly log: ChatLog;
  readonly line: Line;
  onPerson(): void;
  onClose(): void;
}

export function Header({ words, log, line, onPerson, onClose }: HeaderProps): JSX.Element {
  const said = log.confirmed.filter((activity) => speakerOf(activity) !== "customer").at(-1);
  const agent = line === "online" && said && speakerOf(said) === "agent" ? (said.from?.name ?? words.agent) : undefined;
  return (
    <div class="head">
      <div class="who">
        <h2 id="title">{words.title}</h2>
        <p class={`line ${line}`} role="status">
          {agent === undefined ? words.line[line] : words.withAgent(agent)}
        </p>
      </div>
      <button type="button" class="outlined" onClick={onPerson}>
        {words.person}
      </button>
      <button type="button" class="icon" aria-label={words.close} title={words.close} onClick={onClose}>
        <CrossIcon />
      </button>
    </div>
  );
}
