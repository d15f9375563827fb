import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DeskModel } from "./desk-model.ts";
import type { DeskWords } from "./words.ts";

/** One box for what a customer can say on the phone. What was found takes the place of the queue until it is put away. */
export function SearchBox({ desk, words }: { desk: DeskModel; words: DeskWords }): JSX.Element {
  const [typed, setTyped] = useState("");
  const { found } = desk;
  const clear = (): void => {
    setTyped("");
    void desk.search("");
    document.getElementById("search")?.focus();
  };
  return (
    <search>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          void desk.search(typed.trim());
        }}
      >
        <label for="search">
          {words.search} <kbd>Alt S</kbd>
        </label>
        <div class="search-line">
          <input
            id="search"
            type="search"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            maxLength={100}
            aria-describedby="search-hint"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape" && found) clear();
              if (event.key === "ArrowDown") document.querySelector<HTMLElement>(".entries .entry")?.focus();
            }}
          />
          <button type="submit" class="secondary" disabled={desk.busy}>
            {words.searchButton}
          </button>
        </div>
        <p id="search-hint" class="soft small">
          {words.searchHint}
        </p>
      </form>
      {found && (
        <p class="found" role="status">
          <span>{found.cases.length === 0 ? words.foundNothing(found.words) : words.foundCount(found.cases.length)}</span>
          <button type="button" class="text" onClick={clear}>
            {words.backToQueue}
          </button>
        </p>
      )}
    </search>
  );
}
