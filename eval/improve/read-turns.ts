/** What customers wrote and the desk did not understand, out of the stored turns, with what became of it. */
import type { Client } from "pg";
import type { IntentDefinition, Language, Understanding } from "../../intents/index.ts";

/**
 * What says what the words meant, the surest first:
 * the customer chose a reading from the buttons; a language model's second opinion; he said it again in other words that were understood.
 */
export type Hint = "chosen" | "opinion" | "rephrased";

export interface LostLine {
  /** As it is stored: secrets masked. */
  readonly text: string;
  readonly language: Language;
  readonly readings: Understanding["intents"];
  /** Types of the values found in it. */
  readonly holds: readonly string[];
  readonly hint?: { readonly intent: string; readonly by: Hint };
}

interface Row {
  readonly conversation: string;
  readonly text: string | null;
  readonly understanding: Understanding;
  readonly decision: { readonly reasons: readonly { readonly rule: string }[]; readonly intent: string; readonly steps: readonly Step[] };
}

interface Step {
  readonly do: string;
  readonly intents?: readonly string[];
}

/** A conversation is read whole: what follows tells what was meant. Newest turns first when there are more. */
const MOST_TURNS = 20_000;

const TURNS = `
  with lost as (
    select distinct conversation_id from turns
     where at >= $1 and (decision->'reasons' @> '[{"rule":"not_understood"}]' or decision->'reasons' @> '[{"rule":"second_opinion"}]'
                         or decision->'reasons' @> '[{"rule":"grounded_answer"}]')
  ), newest as (
    select t.* from turns t join lost using (conversation_id) where t.at >= $1 order by t.at desc, t.id desc limit ${MOST_TURNS}
  )
  select t.conversation_id as conversation, t.understanding, t.decision,
         (select string_agg(a.activity->>'text', ' ' order by a.seq) from activities a
           where a.conversation_id = t.conversation_id and a.seq = any (t.took)) as text
    from newest t order by t.conversation_id, t.at, t.id`;

/** @param since only turns from then on */
export async function readLostLines(client: Client, since: Date, catalogue: ReadonlyMap<string, IntentDefinition>): Promise<LostLine[]> {
  const { rows } = await client.query<Row>(TURNS, [since.toISOString()]);
  const lines: LostLine[] = [];
  for (const [place, row] of rows.entries()) {
    const text = row.text?.trim() ?? "";
    const rules = row.decision.reasons.map(({ rule }) => rule);
    const isLost = rules.some((rule) => rule === "not_understood" || rule === "second_opinion" || rule === "grounded_answer");
    if (!isLost || text === "" || isButton(text, catalogue)) continue;
    const next = rows[place + 1];
    const hint = hintOf(row, next?.conversation === row.conversation ? next : undefined, catalogue);
    lines.push({
      text,
      language: row.understanding.language,
      readings: row.understanding.intents,
      holds: row.understanding.entities.map(({ type }) => type),
      ...(hint ? { hint } : {}),
    });
  }
  return lines;
}

function hintOf(row: Row, next: Row | undefined, catalogue: ReadonlyMap<string, IntentDefinition>): LostLine["hint"] {
  const offered = row.decision.steps.find((step) => step.do === "choose")?.intents ?? [];
  const answer = next?.text?.trim() ?? "";
  const chosen = offered.find((name) => Object.values(catalogue.get(name)?.title ?? {}).includes(answer));
  if (chosen !== undefined) return { intent: chosen, by: "chosen" };
  if (row.decision.reasons.some(({ rule }) => rule === "second_opinion") && catalogue.has(row.decision.intent))
    return { intent: row.decision.intent, by: "opinion" };
  const { certainty, requests } = next?.understanding ?? {};
  const said = certainty === "sure" && requests?.length === 1 ? requests[0]?.intent : undefined;
  // "Agent", "yes" and "thanks" say nothing about the words before them.
  return said !== undefined && catalogue.get(said)?.class !== "control" ? { intent: said, by: "rephrased" } : undefined;
}

/** A title that was pressed is no customer's wording. */
function isButton(text: string, catalogue: ReadonlyMap<string, IntentDefinition>): boolean {
  return [...catalogue.values()].some(({ title }) => title.zh === text || title.en === text);
}
