/** Made-up records for the store's contract tests, each valid by the port's types. */
import type { Activity, Case, Conversation, Language, QueueEntry, Skill, Store, TurnRecord } from "../../../ports/store.ts";

let made = 0;

/** Unlike every other one of this run. */
export function unique(kind: string): string {
  made += 1;
  return `${kind}_${process.pid}_${String(made).padStart(6, "0")}`;
}

/** A time to count from, far from the machine's own. */
export const NOON = Date.parse("2026-11-20T12:00:00.000Z");

export function at(seconds: number): string {
  return new Date(NOON + seconds * 1000).toISOString();
}

export function aConversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: unique("conv"),
    channel: "directline",
    userId: "dl_1",
    state: { language: "zh", handler: "bot", facts: [], skipped: [], problems: [], moods: [], attempts: [], misunderstood: 0, said: [] },
    version: 1,
    createdAt: at(0),
    updatedAt: at(0),
    ...change,
  };
}

export function aMessage(conversationId: string, text: string, change: Partial<Activity> = {}): Activity {
  return {
    id: unique("act"),
    type: "message",
    timestamp: at(0),
    from: { id: "dl_1", role: "user" },
    conversation: { id: conversationId },
    channelId: "directline",
    text,
    ...change,
  };
}

export function aTurn(conversationId: string, took: readonly number[]): TurnRecord {
  return {
    id: unique("turn"),
    conversationId,
    at: at(1),
    took,
    understanding: {
      language: "zh",
      intents: [{ name: "balance", confidence: 0.93 }],
      certainty: "sure",
      requests: [{ intent: "balance", confidence: 0.93, span: [0, 4] }],
      entities: [],
      mood: { label: "calm", score: 0, reasons: [], signs: [] },
    },
    decision: {
      kind: "answer",
      reasons: [{ rule: "known", text: "余额" }],
      steps: [{ do: "tool", intent: "balance", tool: "account.balance" }],
      intent: "balance",
    },
    milliseconds: 2.25,
  };
}

export function aCase(change: Partial<Case> = {}): Case {
  made += 1;
  return {
    id: unique("case"),
    code: String(10_000_000 + made),
    version: 1,
    status: "open",
    priority: "normal",
    reasons: [{ rule: "late-order", text: "订单超时未到账" }],
    skill: "orders",
    modifiers: ["senior"],
    language: "zh",
    channel: "directline",
    customer: { verified: false },
    intent: "paid_not_delivered",
    mood: { label: "annoyed", trend: "rising" },
    facts: [{ name: "order_number", value: "KM1001-A", source: "customer", at: at(0) }],
    missing: ["screenshot"],
    summary: { wants: "到账", tried: [], promised: [], flags: [], nextStep: "查单", text: "充值 500 元未到账" },
    promise: { answerBy: at(900), resolveBy: at(86_400) },
    notes: [],
    createdAt: at(0),
    updatedAt: at(0),
    ...change,
  };
}

export function anEntry(caseId: string, change: Partial<QueueEntry> = {}): QueueEntry {
  return {
    id: unique("entry"),
    caseId,
    skill: "orders",
    language: "zh",
    priority: "normal",
    modifiers: [],
    lane: 2,
    state: "waiting",
    joinedAt: at(0),
    dueAt: at(300),
    fence: 0,
    attempt: 0,
    ...change,
  };
}

/** A case with an entry in the line. */
export async function inLine(store: Store, change: Partial<QueueEntry> = {}): Promise<QueueEntry> {
  const value = aCase({ status: "queued" });
  await store.cases.insert(value);
  const entry = anEntry(value.id, change);
  await store.queue.join(entry);
  return entry;
}

export function claimant(agentId: string, change: { skills?: readonly Skill[]; languages?: readonly Language[]; capacity?: number } = {}) {
  return { agentId, skills: ["orders"] as readonly Skill[], languages: ["zh"] as readonly Language[], capacity: 1, ...change };
}
