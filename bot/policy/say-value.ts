/** A fact as a person says it: money, clock times, the operator's own words for states and channels. */
import type { Policy } from "./policy.ts";
import { parseMoney, sayMoney, sayTime } from "./speak.ts";
import type { Language } from "./words.ts";

/** @param now milliseconds since the epoch */
export function sayValue(name: string, value: string, policy: Policy, language: Language, now: number): string {
  const money = name === "amount" ? parseMoney(value) : undefined;
  if (money) return sayMoney(money, language);
  const at = /^\d{4}-\d\d-\d\dT\d\d:/u.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(at)) return sayTime(at, now, policy.timeZone, language);
  return policy.replyKeys.includes(`value.${name}.${value}`) ? policy.say(`value.${name}.${value}`, language) : value;
}

/** A case opened by API may carry facts the policy has no word for: they go by their own name. */
export function sayFactName(name: string, policy: Policy, language: Language): string {
  if (policy.replyKeys.includes(`fact.${name}`)) return policy.say(`fact.${name}`, language);
  return policy.slotNames.includes(name) ? policy.slot(name).name[language] : name;
}
