/**
 * What the routes of the Escalation API hand over to. Types only: filled by the services of cases, queue and understanding, in `wire.ts`.
 *
 * Every method may also reject with `Problem("unavailable")`. A method that takes `by` writes who saw or changed what to the audit log and
 * checks what is the agent's own: an agent acts on entries he holds, a supervisor and an integration key on all.
 */
import type { Understanding } from "../../intents/index.ts";
import type { Case, CaseStatus, CaseSummary } from "../cases/case.ts";
import type { Instant, Language, Priority, Skill } from "../policy/words.ts";
import type { Agent, AgentState, AuditRecord, CaseFilter, EventRecord, HourOfRanges, Page, Role, StoredFile } from "../ports/store.ts";
import type { CallbackState } from "../queue/callback.ts";
import type { EntryState, Lease, QueueEntry } from "../queue/queue-entry.ts";
import type { CallbackServices } from "./callback-services.ts";
import type { ConversationServices } from "./conversation-services.ts";
import type { IncidentServices } from "./incident-services.ts";

/** Who calls. `name` goes into the audit log: `key:<id>` or `agent:<id>`. */
export type Caller =
  | { readonly kind: "integration"; readonly keyId: string; readonly name: string }
  | { readonly kind: "agent"; readonly agentId: string; readonly role: Role; readonly name: string };

/** A repeat of the same key by the same caller gets the same answer. `requestHash`: SHA-256 of method, address and body, hex. */
export interface IdempotencyKey {
  /** Caller and route, e.g. `agent:a1 POST /api/v1/queues/claim`. */
  readonly scope: string;
  readonly key: string;
  readonly requestHash: string;
}

/** Seconds. Absent ends mean that nothing honest can be said. `coverage`: share of past ranges that held, 0..1. */
export interface EstimateView {
  readonly position: number;
  readonly low?: number;
  readonly high?: number;
  readonly coverage?: number;
}

export interface CaseView extends Case {
  readonly entry?: { readonly id: string; readonly state: EntryState; readonly position?: number; readonly estimate?: EstimateView };
  /** The callback of that entry, or the last one. `dueBy`: when it should be dialled; `deadline`: after it no attempt. */
  readonly callback?: { readonly id: string; readonly state: CallbackState; readonly dueBy: Instant; readonly deadline: Instant };
  /** The incident it was merged into. */
  readonly incident?: { readonly id: string; readonly title: string; readonly state: "open" | "closed"; readonly cases: number };
}

/** A case from elsewhere (IVR, mail, CRM). What is not given comes from the policy. */
export interface NewCase {
  readonly channel: string;
  readonly language: Language;
  readonly intent?: string;
  readonly skill?: Skill;
  readonly priority?: Priority;
  readonly customer?: { readonly id?: string; readonly name?: string; readonly phone?: string };
  readonly facts?: readonly { readonly name: string; readonly value: string; readonly source?: "customer" | "platform" }[];
  readonly summary?: { readonly wants: string };
  /** Queued in the same transaction. */
  readonly enqueue?: boolean;
}

export interface CaseChange {
  readonly status?: CaseStatus;
  readonly priority?: Priority;
  /** Why the priority changes; required with it. */
  readonly reason?: string;
  readonly skill?: Skill;
  readonly disposition?: string;
  readonly note?: string;
}

/** One line of the conversation, secrets masked. */
export interface TranscriptLine {
  readonly seq: number;
  readonly at: Instant;
  readonly speaker: "customer" | "bot" | "agent";
  readonly name?: string;
  readonly text: string;
  readonly attachments?: readonly { readonly contentType: string; readonly name?: string; readonly fileId?: string }[];
  readonly turn?: string;
  readonly decision?: "answer" | "ask" | "escalate";
  /** Only where it was asked for and needed. */
  readonly translation?: string;
}

/** What became of a translation that was asked for; `notice` says it in the language asked for. */
export interface TranslationNote {
  readonly language: Language;
  readonly state: "done" | "partial" | "not_needed" | "unavailable";
  readonly notice: string;
}

export interface SummaryView extends CaseSummary {
  readonly translation?: TranslationNote & { readonly wants?: string; readonly nextStep?: string; readonly text?: string };
}

export interface TranscriptView extends Page<TranscriptLine> {
  readonly translation?: TranslationNote;
}

export interface ContactCheck {
  readonly verdict: "official" | "reported_scam" | "unknown";
  readonly matches: readonly {
    readonly kind: string;
    readonly value: string;
    readonly verdict: "official" | "reported_scam" | "unknown";
  }[];
  /** The official contact that what was checked looks like but is not. */
  readonly nearMiss?: { readonly kind: string; readonly value: string; readonly resembles: string };
}

export interface QueueView {
  readonly skill: Skill;
  readonly language: Language;
  readonly waiting: number;
  /** Seconds. */
  readonly longestWait: number;
  readonly agentsReady: number;
  /** For a contact of normal priority that would join now. */
  readonly estimate?: EstimateView;
}

/** Without the password hash. */
export type AgentView = Omit<Agent, "passwordHash">;

export interface QueuedCase {
  readonly entry: QueueEntry;
  readonly case: CaseView;
}

export interface Held extends QueuedCase {
  readonly lease: Lease;
}

export interface EntryLease {
  readonly entry: QueueEntry;
  readonly lease: Lease;
}

export interface ClaimRequest {
  /** Default: the agent's own skills and languages; for a PBX all. */
  readonly skills?: readonly Skill[];
  readonly languages?: readonly Language[];
  /** Only from an integration key (others are refused before): claims for that agent, else for the PBX itself. */
  readonly agentId?: string;
}

/** Which part of a conversation. Lines are always in the order they were said; `order` says from which end pages are counted. */
export interface TranscriptPage {
  readonly order: "oldest" | "newest";
  /** Log number to go on at: after it when the oldest come first, before it when the newest do. */
  readonly at?: number;
  /** Log entries looked at; a page may hold fewer lines, as only what was said is shown. */
  readonly limit: number;
}

export interface CaseListing extends Omit<CaseFilter, "match"> {
  readonly q?: string;
}

export interface RevealRequest {
  readonly orderNo: string;
  /** Why the agent has to see it; stands in the audit log. */
  readonly reason: string;
}

export interface RevealedKeys {
  readonly orderNo: string;
  readonly keys: readonly { readonly key: string; readonly revealedBefore: boolean }[];
}

export interface CaseServices {
  /** @throws Problem idempotency_mismatch; bad_request for an unknown intent. */
  openCase(body: NewCase, by: Caller, key?: IdempotencyKey): Promise<CaseView>;
  /** `q`: what an agent typed to find a case. @throws Problem bad_request when the cursor is not one of ours. */
  listCases(filter: CaseListing, limit: number, cursor: string | undefined, by: Caller): Promise<Page<CaseView>>;
  /** @throws Problem case_unknown */
  getCase(id: string, by: Caller): Promise<CaseView>;
  /**
   * @param version the version the change is based on
   * @throws Problem case_unknown, version_conflict, state_conflict, forbidden (a priority is the supervisor's to change)
   */
  patchCase(id: string, change: CaseChange, version: number, by: Caller): Promise<CaseView>;
  /** @throws Problem case_unknown */
  /** @param language that the reader wants beside the original */
  transcript(caseId: string, page: TranscriptPage, by: Caller, language?: Language): Promise<TranscriptView>;
  /** @param language that the reader wants beside the original */
  summary(caseId: string, by: Caller, language?: Language): Promise<SummaryView>;
  /** A file the customer sent in the case's conversation. @throws Problem case_unknown, file_unknown (also: of another conversation) */
  file(caseId: string, fileId: string, by: Caller): Promise<StoredFile>;
  /**
   * The keys of an order of the case's own customer, in full, as the platform has them: nothing of the kind is kept here. Audited before it is
   * shown. @throws Problem case_unknown, forbidden, order_unknown, platform_unavailable
   */
  reveal(caseId: string, wanted: RevealRequest, by: Caller): Promise<RevealedKeys>;
  /** @throws Problem case_unknown */
  timeline(caseId: string, by: Caller): Promise<readonly EventRecord[]>;
  /** By code or by phone, never both. @throws Problem case_code_invalid (check digit), case_unknown */
  lookup(by: { readonly code: string } | { readonly phone: string }, caller: Caller): Promise<CaseView>;
}

export interface QueueServices {
  queues(): Promise<readonly QueueView[]>;
  /** How well the ranges that were told held, hour by hour, newest last. */
  rangeRecord(hours: number): Promise<readonly HourOfRanges[]>;
  /** A contact that would join now. */
  estimate(skill: Skill, priority: Priority, language: Language): Promise<EstimateView>;
  /** Waiting entries with their cases, most pressing first. */
  waiting(limit: number, by: Caller): Promise<readonly QueuedCase[]>;
  /** @returns undefined when there is nothing he can take or his hands are full. @throws Problem agent_unknown, idempotency_mismatch */
  claim(request: ClaimRequest, by: Caller, key?: IdempotencyKey): Promise<Held | undefined>;
  /** These throw Problem entry_unknown, lease_lost (lapsed, old fence, or held by somebody else). */
  renew(entryId: string, fence: number, by: Caller): Promise<EntryLease>;
  accept(entryId: string, fence: number, by: Caller): Promise<EntryLease>;
  complete(
    entryId: string,
    fence: number,
    outcome: { readonly disposition: string; readonly note?: string },
    by: Caller,
  ): Promise<QueueEntry>;
  release(entryId: string, fence: number, by: Caller): Promise<QueueEntry>;
  transfer(
    entryId: string,
    fence: number,
    to: { readonly skill: Skill; readonly language?: Language; readonly note?: string },
    by: Caller,
  ): Promise<QueueEntry>;
  /**
   * By hand, within its lane: before another entry of its line, or to the front of them. The join time stays.
   * @throws Problem forbidden (supervisors and keys only), entry_unknown, bad_request (another line), state_conflict (does not wait, or would
   * stand before critical ones or promises)
   */
  reorder(entryId: string, to: { readonly before?: string; readonly reason: string }, by: Caller): Promise<QueueEntry>;
  /** The customer left. Without a fence only a waiting entry; else also @throws Problem state_conflict. */
  abandon(entryId: string, fence: number | undefined, by: Caller): Promise<QueueEntry>;
}

/** A desk user as a supervisor sets him up. What is not given stays, or takes its default for a new one. */
export interface AgentSetUp extends Partial<Omit<AgentView, "id" | "state" | "overflow">> {
  readonly overflow?: boolean;
  /** scrypt; needed for a new one. */
  readonly passwordHash?: string;
}

export interface AgentServices {
  /**
   * Makes a desk user, or changes him.
   * @throws Problem bad_request (a new one without a password), state_conflict (nobody would be supervisor any more)
   */
  setUpAgent(id: string, given: AgentSetUp, by: Caller): Promise<{ readonly agent: AgentView; readonly isNew: boolean }>;
  /** The record with the password hash, for signing in. Undefined when there is no such user. */
  findAgent(user: string): Promise<Agent | undefined>;
  agents(): Promise<readonly AgentView[]>;
  /** @throws Problem agent_unknown, state_conflict (offline while holding an entry) */
  setAgentState(agentId: string, state: AgentState, by: Caller): Promise<AgentView>;
  /** Himself and what he holds, so that a reloaded desk finds its call again. @throws Problem agent_unknown */
  me(agentId: string): Promise<{ readonly agent: AgentView; readonly held: readonly Held[] }>;
  signedIn(agentId: string): Promise<void>;
  audit(limit: number): Promise<readonly AuditRecord[]>;
  /** Phone hours of the next seven days in which a line has nobody on the roster. */
  rosterGaps(): Promise<readonly { readonly skill: Skill; readonly language: Language; readonly from: Instant; readonly to: Instant }[]>;
}

export interface DeskServices extends CaseServices, QueueServices, AgentServices, CallbackServices, IncidentServices, ConversationServices {
  /** @param locale BCP 47 */
  understand(text: string, locale: string | undefined): Promise<Understanding>;
  checkContact(text: string): Promise<ContactCheck>;
  /** Resolves when the store answers; rejects after its own deadline. */
  ready(): Promise<void>;
}

export type { Agent, Role };
