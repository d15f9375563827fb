/** Links, bare host names and e-mail addresses in a text, as a browser would read them. */
import { domainToUnicode } from "node:url";
import { type Folded, originalOf } from "./fold.ts";

export interface FoundLink {
  readonly value: string;
  /** As the browser asks for it: ASCII, lower case, no final dot. */
  readonly host: string;
  /** As a person reads it. */
  readonly shown: string;
  readonly isEmail: boolean;
  /** `https://official@elsewhere`: a name before the host, or another scheme than http. */
  readonly isOdd: boolean;
  /** No scheme, no `www.`, no ending that names commonly have: a link only if it resembles one that is known. */
  readonly isDoubtful: boolean;
  readonly start: number;
  readonly end: number;
}

const STOP = "\\s<>\"'“”‘’（）\\(\\)《》「」【】，。；、！？";
const LABEL = "[[\\p{L}\\p{N}\\p{M}_\\-\\u200c-\\u200f]--[\\p{Script=Han}]]+";
const DOT = "(?:\\.|。|\\[\\.\\]|\\(\\.\\))";
const WITH_SCHEME = new RegExp(`(?<![a-z])[a-z][a-z0-9+.\\-]{1,15}:(?:\\/|\\\\){2}[^${STOP}]+`, "gv");
// The sender's part has at most 64 characters (RFC 5321 §4.5.3.1.1); starting only where it begins keeps the search linear.
const LOCAL = "[[\\p{L}\\p{N}._%+\\-]--[\\p{Script=Han}]]";
const EMAIL = new RegExp(`(?<!${LOCAL})${LOCAL}{1,64}@(${LABEL}(?:${DOT}${LABEL})+)`, "gv");
const BARE = new RegExp(
  `(?<![[\\p{L}\\p{N}\\p{M}_\\-@.]--[\\p{Script=Han}]])${LABEL}(?:${DOT}${LABEL})+\\.?(?::\\d{1,5})?(?:[\\/?#\\\\][^${STOP}]*)?`,
  "gv",
);
const COMMON = new Set(
  "com net org cn io top xyz vip shop site online club info cc me app live ltd work co tv hk tw uk us ru asia link fun pro win bid store tech icu dev gov edu mobi biz name one gg game games pay space website example test".split(
    " ",
  ),
);
const MOST_DEPTH = 2;

/** Without any of these a text holds neither a link nor an address: most texts are done with here. A point between two digits is an amount. */
const SIGN =
  /:[\/\\]{2}|@|[\[\(]\.[\]\)]|[.。](?:(?<=[[\p{L}\p{M}_\-\u200c-\u200f]--[\p{Script=Han}]].)(?=[[\p{L}\p{N}\p{M}_\-\u200c-\u200f]--[\p{Script=Han}]])|(?<=\p{N}.)(?=[[\p{L}\p{M}_\-\u200c-\u200f]--[\p{Script=Han}]]))/v;

export function findLinks(original: string, folded: Folded, depth = 0): FoundLink[] {
  if (!SIGN.test(folded.text)) return [];
  // An ideographic full stop between Latin letters is a dot to a browser (UTS #46 §2.3).
  let text = folded.text.replace(/(?<=[a-z0-9])。(?=[a-z0-9])/gu, ".");
  const found: FoundLink[] = [];
  const take = (
    start: number,
    written: string,
    make: (written: string) => Omit<FoundLink, "value" | "start" | "end"> | undefined,
  ): void => {
    const trimmed = written.replace(/[.,:;!?*_~'"\]]+$/u, "");
    const made = make(trimmed);
    const end = start + trimmed.length;
    if (made) found.push({ ...made, value: originalOf(original, folded, start, end), start, end });
    if (made) text = `${text.slice(0, start)}${"\n".repeat(end - start)}${text.slice(end)}`;
    // A link may carry another one: `?to=https://…`.
    if (made && !made.isEmail && depth < MOST_DEPTH) found.push(...carried(trimmed, start, end, depth));
  };
  for (const match of text.matchAll(WITH_SCHEME)) take(match.index, withoutHan(match[0]), readLink);
  for (const match of text.matchAll(EMAIL))
    take(match.index, match[0], (written) => readHost(written.slice(written.lastIndexOf("@") + 1), { isEmail: true }));
  for (const match of text.matchAll(BARE)) take(match.index, match[0], readBare);
  return found.sort((a, b) => a.start - b.start);
}

/** "https://shop.example是你们的吗": the sentence goes on after the link, unless the rest is a host name with Han in it. */
function withoutHan(written: string): string {
  const han = written.search(/\p{Script=Han}/u);
  if (han === -1 || /^\p{Script=Han}+[.。][a-z]/u.test(written.slice(han))) return written;
  return written.slice(0, han);
}

function readLink(written: string): Omit<FoundLink, "value" | "start" | "end"> | undefined {
  const scheme = /^[a-z][a-z0-9+.-]*/u.exec(written)?.[0] ?? "";
  const rest = written.replace(/^[a-z][a-z0-9+.-]*:[/\\]+/u, "");
  // "hxxp" and other spellings are read as what they mean.
  const address = parse(`http://${plainDots(rest)}`);
  if (!address) return rest === "" ? undefined : { host: rest, shown: rest, isEmail: false, isOdd: true, isDoubtful: false };
  return readHost(address.hostname, { isOdd: !/^h(?:tt|xx)ps?$/u.test(scheme) || address.username !== "" });
}

function readBare(written: string): Omit<FoundLink, "value" | "start" | "end"> | undefined {
  const address = parse(`http://${plainDots(written)}`);
  if (!address || /^[\d.]+$/u.test(written)) return undefined;
  const labels = address.hostname.replace(/\.$/u, "").split(".");
  const ending = labels.at(-1) ?? "";
  const isSure = labels[0] === "www" || COMMON.has(ending) || ending.startsWith("xn--");
  return readHost(address.hostname, { isDoubtful: !isSure });
}

function readHost(
  host: string,
  more: { isEmail?: boolean; isOdd?: boolean; isDoubtful?: boolean },
): Omit<FoundLink, "value" | "start" | "end"> {
  const plain = (parse(`http://${plainDots(host)}`)?.hostname ?? host).replace(/\.$/u, "");
  return { host: plain, shown: domainToUnicode(plain) || plain, isEmail: false, isOdd: false, isDoubtful: false, ...more };
}

function plainDots(text: string): string {
  return text.replace(/\[\.\]|\(\.\)|。/gu, ".");
}

function parse(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}

function carried(written: string, start: number, end: number, depth: number): FoundLink[] {
  const inside = written.replace(/^[a-z][a-z0-9+.-]*:[/\\]+/u, "").search(/[/?#\\]/u);
  if (inside === -1) return [];
  let tail = written.slice(written.length - (written.replace(/^[a-z][a-z0-9+.-]*:[/\\]+/u, "").length - inside));
  for (let round = 0; round < 2; round += 1) {
    try {
      tail = decodeURIComponent(tail);
    } catch {
      break;
    }
  }
  const lowered = tail.toLowerCase();
  if (!/:[/\\]{2}|www\./u.test(lowered)) return [];
  const places = [...lowered].flatMap((char) => Array.from({ length: char.length }, () => 0));
  const links = findLinks(
    lowered,
    { text: lowered, from: places.map((_, place) => place), to: places.map((_, place) => place + 1) },
    depth + 1,
  );
  return links.filter(({ isDoubtful }) => !isDoubtful).map((link) => ({ ...link, start, end }));
}
