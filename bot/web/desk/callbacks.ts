/** Callbacks at the desk: which are due, agreed or broken, and the one this agent is dialling. */
import type { ClaimedCase, DeskCallback } from "../wire-format.ts";
import type { DeskApi } from "./api.ts";
import { again } from "./doing.ts";

type Act = (work: () => Promise<void>) => Promise<void>;

/** States in which somebody still has to be rung, most pressing first. */
const OPEN_STATES = ["dialling", "due", "missed", "scheduled"] as const;

export class Callbacks {
  /** Undefined until read once. */
  open: readonly DeskCallback[] | undefined;
  /** Promises that were broken, newest first; for supervisors. */
  breached: readonly DeskCallback[] = [];
  /** The one being rung from this desk, until it is answered or missed. */
  ringing: DeskCallback | undefined;
  readonly #api: DeskApi;
  readonly #act: Act;
  readonly #took: (claimed: ClaimedCase) => void;
  readonly #left: () => void;

  /**
   * @param act does what the agent pressed, one thing at a time
   * @param took is told of the call that a dial, or its answer, puts into the agent's hands; `left` that nobody answered
   */
  constructor(api: DeskApi, act: Act, took: (claimed: ClaimedCase) => void, left: () => void) {
    this.#api = api;
    this.#act = act;
    this.#took = took;
    this.#left = left;
  }

  /** @param supervisor the broken ones are theirs to see @param agentId whose dial it may be, after a reload of the page */
  async read(supervisor: boolean, agentId: string | undefined): Promise<void> {
    const [lists, breached] = await Promise.all([
      Promise.all(OPEN_STATES.map((state) => this.#api.callbacks({ state }))),
      supervisor ? this.#api.callbacks({ breached: "true", limit: "20" }) : [],
    ]);
    this.open = lists.flatMap((list) => [...list].sort((a, b) => a.dueBy.localeCompare(b.dueBy)));
    this.breached = breached;
    this.ringing = this.open.find(({ state, dialBy }) => state === "dialling" && dialBy === agentId);
  }

  forget(): void {
    this.open = this.ringing = undefined;
    this.breached = [];
  }

  dial(one: DeskCallback): Promise<void> {
    return this.#act(async () => {
      const { callback, ...claimed } = await again(() => this.#api.dial(one.id));
      this.#took(claimed);
      this.ringing = callback;
      this.#put(callback);
    });
  }

  answered(): Promise<void> {
    return this.#act(async () => {
      if (!this.ringing) return;
      const { callback, ...claimed } = await again(() => this.#api.answered(this.ringing?.id ?? ""));
      this.ringing = undefined;
      this.open = this.open?.filter(({ id }) => id !== callback.id);
      this.#took(claimed);
    });
  }

  missed(): Promise<void> {
    return this.#act(async () => {
      if (!this.ringing) return;
      const callback = await again(() => this.#api.missed(this.ringing?.id ?? ""));
      this.ringing = undefined;
      this.#put(callback);
      this.#left();
    });
  }

  cancel(one: DeskCallback): Promise<void> {
    return this.#act(async () => {
      await again(() => this.#api.cancelCallback(one.id));
      this.open = this.open?.filter(({ id }) => id !== one.id);
    });
  }

  #put(callback: DeskCallback): void {
    const isOpen = OPEN_STATES.some((state) => state === callback.state);
    this.open = this.open?.flatMap((one) => (one.id !== callback.id ? [one] : isOpen ? [callback] : []));
  }
}
