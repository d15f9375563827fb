/** Cases as the API shows and changes them. */

import { endOfCall } from "../act/take-back.ts";
import type { TurnWorld } from "../act/world.ts";
import type { Case, CaseStatus } from "../cases/case.ts";
import { readCaseCode } from "../cases/case-code.ts";
import { Problem } from "../errors.ts";
import { mask } from "../guard/mask.ts";
import type { Caller, CaseChange, CaseServices, CaseView } from "../http/services.ts";
import type { Repositories } from "../ports/store.ts";
import { laneOf } from "../queue/phone-queue.ts";
import type { QueueEntry } from "../queue/queue-entry.ts";
import { auditor } from "./audit.ts";
import { summaryIn } from "./brief-in.ts";
import { draftCase } from "./draft-case.ts";
import { estimateView } from "./estimate-view.ts";
import { readSearch } from "./read-search.ts";
import { reveal } from "./reveal.ts";
import { readTranscript } from "./transcript.ts";
import { translateSummary, translateTranscript } from "./translate-case.ts";

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
  const { store, policy, clock, queue } = world;
  const audit = auditor(() => clock.now());

  const view = async (given: Case): Promise<CaseView> => {
    const [entry, merged] = await Promise.all([store.queue.openFor(given.id), store.incidents.ofCase(given.id)]);
    const { id, title, state, cases } = merged ?? {};
    const value: CaseView =
      id && title && state && cases !== undefined ? { ...given, incident: { id, title: title[given.language], state, cases } } : given;
    const last = entry
      ? entry.callbackId && (await store.callbacks.get(entry.callbackId))
      : (await store.callbacks.list({ caseId: value.id }, 1))[0];
    const callback = last ? { callback: { id: last.id, state: last.state, dueBy: last.dueBy, deadline: last.deadline } } : {};
    if (!entry) return { ...value, ...callback };
    if (entry.state !== "waiting") return { ...value, ...callback, entry: { id: entry.id, state: entry.state } };
    const { position, range } = await queue.standing(entry);
    const estimate = estimateView(position, range);
    return { ...value, ...callback, entry: { id: entry.id, state: entry.state, position, estimate } };
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
      const { value, entry: drafted } = draftCase(body, world);
      const joining = drafted && (await queue.joining(drafted, value.customer.phone, clock.now()));
      try {
        await store.transaction(async (repositories) => {
          await repositories.cases.insert(value);
          if (joining) await repositories.queue.join(joining.entry);
          if (joining?.callback) await repositories.callbacks.create(joining.callback, clock.now());
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
    listCases: async ({ q, ...filter }, limit, cursor, by) => {
      const match = q === undefined ? undefined : readSearch(q);
      if (q !== undefined && !match) return { items: [] };
      if (q !== undefined) await audit(store, by, "case.search", mask(q).text);
      const page = await store.cases.list({ ...filter, ...(match ? { match } : {}) }, limit, cursor);
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
      if (change.priority !== undefined && change.priority !== before.priority && by.kind === "agent" && by.role !== "supervisor")
        throw new Problem("forbidden", "A priority is the supervisor's to change.");
      const wanted = changed(before, change, by, clock.now());
      const saved = await store.transaction(async (repositories) => {
        await mayReopen(before, wanted, repositories);
        const moved = await newPlace(before, wanted, repositories);
        const after = moved?.state === "waiting" ? { ...wanted, promise: { ...wanted.promise, answerBy: moved.dueAt } } : wanted;
        if (!(await repositories.cases.update(after))) throw new Problem("version_conflict");
        await repositories.events.append({
          type: after.status === "resolved" && before.status !== "resolved" ? "case.resolved" : "case.updated",
          at: after.updatedAt,
          caseId: id,
          data: { version: after.version, by: by.name },
        });
        await audit(repositories, by, "case.change", id, masked(change));
        // Solved without a call: the chat an agent has taken over is the bot's again, and the customer is asked how it was.
        const isSolved = after.status === "resolved" && before.status !== "resolved";
        if (
          isSolved &&
          !(await endOfCall(repositories, after, { isSolved, ...(by.kind === "agent" ? { agentId: by.agentId } : {}) }, world))
        )
          throw new Problem("version_conflict");
        return after;
      });
      return view(saved);
    },
    summary: async (caseId, by, language) => {
      const found = await mustGet(caseId);
      await audit(store, by, "case.read", caseId);
      return language === undefined
        ? found.summary
        : translateSummary(found.summary, summaryIn(found, language, world), language, caseId, world);
    },
    transcript: async (caseId, page, by, language) => {
      const { conversationId } = await mustGet(caseId);
      const read = conversationId === undefined ? { items: [] } : await readTranscript(store, conversationId, page);
      // Who saw nothing, because nothing was new, has not looked.
      if (read.items.length > 0) await audit(store, by, "case.transcript", caseId);
      return language === undefined ? read : translateTranscript(read, language, caseId, world);
    },
    file: async (caseId, fileId, by) => {
      const { conversationId } = await mustGet(caseId);
      const file = await store.files.get(fileId);
      if (!file || file.conversationId !== conversationId) throw new Problem("file_unknown");
      await audit(store, by, "file.read", fileId, { caseId });
      return file;
    },
    reveal: (caseId, wanted, by) => reveal(world, caseId, wanted, by),
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

  /** An open entry follows its case's new priority and skill, forwards or backwards; it keeps its join time. @returns the entry as it is now. */
  async function newPlace(before: Case, after: Case, repositories: Repositories): Promise<QueueEntry | undefined> {
    if (before.priority === after.priority && before.skill === after.skill) return undefined;
    const entry = await repositories.queue.openFor(after.id);
    if (!entry) return undefined;
    const { priority, skill, modifiers } = after;
    const dueAt =
      before.priority === priority
        ? entry.dueAt
        : queue.dueAt(entry.joinedAt, { priority, vip: false, upset: after.mood.label !== "calm", earlierContacts: 0 });
    return repositories.queue.move(entry.id, { priority, skill, modifiers, lane: laneOf(priority), dueAt });
  }

  /** One open case per conversation. */
  async function mayReopen(before: Case, after: Case, repositories: Repositories): Promise<void> {
    if (before.status !== "resolved" || after.status !== "open" || before.conversationId === undefined) return;
    if (await repositories.cases.openFor(before.conversationId))
      throw new Problem("state_conflict", "The conversation has another open case.");
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
