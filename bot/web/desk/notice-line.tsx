import type { JSX } from "preact";
import type { DeskModel } from "./desk-model.ts";
import type { DeskWords } from "./words.ts";

const CALM: ReadonlySet<string> = new Set(["completed", "released", "transferred", "changed", "not_reached", "nothing_waiting"]);

/** What just happened, when it was not what the agent meant to happen, or when he should know. */
export function NoticeLine({
  desk,
  words,
  closable = false,
}: {
  desk: DeskModel;
  words: DeskWords;
  closable?: boolean;
}): JSX.Element | null {
  const { notice } = desk;
  if (notice === undefined) return null;
  const calm = typeof notice === "string" && CALM.has(notice);
  const said = typeof notice === "string" ? words.notices[notice] : (words.problems[notice.code] ?? notice.message);
  return (
    <div class={calm ? "notice" : "notice amber"} role={calm ? "status" : "alert"}>
      <p>{said}</p>
      {closable && (
        <button type="button" class="text" onClick={() => desk.dismiss()}>
          {words.dismiss}
        </button>
      )}
    </div>
  );
}
