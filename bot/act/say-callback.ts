/** A callback in words and on the customer's card: what happens next, at what clock time, on which number. */
import type { Case } from "../cases/case.ts";
import type { CallbackNotice } from "../conversation/activity.ts";
import type { Policy } from "../policy/policy.ts";
import { sayCode, sayTime } from "../policy/speak.ts";
import type { Instant, Language } from "../policy/words.ts";
import type { Callback, CallbackDraft } from "../queue/callback.ts";
import type { QueueEntry } from "../queue/queue-entry.ts";

type Said = Pick<Callback, "dueBy" | "promised" | "says" | "answers" | "startsAt"> &
  Partial<Pick<Callback, "phone" | "state" | "createdAt">>;

/** The end of a number is enough to know one's own: `··· 0001`. */
export function sayPhone(phone: string): string {
  return `··· ${phone.replace(/\D/gu, "").slice(-4)}`;
}

export function clockTime(at: Instant | number, now: number, policy: Policy, language: Language): string {
  return sayTime(typeof at === "number" ? at : Date.parse(at), now, policy.timeZone, language);
}

/** The two codes, once the customer can expect a call. */
export function sayCodes(callback: Pick<Callback, "says" | "answers">, policy: Policy, language: Language): string {
  return policy.say("callback.codes", language, { says: callback.says, answers: callback.answers });
}

/** At the end of the longest hold. */
export function sayMade(callback: Said, value: Case, now: number, policy: Policy): string {
  const { language } = value;
  const phone = callback.phone ?? value.customer.phone;
  const by = clockTime(callback.promised ? callback.dueBy : value.promise.resolveBy, now, policy, language);
  const isLate = callback.promised && Date.parse(callback.dueBy) <= now;
  const key = isLate
    ? "callback.made_late"
    : callback.promised
      ? phone === undefined
        ? "callback.made_no_number"
        : "callback.made"
      : phone === undefined
        ? "callback.made_unpromised_no_number"
        : "callback.made_unpromised";
  const text = policy.say(key, language, { by, ...(phone === undefined ? {} : { phone: sayPhone(phone) }) });
  return `${text}\n\n${sayCodes(callback, policy, language)}`;
}

/** What the customer's card shows. The codes are his: they go nowhere else in clear. */
export function callbackNotice(callback: Said | CallbackDraft, value: Pick<Case, "customer">, state: Callback["state"]): CallbackNotice {
  const phone = callback.phone ?? value.customer.phone;
  return {
    state,
    startsAt: callback.startsAt,
    ...(callback.promised ? { dueBy: callback.dueBy } : {}),
    ...(phone === undefined ? {} : { phone: sayPhone(phone) }),
    says: callback.says,
    answers: callback.answers,
  };
}

export function sayUnreached(callback: Callback, value: Case, now: number, policy: Policy): string {
  const by = clockTime(value.promise.resolveBy, now, policy, value.language);
  const code = sayCode(value.code);
  return callback.reason === "too_late"
    ? policy.say("callback.too_late", value.language, { code, by })
    : policy.say("callback.unreached", value.language, { times: callback.attempts, code, by });
}

/** He is not in line: he has an appointment. */
export function sayAgreed(entry: Pick<QueueEntry, "parkedUntil" | "dueAt">, value: Case, now: number, policy: Policy): string {
  const { language } = value;
  const from = clockTime(entry.parkedUntil ?? entry.dueAt, now, policy, language);
  const { phone } = value.customer;
  const number = phone === undefined ? policy.say("callback.number_to_come", language) : sayPhone(phone);
  return policy.say("callback.agreed", language, { from, phone: number, code: sayCode(value.code) });
}
