/** How the customer's messages leave: in order, each until it is taken or refused, always under the id they were given first. */
import { chance } from "../parts/browser.ts";
import type { Locale } from "../parts/locale.ts";
import type { WidgetAccess } from "../wire-format.ts";
import { type ChatLog, mark, type Outgoing } from "./chat-log.ts";
import { backOff } from "./frames.ts";
import { postMessage, Refused, uploadFile } from "./transport.ts";

/** What delivering needs from the line. */
export interface DeliveryLine {
  readonly origin: string;
  locale(): Locale;
  log(): ChatLog;
  update(log: ChatLog): void;
  /** Undefined while nothing can leave: no line, no conversation, or a spent token. */
  access(): WidgetAccess | undefined;
  refused(error: unknown): void;
  catchUp(): Promise<void>;
  hangUp(): void;
}

const TRIES = 3;
const ECHO_WITHIN_MS = 4000;

export class Delivery {
  readonly #line: DeliveryLine;
  readonly #inFlight = new Set<string>();
  #tail: Promise<void> = Promise.resolve();

  constructor(line: DeliveryLine) {
    this.#line = line;
  }

  /** Sends what waits: words one after the other, so that they keep their order; files beside them. */
  flush(): void {
    for (const { id, file, state, refusal } of this.#line.log().outgoing) {
      if (state === "accepted" || refusal !== undefined || this.#inFlight.has(id)) continue;
      this.#inFlight.add(id);
      const sending = file ? this.#deliver(id) : this.#tail.then(() => this.#deliver(id));
      if (!file) this.#tail = sending;
      void sending.finally(() => this.#inFlight.delete(id));
    }
  }

  #find(id: string): Outgoing | undefined {
    return this.#line.log().outgoing.find((one) => one.id === id);
  }

  #mark(id: string, change: Partial<Outgoing>): void {
    this.#line.update(mark(this.#line.log(), id, change));
  }

  async #deliver(id: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const one = this.#find(id);
      const access = this.#line.access();
      // Nothing can leave now: it stays "sending" and goes when the line is up.
      if (!one || !access) return;
      this.#mark(id, { state: "sending" });
      try {
        await this.#send(one, access);
        this.#mark(id, { state: "accepted" });
        setTimeout(() => void this.#missEcho(id), ECHO_WITHIN_MS);
        return;
      } catch (error) {
        this.#line.refused(error);
        const refusal = refusalOf(error);
        const spent = this.#line.access() === undefined;
        if (refusal !== undefined || attempt === TRIES || spent) {
          this.#mark(id, { state: "failed", ...(refusal === undefined ? {} : { refusal }) });
          // No answer at all: the stream is most likely dead too. It goes again when the line is back.
          if (spent || !(error instanceof Refused)) this.#line.hangUp();
          return;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, backOff(attempt - 1, chance())));
    }
  }

  #send(one: Outgoing, access: WidgetAccess): Promise<void> {
    const { origin } = this.#line;
    const message = { clientActivityID: one.id, text: one.text, locale: this.#line.locale() };
    return one.file
      ? uploadFile(origin, access, message, one.file, (progress) => this.#mark(one.id, { progress }))
      : postMessage(origin, access, message);
  }

  /** The server took it and the stream has not shown it: read the log, and if it is there the stream is dead. */
  async #missEcho(id: string): Promise<void> {
    if (!this.#find(id)) return;
    await this.#line.catchUp().catch(() => {});
    if (!this.#find(id)) this.#line.hangUp();
  }
}

/** The code of an answer that will not change by asking again. 401, 403 and 404 are about the conversation, not the message. */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Refused) || error.passing || error.status === 401 || error.status === 404) return undefined;
  return error.code || "bad_request";
}
