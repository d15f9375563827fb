/**
 * One normalised thing sent or received, in the JSON of the Activity protocol
 * (https://github.com/microsoft/Agents/blob/main/specs/activity/protocol-activity.md).
 * Only the fields the desk reads are typed; a client's other fields are dropped at the edge.
 */
import type { SecretKind } from "../guard/mask.ts";
import type { Instant } from "../policy/words.ts";

export interface Attachment {
  readonly contentType: string;
  readonly contentUrl?: string;
  readonly name?: string;
  readonly content?: unknown;
}

export interface CardAction {
  readonly type: "imBack" | "openUrl" | "call";
  readonly title: string;
  /** Always a string: Web Chat refuses to send anything else. */
  readonly value: string;
}

/** Where the customer stands in the queue, as `channelData.jietong.queue` tells it. Seconds. */
export interface QueueNotice {
  readonly position: number;
  readonly low?: number;
  readonly high?: number;
  /** Share of past ranges that held, 0..1; absent while too few are known. */
  readonly coverage?: number;
  /** Why it is worse than what was told before: somebody due earlier has joined, or calls take longer (or fewer agents are there). */
  readonly because?: "others_first" | "slower";
}

/** The callback as `channelData.jietong.callback` tells it. */
export interface CallbackNotice {
  readonly state: "scheduled" | "due" | "dialling" | "connected" | "missed" | "done" | "cancelled" | "expired";
  readonly startsAt: Instant;
  /** Only when it was told to the customer. */
  readonly dueBy?: Instant;
  /** Its last four digits. */
  readonly phone?: string;
  /** The agent says the first code; the customer may ask for the second. */
  readonly says: string;
  readonly answers: string;
}

export interface JietongChannelData {
  readonly turn?: string;
  readonly decision?: "answer" | "ask" | "escalate";
  readonly caseCode?: string;
  /** What the case is for, in a few words: `付款了没到账 · KM1001-A`. */
  readonly about?: string;
  /** Absent: as it was. `waiting`: in line (again); `connected`: an agent has it; `done`: it is over, and the case card goes. */
  readonly caseState?: "waiting" | "connected" | "done";
  readonly queue?: QueueNotice;
  readonly callback?: CallbackNotice;
  /** The fact the message asks for, e.g. `order_number`. */
  readonly asks?: string;
  /** The known trouble his case is part of, for a banner; `closed`: the banner goes. */
  readonly incident?: { readonly id: string; readonly title: string; readonly state: "open" | "closed" };
  /** Articles and systems behind the answer, shown under it. */
  readonly sources?: readonly { readonly title: string; readonly id?: string }[];
  /** Who speaks: the bot, or a person at the desk. */
  readonly speaker?: "bot" | "agent";
  /** Named on purpose though the contact register does not know it, e.g. the fake a warning is about. Taken off before anything is stored. */
  readonly quotes?: readonly string[];
}

export interface Activity {
  readonly id: string;
  readonly type: "message" | "typing" | "event" | "conversationUpdate";
  readonly timestamp: Instant;
  readonly from: { readonly id: string; readonly name?: string; readonly role?: "user" | "bot" };
  readonly conversation: { readonly id: string };
  readonly channelId: string;
  readonly text?: string;
  readonly textFormat?: "plain" | "markdown";
  readonly locale?: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly attachments?: readonly Attachment[];
  readonly suggestedActions?: { readonly to: readonly string[]; readonly actions: readonly CardAction[] };
  readonly replyToId?: string;
  readonly inputHint?: "acceptingInput" | "ignoringInput" | "expectingInput";
  readonly channelData?: {
    readonly clientActivityID?: string;
    /** Kinds of secrets that were masked in `text` when it came in. */
    readonly masked?: readonly SecretKind[];
    readonly jietong?: JietongChannelData;
    readonly [key: string]: unknown;
  };
}

/** An activity in the conversation's log: `seq` counts from 1 without gaps that matter and is the Direct Line watermark. */
export interface LoggedActivity {
  readonly seq: number;
  readonly activity: Activity;
}
