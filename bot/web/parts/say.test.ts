import { describe, expect, it } from "vitest";
import { nearestLocale } from "./locale.ts";
import { groupCode, minuteRange, sayDuration, sayTime, sayValue } from "./say.ts";

describe("times, ranges and codes", () => {
  const noon = new Date(2026, 10, 20, 12, 5).getTime();
  const yesterday = new Date(2026, 10, 19, 17, 32).getTime();

  it("says the clock today and the day besides on other days", () => {
    expect(sayTime(noon, noon, "zh-CN")).toBe("12:05");
    expect(sayTime(yesterday, noon, "zh-CN")).toBe("11月19日 17:32");
    expect(sayTime(yesterday, noon, "en")).toContain("19 Nov");
    expect(sayTime(new Date(2026, 10, 20, 0, 3).getTime(), noon, "en")).toBe("00:03");
  });

  it("says durations with the hour only when there is one", () => {
    expect(sayDuration(185_000)).toBe("3:05");
    expect(sayDuration(-40_000)).toBe("0:40");
    expect(sayDuration(3_725_000)).toBe("1:02:05");
  });

  it("never says a range narrower than a minute", () => {
    expect(minuteRange(480, 720)).toEqual({ low: 8, high: 12 });
    expect(minuteRange(5, 20)).toEqual({ low: 1, high: 2 });
  });

  it("groups a case code and leaves what is none", () => {
    expect(groupCode("40721186")).toBe("4072 1186");
    expect(groupCode("4072118")).toBe("4072118");
  });

  it("says amounts and instants among the facts, and leaves the rest", () => {
    expect(sayValue("1204.00 CNY", noon, "zh-CN")).toBe("¥1,204.00");
    expect(sayValue("1234567 THB", noon, "en")).toBe("THB 1,234,567");
    expect(sayValue(new Date(noon).toISOString(), noon, "zh-CN")).toBe("12:05");
    expect(sayValue("2026-11-19T17:32:49+08:00", Date.parse("2026-11-20T12:00:00+08:00"), "en")).toMatch(/^\d\d Nov, \d\d:\d\d$/u);
    for (const plain of ["KM1001-A", "500", "昨天", "2026-11-20", "500.00 元"]) expect(sayValue(plain, noon, "en")).toBe(plain);
  });

  it("finds the nearest locale", () => {
    expect(["zh", "zh-CN", "zh-Hans-SG", "zh_CN"].map(nearestLocale)).toEqual(["zh-CN", "zh-CN", "zh-CN", "zh-CN"]);
    expect(["zh-TW", "zh-HK", "zh-Hant-MO"].map(nearestLocale)).toEqual(["zh-TW", "zh-TW", "zh-TW"]);
    expect(["en", "ms-MY", "zhx", ""].map(nearestLocale)).toEqual(["en", "en", "en", "en"]);
  });
});
