/** A second opinion on what the customer wants: one intent of the catalogue, or none. It names; it does not act. */
import type { IntentDefinition } from "../../intents/index.ts";
import type { Hearing } from "../decide/hearing.ts";
import type { Prompt } from "../ports/language-model.ts";
import type { Round } from "./guarded-model.ts";
import type { Lost } from "./help.ts";

/** What follows from these is more than words (the account is frozen): a guess is put to the customer as a question. */
const ASKED_FIRST = new Set(["account_stolen"]);
const NONE = "none";
const MOST_TOKENS = 60;
const MOST_EARLIER = 3;

interface Opinion {
  readonly intent: string;
  readonly sure: "yes" | "no";
}

/** @returns undefined when the model has no opinion */
export async function secondOpinion(
  round: Round,
  prompt: Prompt,
  { understanding, hearing, conversation, text }: Lost,
  catalogue: ReadonlyMap<string, IntentDefinition>,
): Promise<Hearing | undefined> {
  const { language } = conversation.state;
  const known = [...catalogue.values()];
  const names = known.map(({ name }) => name);
  const near = understanding.intents.map(({ name }) => name).filter((name) => catalogue.has(name));
  const opinion = await round.ask<Opinion>({
    prompt,
    data: JSON.stringify({
      message: text,
      // The newest is this message.
      earlier: conversation.state.said.slice(-MOST_EARLIER - 1, -1),
      near: near.slice(0, MOST_EARLIER),
      catalogue: known.map(({ name, title, examples }) => ({ name, means: title[language], example: examples[language][0] ?? "" })),
    }),
    shape: {
      title: "opinion",
      type: "object",
      properties: { intent: { type: "string", enum: [...names, NONE] }, sure: { type: "string", enum: ["yes", "no"] } },
      required: ["intent", "sure"],
      additionalProperties: false,
    },
    mostTokens: MOST_TOKENS,
    read: (said: Opinion) => (said.intent === NONE ? "declined" : catalogue.has(said.intent) ? said : "unsupported"),
  });
  if (!opinion) return undefined;
  if (opinion.sure === "yes" && !ASKED_FIRST.has(opinion.intent)) {
    const { unsure: _unsure, ...rest } = hearing;
    return { ...rest, intents: [opinion.intent], wantsPerson: wantsPerson(opinion.intent), notUnderstood: false, by: "second_opinion" };
  }
  const other = near.find((name) => name !== opinion.intent && catalogue.get(name)?.class !== "control") ?? "human_agent";
  return { ...hearing, unsure: [opinion.intent, other], by: "second_opinion" };
}

function wantsPerson(intent: string): boolean {
  return intent === "human_agent" || intent === "callback_request";
}
