/** One case as it is read: brief, conversation page by page from its newest end, and what happened. Stays fresh while it is shown. */
import type { DeskCase, DeskSummary, Handling, TimelineEvent, TranscriptLine } from "../wire-format.ts";
import type { DeskApi } from "./api.ts";

export class CaseReader {
  case: DeskCase;
  /** Undefined until read once. */
  transcript: readonly TranscriptLine[] | undefined;
  timeline: readonly TimelineEvent[] | undefined;
  /** Who answers in its conversation; undefined until read, and for a case without one. */
  handling: Handling | undefined;
  /** The brief in the language asked for, of the version it was made of. */
  #brief: { readonly of: string; readonly summary: DeskSummary } | undefined;
  readonly #api: DeskApi;
  /** Where the lines before the oldest shown go on; undefined: there are none. */
  #earlier: string | undefined;
  /** Log number up to which everything is shown. */
  #read = 0;

  constructor(api: DeskApi, one: DeskCase) {
    this.#api = api;
    this.case = one;
  }

  get hasEarlier(): boolean {
    return this.#earlier !== undefined;
  }

  /** The customer may go on writing while he waits: only what is new is fetched. */
  async reread(): Promise<void> {
    const { id, conversationId } = this.case;
    const handling = conversationId === undefined ? undefined : this.#api.handling(conversationId);
    const [fresh, lines, timeline] = await Promise.all([this.#api.case(id), this.#newLines(id), this.#api.timeline(id)]);
    this.handling = await handling;
    this.case = fresh;
    this.transcript = joined(this.transcript ?? [], lines);
    this.timeline = timeline;
  }

  /** What is stored, until the brief in that language has been read. */
  summaryIn(language: string): DeskSummary {
    return this.#brief?.of.startsWith(`${language} `) ? this.#brief.summary : this.case.summary;
  }

  /** Reads the brief in the agent's language, once for each version of the case. */
  async readBrief(language: string): Promise<void> {
    const of = `${language} ${this.case.version}`;
    if (this.#brief?.of === of || language === this.case.language) return;
    this.#brief = { of, summary: await this.#api.summary(this.case.id, language) };
  }

  async readEarlier(): Promise<void> {
    if (this.#earlier === undefined) return;
    const page = await this.#api.transcript(this.case.id, { order: "newest", cursor: this.#earlier });
    this.#earlier = page.nextCursor;
    this.transcript = joined(page.items, this.transcript ?? []);
  }

  async #newLines(id: string): Promise<readonly TranscriptLine[]> {
    if (this.transcript === undefined) {
      const { items, nextCursor } = await this.#api.transcript(id, { order: "newest" });
      this.#earlier = nextCursor;
      this.#read = items.at(-1)?.seq ?? Number(nextCursor ?? 0);
      return items;
    }
    const lines: TranscriptLine[] = [];
    for (let more = true; more; ) {
      const page = await this.#api.transcript(id, { after: String(this.#read) });
      lines.push(...page.items);
      this.#read = Number(page.nextCursor ?? page.items.at(-1)?.seq ?? this.#read);
      more = page.nextCursor !== undefined;
    }
    return lines;
  }
}

/** Two answers under way at once may bring the same line: each is shown once. */
function joined(before: readonly TranscriptLine[], after: readonly TranscriptLine[]): readonly TranscriptLine[] {
  const known = new Set(before.map(({ seq }) => seq));
  const fresh = after.filter(({ seq }) => seq === undefined || !known.has(seq));
  return fresh.length === 0 ? before : [...before, ...fresh];
}
