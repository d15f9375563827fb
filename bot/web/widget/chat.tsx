/** The chat behind the launcher: mounted once, connected when it is opened for the first time. */
import { render } from "preact";
import { keep } from "../parts/browser.ts";
import { type Locale, nearestLocale } from "../parts/locale.ts";
import tokens from "../tokens.css?inline";
import css from "./chat.css?inline";
import { speakerOf } from "./chat-log.ts";
import type { Chat, ChatOptions } from "./chat-options.ts";
import { DirectLine } from "./direct-line.ts";
import { Panel } from "./panel.tsx";
import { WORDS } from "./words.ts";

export function mount({ host, root, button, origin, style, ...start }: ChatOptions): Chat {
  style(tokens + css);
  const place = root.appendChild(document.createElement("div"));
  const wasOpen = keep(`jietong.open ${origin}`);
  let locale: Locale = nearestLocale(start.locale);
  let identity = start.identity;
  let client: DirectLine | undefined;
  let isOpen = false;
  let seen = 0;
  let draft = "";

  const answers = (): number => client?.log.confirmed.filter((activity) => speakerOf(activity) !== "customer").length ?? 0;

  const paint = (): void => {
    if (!client) return;
    const words = WORDS[locale];
    if (isOpen || !client.ready) seen = answers();
    const unread = answers() - seen;
    button.textContent = unread > 0 ? `${words.title} · ${words.unread(unread)}` : words.title;
    button.hidden = isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    host.lang = locale;
    render(<Panel {...{ client, words, locale, origin, isOpen, draft }} onDraft={setDraft} onClose={close} />, place);
  };
  const setDraft = (text: string): void => {
    draft = text;
    paint();
  };
  const show = (): void => {
    if (!client) {
      client = new DirectLine({ origin, locale, identityToken: identity, memory: keep(`jietong ${origin}`), onChange: paint });
      client.start();
    }
    isOpen = true;
    wasOpen.write("1");
    paint();
  };
  const close = (): void => {
    isOpen = false;
    wasOpen.write(undefined);
    paint();
    button.focus();
  };

  // A reload, or the next page of the shop: the conversation stays as it was, the focus where the reader is.
  if (wasOpen.read()) show();

  return {
    open(text, send) {
      const already = isOpen;
      show();
      if (text && send) client?.send(text);
      else if (text) setDraft(text);
      if (!already || text) root.querySelector<HTMLElement>("[data-focus]")?.focus();
    },
    identify(token) {
      identity = token;
      client?.identify(token);
      paint();
    },
    setLocale(tag) {
      locale = nearestLocale(tag);
      if (client) client.locale = locale;
      else button.textContent = WORDS[locale].title;
      paint();
    },
  };
}
