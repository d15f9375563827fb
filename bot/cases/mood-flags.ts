/** The mood in a case's flags: how it is, how it was at its worst, which way it goes, and by what words one can tell. */
import type { MoodPoint } from "../conversation/conversation.ts";
import type { Policy } from "../policy/policy.ts";
import type { Language } from "../policy/words.ts";

const DEGREE = { calm: 0, annoyed: 1, angry: 2 } as const;

/** @param moods oldest first @returns nothing for somebody who was calm throughout */
export function moodFlags(moods: readonly MoodPoint[], language: Language, policy: Policy): string[] {
  const last = moods.at(-1);
  const worst = moods.reduce<MoodPoint | undefined>(
    (most, mood) => (most && DEGREE[most.label] > DEGREE[mood.label] ? most : mood),
    undefined,
  );
  if (!last || !worst || worst.label === "calm") return [];
  const say = (key: string, values?: Record<string, string>): string => policy.say(`summary.${key}`, language, values);
  const told = (mood: MoodPoint): string =>
    say(`flag.${mood.label}`, { evidence: mood.reasons.join(language === "zh" ? "、" : ", ") || say("no_words") });
  if (last.label === "calm") return [say("flag.calmer", { was: told(worst) })];
  const before = moods.at(-2);
  const isWorse = before !== undefined && DEGREE[last.label] > DEGREE[before.label];
  // He who was angry and is annoyed now is told by his worst: what he threatened with still stands.
  return [told(worst), ...(isWorse ? [say("flag.worse")] : [])];
}
