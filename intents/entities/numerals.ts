/** Chinese numerals as people write them: 三百五 = 350, 两千, 一万二 = 12000, 十五, 1万2, 3千, 2百5, 〇. */

const DIGITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    零: 0,
    〇: 0,
    一: 1,
    壹: 1,
    幺: 1,
    二: 2,
    贰: 2,
    两: 2,
    俩: 2,
    三: 3,
    叁: 3,
    仨: 3,
    四: 4,
    肆: 4,
    五: 5,
    伍: 5,
    六: 6,
    陆: 6,
    七: 7,
    柒: 7,
    八: 8,
    捌: 8,
    九: 9,
    玖: 9,
  }),
);
const UNITS: ReadonlyMap<string, number> = new Map(Object.entries({ 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1_000, 仟: 1_000 }));
const LARGE: ReadonlyMap<string, number> = new Map(Object.entries({ 万: 10_000, 萬: 10_000, 亿: 100_000_000, 億: 100_000_000 }));

/** Characters a Chinese numeral consists of, for regular expressions. */
export const NUMERAL_CLASS = "零〇一壹幺二贰两俩三叁仨四肆五伍六陆七柒八捌九玖十拾百佰千仟万萬亿億";

/**
 * Value of a Chinese numeral, or undefined when the characters do not make one ("百百", "").
 * A trailing digit stands for the next lower unit: 三百五 = 350, 一万二 = 12,000, but 三百零五 = 305.
 */
export function parseHanNumeral(text: string): number | undefined {
  if (text === "" || [...text].some((char) => !DIGITS.has(char) && !UNITS.has(char) && !LARGE.has(char))) return undefined;
  const chars = [...text];
  if (chars.every((char) => DIGITS.has(char))) {
    // Digit by digit: 二〇二六, 一三八. A single one is itself.
    return chars.length > 15 ? undefined : Number(chars.map((char) => DIGITS.get(char)).join(""));
  }
  let total = 0;
  let section = 0;
  let digit: number | undefined;
  let lastUnit = 0;
  let zero = false;
  for (const char of chars) {
    const value = DIGITS.get(char);
    const unit = UNITS.get(char);
    const large = LARGE.get(char);
    if (value !== undefined) {
      if (digit !== undefined && digit !== 0) return undefined;
      digit = value;
      zero = value === 0;
    } else if (unit !== undefined) {
      if (lastUnit !== 0 && lastUnit < 10_000 && unit >= lastUnit) return undefined;
      section += (digit === undefined || (digit === 0 && section > 0) ? 1 : digit) * unit;
      digit = undefined;
      lastUnit = unit;
      zero = false;
    } else if (large !== undefined) {
      const base = section + (digit ?? 0);
      if (base === 0) return undefined;
      total = large === 100_000_000 ? (total + base) * large : total + base * large;
      section = 0;
      digit = undefined;
      lastUnit = large;
      zero = false;
    }
  }
  if (digit !== undefined && digit !== 0) {
    const before = chars.at(-2);
    section += !zero && before !== undefined && before !== "零" && before !== "〇" && lastUnit >= 100 ? digit * (lastUnit / 10) : digit;
  }
  return total + section;
}

/** A number in digits with optional thousands, decimals and 万/w/千/k/百: "1,200.50", "1w", "1万2", "3.5k". */
export function parseMixedNumber(text: string): number | undefined {
  const compact = text.replace(/[\s,，]/gu, "").toLowerCase();
  const match = /^(\d+(?:\.\d+)?)(万|w|千|k|百)?(\d)?$/u.exec(compact);
  if (match === null) return parseHanNumeral(compact.replace(/[块元]$/u, ""));
  const unit = match[2] === undefined ? 1 : match[2] === "万" || match[2] === "w" ? 10_000 : match[2] === "百" ? 100 : 1_000;
  if (match[2] === undefined && match[3] !== undefined) return Number(compact);
  return Number(match[1]) * unit + (match[3] === undefined ? 0 : Number(match[3]) * (unit / 10));
}

const ENGLISH_WORDS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    one: 1,
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
    eleven: 11,
    twelve: 12,
    thirteen: 13,
    fourteen: 14,
    fifteen: 15,
    sixteen: 16,
    seventeen: 17,
    eighteen: 18,
    nineteen: 19,
    twenty: 20,
    thirty: 30,
    forty: 40,
    fifty: 50,
    sixty: 60,
    seventy: 70,
    eighty: 80,
    ninety: 90,
    hundred: 100,
    thousand: 1_000,
  }),
);

/** Words of English numbers, for regular expressions. */
export const ENGLISH_NUMBER = [...ENGLISH_WORDS.keys()].sort((a, b) => b.length - a.length).join("|");

/** "two hundred and fifty" = 250; undefined when a word is none of a number. */
export function parseEnglishNumber(text: string): number | undefined {
  let total = 0;
  let section = 0;
  for (const word of text.toLowerCase().split(/[\s-]+/u)) {
    if (word === "and" || word === "") continue;
    const value = ENGLISH_WORDS.get(word);
    if (value === undefined) return undefined;
    if (value === 100) section = Math.max(1, section) * 100;
    else if (value === 1_000) {
      total += Math.max(1, section) * 1_000;
      section = 0;
    } else section += value;
  }
  return total + section;
}
