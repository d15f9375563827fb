/** The brief and the conversation for an agent who does not read the customer's language. The original always stands beside the translation. */
import type { TurnWorld } from "../act/world.ts";
import type { CaseSummary } from "../cases/case.ts";
import type { SummaryView, TranscriptLine, TranscriptView, TranslationNote } from "../http/services.ts";
import type { Language } from "../policy/words.ts";
import type { Page } from "../ports/store.ts";

type World = Pick<TurnWorld, "policy" | "languageHelp">;

export async function translateTranscript(
  page: Page<TranscriptLine>,
  language: Language,
  caseId: string,
  world: World,
): Promise<TranscriptView> {
  const { lines, note } = await translate(
    page.items.map(({ text }) => text),
    language,
    caseId,
    world,
  );
  const items = page.items.map((item, place) => {
    const translation = lines[place];
    return translation === undefined ? item : { ...item, translation };
  });
  return { ...page, items, translation: note };
}

/**
 * What the desk tells in the agent's language, and beside it what a model makes of the stored text, the customer's words among it: as a whole
 * and by its parts; a part that was not translated is left out.
 *
 * @param summary as stored, in the customer's language
 * @param told the same in the agent's
 */
export async function translateSummary(
  summary: CaseSummary,
  told: CaseSummary,
  language: Language,
  caseId: string,
  world: World,
): Promise<SummaryView> {
  const parts = [summary.wants, summary.nextStep, ...summary.text.split("\n")];
  const { lines, note } = await translate(parts, language, caseId, world);
  const [wants, nextStep, ...text] = lines;
  const isAny = text.some((line) => line !== undefined);
  return {
    ...told,
    translation: {
      ...note,
      ...(wants === undefined ? {} : { wants }),
      ...(nextStep === undefined ? {} : { nextStep }),
      ...(isAny ? { text: text.map((line, place) => line ?? parts[place + 2] ?? "").join("\n") } : {}),
    },
  };
}

async function translate(
  texts: readonly string[],
  language: Language,
  caseId: string,
  { policy, languageHelp }: World,
): Promise<{ lines: readonly (string | undefined)[]; note: TranslationNote }> {
  const note = (state: TranslationNote["state"], says: string): TranslationNote => ({
    language,
    state,
    notice: policy.say(`translation.${says}`, language),
  });
  const none = texts.map(() => undefined);
  if (!languageHelp) return { lines: none, note: note("unavailable", "no_model") };
  const { lines, wanted } = await languageHelp.translate(texts, language, caseId);
  const done = lines.filter((line) => line !== undefined).length;
  if (wanted === 0) return { lines, note: note("not_needed", "not_needed") };
  if (done === 0) return { lines, note: note("unavailable", "failed") };
  return { lines, note: done === wanted ? note("done", "done") : note("partial", "partial") };
}
