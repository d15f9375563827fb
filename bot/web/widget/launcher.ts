/**
 * The script tag: `<script src="https://desk.example/widget.js" data-locale="zh-CN" data-identity="<token>" defer></script>`.
 * One button in a shadow root. The chat comes when it is pressed, or when the page has nothing else to do.
 * At most 1 kB gzipped, so it says little and knows less.
 */
import type { Chat, ChatOptions, JietongApi } from "./chat-options.ts";

/** Path of the chat's module, put in by the build. */
declare const CHAT_PATH: string;

const CSS =
  ":host{all:initial}#open{position:fixed;z-index:2147483000;right:16px;bottom:calc(16px + env(safe-area-inset-bottom));min-height:48px;padding:0 22px;border:1px solid #fff8;border-radius:24px;background:#0a5c57;color:#fff;font:600 16px/1.2 system-ui,sans-serif;cursor:pointer;box-shadow:0 4px 16px #16211f4d}#open:hover{background:#084743}#open:focus-visible{outline:3px solid #0a5c57;outline-offset:3px;box-shadow:0 0 0 3px #fff}";

const script = document.currentScript;
if (script instanceof HTMLScriptElement && !window.Jietong) {
  const { locale, identity, theme } = script.dataset;
  const host = document.createElement("jietong-chat");
  const root = host.attachShadow({ mode: "open" });
  const button = document.createElement("button");
  const lang = locale || document.documentElement.lang || navigator.language;
  const options: ChatOptions = {
    host,
    root,
    button,
    origin: new URL(script.src).origin,
    locale: lang,
    identity,
    style(css) {
      try {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
      } catch {
        root.appendChild(document.createElement("style")).textContent = css;
      }
    },
  };
  let chat: Promise<Chat> | undefined;
  const load = (): Promise<Chat> => {
    chat ??= import(/* @vite-ignore */ options.origin + CHAT_PATH).then((module: { mount(options: ChatOptions): Chat }) =>
      module.mount(options),
    );
    // Without a line: the next press tries again.
    chat.catch(() => {
      chat = undefined;
    });
    return chat;
  };
  const api: JietongApi = {
    open: (text, send) => load().then((it) => it.open(text, send)),
    identify(token) {
      options.identity = token;
      chat?.then((it) => it.identify(token));
    },
    setLocale(tag) {
      options.locale = tag;
      button.textContent = /^zh/i.test(tag) ? "客服" : "Support";
      chat?.then((it) => it.setLocale(tag));
    },
  };
  window.Jietong = api;
  if (theme) host.dataset.theme = theme;
  options.style(CSS);
  button.id = "open";
  button.type = "button";
  button.setAttribute("aria-haspopup", "dialog");
  button.onclick = () => api.open();
  api.setLocale(lang);
  root.append(button);
  document.body.append(host);
  addEventListener("load", () => setTimeout(load, 1500));
}
