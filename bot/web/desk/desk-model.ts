/**
 * What the desk knows and does: signs in, looks at the queue every two seconds, holds at most one call and keeps its lease alive.
 * The pages draw it and call its methods; nothing else talks to the server.
 */
import { type Keep, newId, now } from "../parts/browser.ts";
import type { AgentState, ClaimedCase, DeskAgent, DeskCase, Disposition, Priority, QueuedCase, QueueLine } from "../wire-format.ts";
import { type CaseEdit, type DeskApi, DeskProblem } from "./api.ts";
import { Callbacks } from "./callbacks.ts";
import { CaseReader } from "./case-reader.ts";
import { ChatHand } from "./chat-hand.ts";
import { again, Doing, type Notice } from "./doing.ts";
import type { DeskLanguage } from "./words.ts";

/** What a search found, newest first. */
export interface Found {
  readonly words: string;
  readonly cases: readonly DeskCase[];
}

const LOOK_EVERY_MS = 2000;
const RENEW_EVERY_MS = 5000;
const REREAD_EVERY_MS = 4000;
const CALLBACKS_EVERY_MS = 4000;

export class DeskModel extends Doing {
  agent: DeskAgent | undefined;
  /** Of the agent who reads. */
  language: DeskLanguage = "zh";
  /** Undefined until read once. */
  waiting: readonly QueuedCase[] | undefined;
  queues: readonly QueueLine[] = [];
  held: ClaimedCase | undefined;
  /** A case that is looked at without being held: from the queue or from a search. It covers the call until it is closed. */
  looked: CaseReader | undefined;
  found: Found | undefined;

  /** The agent in the customer's chat. */
  readonly chat: ChatHand;
  /** Whom to ring back. */
  readonly callbacks: Callbacks;
  readonly #api: DeskApi;
  readonly #kept: Keep;
  #timers: ReturnType<typeof setInterval>[] = [];
  /** Reads the case of the call in hand. */
  #mine: CaseReader | undefined;

  constructor(api: DeskApi, kept: Keep, onChange: () => void) {
    super(onChange);
    this.#api = api;
    this.#kept = kept;
    this.chat = new ChatHand(
      api,
      (work) => this.act(work),
      () => this.shown,
    );
    this.callbacks = new Callbacks(
      api,
      (work) => this.act(work),
      (claimed) => this.#take(claimed),
      () => this.#letGo("not_reached"),
    );
    const token = kept.read();
    if (token !== undefined) {
      api.token = token;
      void this.#enter();
    }
  }

  /** The agent reads another language from now on. */
  speak(language: DeskLanguage): void {
    this.language = language;
    void this.#reread();
  }

  /** Milliseconds on the server's clock. */
  now(): number {
    return now() + this.#api.skew;
  }

  /** What the panes show: the case looked at, else the call in hand. */
  get shown(): CaseReader | undefined {
    return this.looked ?? this.#mine;
  }

  get isSupervisor(): boolean {
    return this.agent?.role === "supervisor";
  }

  file(fileId: string): Promise<Blob> {
    return this.#api.file(this.shown?.case.id ?? "", fileId);
  }

  async search(words: string): Promise<void> {
    await this.act(async () => {
      this.found = words === "" ? undefined : { words, cases: await this.#api.search(words) };
    });
  }

  read(one: DeskCase): void {
    this.looked = one.id === this.held?.case.id ? undefined : new CaseReader(this.#api, one);
    this.changed();
    void this.#reread();
  }

  async readCase(id: string): Promise<void> {
    await this.act(async () => this.read(await this.#api.case(id)));
  }

  /** Back to the call in hand, or to none. */
  lookAway(): void {
    this.looked = undefined;
    this.changed();
  }

  async readEarlier(): Promise<void> {
    await this.act(async () => this.shown?.readEarlier());
  }

  async signIn(user: string, password: string): Promise<void> {
    await this.act(async () => {
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
    this.agent = this.held = this.waiting = this.looked = this.found = this.#mine = undefined;
    this.callbacks.forget();
    this.notice = notice;
    this.changed();
  }

  async setState(state: AgentState): Promise<void> {
    await this.act(async () => {
      if (this.agent) this.agent = await this.#api.setState(this.agent.id, state);
    });
  }

  async claim(): Promise<void> {
    await this.act(async () => {
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

  /** The call in hand goes to another line; a waiting case that is looked at is moved there. */
  async transfer(skill: string, note: string, language?: string): Promise<void> {
    if (this.looked) return this.#change({ skill, note });
    await this.#withHeld(async ({ entry, lease }) => {
      await again(() => this.#api.transfer(entry.id, lease.fence, { skill, note, ...(language === undefined ? {} : { language }) }));
      this.#letGo("transferred");
    });
  }

  setPriority(priority: Priority, reason: string): Promise<void> {
    return this.#change({ priority, reason });
  }

  async #change(edit: CaseEdit): Promise<void> {
    const reader = this.shown;
    if (!reader) return;
    await this.act(async () => {
      // As it stands now: the customer may have added to it since it was read.
      const { id, version = 0 } = await this.#api.case(reader.case.id);
      reader.case = await this.#api.change(id, edit, version);
      this.notice = "changed";
      await this.#readQueue();
    });
  }

  async complete(disposition: Disposition, note: string): Promise<void> {
    await this.#withHeld(async ({ entry, lease }) => {
      await again(() => this.#api.complete(entry.id, lease.fence, disposition, note));
      this.#letGo("completed");
    });
  }

  async #enter(): Promise<void> {
    try {
      const { agent, held } = await this.#api.me();
      this.agent = agent;
      if (held[0]) this.#take(held[0]);
    } catch (error) {
      this.hear(error);
      // Without a line the kept token may still be good.
      if (!(error instanceof DeskProblem)) setTimeout(() => void this.#enter(), LOOK_EVERY_MS);
      this.changed();
      return;
    }
    this.#timers = [
      setInterval(() => void this.#readQueue(), LOOK_EVERY_MS),
      setInterval(() => void this.#renew(), RENEW_EVERY_MS),
      setInterval(() => void this.#reread(), REREAD_EVERY_MS),
      setInterval(() => void this.#readCallbacks(), CALLBACKS_EVERY_MS),
    ];
    await Promise.all([this.#readQueue(), this.#readCallbacks()]);
  }

  #take(claimed: ClaimedCase): void {
    this.held = claimed;
    this.#mine = new CaseReader(this.#api, claimed.case);
    this.looked = undefined;
    void this.#reread();
    void this.#readQueue();
  }

  #letGo(notice: Notice): void {
    this.held = this.#mine = undefined;
    this.notice = notice;
    void this.#readQueue();
  }

  async #readQueue(): Promise<void> {
    await this.quietly(async () => {
      const [waiting, queues] = await Promise.all([this.#api.waiting(), this.#api.queues()]);
      this.waiting = waiting;
      this.queues = queues;
    });
  }

  async #readCallbacks(): Promise<void> {
    if (this.busy) return;
    await this.quietly(() => this.callbacks.read(this.isSupervisor, this.agent?.id));
  }

  async #renew(): Promise<void> {
    const held = this.held;
    if (!held || this.busy) return;
    await this.quietly(async () => {
      const lease = await this.#api.renew(held.entry.id, held.lease.fence);
      if (lease && this.held?.entry.id === held.entry.id) this.held = { ...this.held, lease };
    });
  }

  async #reread(): Promise<void> {
    const reader = this.shown;
    if (!reader) return;
    await this.quietly(async () => {
      await reader.reread();
      await reader.readBrief(this.language);
      if (this.held?.case.id === reader.case.id) this.held = { ...this.held, case: reader.case };
    });
  }

  async #withHeld(work: (held: ClaimedCase) => Promise<void>): Promise<void> {
    const held = this.held;
    if (held) await this.act(() => work(held));
  }

  protected refused({ code, status }: DeskProblem): void {
    if (code === "sign_in_failed") this.notice = "sign_in_failed";
    else if (status === 401) this.signOut("signed_out");
    else if (code === "lease_lost" || code === "entry_unknown") this.#letGo("lease_lost");
  }
}
