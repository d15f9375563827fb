/** Who is signed in to the demo shop, for this tab. */
import { keep } from "../parts/browser.ts";
import { isRecord, parseJson, text } from "../parts/check.ts";
import type { DemoCustomer } from "../wire-format.ts";

export interface SignedIn {
  readonly customerId: string;
  readonly identityToken: string;
}

const kept = keep("jietong.shop.signed-in");

export function recallSignIn(): SignedIn | undefined {
  const value = parseJson(kept.read() ?? "");
  const [customerId, identityToken] = [text(value, "customerId"), text(value, "identityToken")];
  return customerId === undefined || identityToken === undefined ? undefined : { customerId, identityToken };
}

/** Asks the shop's server to sign the customer in and tells the widget. @throws when it does not answer with a token. */
export async function signIn(customerId: string): Promise<SignedIn> {
  const response = await fetch("/api/demo/sign-in", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ customerId }),
  });
  const identityToken = text(await response.json(), "identityToken");
  if (!response.ok || identityToken === undefined) throw new Error(`sign-in answered ${response.status}`);
  kept.write(JSON.stringify({ customerId, identityToken }));
  window.Jietong?.identify(identityToken);
  return { customerId, identityToken };
}

export function signOut(): void {
  kept.write(undefined);
  window.Jietong?.identify(undefined);
}

/** @throws when the list cannot be read. */
export async function readCustomers(): Promise<readonly DemoCustomer[]> {
  const response = await fetch("/api/demo/customers");
  const list: unknown = await response.json();
  if (!response.ok || !Array.isArray(list)) throw new Error(`customers answered ${response.status}`);
  return list.filter(isCustomer);
}

function isCustomer(value: unknown): value is DemoCustomer {
  return isRecord(value) && typeof value.id === "string" && typeof value.name === "string" && typeof value.tier === "string";
}
