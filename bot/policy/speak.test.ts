import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minuteOfDay, parseMoney, sayCode, sayMoney, sayRange, sayTime } from "./speak.ts";

const CN = "Asia/Shanghai";
const at = (text: string): number => Date.parse(text);

describe("sayTime", () => {
  const now = at("2026-11-20T20:41:00+08:00");
  it.each([
    ["2026-11-20T17:32:59+08:00", CN, "17:32", "17:32"],
    ["2026-11-20T00:00:00+08:00", CN, "00:00", "00:00"],
    ["2026-11-20T23:59:00+08:00", CN, "23:59", "23:59"],
    ["2026-11-19T23:59:59+08:00", CN, "11月19日 23:59", "19 Nov 23:59"],
    ["2026-11-21T00:05:00+08:00", CN, "11月21日 00:05", "21 Nov 00:05"],
    ["2026-10-20T20:41:00+08:00", CN, "10月20日 20:41", "20 Oct 20:41"],
    ["2025-11-20T20:41:00+08:00", CN, "2025年11月20日 20:41", "20 Nov 2025 20:41"],
    ["2027-11-20T20:41:00+08:00", CN, "2027年11月20日 20:41", "20 Nov 2027 20:41"],
    ["2026-11-20T12:00:00Z", "America/New_York", "07:00", "07:00"],
    ["2026-11-20T04:59:00Z", "America/New_York", "11月19日 23:59", "19 Nov 23:59"],
    ["2026-11-20T18:30:00Z", "Asia/Kolkata", "11月21日 00:00", "21 Nov 00:00"],
  ])("%s in %s", (then, zone, zh, en) => {
    expect([sayTime(at(then), now, zone, "zh"), sayTime(at(then), now, zone, "en")]).toEqual([zh, en]);
  });

  it("needs no year across New Year's night", () => {
    expect(sayTime(at("2027-01-01T09:00:00+08:00"), at("2026-12-31T22:00:00+08:00"), CN, "zh")).toBe("1月1日 09:00");
    expect(sayTime(at("2026-12-31T23:50:00+08:00"), at("2027-01-01T00:10:00+08:00"), CN, "en")).toBe("31 Dec 23:50");
  });

  it("says the hour that is skipped or repeated when clocks change as the wall clock has it", () => {
    const day = at("2026-11-01T12:00:00Z");
    expect([at("2026-11-01T05:30:00Z"), at("2026-11-01T06:30:00Z")].map((then) => sayTime(then, day, "America/New_York", "en"))).toEqual([
      "01:30",
      "01:30",
    ]);
    expect(sayTime(at("2026-03-08T07:00:00Z"), at("2026-03-08T12:00:00Z"), "America/New_York", "en")).toBe("03:00");
  });
});

it("counts a day's minutes in the zone, midnight being 0", () => {
  expect(minuteOfDay(at("2026-11-20T16:00:00Z"), CN)).toBe(0);
  expect(minuteOfDay(at("2026-11-20T15:59:59Z"), CN)).toBe(1439);
  expect(minuteOfDay(at("2026-11-20T16:00:00Z"), "UTC")).toBe(960);
});

describe("sayMoney", () => {
  it.each([
    ["1204.00", "CNY", "1,204.00 元", "¥1,204.00"],
    ["30", "CNY", "30 元", "¥30"],
    ["1234567.5", "USD", "US$1,234,567.5", "US$1,234,567.5"],
    ["999", "KRW", "999 KRW", "999 KRW"],
    ["-1204.00", "CNY", "-1,204.00 元", "-¥1,204.00"],
    ["-120.00", "KRW", "-120.00 KRW", "-120.00 KRW"],
  ])("%s %s", (amount, currency, zh, en) => {
    expect([sayMoney({ amount, currency }, "zh"), sayMoney({ amount, currency }, "en")]).toEqual([zh, en]);
  });

  it("groups by threes and changes no digit, whatever the figure", () => {
    const figure = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.option(fc.stringMatching(/^\d{1,6}$/u), { nil: undefined }));
    fc.assert(
      fc.property(
        figure,
        fc.constantFrom("CNY", "USD", "JPY", "XYZ"),
        fc.constantFrom("zh", "en"),
        ([whole, cents], currency, language) => {
          const amount = cents === undefined ? String(whole) : `${whole}.${cents}`;
          const said = sayMoney({ amount, currency }, language as "zh" | "en");
          const shown = /[\d,.]+/u.exec(said)?.[0] ?? "";
          expect(shown.replaceAll(",", "")).toBe(amount);
          expect(shown.split(".")[0]).toMatch(/^\d{1,3}(,\d{3})*$/u);
        },
      ),
    );
  });
});

describe("sayRange", () => {
  const now = at("2026-11-20T20:31:00+08:00");
  it("rounds outwards at the end, and names the middle by the clock", () => {
    expect(sayRange({ lowSeconds: 480, highSeconds: 700 }, now, CN, "zh")).toBe("8–12 分钟（20:41 前后）");
    expect(sayRange({ lowSeconds: 480, highSeconds: 700 }, now, CN, "en")).toBe("8–12 minutes (around 20:41)");
  });
  it("names the day when the middle is past midnight", () => {
    expect(sayRange({ lowSeconds: 600, highSeconds: 1200 }, at("2026-11-20T23:50:00+08:00"), CN, "zh")).toBe(
      "10–20 分钟（11月21日 00:05 前后）",
    );
  });
  it("is never a point nor upside down, and never promises less than its upper end", () => {
    fc.assert(
      fc.property(fc.nat(7200), fc.nat(3600), (low, width) => {
        const [from = 0, to = 0] = [
          ...sayRange({ lowSeconds: low, highSeconds: low + width }, now, CN, "en").matchAll(/\d+(?=–| minutes)/gu),
        ].map(Number);
        expect(from).toBeGreaterThanOrEqual(1);
        expect(to).toBeGreaterThan(from);
        expect(to * 60).toBeGreaterThanOrEqual(low + width);
      }),
    );
  });
});

it("says a code in two halves, and reads the money of an entity", () => {
  expect(sayCode("40721186")).toBe("4072 1186");
  expect(parseMoney("500.00 CNY")).toEqual({ amount: "500.00", currency: "CNY" });
  expect(["500", "CNY 500", "500 cny", "5e2 CNY", "", "500.00 CNY."].map(parseMoney)).toEqual(Array(6).fill(undefined));
});
