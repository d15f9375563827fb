/** What the launcher and the chat agree on. Types only: the launcher carries none of it. */

export interface ChatOptions {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  /** The launcher's button: the chat hides it while it is open and gives the focus back to it. */
  readonly button: HTMLButtonElement;
  /** Where the desk lives, without a slash at the end. */
  readonly origin: string;
  locale: string;
  identity: string | undefined;
  /** Adds a style sheet to the shadow root without a `<style>` element, so that the host page's policy does not matter. */
  style(css: string): void;
}

export interface Chat {
  open(text?: string, send?: boolean): void;
  identify(token: string | undefined): void;
  setLocale(tag: string): void;
}

/** `window.Jietong`, for the host page. */
export interface JietongApi {
  /** Opens the chat; with `text` it stands in the message field, with `send` it is sent. */
  open(text?: string, send?: boolean): Promise<void>;
  /** The customer has signed in (token signed by the platform) or out (undefined). */
  identify(token: string | undefined): void;
  setLocale(tag: string): void;
}

declare global {
  interface Window {
    Jietong?: JietongApi;
  }
}
