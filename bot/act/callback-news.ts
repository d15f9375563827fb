/** What a customer who joins the line, or asks to be rung, is told about it; and what has to be stored so that it is true. */
import type { Case } from "../cases/case.ts";
import type { CallbackNotice } from "../conversation/activity.ts";
import { sayTime } from "../policy/speak.ts";
import type { Language } from "../policy/words.ts";
import { type CallbackPlan, planCallback } from "../queue/ask-callback.ts";
import type { CallbackChange, CallbackDraft } from "../queue/callback.ts";
import type { Joining } from "../queue/phone-queue.ts";
import type { QueueEntry } from "../queue/queue-entry.ts";
import type { EscalateInput } from "./escalate.ts";
import { callbackNotice, clockTime, sayCodes, sayPhone } from "./say-callback.ts";
import { sayPlace } from "./say-place.ts";
import type { TurnWorld } from "./world.ts";

/** For the commit: refused when somebody took the slot or the entry meanwhile; then the turn is taken again. */
export interface CallbackWrite {
  readonly create?: CallbackDraft;
  readonly change?: { readonly id: string; readonly to: CallbackChange };
}

export interface CallbackNews {
  readonly says: readonly string[];
  /** For the case's list of promises. */
  readonly promise?: string;
  readonly write?: CallbackWrite;
  readonly notice?: CallbackNotice;
}

export interface NewsAbout {
  readonly value: Pick<Case, "id" | "customer" | "priority" | "skill" | "language" | "modifiers">;
  /** Set when the entry joins now. */
  readonly joining?: Joining;
  /** The stored entry otherwise. */
  readonly entry?: QueueEntry;
  /** Those before him. */
  readonly ahead: number;
}

const NONE: CallbackNews = { says: [] };
/** A time nearer than this means "now". */
const SOON_MS = 5 * 60_000;

export async function callbackNews(about: NewsAbout, input: EscalateInput, world: TurnWorld): Promise<CallbackNews> {
  const asks = input.hearing.intents.includes("callback_request");
  const isOpen = world.queue.isOpen(input.now);
  if (!asks) return about.joining && isOpen ? admissionNews(about.joining, about.value, input, world) : NONE;
  const wanted = wantedTime(input) ?? (isOpen ? undefined : world.queue.opening(input.now));
  if (wanted === undefined && about.joining?.callback) return admissionNews(about.joining, about.value, input, world);
  const phone = about.value.customer.phone === undefined ? undefined : world.phones.read(about.value.customer.phone);
  if (phone !== undefined && !(await world.store.callbacks.mayCall(phone))) return NONE;
  const plan = await planCallback(
    {
      value: about.value,
      phone,
      now: input.now,
      ...(wanted === undefined ? {} : { at: wanted }),
      ...(about.joining ? { joining: about.joining.entry } : {}),
    },
    world,
  );
  return planNews(plan, wanted, about, input, world);
}

/** The time of day he named, if it lies ahead: `2026-11-21T10:00:00+08:00`, or a day. */
function wantedTime({ understanding, now }: EscalateInput): number | undefined {
  const named = understanding.entities.findLast(({ type }) => type === "time");
  const at = named === undefined ? Number.NaN : Date.parse(named.value);
  return Number.isFinite(at) && at > now + SOON_MS ? at : undefined;
}

function admissionNews(joining: Joining, value: NewsAbout["value"], input: EscalateInput, world: TurnWorld): CallbackNews {
  const { policy } = world;
  const { language } = input.state;
  const { entry, admission, callback } = joining;
  const time = (at: string | number): string => clockTime(at, input.now, policy, language);
  if (entry.lane === 0 || entry.holdUntil === undefined) return NONE;
  if (admission.kind === "promised" && entry.finalBy !== undefined) {
    const values = { hold: time(entry.holdUntil), by: time(entry.finalBy) };
    return { says: [policy.say("promise.told", language, values)], promise: policy.say("promise.hold", language, values) };
  }
  if (admission.kind === "honest" && callback) {
    const by = time(admission.by);
    return {
      says: [policy.say("promise.not_told_range", language, { by }), sayCodes(callback, policy, language)],
      promise: policy.say("promise.callback", language, { by }),
      write: { create: callback },
      notice: callbackNotice(callback, value, "due"),
    };
  }
  const by = time(input.now + policy.writtenAnswerHours * 3_600_000);
  return { says: [policy.say("promise.not_told", language, { by })] };
}

function planNews(plan: CallbackPlan, wanted: number | undefined, about: NewsAbout, input: EscalateInput, world: TurnWorld): CallbackNews {
  const { policy } = world;
  const { language } = input.state;
  const time = (at: string | number): string => clockTime(at, input.now, policy, language);
  if (plan.kind === "no_slot") {
    const by = time(input.now + policy.writtenAnswerHours * 3_600_000);
    return { says: [policy.say("callback.no_slot", language, { days: policy.callbacks.daysAhead, by })] };
  }
  const callback = plan.kind === "create" ? plan.draft : plan.change;
  const known = callback.phone ?? about.value.customer.phone;
  const phone = known === undefined ? policy.say("callback.number_to_come", language) : sayPhone(known);
  const write: CallbackWrite = plan.kind === "create" ? { create: plan.draft } : { change: { id: plan.id, to: plan.change } };
  const codes = plan.kind === "create" ? [sayCodes(plan.draft, policy, language)] : [];
  const notice = plan.kind === "create" ? { notice: callbackNotice(plan.draft, about.value, plan.slot ? "scheduled" : "due") } : {};
  if (plan.slot) {
    const [from, to] = [time(plan.slot.from), clockOf(plan.slot.to, input.now, world, language)];
    const isAsWished = wanted !== undefined && plan.slot.from <= wanted && wanted < plan.slot.to;
    const hours = `${minuteClock(policy.phoneHours.opens)}–${minuteClock(policy.phoneHours.closes)}`;
    const isOwnWish = wantedTime(input) !== undefined;
    const text =
      isAsWished || !isOwnWish
        ? policy.say("callback.asked_at", language, { from, to, phone })
        : policy.say("callback.asked_other", language, { from, to, phone, hours });
    return { says: [text, ...codes], promise: policy.say("promise.callback_between", language, { from, to }), write, ...notice };
  }
  const values = { phone, place: sayPlace(about.ahead, policy, language) };
  if (!callback.promised) return { says: [policy.say("callback.asked_now", language, values), ...codes], write, ...notice };
  const by = time(callback.dueBy);
  return {
    says: [policy.say("callback.asked_now_by", language, { ...values, by }), ...codes],
    promise: policy.say("promise.callback", language, { by }),
    write,
    ...notice,
  };
}

/** The end of a slot is on the day of its start: the clock time alone says it. */
function clockOf(at: number, now: number, { policy }: TurnWorld, language: Language): string {
  return sayTime(at, now, policy.timeZone, language).split(" ").at(-1) ?? "";
}

function minuteClock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
