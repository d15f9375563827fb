import type { Language } from "./article.ts";
import type { FrontMatter } from "./front-matter.ts";

/** Longest body a chat bubble on a phone takes: Han characters, or words. */
export const LONGEST: Readonly<Record<Language, number>> = { zh: 420, en: 170 };

/** What an article's Markdown may not hold, each with the words that say so. */
const NOT_HERE: readonly (readonly [pattern: RegExp, message: string])[] = [
  [/<(?:[a-z/!?])[^>]*>?/iu, "no HTML; use paragraphs, flat lists, **bold** and links"],
  [/^\s*#{1,6}\s/u, "no headings; make the words **bold**"],
  [/^\s*\|/u, "no tables; use a list"],
  [/!\[/u, "no pictures; use words"],
  [/^\s*(?:```|~~~)/u, "no code blocks; use paragraphs and flat lists"],
  [/^(?:\t| {2,})\s*(?:[-*+]|\d+[.)])\s/u, "lists are flat; start the line at its left edge"],
  // A wait without a figure is a promise nobody can check.
  [/尽快|稍后|请耐心等待|as soon as possible|\bshortly\b/iu, "a clock time, a duration, or nothing"],
];
const LINK = /\[([^\]]*)\]\(([^)]*)\)/gu;

/** Faults of the body: too long, empty, Markdown that the channels cannot show, links to foreign hosts. */
export function checkBody(front: FrontMatter, language: Language, hosts: readonly string[] | undefined): void {
  if (front.body === "") front.bodyFault(0, 0, "the body is empty");
  const length = bodyLength(front.body, language);
  if (length > LONGEST[language]) {
    const unit = language === "zh" ? "Han characters" : "words";
    front.bodyFault(0, 0, `${length} ${unit}; at most ${LONGEST[language]} fit a chat bubble on a phone`);
  }
  for (const [index, line] of front.bodyLines.entries()) {
    for (const [pattern, message] of NOT_HERE) {
      const found = pattern.exec(line);
      if (found !== null) front.bodyFault(index, found.index, message);
    }
    for (const link of line.matchAll(LINK)) checkLink(front, index, link.index, link[2] ?? "", hosts);
  }
}

/** Han characters of a Chinese body, words of an English one. */
export function bodyLength(body: string, language: Language): number {
  return (body.match(language === "zh" ? /\p{Script=Han}/gu : /[\p{L}\p{N}][\p{L}\p{N}.,:/'’%-]*/gu) ?? []).length;
}

function checkLink(front: FrontMatter, line: number, column: number, target: string, hosts: readonly string[] | undefined): void {
  const url = URL.parse(target);
  if (url === null || url.protocol !== "https:") {
    front.bodyFault(line, column, `link "${target}" must begin with https://`);
  } else if (hosts !== undefined && !hosts.includes(url.hostname)) {
    front.bodyFault(line, column, `link to "${url.hostname}"; valid hosts: ${hosts.join(", ")}`);
  }
}
