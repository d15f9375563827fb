/** What an agent types to find a case: its code, an order number, the end of a phone number, a name. One box, no choice to make first. */
import type { CaseMatch } from "../ports/store.ts";

/** Fewer digits would fit every other phone number. */
const FEWEST_DIGITS = 4;

/** @returns undefined when it is too little to look for */
export function readSearch(typed: string): CaseMatch | undefined {
  const words = typed.normalize("NFKC").replace(/\s+/gu, " ").trim();
  const digits = words.replace(/[^0-9]/gu, "");
  if (/^\+?[0-9 ()-]+$/u.test(words)) {
    if (digits.length < FEWEST_DIGITS) return undefined;
    return { ...(digits.length === 8 ? { code: digits } : {}), phoneTail: digits, values: variants(words.replaceAll(" ", "")) };
  }
  if (digits !== "") return { values: variants(words) };
  return words === "" ? undefined : { name: words };
}

/** Numbers are written in capitals; account names are as they are. */
function variants(value: string): readonly string[] {
  return [...new Set([value, value.toUpperCase()])];
}
