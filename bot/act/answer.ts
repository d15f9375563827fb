/** An answer from the knowledge articles, with its source; undefined when none fits: it abstains rather than guesses. */
import type { Step } from "../decide/decision.ts";
import type { Reply } from "../decide/finding.ts";
import type { ActInput } from "./act.ts";
import type { TurnWorld } from "./world.ts";

export function answerFromKnowledge(
  step: Extract<Step, { do: "article" }>,
  input: ActInput,
  { knowledge, policy }: TurnWorld,
): Reply | undefined {
  const { language } = input.conversation.state;
  const { worded } = input.hearing;
  if (worded) {
    const from = worded.articles.flatMap((id) => knowledge.article(id, language) ?? []);
    return {
      text: `${worded.text}\n\n${policy.say("answer.from_articles", language)}`,
      sources: from.map(({ id, title, source }) => ({ title: `${title} · ${source}`, id })),
    };
  }
  const channel = input.understanding.entities.find((entity) => entity.type === "channel")?.value;
  const found = knowledge.find({
    intent: step.intent,
    article: step.article,
    text: input.text,
    language,
    ...(channel === undefined ? {} : { channel }),
  });
  if (!found) return undefined;
  const { id, title, source, body } = found.article;
  const warns = policy.contacts.warningArticles.includes(id);
  return {
    text: body,
    sources: [{ title: `${title} · ${source}`, id }],
    ...(warns ? { quotes: policy.contacts.reportedScam.map(({ value }) => value) } : {}),
  };
}
