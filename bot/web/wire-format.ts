/**
 * What comes over the wire to the browser. The server's own types are not imported: a page can be older than the server it talks to, so
 * every field that is not needed for life is optional, and what arrives is checked (`parts/check.ts`) before it is believed.
 */

/* ---- Direct Line 3.0 ---- */

/** `POST /api/widget/session`. `expiresIn` in seconds. */
export interface WidgetAccess {
  readonly conversationId: string;
  readonly token: string;
  readonly expiresIn?: number;
}

/** `POST /v3/directline/conversations` and `GET /v3/directline/conversations/{id}?watermark=`. */
export interface OpenedConversation {
  readonly conversationId: string;
  readonly token?: string;
  readonly streamUrl?: string;
}

export interface WireAttachment {
  readonly contentType: string;
  readonly contentUrl?: string;
  readonly name?: string;
}

export interface WireCardAction {
  readonly type: "imBack" | "openUrl" | "call";
  readonly title: string;
  readonly value: string;
}

/** Seconds; `coverage` is the share of past ranges that held, 0..1. */
export interface QueueNotice {
  readonly position: number;
  readonly low?: number;
  readonly high?: number;
  readonly coverage?: number;
  /** Why it is worse than before. */
  readonly because?: "others_first" | "slower";
}

export interface JietongChannelData {
  readonly turn?: string;
  readonly decision?: "answer" | "ask" | "escalate";
  readonly caseCode?: string;
  /** What the case is for, in a few words: "订单 KM1001-A 未到账". */
  readonly about?: string;
  readonly queue?: QueueNotice;
  /** `connected`: an agent has it; `done`: the card goes. Absent means waiting. */
  readonly caseState?: "waiting" | "connected" | "done";
  readonly sources?: readonly { readonly title: string; readonly id?: string }[];
  readonly speaker?: "bot" | "agent";
}

export interface WireActivity {
  readonly id: string;
  readonly type: string;
  readonly timestamp?: string;
  readonly from?: { readonly id?: string; readonly name?: string; readonly role?: string };
  readonly text?: string;
  readonly textFormat?: string;
  readonly attachments?: readonly WireAttachment[];
  readonly suggestedActions?: { readonly actions: readonly WireCardAction[] };
  readonly channelData?: { readonly clientActivityID?: string; readonly jietong?: JietongChannelData };
}

/** One frame of the stream, and the answer of `GET …/activities`. */
export interface ActivitySet {
  readonly activities: readonly WireActivity[];
  readonly watermark?: string;
}

/* ---- Demo shop ---- */

export interface DemoCustomer {
  readonly id: string;
  readonly name: string;
  readonly locale: string;
  readonly tier: string;
}

/* ---- Desk (`/api/v1`) ---- */

export const PRIORITIES = ["critical", "high", "normal", "low"] as const;
export const SKILLS = ["orders", "payments", "accounts", "disputes", "fraud", "general"] as const;

export type Priority = (typeof PRIORITIES)[number];
export type MoodLabel = "calm" | "annoyed" | "angry";
export type AgentState = "ready" | "busy" | "wrap_up" | "break" | "offline";

export interface DeskAgent {
  readonly id: string;
  readonly name: string;
  readonly role?: string;
  readonly state: AgentState;
  readonly skills?: readonly string[];
  readonly languages?: readonly string[];
}

export interface DeskSignIn {
  readonly token: string;
  readonly agent: DeskAgent;
}

export interface DeskFact {
  /** What the customer said before he corrected it. */
  readonly was?: string;
  /** His own words for it. */
  readonly said?: string;
  readonly name: string;
  readonly value: string;
  readonly source: "customer" | "platform";
  readonly at?: string;
}

export interface DeskCase {
  readonly id: string;
  readonly code: string;
  readonly version?: number;
  readonly status: string;
  readonly priority: Priority;
  readonly reasons: readonly { readonly rule: string; readonly text: string }[];
  readonly skill: string;
  readonly modifiers?: readonly string[];
  readonly language: string;
  readonly channel: string;
  readonly customer: { readonly id?: string; readonly verified: boolean; readonly name?: string; readonly phone?: string };
  readonly conversationId?: string;
  readonly intent?: string;
  readonly mood: { readonly label: MoodLabel; readonly trend?: "rising" | "steady" | "falling"; readonly reasons?: readonly string[] };
  readonly facts: readonly DeskFact[];
  readonly missing: readonly string[];
  readonly summary: {
    readonly wants: string;
    readonly tried: readonly string[];
    readonly promised: readonly string[];
    readonly flags: readonly string[];
    readonly why?: readonly string[];
    readonly evidence?: readonly string[];
    readonly nextStep: string;
    readonly text: string;
  };
  readonly promise?: { readonly answerBy?: string; readonly resolveBy?: string };
  readonly notes?: readonly { readonly at: string; readonly by: string; readonly text: string }[];
  /** Its place in the queue, while it has one. */
  readonly entry?: { readonly id: string; readonly state: string; readonly position?: number };
  readonly createdAt: string;
}

export interface DeskEntry {
  readonly id: string;
  readonly caseId: string;
  readonly skill: string;
  readonly language: string;
  readonly priority: Priority;
  readonly lane?: number;
  readonly state: string;
  readonly joinedAt: string;
  readonly dueAt: string;
  readonly fence?: number;
}

export interface Lease {
  readonly until: string;
  readonly fence: number;
}

export interface QueuedCase {
  readonly entry: DeskEntry;
  readonly case: DeskCase;
}

/** The answer of `POST /api/v1/queues/claim`. */
export interface ClaimedCase extends QueuedCase {
  readonly lease: Lease;
}

/** Somebody we ring. */
export interface DeskCallback {
  readonly id: string;
  readonly caseId: string;
  readonly entryId: string;
  readonly kind: string;
  readonly state: string;
  readonly phone?: string;
  /** The customer was told `dueBy`. */
  readonly promised: boolean;
  readonly startsAt: string;
  readonly dueBy: string;
  readonly attempts: number;
  readonly nextTryAt?: string;
  readonly dialBy?: string;
  readonly breachedAt?: string;
  /** The agent says the first; the customer may ask for the second. */
  readonly codes: { readonly says: string; readonly answers: string };
}

/** The answer of `POST /api/v1/callbacks/{id}/dial` and `/answered`. */
export interface DialledCase extends ClaimedCase {
  readonly callback: DeskCallback;
}

/** The answer of `GET /api/v1/cases/{id}/summary?language=`. */
export interface DeskSummary {
  readonly wants: string;
  readonly tried: readonly string[];
  readonly promised: readonly string[];
  readonly flags: readonly string[];
  readonly why?: readonly string[];
  readonly evidence?: readonly string[];
  readonly nextStep: string;
  readonly text: string;
  readonly translation?: { readonly notice: string; readonly state: string; readonly text?: string };
}

export interface TranscriptLine {
  readonly seq?: number;
  readonly at: string;
  readonly speaker: "customer" | "bot" | "agent";
  readonly text: string;
  readonly name?: string;
  readonly attachments?: readonly DeskFile[];
}

/** Fetched from `/api/v1/cases/{caseId}/files/{fileId}` with the desk token. */
export interface DeskFile {
  readonly contentType: string;
  readonly name?: string;
  readonly fileId?: string;
}

export interface TimelineEvent {
  readonly id?: number;
  readonly at: string;
  readonly type: string;
}

/** Who answers in a conversation. */
export interface Handling {
  readonly handler: "bot" | "agent";
  readonly agent?: { readonly id: string; readonly name: string };
}

/** Seconds. */
export interface QueueLine {
  readonly skill: string;
  readonly language: string;
  readonly waiting: number;
  readonly longestWait: number;
  readonly agentsReady: number;
}

/** Fixed list; how a contact ended. */
export const DISPOSITIONS = [
  "solved",
  "refunded",
  "redelivered",
  "forwarded",
  "callback_agreed",
  "no_answer",
  "not_a_problem",
  "fraud_confirmed",
] as const;
export type Disposition = (typeof DISPOSITIONS)[number];
