/** Which of the things shown the customer means: "第二个", "30块的那笔", "the game one", the button's own words, "both". */
import type { Entity } from "../../intents/index.ts";
import type { Choice } from "../conversation/conversation.ts";
import { parseMoney } from "../policy/speak.ts";

const HAN = "一二三四五六七八九十";
const WORDS_EN = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

/** `several`: his words fit more than one of them; they are shown again. */
export interface Chosen {
  readonly values: readonly string[];
  readonly several?: true;
}

/** Longer messages say more than which one. */
const SHORT = 40;

const ALL =
  /^(?:我?(?:这|那)?(?:些|几)?(?:笔|个|单|条)?)?(?:都是|全都?是?|全部|都(?:没到|没有|不行|要|查)?|(?:两|2|三|3|四|4)(?:笔|个|单|条)?都.{0,6})[。.!！\s]*$|^(?:i mean )?(?:both|all|all of (?:them|these)|both of (?:them|these)|every one)(?: of them)?[.!\s]*$/iu;
const LAST = /最后(?:一)?(?:个|笔|条|单|项)|最下面|(?:the )?last (?:one|order)|^(?:the )?last$|bottom one/iu;
const NEWEST = /最近(?:的|那|一)|最新|刚(?:刚)?(?:充|买|付|下)|(?:most recent|latest|newest)/iu;
const NONE = /^(?:都不是|不是这些|不在里面|没有我的|none(?: of (?:them|these))?|neither|not (?:in the list|there))[。.!！\s]*$/iu;

/**
 * @param choices newest first, as they were shown
 * @param entities found in `text`; places in it
 * @returns the values chosen (several for "both"); undefined when the words choose nothing
 */
export function choiceOf(text: string, choices: readonly Choice[], entities: readonly Entity[]): Chosen | undefined {
  const words = text.normalize("NFKC").trim().toLowerCase();
  if (words === "" || choices.length === 0) return undefined;
  const named = choices.filter(
    ({ value, label }) => words === label.normalize("NFKC").toLowerCase() || words.includes(value.toLowerCase()),
  );
  if (named.length > 0) return { values: named.map(({ value }) => value) };
  if ([...words].length > SHORT || NONE.test(words)) return undefined;
  if (ALL.test(words)) return { values: choices.map(({ value }) => value) };
  const place = placeIn(words, choices.length);
  if (place !== undefined) return valueAt(choices, place);
  if (LAST.test(words)) return valueAt(choices, choices.length - 1);
  const byWhat = fewer(byAmount(words, choices, entities), choices) ?? fewer(byWords(words, choices), choices);
  if (byWhat && !byWhat.several) return byWhat;
  return NEWEST.test(words) ? valueAt(choices, 0) : byWhat;
}

function valueAt(choices: readonly Choice[], place: number): Chosen | undefined {
  const chosen = choices[place];
  return chosen && { values: [chosen.value] };
}

function fewer(fitting: readonly Choice[], all: readonly Choice[]): Chosen | undefined {
  if (fitting.length === 0 || fitting.length === all.length) return undefined;
  return { values: fitting.map(({ value }) => value), ...(fitting.length > 1 ? { several: true } : {}) };
}

/** Zero-based; of "2", "第二个", "选2", "the second one", "number two". */
function placeIn(words: string, count: number): number | undefined {
  const han =
    /^(?:是|选|就|要|我?说的是|应该是)?\s*第?\s*([一二两三四五六七八九十]|\d)\s*(?:个|笔|条|单|项|号)?(?:订单)?(?:的|那个|那笔|吧|啊|呢)*[。.!！\s]*$/u.exec(
      words,
    )?.[1];
  const latin =
    /^(?:it'?s |i mean |i meant )?(?:the |number |option |no\.? ?|#)?\s*(\d|first|second|third|fourth|fifth|sixth|seventh|eighth|1st|2nd|3rd|4th|5th|one|two|three|four|five)(?: one| order| option)?(?:,? please)?[.!\s]*$/u.exec(
      words,
    )?.[1];
  const spoken = han ?? latin;
  if (spoken === undefined) return undefined;
  const place = /^\d/u.test(spoken)
    ? Number(/^\d/u.exec(spoken)?.[0])
    : spoken === "两"
      ? 2
      : HAN.indexOf(spoken) + 1 || WORDS_EN.indexOf(spoken) + 1 || ["one", "two", "three", "four", "five"].indexOf(spoken) + 1;
  return place >= 1 && place <= count ? place - 1 : undefined;
}

function byAmount(words: string, choices: readonly Choice[], entities: readonly Entity[]): readonly Choice[] {
  const said = entities.flatMap(({ type, value, span }) =>
    type === "amount" && span[1] > span[0] ? [Number(parseMoney(value)?.amount)] : [],
  );
  const bare = /(?<![\d.])(\d{1,6}(?:\.\d{1,2})?)(?![\d.])/u.exec(words)?.[1];
  const wanted = said.length > 0 ? said : bare === undefined ? [] : [Number(bare)];
  return choices.filter(({ amount }) => amount !== undefined && wanted.includes(Number(parseMoney(amount)?.amount)));
}

/** Words of one choice's name and of no other's: pairs of Han characters, Latin words of three letters. */
function byWords(words: string, choices: readonly Choice[]): readonly Choice[] {
  const scores = choices.map(({ label }) => partsOf(label).filter((part) => words.includes(part)).length);
  const most = Math.max(...scores);
  return most === 0 ? [] : choices.filter((_, index) => scores[index] === most);
}

function partsOf(label: string): string[] {
  const plain = label.normalize("NFKC").toLowerCase();
  const han = [...plain.matchAll(/\p{Script=Han}{2,}/gu)].flatMap(([run]) =>
    [...run].slice(0, -1).map((char, index) => char + ([...run][index + 1] ?? "")),
  );
  return [...new Set([...han, ...(plain.match(/[a-z]{3,}/gu) ?? [])])];
}
