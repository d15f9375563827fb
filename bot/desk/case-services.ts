/** Cases as the API shows and changes them. */

import { missingFacts } from "../act/intake.ts";
import type { TurnWorld } from "../act/world.ts";
import type { Case, CaseStatus } from "../cases/case.ts";
import { newCaseCode, readCaseCode } from "../cases/case-code.ts";
import { summarize } from "../cases/summarize.ts";
import type { Activity } from "../conversation/activity.ts";
import type { ConversationState, Fact } from "../conversation/conversation.ts";
import { newConversationState } from "../conversation/conversation.ts";
import { Problem } from "../errors.ts";
import { mask } from "../guard/mask.ts";
import type { Caller, CaseChange, CaseServices, CaseView, NewCase, TranscriptLine } from "../http/services.ts";
import { firstMatch } from "../policy/match-rule.ts";
import type { Repositories } from "../ports/store.ts";
import { laneOf } from "../queue/phone-queue.ts";
import type { QueueEntry } from "../queue/queue-entry.ts";
import { auditor } from "./audit.ts";

/** What a PATCH may do to a status. In and out of the queue goes by the queue's own routes. */
const MAY_FOLLOW: Readonly<Record<CaseStatus, readonly CaseStatus[]>> = {
  open: ["waiting_customer", "resolved", "closed"],
  queued: [],
  in_progress: ["waiting_customer", "resolved"],
  waiting_customer: ["open", "resolved", "closed"],
  resolved: ["open", "closed"],
  closed: [],
};

export function createCaseServices(world: TurnWorld): CaseServices & { view(value: Case): Promise<CaseView> } {
  const { store, policy, clock, ids, queue } = world;
  const audit = auditor(() => clock.now());

  const view = async (value: Case): Promise<CaseView> => {
    const entry = await store.queue.openFor(value.id);
    if (!entry) return value;
    if (entry.state !== "waiting") return { ...value, entry: { id: entry.id, state: entry.state } };
    const { position, range } = await queue.standing(entry);
    const estimate = { position, ...(range ? { low: range.lowSeconds, high: range.highSeconds } : {}) };
    return { ...value, entry: { id: entry.id, state: entry.state, position, estimate } };
  };

  const mustGet = async (id: string): Promise<Case> => {
    const found = await store.cases.get(id);
    if (!found) throw new Problem("case_unknown");
    return found;
  };

  return {
    view,
    openCase: async (body, by, key) => {
      if (body.intent !== undefined && body.intent !== "out_of_scope" && !world.recogniser.catalogue.has(body.intent))
        throw new Problem("bad_request", undefined, [{ field: "intent", message: "no such intent in the catalogue" }]);
      if (key) {
        const earlier = await store.idempotency.find(key.scope, key.key, key.requestHash);
        if (earlier === "mismatch") throw new Problem("idempotency_mismatch");
        if (earlier) return view(await mustGet(String(earlier.body)));
      }
      const { value, entry } = draftCase(body, world);
      try {
        await store.transaction(async (repositories) => {
          await repositories.cases.insert(value);
          if (entry) await repositories.queue.join(entry);
          await repositories.events.append({
            type: "case.opened",
            at: value.createdAt,
            caseId: value.id,
            data: { priority: value.priority, skill: value.skill, intent: value.intent, channel: value.channel },
          });
          await audit(repositories, by, "case.open", value.id);
          if (key) await repositories.idempotency.put(key.scope, key.key, key.requestHash, { status: 201, body: value.id });
        });
      } catch (error) {
        // The same key came twice at once: the other request's case stands.
        const other = key && (await store.idempotency.find(key.scope, key.key, key.requestHash));
        if (other && other !== "mismatch") return view(await mustGet(String(other.body)));
        throw error;
      }
      return view(value);
    },
    listCases: async (filter, limit, cursor) => {
      const page = await store.cases.list(filter, limit, cursor);
      return { ...page, items: await Promise.all(page.items.map(view)) };
    },
    getCase: async (id, by) => {
      const found = await mustGet(id);
      await audit(store, by, "case.read", id);
      return view(found);
    },
    patchCase: async (id, change, version, by) => {
      const before = await mustGet(id);
      if (before.version !== version) throw new Problem("version_conflict");
      const wanted = changed(before, change, by, clock.now());
      const saved = await store.transaction(async (repositories) => {
        await mayReopen(before, wanted, repositories);
        const moved = await newPlace(before, wanted, repositories);
        const after = moved ? { ...wanted, promise: { ...wanted.promise, answerBy: moved.dueAt } } : wanted;
        if (!(await repositories.cases.update(after))) throw new Problem("version_conflict");
        if (moved) await repositories.queue.raise(moved.id, after.priority, laneOf(after.priority), moved.dueAt, after.skill);
        await repositories.events.append({
          type: after.status === "resolved" && before.status !== "resolved" ? "case.resolved" : "case.updated",
          at: after.updatedAt,
          caseId: id,
          data: { version: after.version, by: by.name },
        });
        await audit(repositories, by, "case.change", id, masked(change));
        return after;
      });
      return view(saved);
    },
    transcript: async (caseId, by) => {
      const { conversationId } = await mustGet(caseId);
      await audit(store, by, "case.transcript", caseId);
      if (conversationId === undefined) return [];
      const log = await store.conversations.log(conversationId, 0, 1000);
      return log.flatMap(({ seq, activity }) => transcriptLine(seq, activity));
    },
    file: async (caseId, fileId, by) => {
      const { conversationId } = await mustGet(caseId);
      const file = await store.files.get(fileId);
      if (!file || file.conversationId !== conversationId) throw new Problem("file_unknown");
      await audit(store, by, "file.read", fileId, { caseId });
      return file;
    },
    timeline: async (caseId) => {
      await mustGet(caseId);
      return store.events.forCase(caseId);
    },
    lookup: async (by, caller) => {
      const code = "code" in by ? readCaseCode(by.code) : undefined;
      if ("code" in by && code === undefined) throw new Problem("case_code_invalid");
      const found = code === undefined ? await store.cases.byPhone("phone" in by ? by.phone : "") : await store.cases.byCode(code);
      const oldest = clock.now() - policy.caseCodeDays * 86_400_000;
      if (!found || Date.parse(found.updatedAt) < oldest) throw new Problem("case_unknown");
      await audit(store, caller, "case.lookup", found.id);
      return view(found);
    },
  };

  /** A waiting entry follows its case's new priority and skill; it keeps its join time. @returns the entry with its new deadline. */
  async function newPlace(before: Case, after: Case, repositories: Repositories): Promise<QueueEntry | undefined> {
    if (before.priority === after.priority && before.skill === after.skill) return undefined;
    const entry = await repositories.queue.openFor(after.id);
    if (entry?.state !== "waiting") return undefined;
    const { priority } = after;
    return {
      ...entry,
      dueAt: queue.dueAt(entry.joinedAt, { priority, vip: false, upset: after.mood.label !== "calm", earlierContacts: 0 }),
    };
  }

  /** One open case per conversation. */
  async function mayReopen(before: Case, after: Case, repositories: Repositories): Promise<void> {
    if (before.status !== "resolved" || after.status !== "open" || before.conversationId === undefined) return;
    if (await repositories.cases.openFor(before.conversationId))
      throw new Problem("state_conflict", "The conversation has another open case.");
  }

  function draftCase(body: NewCase, { ids: idPort }: TurnWorld): { value: Case; entry?: QueueEntry } {
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
    const id = idPort.next("case");
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
}

function changed(before: Case, change: CaseChange, by: Caller, now: number): Case {
  const at = new Date(now).toISOString();
  if (change.status !== undefined && change.status !== before.status && !MAY_FOLLOW[before.status].includes(change.status))
    throw new Problem("state_conflict", `A case that is ${before.status} cannot become ${change.status} here.`);
  const reason =
    change.priority !== undefined && change.priority !== before.priority
      ? [{ rule: "changed_by_hand", text: mask(change.reason ?? "").text }]
      : [];
  return {
    ...before,
    version: before.version + 1,
    ...(change.status === undefined ? {} : { status: change.status }),
    ...(change.priority === undefined ? {} : { priority: change.priority }),
    reasons: [...before.reasons, ...reason],
    ...(change.skill === undefined ? {} : { skill: change.skill }),
    ...(change.disposition === undefined ? {} : { disposition: change.disposition }),
    notes: change.note === undefined ? before.notes : [...before.notes, { at, by: by.name, text: mask(change.note).text }],
    updatedAt: at,
  };
}

/** What goes into the audit log of a change: no secret either. */
function masked(change: CaseChange): Record<string, unknown> {
  return Object.fromEntries(Object.entries(change).map(([name, value]) => [name, typeof value === "string" ? mask(value).text : value]));
}

/** What an agent reads: masked, and without what only machines need. */
export function transcriptLine(seq: number, activity: Activity): TranscriptLine[] {
  if (activity.type !== "message") return [];
  const jietong = activity.channelData?.jietong;
  const isCustomer = activity.from.role === "user";
  const attachments = activity.attachments?.map(({ contentType, name, contentUrl }) => ({
    contentType,
    ...(name === undefined ? {} : { name }),
    ...(contentUrl === undefined ? {} : { fileId: contentUrl }),
  }));
  return [
    {
      seq,
      at: activity.timestamp,
      speaker: isCustomer ? "customer" : jietong?.speaker === "agent" ? "agent" : "bot",
      ...(activity.from.name === undefined ? {} : { name: activity.from.name }),
      text: mask(activity.text ?? "").text,
      ...(attachments && attachments.length > 0 ? { attachments } : {}),
      ...(jietong?.turn === undefined ? {} : { turn: jietong.turn }),
      ...(jietong?.decision === undefined ? {} : { decision: jietong.decision }),
    },
  ];
}
