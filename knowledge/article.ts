/** The words used by everybody who asks `knowledge/` something. */

/** Languages every article stands in. */
export const LANGUAGES = ["zh", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** One reviewed answer to one question, in one language: a file of `articles/`. */
export interface Article {
  /** The file name without language and ending; the same in both languages. */
  readonly id: string;
  readonly language: Language;
  /** The folder it stands in. */
  readonly topic: string;
  /** The question in the customer's words. */
  readonly title: string;
  /** Names from the intent catalogue that it helps with. */
  readonly intents: readonly string[];
  readonly keywords: readonly string[];
  /** `YYYY-MM-DD`, the day a person last checked every figure. */
  readonly reviewedOn: string;
  /** Who stands behind it; shown under the answer. */
  readonly source: string;
  /** Markdown: paragraphs, flat lists, bold and links. Shown whole. */
  readonly body: string;
  /** Path as messages name it, e.g. `knowledge/articles/money/withdraw.zh.md`. */
  readonly file: string;
}

/** Something an operator must put right, at its place in an article. */
export interface Fault {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** A warning does not stop the start: an article past its review date is better than none. */
  readonly severity: "error" | "warning";
}

/** `knowledge/articles/money/withdraw.zh.md:6:1 unknown key "keyword"; valid keys: …` */
export function formatFault(fault: Fault): string {
  return `${fault.file}:${fault.line}:${fault.column} ${fault.severity === "warning" ? "warning: " : ""}${fault.message}`;
}

/** Thrown when the articles cannot be used; lists every fault at once. */
export class ArticleError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(`articles cannot be used:\n${faults.map(formatFault).join("\n")}`);
    this.name = "ArticleError";
    this.faults = faults;
  }
}
