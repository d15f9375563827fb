import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Mark } from "../parts/mark.tsx";
import type { DeskModel } from "./desk-model.ts";
import { NoticeLine } from "./notice-line.tsx";
import type { DeskWords } from "./words.ts";

export function SignIn({ desk, words, languages }: { desk: DeskModel; words: DeskWords; languages: JSX.Element }): JSX.Element {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  return (
    <main class="sign-in">
      <header>
        <p class="brand">
          <Mark /> <span lang="zh-CN">接通</span> <span class="brand-name">{words.name}</span>
        </p>
        {languages}
      </header>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void desk.signIn(user.trim(), password);
        }}
      >
        <h1>{words.signInTitle}</h1>
        <label>
          {words.user}
          <input
            name="user"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
            value={user}
            onInput={(event) => setUser(event.currentTarget.value)}
          />
        </label>
        <label>
          {words.password}
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        <NoticeLine desk={desk} words={words} />
        <button type="submit" class="primary wide" disabled={desk.busy}>
          {words.signIn}
        </button>
        <p class="soft small">{words.signInHint}</p>
      </form>
    </main>
  );
}
