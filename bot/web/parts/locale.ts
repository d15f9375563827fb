/** Languages of the pages. The widget has three, shop and desk two (`zh-TW` reads `zh-CN` there). */
export type Locale = "zh-CN" | "zh-TW" | "en";

/** Nearest locale to a BCP 47 tag: `zh-HK` → `zh-TW`, `zh-Hans-SG` → `zh-CN`, anything that is not Chinese → `en`. */
export function nearestLocale(tag: string | null | undefined): Locale {
  const lower = (tag ?? "").toLowerCase();
  if (!/^zh(-|_|$)/u.test(lower)) return "en";
  return /hant|-tw|_tw|-hk|_hk|-mo|_mo/u.test(lower) ? "zh-TW" : "zh-CN";
}

/** First given tag wins; without any the page's language, then the browser's. */
export function chooseLocale(...tags: readonly (string | null | undefined)[]): Locale {
  return nearestLocale(tags.find((tag) => tag) ?? navigator.language);
}
