/** How the fate of a request shows: what the agent pressed is done one at a time and he hears of a fault; what the desk does by itself is quiet. */
import { DeskProblem } from "./api.ts";

/** Said in the notice line, in words of the desk's language. */
export type Notice =
  | "lease_lost"
  | "nothing_waiting"
  | "signed_out"
  | "sign_in_failed"
  | "no_line"
  | "released"
  | "completed"
  | "transferred"
  | "changed"
  | "not_reached"
  | DeskProblem;

const TRIES = 3;

export abstract class Doing {
  notice: Notice | undefined;
  /** The server did not answer the last time. */
  offline = false;
  busy = false;
  protected readonly changed: () => void;

  constructor(onChange: () => void) {
    this.changed = onChange;
  }

  /** The last thing the agent pressed was not done. */
  get failed(): boolean {
    return this.notice === "no_line" || this.notice instanceof DeskProblem;
  }

  dismiss(): void {
    this.notice = undefined;
    this.changed();
  }

  /** What a refusal means for what is shown. */
  protected abstract refused(problem: DeskProblem): void;

  /** Something the agent pressed: one at a time, and he hears of a fault. */
  protected async act(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.notice = undefined;
    this.changed();
    try {
      await work();
      this.offline = false;
    } catch (error) {
      this.hear(error);
      this.notice ??= error instanceof DeskProblem ? error : "no_line";
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  /** Something the desk does by itself: a missing line shows in the header, nothing else. */
  protected async quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.offline = false;
    } catch (error) {
      this.hear(error);
    }
    this.changed();
  }

  protected hear(error: unknown): void {
    this.offline = !(error instanceof DeskProblem) || error.status >= 500;
    if (error instanceof DeskProblem) this.refused(error);
  }
}

/** Repeats what got no answer at all; safe, as every request it is used for is idempotent by its key or its fence. */
export async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DeskProblem || attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 700 * attempt));
    }
  }
}
