/** A case's summary in the language of the agent who reads it, out of what is stored with the case. The customer's own words stay as said. */
import { reasonIn } from "../../intents/index.ts";
import type { TurnWorld } from "../act/world.ts";
import type { Case, CaseSummary } from "../cases/case.ts";
import { summarize } from "../cases/summarize.ts";
import { retell } from "../policy/retell.ts";
import type { Language } from "../policy/words.ts";

type World = Pick<TurnWorld, "policy" | "recogniser" | "knowledge" | "clock">;

/** @returns the stored summary for its own language, with what a model made of its wording; else the same told anew */
export function summaryIn(value: Case, language: Language, world: World): CaseSummary {
  const { policy, recogniser, knowledge } = world;
  const { summary, language: own } = value;
  const { matter } = summary;
  // A case of an older desk holds only sentences.
  if (language === own || !matter) return summary;
  const title = (intent: string): string =>
    recogniser.catalogue.get(intent)?.title[language] ?? policy.say("summary.unknown_problem", language);
  const titles = new Map([
    ...[...recogniser.catalogue.values()].map((intent) => [intent.title[own], intent.title[language]] as const),
    ...policy.flows.map(({ title: flow }) => [flow[own], flow[language]] as const),
    ...knowledge.ids.flatMap((id) => {
      const [here, there] = [knowledge.article(id, own), knowledge.article(id, language)];
      return here && there ? [[here.title, there.title] as const] : [];
    }),
  ]);
  const tell = (text: string): string => retell(text, own, language, policy, (name) => titles.get(name)) ?? text;
  return summarize(
    {
      language,
      problem: title(value.intent),
      intent: value.intent,
      alsoAbout: matter.alsoAbout.map((intent) => ({ intent, title: title(intent) })),
      said: matter.said,
      facts: value.facts.filter(({ name }) => name !== "frozen_at"),
      missing: value.missing,
      declined: matter.declined,
      attempts: summary.tried.map((outcome) => ({ outcome: tell(outcome) })),
      moods: matter.moods.map((mood) => ({ ...mood, reasons: mood.reasons.map((reason) => reasonIn(language, reason)) })),
      reasons: value.reasons,
      promised: summary.promised.map(tell),
      verified: value.customer.verified,
      ...(matter.frozenAt === undefined ? {} : { frozenAt: matter.frozenAt }),
      now: world.clock.now(),
    },
    policy,
  );
}
