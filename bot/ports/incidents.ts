/** Incidents: many like cases, one event, one update for all. */
import type { Instant, Language } from "../policy/words.ts";

/** The fact that like cases have in common. */
export const DIMENSIONS = ["product", "channel", "supplier"] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export type InBoth = Readonly<Record<Language, string>>;

export interface Incident {
  readonly id: string;
  readonly state: "open" | "closed";
  readonly dimension: Dimension;
  readonly value: string;
  readonly intents: readonly string[];
  /** Cases opened from then on belong to it. */
  readonly since: Instant;
  readonly title: InBoth;
  readonly openedAt: Instant;
  /** `rule:<id>`, or who did it by hand. */
  readonly openedBy: string;
  /** When a rule opened it: like cases within its minutes, and how many are usual. */
  readonly seen?: number;
  readonly usual?: number;
  /** Number of updates. */
  readonly updates: number;
  readonly closedAt?: Instant;
  readonly closedBy?: string;
  /** Cases merged so far. */
  readonly cases: number;
}

export type IncidentDraft = Pick<Incident, "id" | "dimension" | "value" | "intents" | "since" | "title" | "openedAt" | "openedBy"> &
  Partial<Pick<Incident, "seen" | "usual">>;

export interface LikeCases {
  readonly dimension: Dimension;
  readonly intents: readonly string[];
  /** ms: of the last so many … */
  readonly windowMs: number;
  /** … at least so many customers, */
  readonly cases: number;
  /** … against those of so long before it. */
  readonly baselineMs: number;
}

/** A case whose customer has not been told the newest word; locked until the transaction ends. */
export interface Untold {
  readonly incident: Incident;
  readonly caseId: string;
  /** 0: that the incident is known. */
  readonly number: number;
  /** The update of that number; for 0 the newest one, if there is any. */
  readonly said?: InBoth;
  /** This is the last word, and it solves the case. */
  readonly resolves: boolean;
}

export interface IncidentRepository {
  /** Values that more customers than usual have cases about, without an open incident. */
  likeCases(rule: LikeCases, now: number): Promise<readonly { readonly value: string; readonly seen: number; readonly before: number }[]>;
  /** @returns false when one is open about the same already. */
  open(draft: IncidentDraft): Promise<boolean>;
  get(id: string): Promise<Incident | undefined>;
  list(state: Incident["state"] | undefined, limit: number): Promise<readonly Incident[]>;
  ofCase(caseId: string): Promise<Incident | undefined>;
  /** Merges the like cases that are open into the open incidents. @returns ids of cases merged now */
  gather(now: number): Promise<readonly { readonly incidentId: string; readonly caseId: string }[]>;
  /** One more update for all. @returns undefined when the incident is not open */
  update(id: string, said: InBoth, who: string, now: number): Promise<Incident | undefined>;
  /** @returns undefined when it is not open */
  close(id: string, who: string, resolves: boolean, now: number): Promise<Incident | undefined>;
  /** Inside a transaction: takes up to `limit` (SKIP LOCKED) and marks them as told. */
  takeUntold(limit: number): Promise<readonly Untold[]>;
}
