/** Parts of a case that are made the same way whether it is new or goes on. */
import type { summarize } from "../cases/summarize.ts";
import type { ConversationState } from "../conversation/conversation.ts";
import type { Reason } from "../decide/decision.ts";
import type { ActInput } from "./act.ts";
import type { EscalateInput } from "./escalate.ts";
import type { TurnWorld } from "./world.ts";

export function creditsOf(input: ActInput): { vip: boolean; upset: boolean; earlierContacts: number } {
  return {
    vip: input.conversation.identity?.tier === "vip",
    upset: input.understanding.mood.label !== "calm",
    earlierContacts: input.contacts - 1,
  };
}

export function phoneOf(state: ConversationState): { phone?: string } {
  const said =
    state.facts.findLast((fact) => fact.name === "phone" && fact.source === "customer") ??
    state.facts.find((fact) => fact.name === "phone");
  return said ? { phone: said.value } : {};
}

export function summaryInput(
  input: EscalateInput,
  state: ConversationState,
  missing: readonly string[],
  reasons: readonly Reason[],
  promised: readonly string[],
  world: TurnWorld,
): Parameters<typeof summarize>[0] {
  const { intent } = input.decision;
  const title = (name: string): string =>
    world.recogniser.catalogue.get(name)?.title[state.language] ?? world.policy.say("summary.unknown_problem", state.language);
  const frozenAt = state.facts.find((fact) => fact.name === "frozen_at")?.value;
  return {
    language: state.language,
    problem: title(intent),
    intent,
    alsoAbout: state.problems.map((name) => ({ intent: name, title: title(name) })),
    declined: state.skipped,
    said: state.said,
    facts: state.facts.filter((fact) => fact.name !== "frozen_at"),
    missing,
    attempts: state.attempts,
    moods: state.moods,
    reasons,
    promised: promised.filter((promise) => promise !== ""),
    verified: input.conversation.identity !== undefined,
    ...(frozenAt === undefined ? {} : { frozenAt }),
    now: input.now,
  };
}
