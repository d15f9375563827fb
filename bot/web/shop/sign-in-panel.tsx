import type { JSX } from "preact";
import type { DemoCustomer } from "../wire-format.ts";
import type { ShopWords } from "./words.ts";

interface SignInPanelProps {
  readonly words: ShopWords;
  readonly customers: readonly DemoCustomer[] | "loading" | "failed";
  readonly customerId: string | undefined;
  readonly failed: boolean;
  onSignIn(id: string): void;
  onRetry(): void;
}

export function SignInPanel({ words, customers, customerId, failed, onSignIn, onRetry }: SignInPanelProps): JSX.Element {
  return (
    <section class="sign-in" aria-labelledby="sign-in">
      <h2 id="sign-in">{words.signInTitle}</h2>
      <p class="soft">{words.signInHint}</p>
      {customers === "failed" ? (
        <p role="alert">
          {words.customersFailed}{" "}
          <button type="button" class="text" onClick={onRetry}>
            {words.retry}
          </button>
        </p>
      ) : (
        <ul aria-busy={customers === "loading"}>
          {(customers === "loading" ? [] : customers).map((customer) => (
            <li key={customer.id}>
              <button type="button" aria-pressed={customer.id === customerId} onClick={() => onSignIn(customer.id)}>
                <span class="person">
                  <strong lang={customer.locale.startsWith("zh") ? "zh-CN" : "en"}>{customer.name}</strong>
                  <span class="id">{customer.id}</span>
                  {customer.id === customerId && <span class="is-in">{words.signedIn}</span>}
                </span>
                <span class="story">{words.customers[customer.id]?.story ?? words.tiers[customer.tier] ?? customer.tier}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {failed && <p role="alert">{words.signInFailed}</p>}
    </section>
  );
}
