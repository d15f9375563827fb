/**
 * The words and answers of the Escalation API: for leaving out what may not go out, and for the description at /api/docs. What comes in is in
 * `request-schemas.ts`.
 */
import { z } from "zod";
import { CASE_STATUSES } from "../cases/case.ts";
import { MODIFIERS, PRIORITIES, SKILLS } from "../policy/words.ts";
import { CALLBACK_STATES } from "../queue/callback.ts";
import { ENTRY_STATES } from "../queue/queue-entry.ts";

/** How a contact ended; a fixed list, so that it can be counted. */
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
export const AGENT_STATES = ["ready", "busy", "wrap_up", "break", "offline"] as const;

/** Text as PostgreSQL can keep it: no NUL, no half surrogate pair. */
export const words = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !text.includes("\u0000") && text.isWellFormed(), "holds characters that are not text");
export const filled = (max: number) => words(max).refine((text) => text.trim() !== "", "must not be empty");
export const optional = z.exactOptional;
const list = <T extends z.ZodType>(of: T) => z.array(of).readonly();
export const id = z.string().min(1).max(200);

export const instant = z.iso.datetime({ offset: true }).meta({ example: "2026-11-20T12:30:00.000Z" });
export const skill = z.enum(SKILLS);
export const priority = z.enum(PRIORITIES);
export const language = z.enum(["zh", "en"]);
export const status = z.enum(CASE_STATUSES);
export const modifier = z.enum(MODIFIERS);
export const fence = z.int().min(0).meta({ description: "The number the claim gave; an older one is 409 `lease_lost`.", example: 3 });
export const disposition = z.enum(DISPOSITIONS);

/* ---- Answers ---- */

const seconds = z.number().min(0);
export const estimate = z.object({
  position: z.int().min(1),
  low: optional(seconds),
  high: optional(seconds),
  coverage: optional(z.number().min(0).max(1)),
});
const fact = z.object({
  name: z.string(),
  value: z.string(),
  source: z.enum(["customer", "platform"]),
  at: z.string(),
  was: optional(z.string()),
  said: optional(z.string()),
});
const moodLabel = z.enum(["calm", "annoyed", "angry"]);

const caseSummary = z.object({
  wants: z.string(),
  tried: list(z.string()),
  promised: list(z.string()),
  flags: list(z.string()),
  why: list(z.string()).optional(),
  evidence: list(z.string()).optional(),
  nextStep: z.string(),
  text: z.string(),
  wording: optional(
    z
      .object({ model: z.string(), prompt: z.string().meta({ example: "case-summary@1" }), at: z.string() })
      .meta({ description: "A language model worded `text`, out of the same facts; absent while it is the desk's own." }),
  ),
});

const translationNote = {
  language,
  state: z.enum(["done", "partial", "not_needed", "unavailable"]),
  notice: z.string().meta({ description: "What became of it, in the language asked for." }),
};

export const summaryView = caseSummary.extend({
  translation: optional(
    z.object({ ...translationNote, wants: optional(z.string()), nextStep: optional(z.string()), text: optional(z.string()) }),
  ),
});

export const caseView = z.object({
  id: z.string(),
  code: z.string().meta({ example: "48213377", description: "Eight digits, the last a check digit." }),
  version: z.int(),
  status,
  priority,
  reasons: list(z.object({ rule: z.string(), text: z.string() })),
  skill,
  modifiers: list(modifier),
  language,
  channel: z.string(),
  customer: z.object({ id: optional(z.string()), verified: z.boolean(), name: optional(z.string()), phone: optional(z.string()) }),
  conversationId: optional(z.string()),
  intent: z.string(),
  mood: z.object({ label: moodLabel, trend: z.enum(["rising", "steady", "falling"]), reasons: list(z.string()).optional() }),
  facts: list(fact),
  missing: list(z.string()),
  summary: caseSummary,
  promise: z.object({ answerBy: optional(z.string()), resolveBy: z.string() }),
  entry: optional(z.object({ id: z.string(), state: z.enum(ENTRY_STATES), position: optional(z.int()), estimate: optional(estimate) })),
  callback: optional(z.object({ id: z.string(), state: z.enum(CALLBACK_STATES), dueBy: z.string(), deadline: z.string() })),
  incident: optional(z.object({ id: z.string(), title: z.string(), state: z.enum(["open", "closed"]), cases: z.int() })),
  disposition: optional(z.string()),
  notes: list(z.object({ at: z.string(), by: z.string(), text: z.string() })),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export const revealedKeys = z.object({ orderNo: z.string(), keys: list(z.object({ key: z.string(), revealedBefore: z.boolean() })) });

export const entryView = z.object({
  id: z.string(),
  caseId: z.string(),
  skill,
  language,
  priority,
  modifiers: list(modifier),
  lane: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  state: z.enum(ENTRY_STATES),
  joinedAt: z.string(),
  dueAt: z.string(),
  agentId: optional(z.string()),
  leaseUntil: optional(z.string()),
  holdUntil: optional(z.string()),
  finalBy: optional(z.string()),
  promised: optional(z.literal(true)),
  parkedUntil: optional(z.string()),
  lastAgent: optional(z.string()),
  callbackId: optional(z.string()),
  fence: z.int(),
  attempt: z.int(),
  disposition: optional(z.string()),
});

export const lease = z.object({ until: instant, fence: z.int() });
export const queuedCase = z.object({ entry: entryView, case: caseView });
export const held = z.object({ entry: entryView, case: caseView, lease });
export const entryLease = z.object({ entry: entryView, lease });

export const agentView = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(["agent", "supervisor"]),
  skills: list(skill),
  languages: list(language),
  modifiers: list(z.enum(["senior", "calming"])),
  capacity: z.int(),
  state: z.enum(AGENT_STATES),
  overflow: optional(z.literal(true)),
  levels: optional(z.partialRecord(skill, z.union([z.literal(1), z.literal(2), z.literal(3)]))),
});

const transcriptLine = z.object({
  seq: z.int(),
  at: z.string(),
  speaker: z.enum(["customer", "bot", "agent"]),
  name: optional(z.string()),
  text: z.string(),
  attachments: optional(list(z.object({ contentType: z.string(), name: optional(z.string()), fileId: optional(z.string()) }))),
  turn: optional(z.string()),
  decision: optional(z.enum(["answer", "ask", "escalate"])),
  translation: optional(z.string()),
});

export const handling = z.object({
  conversationId: z.string(),
  handler: z.enum(["bot", "agent"]),
  agent: optional(z.object({ id: z.string(), name: z.string() })),
  since: optional(z.string()),
});

export const spokenMessage = z.object({
  id: z.string(),
  at: z.string(),
  masked: list(z.string()).meta({ description: "Kinds of secrets that were masked before it was stored and sent." }),
});

export const timelineEvent = z.object({
  id: z.int(),
  type: z.string(),
  at: z.string(),
  entryId: optional(z.string()),
  data: z.record(z.string(), z.unknown()),
});

export const auditRecord = z.object({
  at: z.string(),
  who: z.string(),
  action: z.string(),
  subject: z.string(),
  data: optional(z.record(z.string(), z.unknown())),
});

export const queueView = z.object({
  skill,
  language,
  waiting: z.int(),
  longestWait: seconds,
  agentsReady: z.int(),
  estimate: optional(estimate),
});

const span = z.tuple([z.int(), z.int()]).readonly();
const confidence = z.number().min(0).max(1);
export const understandingView = z.object({
  language,
  intents: list(z.object({ name: z.string(), confidence })),
  requests: list(z.object({ intent: z.string(), span, confidence })),
  entities: list(z.object({ type: z.string(), value: z.string(), span })),
  mood: z.object({ label: moodLabel, score: z.number(), reasons: list(z.string()) }),
});

const verdict = z.enum(["official", "reported_scam", "unknown"]);
export const contactCheck = z.object({
  verdict,
  matches: list(z.object({ kind: z.string(), value: z.string(), verdict })),
  nearMiss: optional(z.object({ kind: z.string(), value: z.string(), resembles: z.string() })),
});

export const page = <T extends z.ZodType>(of: T) => z.object({ items: list(of), nextCursor: optional(z.string()) });

export const transcriptView = page(transcriptLine).extend({ translation: optional(z.object(translationNote)) });
