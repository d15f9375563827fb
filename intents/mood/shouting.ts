import type { Language } from "../understanding.ts";

/** Signals of loudness: capitals, stressed words, exclamation and question marks, angry faces. */
export interface Loudness {
  readonly signal: "capitals" | "stress" | "marks" | "questions" | "faces";
  /** 0..1 */
  readonly value: number;
  readonly reason?: string;
}

const ANGRY_FACES = /[😡🤬😠👿💢🖕]/gu;
const CAPITALS: Readonly<Record<Language, string>> = { zh: "大写喊话", en: "shouting in capitals" };
const MARKS: Readonly<Record<Language, string>> = { zh: "连用感叹号或怒脸", en: "exclamation marks or angry faces" };
const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));
/** Words that are always written so. */
const ACRONYMS = words(
  "USDT USD CNY RMB API CDK UID OTP SMS VIP SVIP STEAM PSN XBOX PUBG VPN APP URL PIN KYC ATM PDF FAQ DLC UPC NFT ESIM IOS VAT USA EUR GBP HKD KM JT PC UK EU HK CN IP ID QQ PPT KTV WIFI GPS SIM IMEI HTTP HTTPS SSL JSON CEO FBI FTC BBB LMAO LOL OMG WTF FFS DVD USB CPU GPU RAM SSD",
);
/** Words that are written in capitals to stress them. */
const STRESSED = words(
  "NOW STILL NOT NEVER NOTHING AGAIN WHERE WHY STOP MONEY REFUND DAYS HOURS NOBODY ALL MY HELP WORST SCAM TWICE IMMEDIATELY ANSWER EVERY ASAP YOU REALLY EVER DID CANNOT DO IS ENOUGH RIGHT THREE",
);

/** @param folded text after `fold`, case kept */
export function readShouting(folded: string, language: Language): Loudness[] {
  const found: Loudness[] = [];
  const loud = folded.match(/\p{Lu}{3,}(?=\P{L}|$)/gu)?.filter((word) => !ACRONYMS.has(word)) ?? [];
  if (loud.length > 0) {
    const letters = folded.match(/\p{L}/gu)?.length ?? 0;
    const capitals = folded.match(/\p{Lu}/gu)?.length ?? 0;
    if (loud.length >= 2 && letters >= 8 && capitals / letters > 0.65)
      found.push({ signal: "capitals", value: 1, reason: CAPITALS[language] });
    else if (loud.some((word) => STRESSED.has(word)))
      found.push({ signal: "stress", value: 1, reason: `${CAPITALS[language]}“${loud[0] ?? ""}”` });
  }
  const marks = folded.match(/[!！]/gu)?.length ?? 0;
  const questions = /[?？]{2,}|[?？]\s*[!！]|[!！]\s*[?？]/u.test(folded);
  const faces = folded.match(ANGRY_FACES)?.length ?? 0;
  if (marks >= 2) found.push({ signal: "marks", value: Math.min(1, marks / 4), ...(marks >= 3 ? { reason: MARKS[language] } : {}) });
  if (questions) found.push({ signal: "questions", value: 1 });
  if (faces > 0) found.push({ signal: "faces", value: Math.min(1, faces / 2), reason: MARKS[language] });
  return found;
}
