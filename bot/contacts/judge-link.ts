/** Whether a link or an e-mail address belongs to a site in the register, and which one it resembles when it does not. */
import type { Contact } from "../policy/policy.ts";
import { type ContactMatch, type Difference, known, type NearMiss, type Register, unknown } from "./contact-match.ts";
import type { FoundLink } from "./find-links.ts";
import { oneOff, skeleton } from "./look-alike.ts";

const hostsKnown = new WeakMap<Contact, string>();

function hostOf(contact: Contact): string {
  const known = hostsKnown.get(contact);
  if (known !== undefined) return known;
  const host = readHost(contact.value);
  hostsKnown.set(contact, host);
  return host;
}

function readHost(value: string): string {
  try {
    return new URL(/^[a-z]+:\/\//u.test(value) ? value : `https://${value}`).hostname.replace(/^www\./u, "");
  } catch {
    return value.toLowerCase();
  }
}

/** @returns undefined for what only looks like a link and resembles nothing in the register */
export function judgeLink(link: FoundLink, register: Register): ContactMatch | undefined {
  const entry = (entries: readonly Contact[]): Contact | undefined =>
    entries.find((contact) => contact.kind === "site" && (link.host === hostOf(contact) || link.host.endsWith(`.${hostOf(contact)}`)));
  const kind = link.isEmail ? "email" : "site";
  const near = siteLikeness(link, register);
  const scam = entry(register.reportedScam);
  if (scam) return known("reported_scam", scam, near);
  const ours = entry(register.official);
  // The sender of an e-mail can be forged, and addresses are not in the register.
  if (ours && !link.isEmail && !link.isOdd) return known("official", ours);
  if (near) return unknown(kind, link.value, near);
  return link.isDoubtful ? undefined : unknown(kind, link.value);
}

function siteLikeness(link: FoundLink, register: Register): NearMiss | undefined {
  for (const contact of register.official.filter(({ kind }) => kind === "site")) {
    const official = hostOf(contact);
    const miss = (difference: Difference): NearMiss => ({ value: link.value, of: contact.value, difference });
    if (link.host === official || link.host.endsWith(`.${official}`)) {
      if (link.isOdd || link.isEmail) return link.isEmail ? undefined : miss("extra_label");
      continue;
    }
    const labels = official.split(".").length;
    const tail = link.shown.split(".").slice(-labels).join(".");
    if (skeleton(tail) === skeleton(official) || skeleton(link.shown) === skeleton(official)) return miss("look_alike");
    const off = oneOff(skeleton(tail), skeleton(official)) ?? oneOff(tail, official);
    if (off) return miss("one_letter");
    if (official.length >= 8 && skeleton(tail).endsWith(skeleton(official))) return miss("extra_label");
    const inside = skeleton(link.shown).replace(/[-_]/gu, ".");
    if (`.${inside}.`.includes(`.${skeleton(official)}.`)) return miss("extra_label");
    if (link.isOdd && link.value.toLowerCase().includes(official)) return miss("extra_label");
  }
  return undefined;
}
