/**
 * What the desk keeps. One adapter (PostgreSQL, embedded or external). A method called on the store itself commits at once; several
 * together go through `transaction`. No network call may happen inside one.
 */

import type { Understanding } from "../../intents/index.ts";
import type { Case, CaseStatus } from "../cases/case.ts";
import type { Activity, LoggedActivity } from "../conversation/activity.ts";
import type { Conversation, ConversationState, Identity } from "../conversation/conversation.ts";
import type { Decision } from "../decide/decision.ts";
import type { Instant, Language, Modifier, Priority, Skill } from "../policy/words.ts";
import type { Claimant, QueueCount, QueueEntry } from "../queue/queue-entry.ts";
import type { CallbackDraft, CallbackRepository } from "./callbacks.ts";
import type { IncidentRepository } from "./incidents.ts";
import type { ModelUseRepository } from "./language-model.ts";

// What the repositories keep, for adapters: they import ports only.
export type {
  Activity,
  CallbackDraft,
  Case,
  Claimant,
  Conversation,
  ConversationState,
  Identity,
  Instant,
  Language,
  LoggedActivity,
  Modifier,
  Priority,
  QueueCount,
  QueueEntry,
  Skill,
};

/** Everything that was thought and done in one turn, for the desk's "why" and for replay. */
export interface TurnRecord {
  readonly id: string;
  readonly conversationId: string;
  readonly at: Instant;
  /** Log numbers of the customer's messages this turn answers. */
  readonly took: readonly number[];
  readonly understanding: Understanding;
  readonly decision: Decision;
  readonly milliseconds: number;
}

/** What a turn has to know of a conversation besides its state, as it stood when an activity was added to its log. */
export interface Standing {
  readonly version: number;
  readonly identity?: Identity;
  /** The case that is not resolved or closed. */
  readonly caseId?: string;
  /** Log numbers of the earlier messages that no turn has taken. */
  readonly pending: readonly number[];
}

export interface ConversationRepository {
  create(conversation: Conversation): Promise<void>;
  get(id: string): Promise<Conversation | undefined>;
  /** Ties a signed identity to the conversation. */
  identify(id: string, identity: Identity): Promise<void>;
  /**
   * Adds one activity to the log: the one insert that receives. A repeat of `(conversation, externalId)` adds nothing and answers the first one.
   * @returns undefined when there is no such conversation; how it stands, unless it was a repeat.
   */
  append(
    conversationId: string,
    activity: Activity,
    options: { externalId?: string; awaitsTurn: boolean },
  ): Promise<{ seq: number; id: string; repeated: boolean; standing?: Standing } | undefined>;
  /** Log after `seq`, oldest first. */
  log(conversationId: string, after: number, limit: number): Promise<readonly LoggedActivity[]>;
  /** The newest of the log before `seq` (undefined: of all), oldest first. */
  logBefore(conversationId: string, seq: number | undefined, limit: number): Promise<readonly LoggedActivity[]>;
  /** The customer's messages no turn has taken yet, oldest first. */
  pending(conversationId: string): Promise<readonly LoggedActivity[]>;
  /** Conversations with pending messages: what a start-up after a crash takes up again. */
  withPending(limit: number): Promise<readonly string[]>;
  /**
   * Ends a turn: stores its record, marks what it took, saves the state, appends the replies.
   * @returns the replies' log numbers, or undefined when `version` is not the conversation's any more (take the turn again).
   */
  commitTurn(
    turn: TurnRecord,
    state: ConversationState,
    version: number,
    replies: readonly Activity[],
  ): Promise<readonly number[] | undefined>;
  /** Saves the state alone (takeover, a timer's report). Same rule for `version`. */
  saveState(conversationId: string, state: ConversationState, version: number): Promise<boolean>;
  turns(conversationId: string): Promise<readonly TurnRecord[]>;
}

/** Any of these. */
export interface CaseMatch {
  readonly code?: string;
  /** Digits the customer's number ends with. */
  readonly phoneTail?: string;
  /** Exact values of facts: order numbers, serials, accounts. */
  readonly values?: readonly string[];
  /** Part of the customer's name, in any case. */
  readonly name?: string;
}

export interface CaseFilter {
  readonly status?: CaseStatus;
  readonly priority?: Priority;
  readonly skill?: Skill;
  readonly customerId?: string;
  readonly conversationId?: string;
  readonly since?: Instant;
  readonly match?: CaseMatch;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

export interface CaseRepository {
  /** @throws when the code is taken (unique); the caller draws another. */
  insert(value: Case): Promise<void>;
  get(id: string): Promise<Case | undefined>;
  byCode(code: string): Promise<Case | undefined>;
  byPhone(phone: string): Promise<Case | undefined>;
  /** Saves when the stored version is `value.version - 1`; false means somebody was faster. */
  update(value: Case): Promise<boolean>;
  /** The conversation's case that is not resolved or closed. */
  openFor(conversationId: string): Promise<Case | undefined>;
  /** Cases of the customer about the intent or order since then: "third contact". */
  countSince(customerId: string, since: Instant, about: { intent?: string; orderNo?: string }): Promise<number>;
  list(filter: CaseFilter, limit: number, cursor?: string): Promise<Page<Case>>;
}

/** A waiting entry as its customer sees it: 1 = next among those of the same skill and language. */
export interface PlaceInLine {
  readonly conversationId: string;
  readonly caseCode: string;
  readonly entryId: string;
  readonly skill: Skill;
  readonly language: Language;
  readonly joinedAt: Instant;
  readonly position: number;
}

/** Everything a forecast needs, in one reading. Times in ms. */
export interface QueueSnapshot {
  readonly waiting: readonly {
    readonly id: string;
    readonly caseId: string;
    readonly skill: Skill;
    readonly language: Language;
    readonly lane: QueueEntry["lane"];
    readonly dueAt: number;
    /** The time the customer was told; absent when he was told none. */
    readonly finalBy?: number;
    readonly holdUntil?: number;
    readonly promised: boolean;
    readonly callbackId?: string;
  }[];
  readonly held: readonly { readonly agentId: string; readonly skill: Skill; readonly heldMs: number }[];
  readonly arrivals: readonly { readonly skill: Skill; readonly language: Language; readonly priority: Priority; readonly count: number }[];
  /** The newest handling times of each skill, newest first. */
  readonly handled: ReadonlyMap<Skill, readonly number[]>;
  /** Of those who joined in the last hour: how many gave up holding, and how long all of them held. */
  readonly givenUp: { readonly count: number; readonly heldMs: number };
}

/** A wait that was guessed and perhaps told, and the wait that came, in seconds. */
export interface ToldRange {
  readonly skill: Skill;
  readonly language: Language;
  readonly priority: Priority;
  /** Absent: too uncertain to be told. */
  readonly toldLow?: number;
  readonly toldHigh?: number;
  readonly guessLow: number;
  readonly guessLikely: number;
  readonly guessHigh: number;
  readonly waited: number;
}

/** Ranges told in one hour to people who then waited. */
export interface HourOfRanges {
  readonly hour: Instant;
  readonly waited: number;
  readonly told: number;
  readonly held: number;
}

/** The life of an entry; see `bot/queue/queue-entry.ts`. Each change also appends its event in the same transaction. */
export interface QueueRepository {
  join(entry: QueueEntry): Promise<void>;
  get(id: string): Promise<QueueEntry | undefined>;
  /** The case's entry that is not done or abandoned. */
  openFor(caseId: string): Promise<QueueEntry | undefined>;
  /** One statement (lane, deadline, pools, SKIP LOCKED). Undefined: nothing he can take, or his hands are full. */
  claim(by: Claimant, now: number, leaseMs: number): Promise<QueueEntry | undefined>;
  /** Undefined from these five: lease lapsed, foreign, or the fence is old. */
  renew(id: string, fence: number, now: number, leaseMs: number): Promise<QueueEntry | undefined>;
  accept(id: string, fence: number, now: number, leaseMs: number): Promise<QueueEntry | undefined>;
  complete(id: string, fence: number, now: number, disposition: string): Promise<QueueEntry | undefined>;
  release(id: string, fence: number, now: number): Promise<QueueEntry | undefined>;
  transfer(id: string, fence: number, now: number, to: { skill: Skill; language?: Language }): Promise<QueueEntry | undefined>;
  /** The customer left. Without a fence only a waiting entry can be abandoned. */
  abandon(id: string, fence: number | undefined, now: number): Promise<QueueEntry | undefined>;
  /** Moves a waiting entry to a more pressing place; keeps joinedAt. `modifiers` replace the old ones when given. */
  raise(
    id: string,
    priority: Priority,
    lane: QueueEntry["lane"],
    dueAt: Instant,
    skill?: Skill,
    modifiers?: readonly Modifier[],
  ): Promise<QueueEntry | undefined>;
  /** By hand: forwards or backwards. Also of an entry somebody holds, for when it comes back. Undefined when it is over. */
  move(id: string, to: Pick<QueueEntry, "priority" | "lane" | "dueAt" | "skill" | "modifiers">): Promise<QueueEntry | undefined>;
  /** Where the waiting entries of these conversations stand; one reading for all. */
  places(conversationIds: readonly string[]): Promise<readonly PlaceInLine[]>;
  /** Waiting entries whose case is still `in_progress`: their lease lapsed. */
  strayed(limit: number): Promise<readonly QueueEntry[]>;
  /** Entries whose lease ran out go back to waiting. @returns how many. */
  sweepLapsed(now: number): Promise<number>;
  /** 1 = next. Counts waiting entries of the same skill and language ahead of it. Undefined when it does not wait. */
  position(id: string): Promise<number | undefined>;
  /** Waiting entries of the same skill and language that would be served before an entry with this lane and deadline joining now. */
  ahead(entry: Pick<QueueEntry, "skill" | "language" | "lane" | "dueAt">): Promise<number>;
  waiting(skill: Skill, language: Language, limit: number): Promise<readonly QueueEntry[]>;
  /** Waiting entries, most pressing first, for the desk's left pane. */
  listWaiting(limit: number): Promise<readonly QueueEntry[]>;
  /** What an agent holds (offered, connected). */
  heldBy(agentId: string): Promise<readonly QueueEntry[]>;
  counts(now: number): Promise<readonly QueueCount[]>;
  /** `since`: the arrivals counted are those after it. */
  snapshot(
    now: number,
    since: number,
    skills: readonly Skill[],
    limits: { readonly waiting: number; readonly handled: number },
  ): Promise<QueueSnapshot>;
  /** Of the newest answered entries whose wait was guessed. */
  toldRecord(limit: number): Promise<readonly ToldRange[]>;
  /** Of those who joined from `from` to `to` and then waited a minute or more: how many were told a range, and in how many it held, by hour. */
  toldByHour(from: number, to: number): Promise<readonly HourOfRanges[]>;
  /** Waiting entries of lane 2 that were told a time move to lane 1, by that time. @returns how many. */
  promote(ids: readonly string[], now: number): Promise<number>;
  /** Takes 15 + 3 back, before minute 15. @returns false when it does not stand any more, or the callback is made. */
  withdrawPromise(id: string, now: number): Promise<boolean>;
  /** Seconds from accept to complete of the newest finished entries. */
  handleTimes(skill: Skill, limit: number): Promise<readonly number[]>;
}

export interface EventRecord {
  readonly id: number;
  readonly type: string;
  readonly at: Instant;
  readonly caseId?: string;
  readonly conversationId?: string;
  readonly entryId?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventRepository {
  append(event: Omit<EventRecord, "id">): Promise<void>;
  after(id: number, limit: number): Promise<readonly EventRecord[]>;
  forCase(caseId: string): Promise<readonly EventRecord[]>;
}

export type AgentState = "ready" | "busy" | "wrap_up" | "break" | "offline";
export type Role = "agent" | "supervisor";

export type SkillLevel = 1 | 2 | 3;

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** scrypt, as `bot/http/password.ts` writes it. */
  readonly passwordHash: string;
  readonly skills: readonly Skill[];
  readonly languages: readonly Language[];
  readonly modifiers: readonly ("senior" | "calming")[];
  readonly capacity: number;
  readonly state: AgentState;
  /** Takes lanes 0 and 1 only: critical calls and promises at risk. */
  readonly overflow?: true;
  /** How well he knows a skill: 1 learning, 2 (also when it is not named), 3 expert. */
  readonly levels?: Partial<Record<Skill, SkillLevel>>;
}

export interface AgentRepository {
  put(agent: Agent): Promise<void>;
  get(id: string): Promise<Agent | undefined>;
  list(): Promise<readonly Agent[]>;
  setState(id: string, state: AgentState): Promise<Agent | undefined>;
}

/** A thing to do at a time; survives every restart and is done once. */
export interface Timer {
  readonly id: string;
  readonly fireAt: Instant;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface TimerRepository {
  /** A second timer with the same id replaces the first. */
  set(timer: Timer): Promise<void>;
  cancel(id: string): Promise<void>;
  /** Removes it if nobody has set or taken it anew since it was to fire at that time. @returns whether it did */
  finish(id: string, fireAt: Instant): Promise<boolean>;
  /** Inside a transaction: takes one due timer (SKIP LOCKED) and removes it, so that doing it and forgetting it commit together. */
  takeDue(now: number): Promise<Timer | undefined>;
  /** Earliest due time in ms, for the sweep's sleep. */
  nextDue(): Promise<number | undefined>;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface IdempotencyRepository {
  /** The stored answer for the key, or undefined. `mismatch` when the key was used with another request. */
  find(scope: string, key: string, requestHash: string): Promise<StoredAnswer | "mismatch" | undefined>;
  /** @throws on a second put of the same key (unique): the other request's answer stands. */
  put(scope: string, key: string, requestHash: string, answer: StoredAnswer): Promise<void>;
}

export interface StoredFile {
  readonly id: string;
  readonly conversationId: string;
  readonly name: string;
  readonly contentType: string;
  readonly size: number;
  readonly bytes: Uint8Array;
}

export interface FileRepository {
  put(file: StoredFile): Promise<void>;
  get(id: string): Promise<StoredFile | undefined>;
  /** Removes those of them that no activity of their conversation names. @returns how many */
  removeUnsent(ids: readonly string[]): Promise<number>;
}

export interface AuditRecord {
  readonly at: Instant;
  readonly who: string;
  readonly action: string;
  readonly subject: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface AuditRepository {
  append(record: AuditRecord): Promise<void>;
  list(limit: number): Promise<readonly AuditRecord[]>;
}

export interface Repositories {
  readonly conversations: ConversationRepository;
  readonly cases: CaseRepository;
  readonly queue: QueueRepository;
  readonly callbacks: CallbackRepository;
  readonly incidents: IncidentRepository;
  readonly events: EventRepository;
  readonly agents: AgentRepository;
  readonly timers: TimerRepository;
  readonly idempotency: IdempotencyRepository;
  readonly files: FileRepository;
  readonly audit: AuditRepository;
  readonly modelUses: ModelUseRepository;
}

export type LogListener = (conversationId: string | undefined, added?: readonly LoggedActivity[]) => void;

export interface Store extends Repositories {
  /** Runs `work` in one transaction; whatever it throws rolls back and comes out again. */
  transaction<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  /**
   * Calls back with a conversation's id when any node has committed something to its log; with what was added when this node did. Also after
   * a reconnect, with undefined: look again at everything.
   */
  onLogGrew(listener: LogListener): () => void;
  /** Resolves when the store answers; rejects after its own deadline. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
