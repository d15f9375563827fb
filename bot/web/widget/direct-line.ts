/**
 * The widget's Direct Line client. One loop: get in, read the history, listen; whatever breaks, wait 1–15 s and go on from the watermark.
 * Nothing is shown twice (ids), nothing is asked twice (a retry keeps its `clientActivityID`), and what could not leave waits for the line.
 */
import { chance, type Keep, newId, now } from "../parts/browser.ts";
import type { Locale } from "../parts/locale.ts";
import type { WidgetAccess } from "../wire-format.ts";
import { type ChatLog, dropOutgoing, EMPTY_LOG, type Outgoing, putOut, receive } from "./chat-log.ts";
import { Delivery } from "./delivery.ts";
import { backOff, readFrame, subjectOf } from "./frames.ts";
import { recall, remember } from "./memory.ts";
import * as transport from "./transport.ts";
import { Refused } from "./transport.ts";

export type Line = "connecting" | "online" | "reconnecting";

export interface DirectLineOptions {
  /** Where the desk lives: `https://desk.example`, no slash at the end. */
  readonly origin: string;
  readonly locale: Locale;
  readonly identityToken?: string | undefined;
  readonly memory: Keep;
  onChange(): void;
}

const REFRESH_EVERY_MS = 15 * 60_000;
const RETRY_REFRESH_MS = 60_000;
const KEEP_ALIVE_MS = 20_000;
const POLL_EVERY_MS = 2500;
/** While sockets do not get through (old proxies): so long by polling, then another try. */
const POLL_FOR_MS = 60_000;

export class DirectLine {
  log: ChatLog = EMPTY_LOG;
  line: Line = "connecting";
  /** The history has been read: from here on messages are news. */
  ready = false;
  /** The identity token was forged or had expired: the customer is anonymous now. */
  identityRefused = false;
  locale: Locale;

  readonly #origin: string;
  readonly #memory: Keep;
  readonly #onChange: () => void;
  #identityToken: string | undefined;
  #access: WidgetAccess | undefined;
  #subject: string | undefined;
  /** The token is spent, or the identity has changed: get in again before anything else. */
  #mustEnter = false;
  #isNew = false;
  #tokenAt = 0;
  #run = 0;
  #socket: WebSocket | undefined;
  #wake: () => void = () => {};
  readonly #delivery: Delivery;

  constructor(options: DirectLineOptions) {
    this.#origin = options.origin;
    this.locale = options.locale;
    this.#memory = options.memory;
    this.#onChange = options.onChange;
    this.#identityToken = options.identityToken;
    this.#delivery = new Delivery({
      origin: options.origin,
      locale: () => this.locale,
      log: () => this.log,
      update: (log) => this.#update(log),
      access: () => (this.line === "online" && !this.#mustEnter ? this.#access : undefined),
      refused: (error) => this.#takeRefusal(error),
      catchUp: () => this.#catchUp(),
      hangUp: () => this.#socket?.close(),
    });
    const kept = recall(options.memory.read());
    const subject = subjectOf(options.identityToken);
    // A conversation of another customer, or of one who has signed out since, is not shown.
    if (kept && (kept.subject === undefined || kept.subject === subject)) {
      this.#access = kept.access;
      this.#subject = kept.subject;
      this.#mustEnter = kept.subject !== subject;
      this.log = { ...EMPTY_LOG, outgoing: kept.outgoing };
    }
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
    const subject = subjectOf(token);
    this.#identityToken = token;
    this.identityRefused = false;
    // A token that cannot be read is left to the server to refuse.
    const same = subject === this.#subject && (token === undefined || subject !== undefined);
    if (same && this.#access && !this.#mustEnter) return;
    if (this.#subject !== undefined && subject !== this.#subject) this.#forget(true);
    this.#mustEnter = true;
    this.#again();
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
    this.#save();
    this.#onChange();
  }

  #save(): void {
    const access = this.#access;
    const subject = this.#subject === undefined ? {} : { subject: this.#subject };
    this.#memory.write(access && remember({ access, outgoing: this.log.outgoing, ...subject }));
  }

  #forget(withWords: boolean): void {
    this.#access = undefined;
    this.#subject = undefined;
    // What had been accepted is gone with the conversation: it goes again.
    const outgoing = this.log.outgoing.map((one) => (one.refusal === undefined ? { ...one, state: "sending" as const } : one));
    this.#update(withWords ? EMPTY_LOG : { ...EMPTY_LOG, outgoing });
  }

  /** Starts the loop anew; the one that runs sees that it is not the present one and ends. */
  #again(): void {
    this.#socket?.close();
    this.#update(this.log, "connecting");
    void this.#loop(++this.#run);
    this.#wake();
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
        this.#takeRefusal(error);
      }
      if (run !== this.#run) return;
      this.#update(this.log, this.ready ? "reconnecting" : this.line);
      await this.#pause(backOff(failures++, chance()));
    }
  }

  /** 403: the token is spent. 404: the conversation is gone, what was not said yet goes into a new one. */
  #takeRefusal(error: unknown): void {
    if (!(error instanceof Refused)) return;
    if (error.status === 403 || error.status === 401) this.#mustEnter = true;
    if (error.status === 404) this.#forget(false);
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
    if (!this.#access || this.#mustEnter) await this.#enter();
    const access = this.#access;
    if (!access) throw new Error("not in");
    if (this.#isNew) {
      const opened = await transport.startConversation(this.#origin, access, this.locale);
      this.#isNew = false;
      if (opened.token !== undefined) this.#keepToken(opened.token);
      return opened.streamUrl;
    }
    await this.#catchUp();
    return (await transport.reconnect(this.#origin, access, this.log.watermark)).streamUrl;
  }

  async #enter(): Promise<void> {
    const before = this.#access;
    const identityToken = this.#identityToken;
    try {
      const access = await transport.enter(this.#origin, {
        locale: this.locale,
        ...(identityToken === undefined ? {} : { identityToken }),
        ...(before ? { conversationId: before.conversationId, token: before.token } : {}),
      });
      if (identityToken !== this.#identityToken) throw new Error("signed in or out meanwhile");
      if (access.conversationId !== before?.conversationId) {
        this.#forget(false);
        this.#isNew = true;
      }
      this.#access = access;
      this.#subject = subjectOf(identityToken);
      this.#tokenAt = now();
      this.#mustEnter = false;
      this.#save();
    } catch (error) {
      const refusal = error instanceof Refused ? error : undefined;
      if (refusal?.code === "identity_invalid") {
        this.#identityToken = undefined;
        this.identityRefused = true;
      } else if (before && refusal && refusal.status < 500 && refusal.status !== 429) this.#forget(false);
      throw error;
    }
  }

  #keepToken(token: string): void {
    if (!this.#access) return;
    this.#access = { ...this.#access, token };
    this.#tokenAt = now();
    this.#save();
  }

  /** Reads on from the watermark until there is nothing new. */
  async #catchUp(): Promise<void> {
    const access = this.#access;
    if (!access) return;
    for (let page = 0; page < 50; page++) {
      const set = await transport.activitiesSince(this.#origin, access, this.log.watermark).catch((error: unknown) => {
        this.#takeRefusal(error);
        if (this.line === "online") this.#socket?.close();
        throw error;
      });
      if (access.conversationId !== this.#access?.conversationId) return;
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
  #listen(streamUrl: string): Promise<boolean> {
    return new Promise((resolve) => {
      let heard = false;
      let socket: WebSocket;
      try {
        socket = new WebSocket(new URL(streamUrl, this.#origin.replace(/^http/u, "ws")));
      } catch {
        resolve(false); // a policy of the page forbids it
        return;
      }
      this.#socket = socket;
      const beat = setInterval(() => {
        if (socket.readyState === WebSocket.OPEN) socket.send("");
        void this.#refresh();
      }, KEEP_ALIVE_MS);
      socket.onopen = () => {
        heard = true;
        this.#online();
      };
      socket.onmessage = (event) => {
        const set = readFrame(event.data);
        if (set && socket === this.#socket) this.#update(receive(this.log, set, now()));
      };
      socket.onclose = () => {
        clearInterval(beat);
        resolve(heard);
      };
    });
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
    if (!this.#access || now() - this.#tokenAt < REFRESH_EVERY_MS) return;
    this.#tokenAt = now() - REFRESH_EVERY_MS + RETRY_REFRESH_MS;
    try {
      this.#keepToken(await transport.refreshToken(this.#origin, this.#access));
    } catch (error) {
      this.#takeRefusal(error);
      if (this.#mustEnter) this.#socket?.close();
    }
  }
}
