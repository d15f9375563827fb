import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build } from "./build.ts";

const folder = mkdtempSync(join(tmpdir(), "jietong-web-"));
const outDir = join(folder, "dist");
const read = (file: string): string => readFileSync(join(outDir, file), "utf8");
const gzipped = (file: string): number => readFileSync(join(outDir, `${file}.gz`)).byteLength;
const chat = (): string => `assets/${readdirSync(join(outDir, "assets")).find((file) => /^chat-[\w-]{8,}\.js$/u.test(file)) ?? "none"}`;

beforeAll(() => build(() => {}, { outDir }), 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the built pages", () => {
  it("have the names the server serves", () => {
    expect(
      readdirSync(outDir)
        .filter((file) => !/\.(?:br|gz)$/u.test(file))
        .sort(),
    ).toEqual([".built", "assets", "desk.html", "index.html", "widget.js"]);
    expect(read(".built")).toMatch(/^[0-9a-f]{64}$/u);
  });

  it("keep the launcher within 1 kB and the chat within 45 kB, gzipped", () => {
    expect(gzipped("widget.js")).toBeLessThanOrEqual(1024);
    expect(gzipped(chat())).toBeLessThanOrEqual(45 * 1024);
  });

  it("let the launcher find its chat, as a classic script without a static import", () => {
    const launcher = read("widget.js");
    expect(launcher).toContain(`/${chat()}`);
    expect(launcher).not.toMatch(/\bimport\s*["'{*]|\bexport\b/u);
  });

  it.each(["index.html", "desk.html"])("%s has nothing inline and nothing from elsewhere", (file) => {
    const html = read(file);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/u);
    expect([...html.matchAll(/(?:src|href)="([^"]+)"/gu)].map((match) => match[1])).toSatisfy(
      (found: string[]) => found.length > 0 && found.every((address) => /^\/[\w./-]+$/u.test(address)),
    );
  });

  it("never build markup from text", () => {
    for (const file of [chat(), "widget.js"])
      expect(read(file)).not.toMatch(/\.(?:outerHTML|insertAdjacentHTML)|document\.write|\beval\(/u);
  });
});
