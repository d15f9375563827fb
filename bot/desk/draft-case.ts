/** A case opened by API (IVR, mail, CRM): what it looks like before it is stored. */
import { missingFacts } from "../act/intake.ts";
import type { TurnWorld } from "../act/world.ts";
import type { Case } from "../cases/case.ts";
import { newCaseCode } from "../cases/case-code.ts";
import { summarize } from "../cases/summarize.ts";
import { type ConversationState, type Fact, newConversationState } from "../conversation/conversation.ts";
import { mask } from "../guard/mask.ts";
import type { NewCase } from "../http/services.ts";
import { firstMatch } from "../policy/match-rule.ts";
import type { QueueEntry } from "../queue/queue-entry.ts";

/** A case from elsewhere, not yet stored, and its place in the line when it is to have one. What is not given comes from the policy. */
export function draftCase(body: NewCase, world: TurnWorld): { value: Case; entry?: QueueEntry } {
  const { clock, policy, queue, ids } = world;
  const now = clock.now();
  const at = new Date(now).toISOString();
  const intent = body.intent ?? "out_of_scope";
  const words = mask(body.summary?.wants ?? "").text;
  const rule = firstMatch(policy, {
    intent,
    text: words,
    mood: "calm",
    annoyedTurns: 0,
    amountCny: undefined,
    contacts: 1,
    tier: undefined,
    signals: [],
  });
  const priority = body.priority ?? rule.then.priority;
  const skill = body.skill ?? (rule.then.skill === "by_intent" ? policy.skillFor(intent) : rule.then.skill);
  const given = (body.facts ?? []).map(
    (fact): Fact => ({ name: fact.name, value: mask(fact.value).text, source: fact.source ?? "customer", at }),
  );
  const facts =
    body.customer?.phone === undefined || given.some((fact) => fact.name === "phone")
      ? given
      : [...given, { name: "phone", value: body.customer.phone, source: "customer" as const, at }];
  const state: ConversationState = { ...newConversationState(body.language), facts, said: words === "" ? [] : [words] };
  const missing = missingFacts(intent, state, policy);
  const reasons = [{ rule: rule.id, text: rule.text[body.language] }];
  const id = ids.next("case");
  const entry = body.enqueue
    ? queue.draft(
        {
          caseId: id,
          priority,
          skill,
          language: body.language,
          modifiers: rule.then.modifiers,
          vip: false,
          upset: false,
          earlierContacts: 0,
        },
        now,
      )
    : undefined;
  const value: Case = {
    id,
    code: newCaseCode((below) => ids.random(below)),
    version: 1,
    status: entry ? "queued" : "open",
    priority,
    reasons,
    skill,
    modifiers: rule.then.modifiers,
    language: body.language,
    channel: body.channel,
    customer: { ...body.customer, verified: false },
    intent,
    mood: { label: "calm", trend: "steady" },
    facts,
    missing,
    summary: summarize(
      {
        language: body.language,
        problem: world.recogniser.catalogue.get(intent)?.title[body.language] ?? policy.say("summary.unknown_problem", body.language),
        intent,
        said: state.said,
        facts,
        missing: missing.filter((slot) => slot !== "phone" || body.customer?.phone === undefined),
        attempts: [],
        moods: [],
        reasons,
        promised: [],
        verified: false,
        now,
      },
      policy,
    ),
    promise: {
      ...(entry ? { answerBy: entry.dueAt } : {}),
      resolveBy: new Date(now + policy.writtenAnswerHours * 3_600_000).toISOString(),
    },
    notes: [],
    createdAt: at,
    updatedAt: at,
  };
  return { value, ...(entry ? { entry } : {}) };
}
