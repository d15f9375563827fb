/** The agents' desk at `/desk`: sign in, claim the next call, read the brief, ring, record how it ended. */
import { type JSX, render } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { keep } from "../parts/browser.ts";
import { chooseLocale } from "../parts/locale.ts";
import { Mark } from "../parts/mark.tsx";
import "../tokens.css";
import type { AgentState } from "../wire-format.ts";
import { DeskApi } from "./api.ts";
import type { DialogName } from "./case-bar.tsx";
import { CompleteDialog } from "./complete-dialog.tsx";
import "./desk.css";
import { DeskModel } from "./desk-model.ts";
import { FactsPane } from "./facts-pane.tsx";
import { NoticeLine } from "./notice-line.tsx";
import { PersonPane } from "./person-pane.tsx";
import { PriorityDialog } from "./priority-dialog.tsx";
import { QueuePane } from "./queue-pane.tsx";
import { SignIn } from "./sign-in.tsx";
import { TransferDialog } from "./transfer-dialog.tsx";
import type { DeskLanguage, DeskWords } from "./words.ts";
import { en } from "./words-en.ts";
import { zh } from "./words-zh.ts";

type Pane = "queue" | "person" | "facts";
const WORDS: Readonly<Record<DeskLanguage, DeskWords>> = { zh, en };
const PANES: readonly Pane[] = ["queue", "person", "facts"];
const CHOSEN_STATES: readonly AgentState[] = ["ready", "break", "offline"];

const keptLanguage = keep("jietong.desk.language", () => localStorage);

function Desk({ desk }: { desk: DeskModel }): JSX.Element {
  const [language, setLanguage] = useState<DeskLanguage>(() =>
    chooseLocale(new URLSearchParams(location.search).get("lang"), keptLanguage.read()) === "en" ? "en" : "zh",
  );
  const [pane, setPane] = useState<Pane>("queue");
  const [dialog, setDialog] = useState<DialogName>();
  const words = WORDS[language];
  const heldId = desk.held?.entry.id;
  const shownId = desk.shown?.case.id;
  /** Dialogs of a call need the call; those about its place need a place, and a case only looked at a supervisor. */
  const mayAsk: Readonly<Record<DialogName, boolean>> = {
    complete: desk.held?.entry.state === "connected" && !desk.looked,
    transfer: desk.looked ? desk.isSupervisor && desk.looked.case.entry?.state === "waiting" : heldId !== undefined,
    priority: desk.isSupervisor && (desk.looked ? desk.looked.case.entry !== undefined : heldId !== undefined),
  };
  const ask = (name: DialogName): void => {
    if (dialog === undefined && mayAsk[name]) setDialog(name);
  };

  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.title = words.pageTitle;
    desk.speak(language);
  }, [language]);
  // On a phone the desk shows one pane: the customer's while there is a call, else the queue.
  useEffect(() => {
    setPane(heldId === undefined ? "queue" : "person");
    setDialog(undefined);
    // The button that was pressed is gone: the keyboard goes on at the next one.
    if (document.activeElement === document.body)
      document.querySelector<HTMLElement>(heldId === undefined ? ".queue .primary" : ".call .primary")?.focus();
  }, [heldId]);
  useEffect(() => {
    document.getElementById("pane-person")?.scrollTo({ top: 0 });
    if (shownId === undefined) setPane("queue");
  }, [shownId]);
  useClockTick(desk.agent !== undefined);
  useShortcuts({
    KeyN: () => void (desk.held ? undefined : desk.agent?.state === "ready" ? desk.claim() : desk.setState("ready")),
    KeyA: () => void (desk.held?.entry.state === "offered" && !desk.looked ? desk.accept() : undefined),
    KeyC: () => ask("complete"),
    KeyT: () => ask("transfer"),
    KeyP: () => ask("priority"),
    KeyR: () => void (desk.held && !desk.looked && dialog === undefined ? desk.release() : undefined),
    KeyB: () => desk.lookAway(),
    KeyS: () => {
      setPane("queue");
      // On a phone the pane has to be there before its box can take the keyboard.
      setTimeout(() => document.getElementById("search")?.focus());
    },
    Digit1: () => setPane("queue"),
    Digit2: () => setPane("person"),
    Digit3: () => setPane("facts"),
  });

  const languages = (
    <nav aria-label={words.language} class="languages">
      {(["zh", "en"] as const).map((one) => (
        <button
          type="button"
          key={one}
          lang={one}
          aria-pressed={language === one}
          onClick={() => {
            keptLanguage.write(one);
            setLanguage(one);
          }}
        >
          {one === "zh" ? "中文" : "English"}
        </button>
      ))}
    </nav>
  );
  if (!desk.agent) return <SignIn {...{ desk, words, languages }} />;
  return (
    <div class="desk" data-pane={pane}>
      <header>
        <h1 class="brand">
          <Mark /> <span lang="zh-CN">接通</span> <span class="brand-name">{words.name}</span>
        </h1>
        <p class={desk.offline ? "line amber" : "line unseen"} role="status">
          {desk.offline && words.offline}
        </p>
        <StateChoice desk={desk} words={words} />
        <p class="me">{desk.agent.name}</p>
        {languages}
        <button type="button" class="text" onClick={() => desk.signOut()}>
          {words.signOut}
        </button>
      </header>
      <nav class="tabs" aria-label={words.tabs.label}>
        {PANES.map((one) => (
          <button type="button" key={one} aria-pressed={pane === one} aria-controls={`pane-${one}`} onClick={() => setPane(one)}>
            {words.tabs[one]}
            {one === "queue" && desk.waiting && ` ${desk.waiting.length}`}
          </button>
        ))}
      </nav>
      <NoticeLine desk={desk} words={words} closable />
      <main>
        <QueuePane {...{ desk, words, language }} onRead={() => setPane("person")} />
        <PersonPane {...{ desk, words, language }} onAsk={ask} />
        <FactsPane {...{ desk, words, language }} />
      </main>
      <Keys desk={desk} words={words} />
      {dialog === "complete" && <CompleteDialog {...{ desk, words }} onClose={() => setDialog(undefined)} />}
      {dialog === "transfer" && <TransferDialog {...{ desk, words }} onClose={() => setDialog(undefined)} />}
      {dialog === "priority" && <PriorityDialog {...{ desk, words }} onClose={() => setDialog(undefined)} />}
    </div>
  );
}

function StateChoice({ desk, words }: { desk: DeskModel; words: DeskWords }): JSX.Element {
  const state = desk.agent?.state;
  const others = state !== undefined && !CHOSEN_STATES.includes(state) ? words.states[state] : undefined;
  return (
    <fieldset class="states" aria-label={words.stateLabel}>
      {others !== undefined && <span class="state-now">{others}</span>}
      {CHOSEN_STATES.map((one) => (
        <button type="button" key={one} aria-pressed={state === one} disabled={desk.busy} onClick={() => void desk.setState(one)}>
          {words.states[one]}
        </button>
      ))}
    </fieldset>
  );
}

function Keys({ desk, words }: { desk: DeskModel; words: DeskWords }): JSX.Element {
  const keys: readonly (readonly [string, string])[] = [
    ["N", words.claim],
    ["A", words.accept],
    ["C", words.complete],
    ["T", words.transfer],
    ...(desk.isSupervisor ? ([["P", words.priority]] as const) : []),
    ["R", words.release],
    ["S", words.searchButton],
    ["1–3", PANES.map((one) => words.tabs[one]).join(" · ")],
  ];
  return (
    <footer>
      <p title={words.keysHint}>
        <span class="soft">{words.keys}</span>
        {keys.map(([key, does]) => (
          <span key={key}>
            <kbd>Alt {key}</kbd> {does}
          </span>
        ))}
      </p>
    </footer>
  );
}

/** Countdowns move once a second. */
function useClockTick(active: boolean): void {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [active]);
}

/** Alt with a key, by its place on the keyboard: on a Mac Alt changes the letter. */
function useShortcuts(keys: Readonly<Record<string, () => void>>): void {
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const act = event.altKey && !event.ctrlKey && !event.metaKey && !event.repeat ? keys[event.code] : undefined;
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
}

const place = document.getElementById("desk");
if (place) {
  let desk: DeskModel | undefined;
  const paint = (): void => {
    if (desk) render(<Desk desk={desk} />, place);
  };
  desk = new DeskModel(new DeskApi(), keep("jietong.desk.token"), paint);
  paint();
}
