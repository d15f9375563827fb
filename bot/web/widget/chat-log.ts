/**
 * What the widget knows of the conversation: the server's activities in the server's order, and after them what is still on its way out.
 * Pure: every function gives a new log.
 */
import type { ActivitySet, JietongChannelData, QueueNotice, WireActivity, WireCardAction } from "../wire-format.ts";

export interface Outgoing {
  /** `clientActivityID`: the same on every retry, so that the server takes them for one turn. */
  readonly id: string;
  readonly text: string;
  /** A file goes by upload. It lives in memory only: after a reload it has to be chosen again. */
  readonly file?: File;
  readonly at: number;
  /** `accepted`: the server has it, its echo has not come yet. */
  readonly state: "sending" | "accepted" | "failed";
  /** Share of the upload that has left, 0..1. */
  readonly progress?: number;
  /** Why it cannot be sent at all: a code of the server's error table. Absent: try again. */
  readonly refusal?: string;
}

export interface CaseCard {
  readonly code: string;
  readonly about?: string;
  readonly state: "waiting" | "connected";
  readonly queue?: QueueNotice;
  /** When the place and range were told, milliseconds. */
  readonly toldAt: number;
}

export interface ChatLog {
  readonly confirmed: readonly WireActivity[];
  readonly outgoing: readonly Outgoing[];
  readonly watermark?: string;
  readonly card?: CaseCard;
  /** When the bot or agent was last seen typing, with nothing said since. */
  readonly typingAt?: number;
}

export const EMPTY_LOG: ChatLog = { confirmed: [], outgoing: [] };

export type Speaker = "customer" | "bot" | "agent";

/** Who said it. Direct Line names the role; a client's id means it is the customer's own echo. */
export function speakerOf(activity: WireActivity): Speaker {
  if (activity.channelData?.jietong?.speaker === "agent") return "agent";
  if (activity.from?.role === "user") return "customer";
  if (activity.from?.role === "bot") return "bot";
  return activity.channelData?.clientActivityID === undefined ? "bot" : "customer";
}

/**
 * Takes in one frame. Activities seen before (a replay after a reconnect) are left out by id; an echo takes the place of what was on its way.
 * @param at milliseconds, for activities without a time.
 */
export function receive(log: ChatLog, set: ActivitySet, at: number): ChatLog {
  const known = new Set(log.confirmed.map((activity) => activity.id));
  const confirmed = [...log.confirmed];
  let { outgoing, card, typingAt } = log;
  for (const activity of set.activities) {
    if (known.has(activity.id)) continue;
    known.add(activity.id);
    const speaker = speakerOf(activity);
    if (activity.type === "typing") {
      if (speaker !== "customer") typingAt = at;
      continue;
    }
    card = nextCard(card, activity.channelData?.jietong, timeOf(activity, at));
    if (activity.type !== "message") continue;
    confirmed.push(activity);
    const own = activity.channelData?.clientActivityID;
    if (own !== undefined) outgoing = outgoing.filter((one) => one.id !== own);
    if (speaker !== "customer") typingAt = undefined;
  }
  const watermark = set.watermark ?? log.watermark;
  return {
    confirmed,
    outgoing,
    ...(watermark === undefined ? {} : { watermark }),
    ...(card === undefined ? {} : { card }),
    ...(typingAt === undefined ? {} : { typingAt }),
  };
}

function nextCard(card: CaseCard | undefined, told: JietongChannelData | undefined, at: number): CaseCard | undefined {
  if (!told) return card;
  if (told.caseState === "done") return undefined;
  const code = told.caseCode ?? card?.code;
  if (code === undefined) return card;
  const fresh = card !== undefined && card.code !== code;
  const before = fresh ? undefined : card;
  const about = told.about ?? before?.about;
  const queue = told.queue ?? before?.queue;
  const state = told.caseState ?? (told.speaker === "agent" ? "connected" : (before?.state ?? "waiting"));
  return {
    code,
    state,
    toldAt: told.queue || !before ? at : before.toldAt,
    ...(about === undefined ? {} : { about }),
    ...(queue === undefined ? {} : { queue }),
  };
}

export function timeOf(activity: WireActivity, fallback: number): number {
  const at = Date.parse(activity.timestamp ?? "");
  return Number.isNaN(at) ? fallback : at;
}

export function putOut(log: ChatLog, one: Outgoing): ChatLog {
  return { ...log, outgoing: [...log.outgoing.filter((other) => other.id !== one.id), one] };
}

/** Changes what is known of one message on its way; one that has been echoed meanwhile stays gone. */
export function mark(log: ChatLog, id: string, change: Partial<Outgoing>): ChatLog {
  return { ...log, outgoing: log.outgoing.map((one) => (one.id === id ? { ...one, ...change } : one)) };
}

export function dropOutgoing(log: ChatLog, id: string): ChatLog {
  return { ...log, outgoing: log.outgoing.filter((one) => one.id !== id) };
}

/** The buttons under the last answer. None once the customer has said or pressed anything. */
export function suggestions(log: ChatLog): readonly WireCardAction[] {
  const last = log.confirmed.at(-1);
  if (!last || log.outgoing.length > 0 || speakerOf(last) === "customer") return [];
  return last.suggestedActions?.actions ?? [];
}
