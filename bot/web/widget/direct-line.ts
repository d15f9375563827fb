/**
 * The widget's Direct Line client. One loop: get in, read the history, listen; whatever breaks, wait 1–15 s and go on from the watermark.
 * Nothing is shown twice (ids), nothing is asked twice (a retry keeps its `clientActivityID`), and what could not leave waits for the line.
 *
 * By what right it speaks is in `session.ts`, how words leave in `delivery.ts`, a socket's life in `stream.ts`, what is shown in `chat-log.ts`.
 */
import { chance, type Keep, newId, now } from "../parts/browser.ts";
import type { Locale } from "../parts/locale.ts";
import { type ChatLog, dropOutgoing, EMPTY_LOG, type Outgoing, putOut, receive } from "./chat-log.ts";
import { Delivery } from "./delivery.ts";
import { backOff } from "./frames.ts";
import { Session } from "./session.ts";
import { openStream, type Stream } from "./stream.ts";
import * as transport from "./transport.ts";

export type Line = "connecting" | "online" | "reconnecting";

export interface DirectLineOptions {
  /** Where the desk lives: `https://desk.example`, no slash at the end. */
  readonly origin: string;
  readonly locale: Locale;
  readonly identityToken?: string | undefined;
  readonly memory: Keep;
  onChange(): void;
}

const POLL_EVERY_MS = 2500;
/** While sockets do not get through (old proxies): so long by polling, then another try. */
const POLL_FOR_MS = 60_000;
const MOST_PAGES = 50;

export class DirectLine {
  log: ChatLog = EMPTY_LOG;
  line: Line = "connecting";
  /** The history has been read: from here on messages are news. */
  ready = false;
  locale: Locale;

  readonly #origin: string;
  readonly #onChange: () => void;
  readonly #session: Session;
  readonly #delivery: Delivery;
  #run = 0;
  #stream: Stream | undefined;
  #wake: () => void = () => {};

  constructor(options: DirectLineOptions) {
    this.#origin = options.origin;
    this.locale = options.locale;
    this.#onChange = options.onChange;
    this.#session = new Session({
      origin: options.origin,
      identityToken: options.identityToken,
      memory: options.memory,
      outgoing: () => this.log.outgoing,
      onForgotten: () => this.#startAfresh(),
    });
    this.log = { ...EMPTY_LOG, outgoing: this.#session.unsent };
    this.#delivery = new Delivery({
      origin: options.origin,
      locale: () => this.locale,
      log: () => this.log,
      update: (log) => this.#update(log),
      access: () => (this.line === "online" ? this.#session.usable : undefined),
      refused: (error) => this.#session.takeRefusal(error),
      catchUp: () => this.#catchUp(),
      hangUp: () => this.#stream?.close(),
    });
  }

  get identityRefused(): boolean {
    return this.#session.identityRefused;
  }

  start(): void {
    void this.#loop(++this.#run);
    addEventListener("online", this.nudge);
    document.addEventListener("visibilitychange", this.nudge);
  }

  /** Ends the present wait, and looks whether anything was missed. */
  readonly nudge = (): void => {
    if (document.visibilityState === "hidden") return;
    this.#wake();
    if (this.line === "online")
      this.#catchUp().then(
        () => this.#delivery.flush(),
        () => {},
      );
  };

  /** Signs in (or out, without a token). The server keeps an anonymous conversation and ties it to the customer; another customer's is left behind. */
  identify(token: string | undefined): void {
    const change = this.#session.identify(token);
    if (!change) return;
    if (change.isOther) {
      this.#session.forget();
      this.#update(EMPTY_LOG);
    }
    this.#stream?.close();
    this.#update(this.log, "connecting");
    // The loop that runs sees that it is not the present one and ends.
    void this.#loop(++this.#run);
    this.#wake();
  }

  send(text: string): void {
    this.#dispatch({ id: newId(), text, at: now(), state: "sending" });
  }

  sendFile(file: File): void {
    this.#dispatch({ id: newId(), text: "", file, at: now(), state: "sending", progress: 0 });
  }

  retry(id: string): void {
    const one = this.log.outgoing.find((other) => other.id === id);
    if (one && !one.refusal) this.#dispatch({ ...one, state: "sending" });
  }

  discard(id: string): void {
    this.#update(dropOutgoing(this.log, id));
  }

  #dispatch(one: Outgoing): void {
    this.#update(putOut(this.log, one));
    this.#delivery.flush();
  }

  #update(log: ChatLog, line: Line = this.line): void {
    this.log = log;
    this.line = line;
    this.#session.save();
    this.#onChange();
  }

  /** What had been accepted is gone with the conversation: it goes again. */
  #startAfresh(): void {
    const outgoing = this.log.outgoing.map((one) => (one.refusal === undefined ? { ...one, state: "sending" as const } : one));
    this.#update({ ...EMPTY_LOG, outgoing });
  }

  async #loop(run: number): Promise<void> {
    let failures = 0;
    let deafSockets = 0;
    while (run === this.#run) {
      try {
        const streamUrl = await this.#open();
        if (run !== this.#run) return;
        if (streamUrl !== undefined && deafSockets < 2) {
          const heard = await this.#listen(streamUrl);
          deafSockets = heard ? 0 : deafSockets + 1;
          failures = heard ? 0 : failures;
        } else {
          await this.#poll(run);
          [deafSockets, failures] = [1, 0];
          continue;
        }
      } catch (error) {
        this.#session.takeRefusal(error);
      }
      if (run !== this.#run) return;
      this.#update(this.log, this.ready ? "reconnecting" : this.line);
      await this.#pause(backOff(failures++, chance()));
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @returns the stream's address, when the server has one. */
  async #open(): Promise<string | undefined> {
    const { access, opened } = await this.#session.open(this.locale);
    if (opened) return opened.streamUrl;
    await this.#catchUp();
    return (await transport.reconnect(this.#origin, access, this.log.watermark)).streamUrl;
  }

  /** Reads on from the watermark until there is nothing new. */
  async #catchUp(): Promise<void> {
    const { access } = this.#session;
    if (!access) return;
    for (let page = 0; page < MOST_PAGES; page++) {
      const set = await transport.activitiesSince(this.#origin, access, this.log.watermark).catch((error: unknown) => {
        this.#session.takeRefusal(error);
        if (this.line === "online") this.#stream?.close();
        throw error;
      });
      if (access.conversationId !== this.#session.access?.conversationId) return;
      const before = this.log;
      this.#update(receive(before, set, now()));
      if (set.activities.length === 0 || set.watermark === before.watermark) break;
    }
    this.ready = true;
  }

  #online(): void {
    this.ready = true;
    this.#update(this.log, "online");
    this.#delivery.flush();
  }

  /** Resolves when the socket has closed. @returns whether it had opened. */
  async #listen(streamUrl: string): Promise<boolean> {
    const stream = openStream(streamUrl, this.#origin, {
      onOpen: () => this.#online(),
      onFrame: (set) => {
        if (stream === this.#stream) this.#update(receive(this.log, set, now()));
      },
      onBeat: () => void this.#refresh(),
    });
    this.#stream = stream;
    return (await stream?.ended) ?? false;
  }

  async #poll(run: number): Promise<void> {
    const until = now() + POLL_FOR_MS;
    await this.#catchUp();
    this.#online();
    while (run === this.#run && now() < until) {
      await this.#pause(POLL_EVERY_MS);
      await this.#catchUp();
      await this.#refresh();
    }
  }

  async #refresh(): Promise<void> {
    if (!(await this.#session.refresh())) this.#stream?.close();
  }
}
