import { describe, expect, it } from "vitest";
import type { DeskCase, TranscriptLine } from "../wire-format.ts";
import type { DeskApi } from "./api.ts";
import { CaseReader } from "./case-reader.ts";

/** A server with a log of `count` entries, every tenth of which is no line. */
function server(count: number, limit = 20) {
  let length = count;
  const asked: Readonly<Record<string, string>>[] = [];
  const line = (seq: number): TranscriptLine => ({ seq, at: "2026-11-20T12:00:00Z", speaker: "customer", text: `n${seq}` });
  const numbers = (): number[] => Array.from({ length }, (_, index) => index + 1);
  const api: Pick<DeskApi, "case" | "transcript" | "timeline"> = {
    case: async () => ({ id: "c1" }) as DeskCase,
    timeline: async () => [],
    transcript: async (_, page = {}) => {
      asked.push(page);
      const isNewest = page.order === "newest";
      const at = Number(page.cursor ?? page.after ?? (isNewest ? Number.POSITIVE_INFINITY : 0));
      const all = numbers().filter((seq) => (isNewest ? seq < at : seq > at));
      const some = isNewest ? all.slice(-limit) : all.slice(0, limit);
      const next = isNewest ? some[0] : some.at(-1);
      return {
        items: some.filter((seq) => seq % 10 !== 0).map(line),
        ...(all.length > limit && next !== undefined ? { nextCursor: String(next) } : {}),
      };
    },
  };
  const grow = (more: number): void => {
    length += more;
  };
  return { api: api as DeskApi, asked, grow };
}

const seqs = (reader: CaseReader): (number | undefined)[] => reader.transcript?.map(({ seq }) => seq) ?? [];
const lines = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).filter((seq) => seq % 10 !== 0);

describe("a case's conversation", () => {
  it("begins with the newest, grows by what is new, and goes back as far as it is asked for, each line once", async () => {
    const { api, asked, grow } = server(50);
    const reader = new CaseReader(api, { id: "c1" } as DeskCase);
    expect(reader.transcript).toBeUndefined();
    await reader.reread();
    expect(seqs(reader)).toEqual(lines(31, 50));
    expect(reader.hasEarlier).toBe(true);
    grow(45);
    await Promise.all([reader.reread(), reader.readEarlier()]);
    await reader.reread();
    expect(seqs(reader)).toEqual(lines(11, 95));
    await reader.readEarlier();
    expect(seqs(reader)).toEqual(lines(1, 95));
    expect(reader.hasEarlier).toBe(false);
    const before = asked.length;
    await reader.readEarlier();
    expect(asked).toHaveLength(before);
  });
  it("that is empty is read as such", async () => {
    const reader = new CaseReader(server(0).api, { id: "c1" } as DeskCase);
    await reader.reread();
    expect([seqs(reader), reader.hasEarlier]).toEqual([[], false]);
  });
});
