/**
 * What the desk knows and does: signs in, looks at the queue every two seconds, holds at most one call and keeps its lease alive.
 * The pages draw it and call its methods; nothing else talks to the server.
 */
import { type Keep, newId, now } from "../parts/browser.ts";
import type {
  AgentState,
  ClaimedCase,
  DeskAgent,
  Disposition,
  QueuedCase,
  QueueLine,
  TimelineEvent,
  TranscriptLine,
} from "../wire-format.ts";
import { type DeskApi, DeskProblem } from "./api.ts";

/** Said in the notice line, in words of the desk's language. */
export type Notice =
  | "lease_lost"
  | "nothing_waiting"
  | "signed_out"
  | "sign_in_failed"
  | "no_line"
  | "released"
  | "completed"
  | DeskProblem;

const LOOK_EVERY_MS = 2000;
const RENEW_EVERY_MS = 5000;
const REREAD_EVERY_MS = 4000;
const TRIES = 3;

export class DeskModel {
  agent: DeskAgent | undefined;
  /** Undefined until read once. */
  waiting: readonly QueuedCase[] | undefined;
  queues: readonly QueueLine[] = [];
  held: ClaimedCase | undefined;
  transcript: readonly TranscriptLine[] | undefined;
  timeline: readonly TimelineEvent[] | undefined;
  notice: Notice | undefined;
  /** The server did not answer the last time. */
  offline = false;
  busy = false;

  readonly #api: DeskApi;
  readonly #kept: Keep;
  readonly #onChange: () => void;
  #timers: ReturnType<typeof setInterval>[] = [];

  constructor(api: DeskApi, kept: Keep, onChange: () => void) {
    this.#api = api;
    this.#kept = kept;
    this.#onChange = onChange;
    const token = kept.read();
    if (token !== undefined) {
      api.token = token;
      void this.#enter();
    }
  }

  /** Milliseconds on the server's clock. */
  now(): number {
    return now() + this.#api.skew;
  }

  file(fileId: string): Promise<Blob> {
    return this.#api.file(this.held?.case.id ?? "", fileId);
  }

  async signIn(user: string, password: string): Promise<void> {
    await this.#act(async () => {
      const { token } = await this.#api.signIn(user, password);
      this.#kept.write(token);
      await this.#enter();
    });
  }

  signOut(notice?: Notice): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    this.#kept.write(undefined);
    this.#api.token = undefined;
    this.agent = this.held = this.waiting = undefined;
    this.notice = notice;
    this.#onChange();
  }

  async setState(state: AgentState): Promise<void> {
    await this.#act(async () => {
      if (this.agent) this.agent = await this.#api.setState(this.agent.id, state);
    });
  }

  async claim(): Promise<void> {
    await this.#act(async () => {
      const key = newId();
      const claimed = await again(() => this.#api.claim(key));
      if (claimed) this.#take(claimed);
      else this.notice = "nothing_waiting";
    });
  }

  async accept(): Promise<void> {
    await this.#withHeld(async ({ entry, lease }) => {
      const renewed = await again(() => this.#api.accept(entry.id, lease.fence));
      if (this.held?.entry.id === entry.id) this.held = { ...this.held, entry: { ...entry, state: "connected" }, lease: renewed ?? lease };
    });
  }

  async release(): Promise<void> {
    await this.#withHeld(async ({ entry, lease }) => {
      await again(() => this.#api.release(entry.id, lease.fence));
      this.#letGo("released");
    });
  }

  async complete(disposition: Disposition, note: string): Promise<void> {
    await this.#withHeld(async ({ entry, lease }) => {
      await again(() => this.#api.complete(entry.id, lease.fence, disposition, note));
      this.#letGo("completed");
    });
  }

  dismiss(): void {
    this.notice = undefined;
    this.#onChange();
  }

  async #enter(): Promise<void> {
    try {
      const { agent, held } = await this.#api.me();
      this.agent = agent;
      if (held[0]) this.#take(held[0]);
    } catch (error) {
      this.#hear(error);
      // Without a line the kept token may still be good.
      if (!(error instanceof DeskProblem)) setTimeout(() => void this.#enter(), LOOK_EVERY_MS);
      this.#onChange();
      return;
    }
    this.#timers = [
      setInterval(() => void this.#look(), LOOK_EVERY_MS),
      setInterval(() => void this.#renew(), RENEW_EVERY_MS),
      setInterval(() => void this.#reread(), REREAD_EVERY_MS),
    ];
    await this.#look();
  }

  #take(claimed: ClaimedCase): void {
    this.held = claimed;
    this.transcript = this.timeline = undefined;
    void this.#reread();
    void this.#look();
  }

  #letGo(notice: Notice): void {
    this.held = this.transcript = this.timeline = undefined;
    this.notice = notice;
    void this.#look();
  }

  async #look(): Promise<void> {
    await this.#quietly(async () => {
      const [waiting, queues] = await Promise.all([this.#api.waiting(), this.#api.queues()]);
      this.waiting = waiting;
      this.queues = queues;
    });
  }

  async #renew(): Promise<void> {
    const held = this.held;
    if (!held || this.busy) return;
    await this.#quietly(async () => {
      const lease = await this.#api.renew(held.entry.id, held.lease.fence);
      if (lease && this.held?.entry.id === held.entry.id) this.held = { ...this.held, lease };
    });
  }

  /** The customer may go on writing while he waits: the brief and the conversation stay fresh. */
  async #reread(): Promise<void> {
    const id = this.held?.case.id;
    if (id === undefined) return;
    await this.#quietly(async () => {
      const [fresh, transcript, timeline] = await Promise.all([this.#api.case(id), this.#api.transcript(id), this.#api.timeline(id)]);
      if (this.held?.case.id !== id) return;
      this.held = { ...this.held, case: fresh };
      this.transcript = transcript;
      this.timeline = timeline;
    });
  }

  async #withHeld(work: (held: ClaimedCase) => Promise<void>): Promise<void> {
    const held = this.held;
    if (held) await this.#act(() => work(held));
  }

  /** Something the agent pressed: one at a time, and he hears of a fault. */
  async #act(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.notice = undefined;
    this.#onChange();
    try {
      await work();
      this.offline = false;
    } catch (error) {
      this.#hear(error);
      this.notice ??= error instanceof DeskProblem ? error : "no_line";
    } finally {
      this.busy = false;
      this.#onChange();
    }
  }

  /** Something the desk does by itself: a missing line shows in the header, nothing else. */
  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.offline = false;
    } catch (error) {
      this.#hear(error);
    }
    this.#onChange();
  }

  #hear(error: unknown): void {
    if (!(error instanceof DeskProblem)) {
      this.offline = true;
      return;
    }
    this.offline = error.status >= 500;
    if (error.code === "sign_in_failed") this.notice = "sign_in_failed";
    else if (error.status === 401) this.signOut("signed_out");
    else if (error.code === "lease_lost" || error.code === "entry_unknown") this.#letGo("lease_lost");
  }
}

/** Repeats what got no answer at all; safe, as every request here is idempotent by its key or its fence. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DeskProblem || attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 700 * attempt));
    }
  }
}
