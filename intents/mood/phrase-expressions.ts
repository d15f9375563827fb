const quote = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/gu, "\\$&");

/** One expression over all Chinese phrases of a sign; `*` stands for up to six characters of the same sentence. */
export function hanExpression(phrases: readonly string[]): RegExp {
  if (phrases.length === 0) return /(?!)/u;
  const longest = [...phrases].sort((a, b) => b.length - a.length);
  return new RegExp(longest.map((phrase) => quote(phrase).replace(/\*/gu, "[^。！？!?\\n]{0,6}")).join("|"), "u");
}

/** The same for English, at word edges; `*` stands for up to four words. */
export function latinExpression(phrases: readonly string[]): RegExp {
  if (phrases.length === 0) return /(?!)/u;
  const longest = [...phrases].sort((a, b) => b.length - a.length);
  return new RegExp(
    `(?<![a-z0-9])(?:${longest
      .map((phrase) =>
        quote(phrase)
          .replace(/ ?\* ?/gu, "(?:\\s+\\S+){0,4}\\s+")
          .replace(/ /gu, "\\s+"),
      )
      .join("|")})(?![a-z0-9])`,
    "u",
  );
}
