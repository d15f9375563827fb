import { parseMixedNumber } from "./entities/numerals.ts";
import type { Answer, Entity, EntityType, Span, UtteranceContext } from "./understanding.ts";

const NUMBER_SLOTS: ReadonlySet<string> = new Set([
  "order_number",
  "payment_serial",
  "withdrawal_number",
  "case_code",
  "card_key",
  "account",
  "phone",
  "one_time_code",
] satisfies EntityType[]);
const ORDINAL_EN: ReadonlyMap<string, number> = new Map(
  Object.entries({
    first: 1,
    "1st": 1,
    one: 1,
    second: 2,
    "2nd": 2,
    two: 2,
    third: 3,
    "3rd": 3,
    three: 3,
    fourth: 4,
    "4th": 4,
    four: 4,
    fifth: 5,
    five: 5,
  }),
);

/** Reads an answer out of the text, or undefined when there is none. */
export function readAnswer(
  original: string,
  folded: string,
  entities: readonly Entity[],
  asked: UtteranceContext["asked"],
): Answer | undefined {
  if (asked === undefined) return undefined;
  const { choices, slot } = asked;
  if (choices !== undefined && choices.length > 0) {
    const choice = readChoice(folded, choices);
    if (choice !== undefined) return { value: choices[choice] ?? "", span: [0, original.length], choice };
  }
  if (slot === undefined) return undefined;
  const entity = entities.find((one) => one.type === slot);
  if (entity !== undefined) return { slot, value: entity.value, span: entity.span };
  const bare = original.trim();
  const start = original.indexOf(bare);
  const span: Span = [start, start + bare.length];
  if (slot === "amount") {
    const amount = parseMixedNumber(folded.trim().replace(/[元块¥$]/gu, ""));
    return amount === undefined || amount <= 0 ? undefined : { slot, value: `${amount.toFixed(2)} CNY`, span };
  }
  // A sentence is none, though there is a figure in it.
  if (bare.split(/\s+/u).filter((word) => /^[A-Za-z']{2,}$/u.test(word)).length >= 2) return undefined;
  // A number of another kind than its pattern still answers the question for a number.
  if (NUMBER_SLOTS.has(slot) && /^[\w -]{3,40}$/u.test(bare) && /\d/u.test(bare)) {
    return { slot, value: bare.replace(/\s/gu, "").toUpperCase(), span };
  }
  return undefined;
}

function readChoice(folded: string, choices: readonly string[]): number | undefined {
  const text = folded.trim().toLowerCase();
  const exact = choices.findIndex((choice) => choice.toLowerCase() === text);
  if (exact >= 0) return exact;
  const han = /^(?:选|就|要|是|那个)?\s*第?\s*([一二两三四五六七八九十\d]{1,2})\s*(?:个|项|种|条|笔|单)?(?:吧|的|那个)?$/u.exec(text);
  const latin =
    /^(?:the |number |option |no\.? ?|#)?\s*(\d{1,2}|first|second|third|fourth|fifth|1st|2nd|3rd|4th|one|two|three|four|five)(?: one| option)?(?: please)?$/u.exec(
      text,
    );
  const spoken = han?.[1] ?? latin?.[1];
  if (spoken !== undefined) {
    const place = ORDINAL_EN.get(spoken) ?? parseMixedNumber(spoken);
    if (place !== undefined && place >= 1 && place <= choices.length) return place - 1;
  }
  if (/^(?:最后(?:一)?(?:个|项|条|笔)|(?:the )?last(?: one)?)$/u.test(text)) return choices.length - 1;
  const inside = choices
    .map((choice, index) => ({ choice: choice.toLowerCase(), index }))
    .filter(({ choice }) => text.length >= 2 && (choice.includes(text) || text.includes(choice)));
  return inside.length === 1 ? inside[0]?.index : undefined;
}
