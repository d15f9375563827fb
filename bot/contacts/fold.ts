/**
 * Text as its digits and letters are read, whatever they are dressed in: full width, mathematical, circled, keycaps, other scripts' digits.
 * Every character of the folded text knows its place in the original.
 */

export interface Folded {
  /** Lower case; digits are ASCII; dashes are `-`. */
  readonly text: string;
  /** Original start and end of each UTF-16 unit of `text`. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Ignored in host names (UTS #46 §4, status "ignored") and everywhere else here. */
const IGNORED = /^(?:\u00ad|\u200b|\u2060|\u2064|\ufeff|\p{Variation_Selector})$/u;
/** Dressing that may stand on a digit: keycap, strike-through, joiners, direction marks. On a letter it makes another letter. */
const DRESSING = /^[\p{M}\u200c-\u200f\u202a-\u202e\u2061-\u2069]$/u;
const DASH = /^[\p{Pd}−﹣~〜ー]$/u;

export function fold(original: string): Folded {
  const even = foldEvenly(original);
  if (even !== undefined) return { text: even, from: placesTo(even.length), to: placesTo(even.length + 1, 1) };
  let text = "";
  const from: number[] = [];
  const to: number[] = [];
  for (let place = 0; place < original.length; ) {
    const unit = original.charCodeAt(place);
    if (unit < 0x80 || (unit >= HAN_FIRST && unit <= HAN_LAST)) {
      text += unit < 0x80 ? ASCII[unit] : original[place];
      from.push(place);
      place += 1;
      to.push(place);
      continue;
    }
    const char = String.fromCodePoint(original.codePointAt(place) ?? 0);
    const end = place + char.length;
    const plain = plainOf(char);
    if (plain !== "" && !(DRESSING.test(char) && /\d$/u.test(text))) {
      for (let each = 0; each < plain.length; each += 1) {
        from.push(place);
        to.push(end);
      }
      text += plain;
    } else if (to.length > 0) to[to.length - 1] = end;
    place = end;
  }
  return { text, from, to };
}

/** The folded text when every character is read as one other, as nearly always; undefined when places shift. */
function foldEvenly(original: string): string | undefined {
  let text = "";
  for (let place = 0; place < original.length; place += 1) {
    const unit = original.charCodeAt(place);
    if (unit < 0x80) text += ASCII[unit];
    else if (unit >= HAN_FIRST && unit <= HAN_LAST) text += original[place];
    else {
      const char = original[place] ?? "";
      const plain = plainOf(char);
      if (plain.length !== 1 || (unit >= 0xd800 && unit <= 0xdfff) || DRESSING.test(char)) return undefined;
      text += plain;
    }
  }
  return text;
}

const rows: number[][] = [[], []];

/** `first, first + 1, …`: shared and never changed. */
function placesTo(length: number, first = 0): readonly number[] {
  const row = rows[first] ?? [];
  while (row.length < length) row.push(row.length + first);
  return row;
}

/** CJK Unified Ideographs: neither digits nor dressing, and the same under NFKC. With ASCII they are nearly all that is ever written. */
const HAN_FIRST = 0x4e00;
const HAN_LAST = 0x9fff;
const ASCII = Array.from({ length: 0x80 }, (_, unit) => (unit === 0x7e ? "-" : String.fromCharCode(unit).toLowerCase()));

/** What any other character is read as, remembered; empty for one that is ignored. */
const seen = new Map<string, string>();
const MOST_SEEN = 4096;

function plainOf(char: string): string {
  const known = seen.get(char);
  if (known !== undefined) return known;
  const plain = IGNORED.test(char) ? "" : DASH.test(char) ? "-" : (digitOf(char) ?? lower(char));
  if (seen.size < MOST_SEEN) seen.set(char, plain);
  return plain;
}

/** The piece of the original that `[start, end)` of the folded text stands for. */
export function originalOf(original: string, folded: Folded, start: number, end: number): string {
  return original.slice(folded.from[start] ?? 0, folded.to[end - 1] ?? original.length);
}

function lower(char: string): string {
  return char.normalize("NFKC").toLowerCase();
}

/** Dingbat and other circled digits that NFKC leaves alone, by their first code point: value of the first, how many. */
const CIRCLED: readonly (readonly [first: number, value: number, count: number])[] = [
  [0x2776, 1, 10],
  [0x2780, 1, 10],
  [0x278a, 1, 10],
  [0x24f5, 1, 10],
  [0x24ff, 0, 1],
  [0x1f10b, 0, 1],
  [0x1f10c, 0, 1],
];

/** The ASCII digits of a character in whatever dress, undefined when it is none. */
export function digitOf(char: string): string | undefined {
  const point = char.codePointAt(0) ?? 0;
  if (point < 128) return undefined;
  for (const [first, value, count] of CIRCLED) if (point >= first && point < first + count) return String(value + point - first);
  const plain = /^[(]?(\d{1,2})[).,]?$/u.exec(char.normalize("NFKC"));
  if (plain) return plain[1];
  if (!/^\p{Nd}$/u.test(char)) return undefined;
  // Decimal digits of a script stand in a row of ten that begins with its zero (Unicode, general category Nd).
  let value = 0;
  while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(point - value - 1))) value += 1;
  return String(value);
}

const NUMERALS: Readonly<Record<string, string>> = {
  ...Object.fromEntries([..."零一二三四五六七八九"].map((numeral, value) => [numeral, String(value)])),
  ...Object.fromEntries([..."〇壹贰叁肆伍陆柒捌玖"].map((numeral, value) => [numeral, String(value)])),
  ...{ 貳: "2", 參: "3", 叄: "3", 陸: "6", 幺: "1", 两: "2", 兩: "2" },
};

/** A numeral that begins a word of its own: "一直没人接", "打了三次". */
const COUNTING =
  /^(?:[一壹幺](?:直|个|個|次|样|樣|下|遍|天|般|会|會|定|共|些|打|接|拨|撥|通|边|邊|起|旦)|[两兩二三四五六七八九](?:次|遍|天|个|個|回|通|声|聲|分|小|年|月|周|点|點|位|人|家|条|條))/u;

/** Chinese numerals as digits, one for one, where they are not words; one that follows another always counts. Same length as the text given. */
export function withNumerals(text: string): string {
  return text.replace(/[零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參叄陸幺两兩]/gu, (numeral, place: number) => {
    const isWord = COUNTING.test(text.slice(place, place + 2)) && NUMERALS[text[place - 1] ?? ""] === undefined;
    return isWord ? numeral : (NUMERALS[numeral] ?? numeral);
  });
}
