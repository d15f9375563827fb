import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WaitRange } from "../queue/estimate-wait.ts";
import { NEWS_EVERY_MS, placeNews, type ToldPlace } from "./place-news.ts";

const T = Date.parse("2026-11-20T12:41:00Z");
const minutes = (low: number, high: number): WaitRange => ({ lowSeconds: low * 60, highSeconds: high * 60 });
const told = (position: number, range?: WaitRange): ToldPlace => ({ at: T, position, ...(range ? { range } : {}) });
/** What is told after `seconds`, and what at the look after that. */
function looks(before: ToldPlace, position: number, range: WaitRange | undefined, seconds: number) {
  const first = placeNews(before, position, range, T + seconds * 1000);
  const second = placeNews(first.told, position, range, T + (seconds + 3) * 1000);
  return [first.notice, second.notice];
}

describe("a place in line is told anew", () => {
  it.each<readonly [what: string, before: ToldPlace, position: number, range: WaitRange | undefined, seconds: number, notices: unknown[]]>([
    ["when it is better, at once", told(3, minutes(8, 12)), 2, minutes(5, 9), 20, [{ position: 2, low: 300, high: 540 }, undefined]],
    ["not within fifteen seconds", told(3), 2, undefined, 11, [undefined, undefined]],
    ["at fifteen seconds", told(3), 2, undefined, 15, [{ position: 2 }, undefined]],
    ["not when nothing has changed", told(3, minutes(8, 12)), 3, minutes(8, 12), 40, [undefined, undefined]],
    ["when it is worse and stays so, with the reason", told(2), 4, undefined, 20, [undefined, { position: 4, because: "others_first" }]],
    ["when the end comes sooner", told(2, minutes(8, 12)), 2, minutes(3, 7), 20, [{ position: 2, low: 180, high: 420 }, undefined]],
    ["not when the range slides along while it can still hold", told(1, minutes(3, 8)), 1, minutes(3, 8), 6 * 60, [undefined, undefined]],
    [
      "when the range can hold no more",
      told(1, minutes(3, 8)),
      1,
      minutes(3, 8),
      7 * 60,
      [undefined, { position: 1, low: 180, high: 480, because: "slower" }],
    ],
    [
      "when the wait has grown by half",
      told(3, minutes(8, 12)),
      3,
      minutes(14, 20),
      20,
      [undefined, { position: 3, low: 840, high: 1200, because: "slower" }],
    ],
    [
      "when nothing honest can be said any more",
      told(3, minutes(8, 12)),
      3,
      undefined,
      20,
      [undefined, { position: 3, because: "slower" }],
    ],
    ["when something honest can be said at last", told(3), 3, minutes(8, 12), 20, [{ position: 3, low: 480, high: 720 }, undefined]],
  ])("%s", (_, before, position, range, seconds, notices) => {
    expect(looks(before, position, range, seconds)).toEqual(notices);
  });

  it("not when it comes back before the next look", () => {
    const once = placeNews(told(2), 3, undefined, T + 20_000);
    const back = placeNews(once.told, 2, undefined, T + 23_000);
    const again = placeNews(back.told, 3, undefined, T + 26_000);
    expect([once.notice, back.notice, again.notice]).toEqual([undefined, undefined, undefined]);
  });

  it("never more often than every fifteen seconds, and never worse without a reason, whatever the line does", () => {
    const step = fc.record({
      seconds: fc.integer({ min: 1, max: 40 }),
      position: fc.integer({ min: 1, max: 6 }),
      high: fc.option(fc.integer({ min: 2, max: 30 })),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        let known = told(3, minutes(5, 9));
        let shown = known;
        let now = T;
        for (const { seconds, position, high } of steps) {
          now += seconds * 1000;
          const news = placeNews(known, position, high === null ? undefined : minutes(1, high), now);
          known = news.told;
          if (!news.notice) continue;
          expect(now - shown.at).toBeGreaterThanOrEqual(NEWS_EVERY_MS);
          const end = shown.range ? shown.at + shown.range.highSeconds * 1000 : undefined;
          const ends = news.notice.high === undefined ? undefined : now + news.notice.high * 1000;
          const isWorse = news.notice.position > shown.position || (end !== undefined && (ends === undefined || ends > end + 60_000));
          expect(news.notice.because !== undefined).toBe(isWorse);
          shown = news.told;
        }
      }),
    );
  });
});
