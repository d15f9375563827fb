/** Which conversation this is and by what right: its token, whom it is tied to, how both are renewed, and what survives a reload of the page. */
import { type Keep, now } from "../parts/browser.ts";
import type { Locale } from "../parts/locale.ts";
import type { OpenedConversation, WidgetAccess } from "../wire-format.ts";
import type { Outgoing } from "./chat-log.ts";
import { subjectOf } from "./frames.ts";
import { recall, remember } from "./memory.ts";
import * as transport from "./transport.ts";
import { Refused } from "./transport.ts";

const REFRESH_EVERY_MS = 15 * 60_000;
const RETRY_REFRESH_MS = 60_000;

export interface SessionOptions {
  readonly origin: string;
  readonly identityToken: string | undefined;
  readonly memory: Keep;
  /** What has not left yet, to be kept with the conversation. */
  outgoing(): readonly Outgoing[];
  /** The conversation is gone; what was said in it is no longer shown. */
  onForgotten(): void;
}

export class Session {
  /** The identity token was forged or had expired: the customer is anonymous now. */
  identityRefused = false;
  /** Unsent words of the page before this one. */
  readonly unsent: readonly Outgoing[];
  readonly #options: SessionOptions;
  #identityToken: string | undefined;
  #access: WidgetAccess | undefined;
  #subject: string | undefined;
  /** The token is spent, or the identity has changed: get in again before anything else. */
  #mustEnter = false;
  #isNew = false;
  #tokenAt = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#identityToken = options.identityToken;
    const kept = recall(options.memory.read());
    const subject = subjectOf(options.identityToken);
    // A conversation of another customer, or of one who has signed out since, is not shown.
    const isHis = kept !== undefined && (kept.subject === undefined || kept.subject === subject);
    this.unsent = isHis ? kept.outgoing : [];
    if (!isHis) return;
    this.#access = kept.access;
    this.#subject = kept.subject;
    this.#mustEnter = kept.subject !== subject;
  }

  /** Also while the token is spent: for reading what is still shown. */
  get access(): WidgetAccess | undefined {
    return this.#access;
  }

  /** Undefined while nothing can be asked with it. */
  get usable(): WidgetAccess | undefined {
    return this.#mustEnter ? undefined : this.#access;
  }

  /** @returns undefined when nothing changes; whether the conversation so far is another customer's */
  identify(token: string | undefined): { readonly isOther: boolean } | undefined {
    const subject = subjectOf(token);
    this.#identityToken = token;
    this.identityRefused = false;
    // A token that cannot be read is left to the server to refuse.
    const same = subject === this.#subject && (token === undefined || subject !== undefined);
    if (same && this.usable) return undefined;
    this.#mustEnter = true;
    return { isOther: this.#subject !== undefined && subject !== this.#subject };
  }

  forget(): void {
    this.#access = undefined;
    this.#subject = undefined;
  }

  save(): void {
    const access = this.#access;
    const subject = this.#subject === undefined ? {} : { subject: this.#subject };
    this.#options.memory.write(access && remember({ access, outgoing: this.#options.outgoing(), ...subject }));
  }

  /** 401, 403: the token is spent. 404: the conversation is gone. */
  takeRefusal(error: unknown): void {
    if (!(error instanceof Refused)) return;
    if (error.status === 403 || error.status === 401) this.#mustEnter = true;
    if (error.status === 404) this.#forgotten();
  }

  /** Gets in when need be. @returns what to go on with; `opened` when the conversation is new */
  async open(locale: Locale): Promise<{ access: WidgetAccess; opened?: OpenedConversation }> {
    if (!this.usable) await this.#enter(locale);
    const access = this.#access;
    if (!access) throw new Error("not in");
    if (!this.#isNew) return { access };
    const opened = await transport.startConversation(this.#options.origin, access, locale);
    this.#isNew = false;
    if (opened.token !== undefined) this.#keepToken(opened.token);
    return { access, opened };
  }

  /** A fresh token in good time. @returns false when ours is spent already */
  async refresh(): Promise<boolean> {
    if (!this.#access || now() - this.#tokenAt < REFRESH_EVERY_MS) return true;
    this.#tokenAt = now() - REFRESH_EVERY_MS + RETRY_REFRESH_MS;
    try {
      this.#keepToken(await transport.refreshToken(this.#options.origin, this.#access));
    } catch (error) {
      this.takeRefusal(error);
    }
    return !this.#mustEnter;
  }

  async #enter(locale: Locale): Promise<void> {
    const before = this.#access;
    const identityToken = this.#identityToken;
    try {
      const access = await transport.enter(this.#options.origin, {
        locale,
        ...(identityToken === undefined ? {} : { identityToken }),
        ...(before ? { conversationId: before.conversationId, token: before.token } : {}),
      });
      if (identityToken !== this.#identityToken) throw new Error("signed in or out meanwhile");
      if (access.conversationId !== before?.conversationId) {
        this.#forgotten();
        this.#isNew = true;
      }
      this.#access = access;
      this.#subject = subjectOf(identityToken);
      this.#tokenAt = now();
      this.#mustEnter = false;
      this.save();
    } catch (error) {
      const refusal = error instanceof Refused ? error : undefined;
      if (refusal?.code === "identity_invalid") {
        this.#identityToken = undefined;
        this.identityRefused = true;
      } else if (before && refusal && refusal.status < 500 && refusal.status !== 429) this.#forgotten();
      throw error;
    }
  }

  #keepToken(token: string): void {
    if (!this.#access) return;
    this.#access = { ...this.#access, token };
    this.#tokenAt = now();
    this.save();
  }

  #forgotten(): void {
    this.forget();
    this.#options.onForgotten();
  }
}
