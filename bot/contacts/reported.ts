/** The contacts a customer reports: everything in his words that is neither official, nor a public line, nor his own. */
import { placedMatches } from "./check-contact.ts";
import type { Register } from "./contact-match.ts";

/** What a customer says directly before his own number. */
const HIS_OWN =
  /(?:我的?(?:手机|电话|号码|联系方式|qq|微信)号?|回(?:电|拨)|my (?:own )?(?:phone|number|mobile|cell)(?: number)?|(?:call|ring|reach) me)[^\p{L}\p{N}]{0,3}(?:是|在|is|on|at)?[^\p{L}\p{N}]{0,3}$/iu;
const MOST = 5;

/**
 * @param own numbers known to be the customer's
 * @returns each as it stands in the text, a known fake as the register writes it; at most five
 */
export function reportedContacts(text: string, register: Register, own: readonly string[] = []): string[] {
  const digits = (value: string): string => value.replace(/\D/gu, "").slice(-10);
  const isOwn = (value: string): boolean => digits(value).length >= 7 && own.some((one) => digits(one) === digits(value));
  const values = placedMatches(text, register, { counts: ({ digits: found }) => found.length >= 5 })
    .filter(({ match, start }) => {
      if (match.verdict === "official" || match.verdict === "public") return false;
      return !isOwn(match.value) && !HIS_OWN.test(text.slice(Math.max(0, start - 24), start));
    })
    .map(({ match }) => match.value.replace(/\p{Cc}/gu, "").slice(0, 120));
  return [...new Set(values)].slice(0, MOST);
}
