/** How the browser's code is built. Three builds, because the launcher is a classic script with a fixed name and must know the chat's hashed one. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { InlineConfig } from "vite";

const WEB = dirname(fileURLToPath(import.meta.url));

/** Chrome 90, Safari 15.4 and later, and the in-app browsers built on them. */
const TARGET = ["chrome90", "safari15.4", "firefox100"];

function base(outDir: string): InlineConfig {
  return {
    root: WEB,
    configFile: false,
    envFile: false,
    publicDir: false,
    logLevel: "error",
    clearScreen: false,
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir,
      emptyOutDir: false,
      target: TARGET,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      assetsInlineLimit: 0,
      copyPublicDir: false,
    },
  };
}

/** The shop and the desk: pages with hashed scripts and style sheets, nothing inline. */
export function pagesBuild(outDir: string): InlineConfig {
  const config = base(outDir);
  return { ...config, build: { ...config.build, rolldownOptions: { input: [join(WEB, "shop/index.html"), join(WEB, "desk/desk.html")] } } };
}

/** The chat: one module that the launcher imports. */
export function chatBuild(outDir: string): InlineConfig {
  const config = base(outDir);
  return {
    ...config,
    build: {
      ...config.build,
      rolldownOptions: {
        input: join(WEB, "widget/chat.tsx"),
        preserveEntrySignatures: "strict",
        output: { format: "es", entryFileNames: "assets/chat-[hash].js", codeSplitting: false },
      },
    },
  };
}

/** @param chatPath `/assets/chat-<hash>.js` */
export function launcherBuild(outDir: string, chatPath: string): InlineConfig {
  const config = base(outDir);
  return {
    ...config,
    define: { CHAT_PATH: JSON.stringify(chatPath) },
    build: {
      ...config.build,
      rolldownOptions: { input: join(WEB, "widget/launcher.ts"), output: { format: "iife", entryFileNames: "widget.js" } },
    },
  };
}
