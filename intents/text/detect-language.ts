import type { Language } from "../understanding.ts";

const HAN = /\p{Script=Han}/gu;
const LATIN_WORD = /\p{Script=Latin}+/gu;

/**
 * Language by share of script: a Han character weighs as much as half a Latin word, because product names (Steam, Q币, UC) stand
 * inside Chinese sentences more often than Han inside English ones.
 *
 * @param folded text after `fold`
 * @param locale BCP 47 tag of the channel, used when the text has no letters ("500", "KM1001-A")
 */
export function detectLanguage(folded: string, locale?: string): Language {
  const han = folded.match(HAN)?.length ?? 0;
  const words = folded.match(LATIN_WORD)?.filter((word) => word.length > 1) ?? [];
  // An order number or a single token of capitals is no English sentence.
  const spoken = words.filter((word) => !/^\p{Lu}{1,4}$/u.test(word));
  if (han === 0 && spoken.length === 0) return locale === undefined ? (words.length > 0 ? "en" : "zh") : fromLocale(locale);
  return han * 0.5 >= words.length || han >= 4 + words.length * 0.4 ? "zh" : "en";
}

function fromLocale(locale: string): Language {
  return /^zh\b|^zh[-_]|^yue/iu.test(locale) ? "zh" : "en";
}
