/** Names by which somebody may be added: WeChat ids that are not plain digits, ids on Telegram and the like, @names. */

import type { Said } from "./find-numbers.ts";
import { type Folded, originalOf } from "./fold.ts";

export interface FoundName {
  readonly value: string;
  /** Lower case, as written otherwise. */
  readonly id: string;
  readonly said: Said | undefined;
  /** Said to be an id ("微信号 …"), not only a word that might be one. */
  readonly isSure: boolean;
  readonly start: number;
  readonly end: number;
}

/** The look ahead passes over Han and punctuation cheaply. */
const TOKEN =
  /(?=[a-z0-9_\-\u{aa}-\u{2fff}\u{a000}-\u{d7ff}\u{f900}-\u{1ffff}])(?<![[\p{L}\p{N}\p{M}_@.\/\-]--[\p{Script=Han}]])[[\p{L}\p{N}\p{M}_\-\u200c-\u200f]--[\p{Script=Han}]]{5,40}/gv;
/** `@name`, not the second half of an e-mail address. Names have at least five characters on Telegram. */
const AT_NAME = /(?<![\p{L}\p{N}_.\-/])@([a-z][a-z0-9_.]{3,30}[a-z0-9_])(?![@\p{L}\p{N}])/gu;
const WECHAT =
  /(?:微信|wechat|weixin|薇信|威信|徽信|v信|加\s?v|\+\s?v|(?<![a-z])[vw]x)[^\p{L}\p{N}]{0,3}((?:公众|公眾)?[号號]|id|account)?\s?(?:是|为|為|is)?\s?[:=]?\s?["“「]?$/u;
const OTHER =
  /(telegram|电报|飞机|(?<![a-z])tg|抖音|快手|微博|小红书|whatsapp|(?<![a-z])line|skype|discord|facebook|twitter|instagram|qq|支付宝)[^\p{L}\p{N}]{0,3}(?:群|[号號]|id|account)?\s?(?:是|为|is)?\s?[:=@]{0,2}\s?$/u;
/** Words that are no service where a customer is led away to, or have other senses: an id after them is a contact only when it is called one. */
const AMBIGUOUS = /^(?:line|支付宝|qq|飞机|facebook|twitter)$/u;

export function findNames(original: string, folded: Folded, taken: readonly (readonly [start: number, end: number])[]): FoundName[] {
  const isTaken = (start: number, end: number): boolean => taken.some(([from, to]) => start < to && from < end);
  const found: FoundName[] = [];
  for (const match of folded.text.matchAll(TOKEN)) {
    const start = match.index;
    const id = match[0].replace(/[-_]+$/u, "");
    const end = start + id.length;
    // A token of digits alone is a number; one without a letter is no id.
    if (isTaken(start, end) || /^[\d-]+$/u.test(id) || id.length < 5) continue;
    const before = folded.text.slice(Math.max(0, start - 24), start);
    const isWeChat = WECHAT.test(before);
    const service = isWeChat ? undefined : OTHER.exec(before)?.[1];
    // "wechat please" is no id: without 号 or a colon it needs a digit or a dash.
    const isMarked = /(?:[号號]|id|[:=]|是|为)["“「\s]*$/u.test(before);
    const isOddEnough = isMarked || /[\d_-]/u.test(id);
    found.push({
      value: originalOf(original, folded, start, end),
      id,
      said: isWeChat ? "wechat" : service === undefined ? undefined : "other",
      isSure: isWeChat ? isOddEnough : service !== undefined && (AMBIGUOUS.test(service) ? isMarked : isOddEnough),
      start,
      end,
    });
  }
  if (folded.text.includes("@")) {
    for (const match of folded.text.matchAll(AT_NAME)) {
      const [start, end] = [match.index, match.index + match[0].length];
      if (isTaken(start, end)) continue;
      found.push({ value: originalOf(original, folded, start, end), id: match[1] ?? "", said: "other", isSure: true, start, end });
    }
  }
  return found;
}
