/** What the routes of incidents hand over to. */
import type { Dimension, InBoth, Incident } from "../ports/incidents.ts";
import type { Caller, IdempotencyKey } from "./services.ts";

export interface NewIncident {
  readonly by: Dimension;
  readonly value: string;
  /** Default: those of the policy's rules for that fact. */
  readonly intents?: readonly string[];
  /** Default: made from fact and value. */
  readonly title?: InBoth;
  /** Cases opened so many minutes ago and later are merged. */
  readonly minutes: number;
}

export interface IncidentServices {
  incidents(state: Incident["state"] | undefined, limit: number): Promise<readonly Incident[]>;
  /** Supervisors and integration keys. @throws Problem forbidden, bad_request (no intents known for that fact), state_conflict (one about the same is open) */
  openIncident(body: NewIncident, by: Caller): Promise<Incident>;
  /** One word to every merged case's customer. With the same key it is said once. @throws Problem forbidden, incident_unknown, state_conflict, idempotency_mismatch */
  updateIncident(id: string, text: InBoth, by: Caller, key?: IdempotencyKey): Promise<Incident>;
  /** @param resolves cases that no agent is at are solved with the last word. @throws Problem forbidden, incident_unknown, state_conflict */
  closeIncident(id: string, last: { readonly text?: InBoth; readonly resolves: boolean }, by: Caller): Promise<Incident>;
}
