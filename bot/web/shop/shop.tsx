/** The demo shop at `/`: a page that has the widget, and three customers to try it with. */
import { type JSX, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { keep } from "../parts/browser.ts";
import { chooseLocale } from "../parts/locale.ts";
import { Mark } from "../parts/mark.tsx";
import "../tokens.css";
import type { DemoCustomer } from "../wire-format.ts";
import "../widget/chat-options.ts";
import { readCustomers, recallSignIn, signIn, signOut } from "./account.ts";
import { SHELVES, type ShopLanguage } from "./products.ts";
import "./shop.css";
import { SignInPanel } from "./sign-in-panel.tsx";
import { type ShopWords, WORDS } from "./words.ts";

const keptLanguage = keep("jietong.shop.language", () => localStorage);

/** Before the widget connects: whoever is signed in stays it over a reload. */
const already = recallSignIn();
if (already) window.Jietong?.identify(already.identityToken);

function firstLanguage(): ShopLanguage {
  const asked = new URLSearchParams(location.search).get("lang");
  return chooseLocale(asked, keptLanguage.read()) === "en" ? "en" : "zh";
}

function Shop(): JSX.Element {
  const [language, setLanguage] = useState(firstLanguage);
  const [customers, setCustomers] = useState<readonly DemoCustomer[] | "loading" | "failed">("loading");
  const [customerId, setCustomerId] = useState(already?.customerId);
  const [failed, setFailed] = useState(false);
  const words = WORDS[language];

  useEffect(() => {
    const locale = language === "zh" ? "zh-CN" : "en";
    document.documentElement.lang = locale;
    document.title = words.pageTitle;
    window.Jietong?.setLocale(locale);
  }, [language]);

  const load = (): void => {
    setCustomers("loading");
    readCustomers().then(setCustomers, () => setCustomers("failed"));
  };
  useEffect(load, []);

  const enter = (id: string): void => {
    setFailed(false);
    signIn(id).then(
      () => setCustomerId(id),
      () => setFailed(true),
    );
  };
  const leave = (): void => {
    signOut();
    setCustomerId(undefined);
  };
  const choose = (to: ShopLanguage): void => {
    keptLanguage.write(to);
    setLanguage(to);
  };
  const customer = Array.isArray(customers) ? customers.find(({ id }: DemoCustomer) => id === customerId) : undefined;
  return (
    <>
      <header>
        <p class="notice">{words.notice}</p>
        <p class="brand">
          <Mark /> <span lang="zh-CN">接通</span> <span class="brand-name">{words.name}</span>
        </p>
        <nav aria-label={words.language} class="languages">
          <button type="button" lang="zh-CN" aria-pressed={language === "zh"} onClick={() => choose("zh")}>
            中文
          </button>
          <button type="button" lang="en" aria-pressed={language === "en"} onClick={() => choose("en")}>
            English
          </button>
        </nav>
        <p class="me">
          {customer ? (
            <>
              <span>
                <strong>{customer.name}</strong> <span class="soft">{words.tiers[customer.tier] ?? customer.tier}</span>
              </span>
              <button type="button" class="text" onClick={leave}>
                {words.signOut}
              </button>
            </>
          ) : (
            <span class="soft">{words.guest}</span>
          )}
        </p>
      </header>
      <main>
        <section class="hero">
          <div>
            <h1>
              <span>{words.headline[0]}</span> <span>{words.headline[1]}</span>
            </h1>
            <p class="lead">{words.lead}</p>
            <button type="button" class="primary" onClick={() => window.Jietong?.open()}>
              {words.openChat}
            </button>
          </div>
          <SignInPanel {...{ words, customers, customerId, failed }} onSignIn={enter} onRetry={load} />
        </section>
        <Tries words={words} customer={customer} />
        {SHELVES.map((shelf) => (
          <section class="shelf" key={shelf.id} aria-labelledby={shelf.id}>
            <div class="shelf-head">
              <h2 id={shelf.id}>{shelf.title[language]}</h2>
              <p class="soft">{shelf.delivery[language]}</p>
              <button type="button" class="text" onClick={() => window.Jietong?.open(shelf.question[language])}>
                {words.ask(shelf.title[language])}
              </button>
            </div>
            <ul>
              {shelf.products.map((product) => (
                <li key={product.size.zh + product.unit.zh}>
                  <p class="size">
                    <span>{product.size[language]}</span> {product.unit[language]}
                  </p>
                  <p class="price">{product.price}</p>
                </li>
              ))}
            </ul>
          </section>
        ))}
        <section class="other-side">
          <h2>{words.deskTitle}</h2>
          <p>{words.deskHint}</p>
          <p>
            <a href="/desk">{words.deskLink}</a>
          </p>
        </section>
      </main>
      <footer>
        <p>{words.foot}</p>
      </footer>
    </>
  );
}

function Tries({ words, customer }: { words: ShopWords; customer: DemoCustomer | undefined }): JSX.Element {
  const tries = (customer && words.customers[customer.id]?.tries) ?? words.guestTries;
  return (
    <section class="tries" aria-labelledby="tries">
      <div class="tries-head">
        <h2 id="tries">{words.tryTitle}</h2>
        <p class="soft">{words.tryHint}</p>
        {customer && (
          <>
            <h3>{words.accountTitle(customer.name)}</h3>
            <p class="soft">{words.accountHint}</p>
            <ul class="account">
              {words.account.map(({ label, ask }) => (
                <li key={label}>
                  <span>{label}</span>
                  <button
                    type="button"
                    class="text"
                    aria-label={`${words.askBot}: ${label}`}
                    onClick={() => window.Jietong?.open(ask, true)}
                  >
                    {words.askBot}
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <ul class="lines">
        {tries.map((line) => (
          <li key={line}>
            <button type="button" onClick={() => window.Jietong?.open(line, true)}>
              {line}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const place = document.getElementById("shop");
if (place) render(<Shop />, place);
