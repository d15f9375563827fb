import { type Folded, originalSpan } from "../text/normalise.ts";
import type { Entity, EntityType } from "../understanding.ts";
import { amountFinder } from "./amounts.ts";
import { type Candidate, settle } from "./candidate.ts";
import type { EntityRules } from "./entity-rules.ts";
import { identifierFinders, matches } from "./identifiers.ts";
import { findEnglishTimes, findIsoTimes } from "./times-en.ts";
import { findChineseTimes } from "./times-zh.ts";

const DEFAULT_ZONE = "Asia/Shanghai";
/** Types that stand for a word when the classifier reads the text: their characters say nothing of the wish. */
const MASKS: ReadonlyMap<EntityType, string> = new Map([
  ["order_number", "ordernumber"],
  ["payment_serial", "ordernumber"],
  ["withdrawal_number", "withdrawalnumber"],
  ["case_code", "casecode"],
  ["card_key", "cardkey"],
  ["bank_card", "bankcardnumber"],
  ["id_number", "idnumber"],
  ["link", "weblink"],
  ["email", "emailaddress"],
  ["phone", "phonenumber"],
]);

/** Finds entities by the operator's rules. */
export class EntityExtractor {
  readonly #identifiers: readonly ((text: string) => Candidate[])[];
  readonly #amounts: (text: string) => Candidate[];
  readonly #channels: RegExp;
  readonly #channelOf = new Map<string, string>();

  constructor(rules: EntityRules) {
    this.#identifiers = identifierFinders(rules);
    this.#amounts = amountFinder(rules);
    const words: string[] = [];
    for (const [channel, forms] of Object.entries(rules.channels)) {
      for (const form of forms) {
        this.#channelOf.set(form.replace(/\s+/gu, ""), channel);
        words.push(form);
      }
    }
    const alternatives = words
      .sort((a, b) => b.length - a.length)
      .map((word) => (/^[a-z]/u.test(word) ? `(?<![a-z])${word.replace(/ /gu, "\\s*")}${/[a-z]$/u.test(word) ? "(?![a-z])" : ""}` : word));
    this.#channels = alternatives.length === 0 ? /(?!)/gu : new RegExp(alternatives.join("|"), "giu");
  }

  /** Entities with spans in the customer's own text, in order, without overlaps. */
  extract(folded: Folded, now: Date, timeZone?: string): Entity[] {
    const zone = timeZone ?? DEFAULT_ZONE;
    const { text } = folded;
    const candidates = [...this.#identify(text), ...findIsoTimes(text)];
    // A time library would read "20 May" into anything: only texts with its letters are shown to it.
    if (/[\u4e00-\u9fff]|\d[:：]\d/u.test(text)) candidates.push(...findChineseTimes(text, now.getTime(), zone));
    if (/[A-Za-z]{2}/u.test(text)) candidates.push(...findEnglishTimes(text, now.getTime(), zone));
    candidates.push(...this.#amounts(text), ...this.#findChannels(text));
    return settle(candidates).map(({ type, value, start, end, confidence }) => ({
      type,
      value,
      span: originalSpan(folded, start, end),
      confidence,
    }));
  }

  /** The folded text with numbers and names replaced by one word each, for the classifier. */
  mask(text: string): string {
    if (!/[\d@]|\.[a-z]|www/iu.test(text)) return text;
    let out = "";
    let at = 0;
    for (const { type, start, end } of settle(this.#identify(text))) {
      const word = MASKS.get(type);
      if (word === undefined) continue;
      out += `${text.slice(at, start)} ${word} `;
      at = end;
    }
    return at === 0 ? text : out + text.slice(at);
  }

  #identify(text: string): Candidate[] {
    return /[\d@.]|密码|口令|pass|pwd/iu.test(text) ? this.#identifiers.flatMap((find) => find(text)) : [];
  }

  #findChannels(text: string): Candidate[] {
    return matches(this.#channels, text).flatMap((match) => {
      const value = this.#channelOf.get(match[0].toLowerCase().replace(/\s+/gu, ""));
      return value === undefined
        ? []
        : [{ type: "channel" as const, value, start: match.index, end: match.index + match[0].length, confidence: 0.95 }];
    });
  }
}
