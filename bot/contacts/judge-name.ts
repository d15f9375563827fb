/** Whether a WeChat id is in the register, and which one it resembles when it is not. */
import type { Contact } from "../policy/policy.ts";
import { type ContactMatch, type Difference, known, type NearMiss, type Register, unknown } from "./contact-match.ts";
import type { FoundName } from "./find-names.ts";
import { oneOff, skeleton } from "./look-alike.ts";

/** @returns undefined for a word that is not said to be an id and resembles none */
export function judgeName(name: FoundName, register: Register): ContactMatch | undefined {
  const entry = (entries: readonly Contact[]): Contact | undefined =>
    entries.find(({ kind, value }) => kind === "wechat" && value.toLowerCase() === name.id);
  const near = nameLikeness(name, register);
  const scam = entry(register.reportedScam);
  if (scam) return known("reported_scam", scam, near);
  const ours = entry(register.official);
  if (ours && (name.said === undefined || name.said === "wechat")) return known("official", ours);
  const kind = name.said === "other" ? "messenger" : "wechat";
  if (near) return unknown(kind, name.value, near);
  return name.isSure ? unknown(kind, name.value) : undefined;
}

const bare = (id: string): string => skeleton(id).replace(/[-_]/gu, "");

function nameLikeness(name: FoundName, register: Register): NearMiss | undefined {
  for (const { kind, value } of register.official) {
    if (kind !== "wechat") continue;
    const official = value.toLowerCase();
    // What is shorter by more than one character resembles it in no way that is told here; a skeleton is never longer than its name.
    if (name.id.length < bare(official).length - 1) continue;
    const miss = (difference: Difference): NearMiss => ({ value: name.value, of: value, difference });
    if (name.id === official) {
      if (name.said !== undefined && name.said !== "wechat") return miss("other_kind");
      continue;
    }
    if (bare(name.id) === bare(official)) return miss("look_alike");
    if (oneOff(name.id, official) || oneOff(bare(name.id), bare(official))) return miss("one_letter");
    if (official.length >= 6 && bare(name.id).includes(bare(official))) return miss("extra_label");
  }
  return undefined;
}
