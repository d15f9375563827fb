/** Names by which somebody may be added: WeChat ids that are not plain digits. */

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

const TOKEN = /(?<![[\p{L}\p{N}\p{M}_@.\/\-]--[\p{Script=Han}]])[[\p{L}\p{N}\p{M}_\-\u200c-\u200f]--[\p{Script=Han}]]{5,40}/gv;
const WECHAT =
  /(?:微信|wechat|weixin|薇信|威信|v信|(?<![a-z])[vw]x)[^\p{L}\p{N}]{0,3}((?:公众|公眾)?[号號]|id|account)?\s?(?:是|为|為|is)?\s?[:=]?\s?["“「]?$/u;
const OTHER =
  /(?:telegram|电报|(?<![a-z])tg|抖音|快手|微博|小红书|whatsapp|(?<![a-z])line|skype|discord|facebook|twitter|instagram|qq|支付宝)[^\p{L}\p{N}]{0,3}(?:群|[号號]|id|account)?\s?(?:是|为|is)?\s?[:=@]{0,2}\s?$/u;

export function findNames(original: string, folded: Folded, taken: readonly (readonly [start: number, end: number])[]): FoundName[] {
  return [...folded.text.matchAll(TOKEN)].flatMap((match): FoundName[] => {
    const start = match.index;
    const id = match[0].replace(/[-_]+$/u, "");
    const end = start + id.length;
    // A token of digits alone is a number; one without a letter is no id.
    if (taken.some(([from, to]) => start < to && from < end) || /^[\d-]+$/u.test(id) || id.length < 5) return [];
    const before = folded.text.slice(Math.max(0, start - 24), start);
    const isWeChat = WECHAT.test(before);
    const said = isWeChat ? "wechat" : OTHER.test(before) ? "other" : undefined;
    // "wechat please" is no id: without 号 or a colon it needs a digit or a dash.
    const isMarked = /(?:[号號]|id|[:=]|是|为)["“「\s]*$/u.test(before);
    return [
      { value: originalOf(original, folded, start, end), id, said, isSure: isWeChat && (isMarked || /[\d_-]/u.test(id)), start, end },
    ];
  });
}
