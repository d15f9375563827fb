/** The sentence that tells the customer what a contact check found. */
import type { Policy } from "../policy/policy.ts";
import type { Language } from "../policy/words.ts";
import type { ContactCheck } from "./check-contact.ts";

/**
 * Names what was found once, kept from being clickable, and the register's own entry where there is one.
 * @param check of `checkContact`; with nothing found it asks for the contact and lists the official ones
 */
export function sayContactCheck({ verdict, matches }: ContactCheck, policy: Policy, language: Language): string {
  const say = (key: string, values: Readonly<Record<string, string>>): string => policy.say(`contacts.${key}`, language, values);
  const [worst] = matches;
  if (!worst) {
    const list = policy.contacts.official.map(({ name, value }) => `${name[language]} ${value}`).join(language === "zh" ? "、" : ", ");
    return say("none", { list });
  }
  const { nearMiss } = worst;
  const value = worst.verdict === "official" || worst.verdict === "public" ? worst.value : unlinked(nearMiss?.value ?? worst.value);
  const name = worst.name?.[language] ?? worst.value;
  if (worst.verdict === "public") return say("public", { value, name });
  if (verdict === "official") return say("official", { value, name });
  const difference = nearMiss ? policy.say(`contacts.difference.${nearMiss.difference}`, language) : "";
  if (verdict === "reported_scam") return nearMiss ? say("scam_near_miss", { value, of: nearMiss.of, difference }) : say("scam", { value });
  return nearMiss ? say("near_miss", { value, of: nearMiss.of, difference }) : say("unknown", { value });
}

/** Shown as it was written, but nothing that a chat window makes a link of, and no Markdown. */
function unlinked(value: string): string {
  const text = value.replace(/\p{Cc}|`/gu, "").slice(0, 80);
  return /[a-z]/iu.test(text) ? `\`${text}\`` : text;
}
