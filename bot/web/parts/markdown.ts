/**
 * The Markdown the bot's answers use, and no more: paragraphs, ordered and unordered lists (one level), `**bold**`, links to http(s).
 * It makes a tree, never HTML, so nothing a text contains can become markup; anything else stays the characters it was.
 */
export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bold"; readonly inside: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly text: string }
  | { readonly kind: "break" };

export type Block =
  | { readonly kind: "paragraph"; readonly inside: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly start: number; readonly items: readonly (readonly Inline[])[] };

const ITEM = /^ {0,3}(?:([-*+])|(\d{1,4})[.)])[ \t]+(.*)$/u;

export function parseMarkdown(source: string): readonly Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  let list: { ordered: boolean; start: number; items: string[][] } | undefined;

  const close = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: "paragraph", inside: parseLines(paragraph) });
    if (list) blocks.push({ kind: "list", ordered: list.ordered, start: list.start, items: list.items.map(parseLines) });
    paragraph = [];
    list = undefined;
  };

  let blank = false;
  for (const line of source.replace(/\r\n?/gu, "\n").split("\n")) {
    const item = ITEM.exec(line);
    if (item) {
      const ordered = item[2] !== undefined;
      if (!list || list.ordered !== ordered) {
        close();
        list = { ordered, start: ordered ? Number(item[2]) : 1, items: [] };
      }
      list.items.push([item[3] ?? ""]);
    } else if (line.trim() === "") {
      if (!list) close();
    } else if (list && !blank) {
      // A line right under an item goes on with it.
      list.items.at(-1)?.push(line.trim());
    } else {
      if (list) close();
      paragraph.push(line.trim());
    }
    blank = line.trim() === "";
  }
  close();
  return blocks;
}

function parseLines(lines: readonly string[]): readonly Inline[] {
  return lines.flatMap((line, at) => (at === 0 ? parseInline(line) : [{ kind: "break" } as const, ...parseInline(line)]));
}

/** Bold, `[text](http…)`, or a bare address. A bare address ends before Chinese characters and closing punctuation. */
const MARK = /\*\*(?!\s)([^*]+?)\*\*|\[([^[\]]+)\]\(([^()\s]+)\)|https?:\/\/[^\s<>"'“”‘’()（）【】《》，。；：！？、\u4e00-\u9fff]+/gu;

export function parseInline(source: string): readonly Inline[] {
  const found: Inline[] = [];
  let from = 0;
  const plain = (to: number): void => {
    if (to > from) found.push({ kind: "text", text: source.slice(from, to) });
  };
  for (const match of source.matchAll(MARK)) {
    const [whole, bold, label, target] = match;
    let end = match.index + whole.length;
    let made: Inline | undefined;
    if (bold !== undefined) {
      made = { kind: "bold", inside: parseInline(bold) };
    } else if (label !== undefined && target !== undefined) {
      const href = safeHref(target);
      made = href === undefined ? undefined : { kind: "link", href, text: label };
    } else {
      const bare = whole.replace(/[.,;:!?]+$/u, "");
      const href = safeHref(bare);
      end = match.index + bare.length;
      made = href === undefined ? undefined : { kind: "link", href, text: bare };
    }
    if (!made) continue;
    plain(match.index);
    found.push(made);
    from = end;
  }
  plain(source.length);
  return found;
}

/** The address when it is http or https and has a host, else undefined. */
export function safeHref(target: string): string | undefined {
  if (!/^https?:\/\//iu.test(target)) return undefined;
  try {
    const url = new URL(target);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : undefined;
  } catch {
    return undefined;
  }
}
