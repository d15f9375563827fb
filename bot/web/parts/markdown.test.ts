import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, type Inline, parseInline, parseMarkdown, safeHref } from "./markdown.ts";

/** The characters a reader sees. */
function shown(parts: readonly Inline[]): string {
  return parts
    .map((part) => {
      if (part.kind === "bold") return shown(part.inside);
      return part.kind === "break" ? "\n" : part.text;
    })
    .join("");
}

function links(blocks: readonly Block[]): string[] {
  const inside = (parts: readonly Inline[]): string[] =>
    parts.flatMap((part) => (part.kind === "link" ? [part.href] : part.kind === "bold" ? inside(part.inside) : []));
  return blocks.flatMap((block) => (block.kind === "list" ? block.items.flatMap(inside) : inside(block.inside)));
}

describe("Markdown of the bot's answers", () => {
  it("reads paragraphs, an ordered list and bold as an article has them", () => {
    const blocks = parseMarkdown("支付宝可以充。\n\n1. 打开 **首页 › 充值**。\n2. 选 **支付宝**。\n\n付不了：换一张卡。\n再试一次。");
    expect(blocks.map((block) => block.kind)).toEqual(["paragraph", "list", "paragraph"]);
    expect(blocks[1]).toMatchObject({
      ordered: true,
      start: 1,
      items: [
        [
          { kind: "text", text: "打开 " },
          { kind: "bold", inside: [{ kind: "text", text: "首页 › 充值" }] },
          { kind: "text", text: "。" },
        ],
        [{ text: "选 " }, { kind: "bold" }, { text: "。" }],
      ],
    });
    expect(blocks[2]).toMatchObject({ inside: [{ text: "付不了：换一张卡。" }, { kind: "break" }, { text: "再试一次。" }] });
  });

  it("keeps a loose list together, parts ordered from unordered, and goes on counting where the text does", () => {
    const blocks = parseMarkdown("- a\n\n- b\n3. c\n4) d");
    expect(blocks).toMatchObject([
      { kind: "list", ordered: false, items: [[{ text: "a" }], [{ text: "b" }]] },
      { kind: "list", ordered: true, start: 3, items: [[{ text: "c" }], [{ text: "d" }]] },
    ]);
  });

  it("takes a line under an item into the item, and a paragraph after a blank line out of the list", () => {
    expect(parseMarkdown("- a\nb\n\nc")).toMatchObject([
      { kind: "list", items: [[{ text: "a" }, { kind: "break" }, { text: "b" }]] },
      { kind: "paragraph", inside: [{ text: "c" }] },
    ]);
  });

  it("links http and https, written out or bare, and ends a bare address before Chinese text", () => {
    expect(links(parseMarkdown("只有 [官网](https://shop.example/) 和 https://shop.example/help。其他都不是"))).toEqual([
      "https://shop.example/",
      "https://shop.example/help",
    ]);
    expect(parseInline("看https://shop.example，好")).toMatchObject([
      { text: "看" },
      { kind: "link", text: "https://shop.example" },
      { text: "，好" },
    ]);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "//evil.example", "/desk", "https://", "vbscript:x", "java\nscript:x"])(
    "never links %j",
    (target) => {
      expect(safeHref(target)).toBeUndefined();
      expect(links(parseMarkdown(`[x](${target})`))).toEqual([]);
    },
  );

  it("leaves markup as the characters it is", () => {
    expect(parseMarkdown('<img src=x onerror="alert(1)">')).toEqual([
      { kind: "paragraph", inside: [{ kind: "text", text: '<img src=x onerror="alert(1)">' }] },
    ]);
    expect(parseMarkdown("2 * 3 * 4 ** 5 和 **没有结尾")).toMatchObject([{ inside: [{ kind: "text" }] }]);
  });

  it("loses nothing and links only http(s), whatever comes", () => {
    const piece = fc.oneof(
      fc.constantFrom("**", "*", "[", "](", ")", "- ", "1. ", "\n", "\n\n", "https://a.example/", "javascript:", "<b>", "！", "卡密"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const source = pieces.join("");
        const blocks = parseMarkdown(source);
        for (const href of links(blocks)) expect(href).toMatch(/^https?:\/\//u);
        const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, "");
        const seen = blocks.map((block) => (block.kind === "list" ? block.items.map(shown).join("") : shown(block.inside))).join("");
        // Letters that are shown stand in the source too; only list numbers and link targets go.
        expect(letters(source).length).toBeGreaterThanOrEqual(letters(seen).length);
      }),
    );
  });

  it("takes no longer than a blink for a hostile text", () => {
    const started = performance.now();
    parseMarkdown(`${"**a".repeat(2000)}\n${"[x](".repeat(2000)}\n${"- ".repeat(4000)}`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
