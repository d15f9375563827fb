/** Callbacks as agents, PBXs and other programs use them: made, dialled, answered, missed, called off. */
import { callbackNotice, clockTime } from "../act/say-callback.ts";
import { tellCase } from "../act/tell-case.ts";
import type { TurnWorld } from "../act/world.ts";
import type { Case } from "../cases/case.ts";
import { readCaseCode } from "../cases/case-code.ts";
import { Problem } from "../errors.ts";
import type { CallbackServices, CallbackView, NewCallback } from "../http/callback-services.ts";
import type { Caller, CaseView, IdempotencyKey } from "../http/services.ts";
import { sayCode } from "../policy/speak.ts";
import type { Repositories } from "../ports/store.ts";
import { askForCallback, planCallback } from "../queue/ask-callback.ts";
import type { Callback } from "../queue/callback.ts";
import { retryAt } from "../queue/make-callback.ts";
import { endUnreached } from "../timers/sweep-callbacks.ts";
import { auditor } from "./audit.ts";

/** A PBX rings many at once. */
const PBX_CAPACITY = 500;
/** A slot that filled up, or an entry that moved, while it was being taken: look again this often. */
const TRIES = 4;

export function createCallbackServices(world: TurnWorld, view: (value: Case) => Promise<CaseView>): CallbackServices {
  const { store, policy, clock, queue } = world;
  const audit = auditor(() => clock.now());

  const mustGet = async (id: string, repositories: Pick<Repositories, "callbacks"> = store): Promise<Callback> => {
    const found = await repositories.callbacks.get(id);
    if (!found) throw new Problem("callback_unknown");
    return found;
  };

  const findCase = async ({ caseId, caseCode }: NewCallback): Promise<Case> => {
    const code = caseCode === undefined ? undefined : readCaseCode(caseCode);
    if (caseCode !== undefined && code === undefined) throw new Problem("case_code_invalid");
    const found = code === undefined ? await store.cases.get(caseId ?? "") : await store.cases.byCode(code);
    if (!found) throw new Problem("case_unknown");
    return found;
  };

  const number = async (text: string | undefined): Promise<string | undefined> => {
    if (text === undefined) return undefined;
    const phone = world.phones.read(text);
    if (phone === undefined) throw new Problem("phone_invalid");
    if (!(await store.callbacks.mayCall(phone))) throw new Problem("do_not_call");
    return phone;
  };

  /** Who dials: the agent himself, the agent a key names, or the PBX by its key. */
  const dialler = async (named: string | undefined, by: Caller): Promise<{ agentId: string; capacity: number }> => {
    if (by.kind === "agent" && named !== undefined && named !== by.agentId) throw new Problem("forbidden");
    const agentId = by.kind === "agent" ? by.agentId : named;
    if (agentId === undefined) return { agentId: by.name, capacity: PBX_CAPACITY };
    const agent = await store.agents.get(agentId);
    if (!agent) throw new Problem("agent_unknown");
    return { agentId, capacity: agent.capacity };
  };

  /** Why a dial was refused, in the words of the contract. */
  const refusal = async (callback: Callback, now: number): Promise<Problem> => {
    if (callback.state === "dialling" && Date.parse(callback.dialUntil ?? "") >= now) return new Problem("already_dialling");
    if (callback.state === "connected") return new Problem("already_dialling", "They are talking.");
    if (callback.state !== "due" && callback.state !== "dialling")
      return new Problem("state_conflict", `The callback is ${callback.state}${callback.nextTryAt ? ` until ${callback.nextTryAt}` : ""}.`);
    const value = await store.cases.get(callback.caseId);
    const phone = callback.phone ?? value?.customer.phone;
    if (phone === undefined) return new Problem("phone_unknown");
    if (!(await store.callbacks.mayCall(phone))) return new Problem("do_not_call");
    const entry = await store.queue.get(callback.entryId);
    return entry?.state === "waiting"
      ? new Problem("state_conflict", "His hands are full.")
      : new Problem("already_dialling", "Somebody else has taken it.");
  };

  const withCase = async (callback: Callback) => {
    const value = await store.cases.get(callback.caseId);
    if (!value) throw new Problem("case_unknown");
    return { callback: viewOf(callback), case: await view(value) };
  };

  /** The dialler a later word must come from: an agent speaks for himself, a supervisor and a key for whoever dials. */
  const speaker = async (id: string, by: Caller): Promise<string> => {
    const callback = await mustGet(id);
    if (by.kind === "agent" && by.role === "agent") return by.agentId;
    return callback.dialBy ?? by.name;
  };

  const before = async (key: IdempotencyKey | undefined): Promise<Callback | undefined> => {
    const earlier = key && (await store.idempotency.find(key.scope, key.key, key.requestHash));
    if (earlier === "mismatch") throw new Problem("idempotency_mismatch");
    return earlier && mustGet(String(earlier.body));
  };

  return {
    createCallback: async (body, by, key) => {
      const known = await before(key);
      if (known) return viewOf(known);
      const phone = await number(body.phone);
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const value = await findCase(body);
        const now = clock.now();
        const plan = await planCallback({ value, phone, ...(body.at === undefined ? {} : { at: Date.parse(body.at) }), now }, world);
        if (plan.kind === "no_slot") throw new Problem("no_slot");
        const made = await store
          .transaction(async (repositories) => {
            const callback = await askForCallback(repositories, plan, now);
            // Somebody took the slot, or the entry: all of this is undone and tried again.
            if (!callback) throw new Raced();
            await audit(repositories, by, "callback.create", callback.id, { caseId: value.id });
            if (key) await repositories.idempotency.put(key.scope, key.key, key.requestHash, { status: 201, body: callback.id });
            return callback;
          })
          .catch(async (error: unknown) => {
            if (error instanceof Raced) return undefined;
            const other = await before(key).catch(() => undefined);
            if (other) return other;
            throw error;
          });
        if (made) return viewOf(made);
      }
      throw new Problem("state_conflict", "An agent has this case just now.");
    },

    listCallbacks: async ({ cursor, limit, ...filter }) => {
      const from = cursor === undefined ? undefined : await store.callbacks.get(cursor);
      if (cursor !== undefined && !from) throw new Problem("bad_request", "The cursor is not one of ours.");
      const found = await store.callbacks.list(filter, limit + 1, from);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items: items.map(viewOf), ...(found.length > limit && last ? { nextCursor: last.id } : {}) };
    },

    getCallback: async (id) => viewOf(await mustGet(id)),

    dialCallback: async (id, named, by) => {
      const callback = await mustGet(id);
      const who = await dialler(named, by);
      const now = clock.now();
      const { dialLeaseMs } = policy.callbacks;
      const dialled = await store.transaction(async (repositories) => {
        // The entry is held as long as it may ring: else somebody else would be offered a customer whose phone rings already.
        const taken = await repositories.callbacks.dial(id, who, now, {
          entryMs: Math.max(policy.lease.ms, dialLeaseMs),
          dialMs: dialLeaseMs,
        });
        if (taken) await audit(repositories, by, "callback.dial", id, { attempt: taken.attempt, agent: who.agentId });
        return taken;
      });
      if (!dialled) throw await refusal(await mustGet(id), now);
      const answer = await withCase(dialled.callback);
      const ringing = await world.telephony
        .ring({
          channelId: dialled.channelId,
          agentId: who.agentId,
          phone: dialled.callback.phone ?? "",
          caseCode: answer.case.code,
        })
        .catch((error: unknown) => {
          world.log.warn({ callback: callback.id, error: error instanceof Error ? error.message : String(error) }, "exchange not reached");
          return "by_hand" as const;
        });
      const { entry, attempt, channelId } = dialled;
      return { ...answer, entry, lease: { until: entry.leaseUntil ?? entry.dueAt, fence: entry.fence }, attempt, channelId, ringing };
    },

    answeredCallback: async (id, by) => {
      const who = await speaker(id, by);
      const talk = await store.transaction(async (repositories) => {
        const connected = await repositories.callbacks.answered(id, who, clock.now(), policy.lease.ms);
        if (!connected) return undefined;
        const value = await mustCase(repositories, connected.callback.caseId);
        const now = clock.now();
        const after: Case = { ...value, status: "in_progress", version: value.version + 1, updatedAt: new Date(now).toISOString() };
        if (value.status !== "in_progress" && !(await repositories.cases.update(after))) throw new Problem("version_conflict");
        await tellCase(repositories, value, policy.say("agent.took", value.language), world, {
          caseState: "connected",
          callback: callbackNotice(connected.callback, value, "connected"),
        });
        await audit(repositories, by, "callback.answered", id);
        return connected;
      });
      if (!talk) throw new Problem("lease_lost");
      const { entry } = talk;
      return {
        ...(await withCase(talk.callback)),
        entry,
        lease: { until: entry.leaseUntil ?? entry.dueAt, fence: entry.fence },
      };
    },

    missedCallback: async (id, by) => {
      const who = await speaker(id, by);
      const now = clock.now();
      const done = await store.transaction(async (repositories) => {
        const callback = await mustGet(id, repositories);
        const next = retryAt(callback.attempts, now, Date.parse(callback.deadline), policy, (from) => queue.opening(from));
        const after = await repositories.callbacks.missed(id, who, now, next);
        if (!after) return undefined;
        await audit(repositories, by, "callback.missed", id, { attempt: after.attempts });
        if (after.state === "expired") await endUnreached(world, repositories, after, now);
        else await tellMissed(repositories, after, now);
        return after;
      });
      if (!done) throw new Problem("lease_lost");
      return viewOf(done);
    },

    cancelCallback: async (id, reason, by) => {
      const now = clock.now();
      const done = await store.transaction(async (repositories) => {
        const after = await repositories.callbacks.cancel(id, now, reason ?? "asked");
        if (!after) return undefined;
        const value = await mustCase(repositories, after.caseId);
        const changed: Case = { ...value, status: "open", version: value.version + 1, updatedAt: new Date(now).toISOString() };
        if (value.status === "queued" && !(await repositories.cases.update(changed))) throw new Problem("version_conflict");
        await tellCase(repositories, value, policy.say("callback.cancelled", value.language, { code: sayCode(value.code) }), world, {
          callback: callbackNotice(after, value, "cancelled"),
        });
        await audit(repositories, by, "callback.cancel", id, { reason: reason ?? "asked" });
        return after;
      });
      if (done) return viewOf(done);
      const { state } = await mustGet(id);
      throw state === "dialling" ? new Problem("already_dialling") : new Problem("state_conflict", `The callback is ${state}.`);
    },

    blockNumber: async (text, reason, by) => {
      const phone = world.phones.read(text);
      if (phone === undefined) throw new Problem("phone_invalid");
      await store.callbacks.block(phone, clock.now(), by.name, reason);
      await audit(store, by, "do_not_call.add", phone.slice(-4), { reason });
    },
    unblockNumber: async (text, by) => {
      const phone = world.phones.read(text);
      if (phone === undefined) throw new Problem("phone_invalid");
      if (!(await store.callbacks.unblock(phone))) throw new Problem("not_found");
      await audit(store, by, "do_not_call.remove", phone.slice(-4));
    },
  };

  async function tellMissed(repositories: Repositories, callback: Callback, now: number): Promise<void> {
    const value = await mustCase(repositories, callback.caseId);
    const time = clockTime(now, now, policy, value.language);
    const next = clockTime(callback.nextTryAt ?? callback.dueBy, now, policy, value.language);
    await tellCase(repositories, value, policy.say("callback.missed", value.language, { time, next }), world, {
      callback: callbackNotice(callback, value, "missed"),
    });
  }
}

class Raced extends Error {}

async function mustCase(repositories: Repositories, id: string): Promise<Case> {
  const value = await repositories.cases.get(id);
  if (!value) throw new Problem("case_unknown");
  return value;
}

export function viewOf({ says, answers, ...callback }: Callback): CallbackView {
  return { ...callback, codes: { says, answers } };
}
