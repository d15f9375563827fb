/**
 * A sentence of the desk's own, told again in the other language: it is found by its template, and its values are said anew. What was stored in
 * the customer's language (what was tried, what was promised) is read by agents of either.
 */
import type { Policy } from "./policy.ts";
import type { Language } from "./words.ts";

/** Names that stand in sentences and are no replies: titles of intents and articles. */
export type Rename = (name: string) => string | undefined;

interface Template {
  readonly key: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** Letters that are not a value: the more, the surer. */
  readonly weight: number;
}

/** Sentences that are kept with a case, and what stands in them. */
const KEPT = /^(outcome|promise|tool|agent\.place(?:_next)?|value|reason|case|contact|callback|wait|desk|guard)\b/u;
const DEEPEST = 3;

const kept = new WeakMap<Policy, Partial<Record<Language, readonly Template[]>>>();

/** @returns undefined when no template, or chain of templates, makes the sentence: then it stays as it was said */
export function retell(text: string, from: Language, to: Language, policy: Policy, rename: Rename = () => undefined): string | undefined {
  if (from === to) return text;
  return tellWhole(text.trim(), 0, { from, to, policy, rename });
}

interface Telling {
  readonly from: Language;
  readonly to: Language;
  readonly policy: Policy;
  readonly rename: Rename;
}

function tellWhole(text: string, depth: number, telling: Telling): string | undefined {
  if (text === "" || depth > DEEPEST) return undefined;
  const { from, to, policy } = telling;
  for (const { key, pattern, names } of templatesOf(from, policy)) {
    const match = pattern.exec(text);
    if (!match) continue;
    const values = Object.fromEntries(names.map((name, place) => [name, tellValue(match[place + 1] ?? "", depth, telling)]));
    return policy.say(key, to, values);
  }
  return depth === 0 ? tellSentences(text, telling) : undefined;
}

/** Several sentences after each other, each of its own template. */
function tellSentences(text: string, telling: Telling): string | undefined {
  const ends = [...text.matchAll(/[。？]\s*|[.?]\s+|\n+/gu)]
    .map((match) => match.index + match[0].length)
    .filter((end) => end < text.length);
  for (const end of ends.reverse()) {
    const [head, tail] = [text.slice(0, end).trim(), text.slice(end).trim()];
    const first = tellWhole(head, 1, telling);
    const rest = first === undefined ? undefined : (tellWhole(tail, 1, telling) ?? tellSentences(tail, telling));
    if (first !== undefined && rest !== undefined) return telling.to === "zh" ? `${first}${rest}` : `${first} ${rest}`;
  }
  return undefined;
}

function tellValue(value: string, depth: number, telling: Telling): string {
  return telling.rename(value) ?? tellFigure(value, telling.to) ?? tellWhole(value, depth + 1, telling) ?? value;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Days, sums and spans as `speak.ts` says them. */
function tellFigure(value: string, to: Language): string | undefined {
  if (to === "en") {
    const day = /^(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日 (\d\d:\d\d)$/u.exec(value);
    if (day) return `${day[3]} ${MONTHS[Number(day[2]) - 1]}${day[1] === undefined ? "" : ` ${day[1]}`} ${day[4]}`;
    const sum = /^(-?)([\d,.]+) 元$/u.exec(value);
    if (sum) return `${sum[1]}¥${sum[2]}`;
    const range = /^(\d+–\d+) 分钟（(.+) 前后）$/u.exec(value);
    if (range) return `${range[1]} minutes (around ${tellFigure(range[2] ?? "", to) ?? range[2]})`;
    return undefined;
  }
  const day = /^(\d{1,2}) ([A-Z][a-z]{2})(?: (\d{4}))? (\d\d:\d\d)$/u.exec(value);
  if (day) return `${day[3] === undefined ? "" : `${day[3]}年`}${MONTHS.indexOf(day[2] ?? "") + 1}月${day[1]}日 ${day[4]}`;
  const sum = /^(-?)¥([\d,.]+)$/u.exec(value);
  if (sum) return `${sum[1]}${sum[2]} 元`;
  const range = /^(\d+–\d+) minutes \(around (.+)\)$/u.exec(value);
  return range ? `${range[1]} 分钟（${tellFigure(range[2] ?? "", to) ?? range[2]} 前后）` : undefined;
}

/** Surest first. */
function templatesOf(language: Language, policy: Policy): readonly Template[] {
  const known = kept.get(policy) ?? {};
  kept.set(policy, known);
  known[language] ??= policy.replyKeys
    .filter((key) => KEPT.test(key))
    .map((key) => templateOf(key, language, policy))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return known[language];
}

function templateOf(key: string, language: Language, policy: Policy): Template {
  const names: string[] = [];
  const holes = new Proxy<Record<string, string>>({}, { get: (_, name) => `⟦${String(name)}⟧` });
  const said = policy.say(key, language, holes).trim();
  const parts = said.split(/⟦([a-zA-Z]+)⟧/u);
  const source = parts
    .map((part, place) => {
      if (place % 2 === 0) return part.replace(/[$.*+?^{}()|[\]\\]/gu, "\\$&").replace(/\s+/gu, "\\s+");
      const earlier = names.indexOf(part);
      if (earlier >= 0) return `\\${earlier + 1}`;
      names.push(part);
      return "(.+?)";
    })
    .join("");
  const weight = parts
    .filter((_, place) => place % 2 === 0)
    .join("")
    .replace(/[\s\p{P}]/gu, "").length;
  return { key, pattern: new RegExp(`^${source}$`, "su"), names, weight };
}
