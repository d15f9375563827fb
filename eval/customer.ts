/** A customer as a program: Direct Line over real HTTP, nothing of the server's insides. */

import { setTimeout as sleep } from "node:timers/promises";
import { SignJWT } from "jose";

export interface SeenActivity {
  readonly id: string;
  readonly type: string;
  readonly text?: string;
  readonly from: { readonly role?: string };
  readonly suggestedActions?: { readonly actions: readonly { readonly title: string }[] };
  readonly channelData?: {
    readonly jietong?: {
      readonly decision?: string;
      readonly asks?: string;
      readonly caseCode?: string;
      readonly sources?: readonly { readonly id?: string }[];
    };
  };
}

/** The smallest PNG there is: one pixel. */
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

export interface Customer {
  readonly conversationId: string;
  readonly token: string;
  /** Sends without waiting for the answer. */
  post(text: string, clientActivityID?: string): Promise<Response>;
  /** Sends (fragments one after the other) and gives back everything the bot says about it. @throws after `deadlineMs` without an answer */
  say(text: string | readonly string[], deadlineMs?: number): Promise<readonly SeenActivity[]>;
  /** Sends a picture under that name, with words or without, and gives back the answer. */
  attach(name: string, text?: string, deadlineMs?: number): Promise<readonly SeenActivity[]>;
  /** The desk has moved: it was started anew at another address. */
  follow(url: string): void;
  /** What the bot says by itself. @throws after `deadlineMs` without a word */
  hears(deadlineMs?: number): Promise<readonly SeenActivity[]>;
  /** The whole log as the customer can read it. */
  log(): Promise<readonly SeenActivity[]>;
}

/** @param signIn identity the platform would sign; undefined: anonymous */
export async function openCustomer(
  url: string,
  options: {
    readonly locale: string;
    readonly signIn?: { readonly secret: string; readonly claims: Readonly<Record<string, unknown>>; readonly now: number };
  },
): Promise<Customer> {
  const identityToken =
    options.signIn &&
    (await new SignJWT(options.signIn.claims)
      .setProtectedHeader({ alg: "HS256" })
      .setIssuedAt(Math.floor(options.signIn.now / 1000))
      .setExpirationTime(Math.floor(options.signIn.now / 1000) + 3600)
      .sign(new TextEncoder().encode(options.signIn.secret)));
  const opened = await request(`${url}/api/widget/session`, {
    locale: options.locale,
    ...(identityToken === undefined ? {} : { identityToken }),
  });
  const { conversationId, token } = (await opened.json()) as { conversationId: string; token: string };
  let conversation = `${url}/v3/directline/conversations/${conversationId}`;
  const headers = { authorization: `Bearer ${token}` };
  let watermark = "";

  const read = async (from: string): Promise<{ activities: readonly SeenActivity[]; watermark: string }> => {
    const response = await fetch(`${conversation}/activities?watermark=${from}`, { headers });
    if (!response.ok) throw new Error(`reading the log: ${response.status} ${await response.text()}`);
    return (await response.json()) as { activities: readonly SeenActivity[]; watermark: string };
  };

  const post = (text: string, clientActivityID?: string): Promise<Response> =>
    fetch(`${conversation}/activities`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({
        type: "message",
        text,
        from: { id: "customer" },
        locale: options.locale,
        ...(clientActivityID === undefined ? {} : { channelData: { clientActivityID } }),
      }),
    });

  const heard = async (deadlineMs: number): Promise<readonly SeenActivity[]> => {
    const until = performance.now() + deadlineMs;
    while (performance.now() < until) {
      const seen = await read(watermark);
      const replies = seen.activities.filter((activity) => activity.type === "message" && activity.from.role === "bot");
      if (replies.length > 0) {
        watermark = seen.watermark;
        return replies;
      }
      await sleep(25);
    }
    throw new Error(`no answer within ${deadlineMs} ms`);
  };

  /** Several messages may be answered in more than one turn. */
  const whatElse = async (): Promise<readonly SeenActivity[]> => {
    const more: SeenActivity[] = [];
    for (;;) {
      const next = await heard(1500).catch(() => undefined);
      if (!next) return more;
      more.push(...next);
    }
  };

  watermark = (await read("")).watermark;
  return {
    conversationId,
    token,
    post,
    say: async (text, deadlineMs = 15_000) => {
      for (const piece of typeof text === "string" ? [text] : text) {
        const posted = await post(piece);
        if (!posted.ok) throw new Error(`sending: ${posted.status} ${await posted.text()}`);
      }
      const first = await heard(deadlineMs);
      return typeof text === "string" ? first : [...first, ...(await whatElse())];
    },
    attach: async (name, text, deadlineMs = 15_000) => {
      const form = new FormData();
      const activity = { type: "message", from: { id: "customer" }, locale: options.locale, ...(text === undefined ? {} : { text }) };
      form.append("activity", new Blob([JSON.stringify(activity)], { type: "application/vnd.microsoft.activity" }), "blob");
      form.append("file", new Blob([PICTURE], { type: "image/png" }), name);
      const posted = await fetch(`${conversation}/upload?userId=customer`, { method: "POST", headers, body: form });
      if (!posted.ok) throw new Error(`uploading: ${posted.status} ${await posted.text()}`);
      return heard(deadlineMs);
    },
    follow: (address) => {
      conversation = `${address}/v3/directline/conversations/${conversationId}`;
    },
    hears: (deadlineMs = 15_000) => heard(deadlineMs),
    log: async () => (await read("")).activities,
  };
}

async function request(address: string, body: unknown): Promise<Response> {
  const response = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
  return response;
}
