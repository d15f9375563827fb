/**
 * The last look at everything a customer is about to be told, whoever wrote it: bot, article, agent, platform, a model. A contact that is not in
 * the register is taken out and the register's own hotline is named instead; the desk's log gets an alert with the contact masked.
 *
 * The customer's own number and account may be said, and so may what the sender marks in `channelData.jietong.quotes`: contacts a warning is
 * about, order numbers that look like phone numbers. The marks themselves go no further than here.
 */
import type { Activity, CardAction } from "../conversation/activity.ts";
import type { Conversation, ConversationState } from "../conversation/conversation.ts";
import type { Policy } from "../policy/policy.ts";
import type { Language } from "../policy/words.ts";
import type { Log } from "../ports/log.ts";
import { type Unvouched, unvouchedIn } from "./guard-contacts.ts";

/** What is known of the customer, asked for only when something suspicious was found. */
export type Known = Pick<Conversation, "identity"> & { readonly state: Pick<ConversationState, "facts"> };

export interface OutgoingGuard {
  /** @returns the activity as it may be stored and sent; the same object when there is nothing to change. Rejects with what `known` rejects with. */
  activity(activity: Activity, known: () => Promise<Known | undefined>): Activity | Promise<Activity>;
  /** @param allowed values that may be named all the same */
  text(text: string, language: Language, allowed: readonly string[]): string;
}

/** Facts whose values are the customer's own and may look like a contact. */
const OWN = new Set(["phone", "account", "order_number", "payment_serial", "withdrawal_number"]);

export function createOutgoingGuard(policy: Policy, log: Log): OutgoingGuard {
  const { contacts } = policy;

  const alert = (found: readonly Unvouched[], where: Readonly<Record<string, string>>): void => {
    const named = found.map(({ match, written }) => ({ kind: match.kind, verdict: match.verdict, written: masked(written) }));
    log.warn({ ...where, contacts: named }, "an outgoing text named a contact that is not in the register; it was taken out");
  };

  const without = (text: string, found: readonly Unvouched[], language: Language): string => {
    const removed = policy.say("contacts.removed", language);
    let result = "";
    let from = 0;
    for (const { start, end } of [...found].sort((a, b) => a.start - b.start)) {
      if (start >= from) result += text.slice(from, start) + removed;
      from = Math.max(from, end);
    }
    return result + text.slice(from);
  };

  /** The text itself gets a sentence that says what happened; a title or a card's field has no room for one. */
  const clean = (text: string, language: Language, allowed: readonly string[], found: Unvouched[], says = false): string => {
    const bad = unvouchedIn(text, contacts, allowed);
    if (bad.length === 0) return text;
    found.push(...bad);
    const hotline = contacts.official.find(({ kind }) => kind === "phone") ?? contacts.official[0];
    const notice = policy.say("contacts.removed_notice", language, {
      name: hotline?.name[language] ?? "",
      value: hotline?.value ?? "",
    });
    return says ? `${without(text, bad, language)}\n\n${notice}` : without(text, bad, language);
  };

  const cleaned = (activity: Activity, allowed: readonly string[], found: Unvouched[]): Activity => {
    const language: Language = activity.locale?.toLowerCase().startsWith("en") ? "en" : "zh";
    const short = (text: string): string => clean(text, language, allowed, found);
    const { suggestedActions, attachments, channelData, value } = activity;
    const jietong = channelData?.jietong;
    // A button with a contact on it is not shown at all: half of it would do something else than it says.
    const isGood = ({ title, value: does }: CardAction): boolean => short(title) === title && short(does) === does;
    const { quotes: _quotes, ...told } = jietong ?? {};
    return {
      ...activity,
      ...(activity.text === undefined ? {} : { text: clean(activity.text, language, allowed, found, true) }),
      ...(suggestedActions ? { suggestedActions: { ...suggestedActions, actions: suggestedActions.actions.filter(isGood) } } : {}),
      ...(attachments
        ? { attachments: attachments.map((one) => ({ ...one, ...(deep({ name: one.name, content: one.content }, short) as object) })) }
        : {}),
      ...(value === undefined ? {} : { value: deep(value, short) }),
      ...(jietong
        ? {
            channelData: {
              ...channelData,
              jietong: {
                ...told,
                ...(told.about === undefined ? {} : { about: short(told.about) }),
                ...(told.sources ? { sources: told.sources.map((source) => ({ ...source, title: short(source.title) })) } : {}),
              },
            },
          }
        : {}),
    };
  };

  return {
    activity: (activity, known) => {
      const quotes = activity.channelData?.jietong?.quotes ?? [];
      const found: Unvouched[] = [];
      const first = cleaned(activity, quotes, found);
      if (found.length === 0) return quotes.length === 0 ? activity : first;
      return known().then((customer) => {
        const bad: Unvouched[] = [];
        const result = cleaned(activity, [...quotes, ...ownValues(customer)], bad);
        if (bad.length > 0) alert(bad, { conversation: activity.conversation.id, activity: activity.id });
        return result;
      });
    },
    text: (text, language, allowed) => {
      const found: Unvouched[] = [];
      const result = clean(text, language, allowed, found, true);
      if (found.length > 0) alert(found, {});
      return result;
    },
  };
}

/** The number the platform signed, and the values of the case; a hotline the customer merely says is "his" stays out. */
function ownValues(customer: Known | undefined): string[] {
  if (!customer) return [];
  const facts = customer.state.facts.filter(
    ({ name, value, source }) => OWN.has(name) && (source === "platform" || !/^(?:\+?86)?[\s-]*(?:[48]00|95|96)/u.test(value)),
  );
  return [customer.identity?.phone ?? "", ...facts.map(({ value }) => value)].filter((value) => value !== "");
}

/** Every string inside a value that goes out, cleaned; addresses of files are the desk's own. */
function deep(value: unknown, short: (text: string) => string): unknown {
  if (typeof value === "string") return short(value);
  if (Array.isArray(value)) return value.map((one) => deep(one, short));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.map(([name, one]) => [name, deep(one, short)]));
}

/** Enough to find it again in the conversation, not enough to ring it. */
function masked(written: string): string {
  const kept = [...written];
  return kept.length <= 4 ? "••••" : `${kept.slice(0, 2).join("")}••••${kept.slice(-2).join("")}`;
}
