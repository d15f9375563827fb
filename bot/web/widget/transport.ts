/** The requests of the widget, one function each. Every one throws `Refused` for an answer that is not 2xx, and whatever fetch throws when there is none. */
import { parseJson, text } from "../parts/check.ts";
import type { ActivitySet, OpenedConversation, WidgetAccess } from "../wire-format.ts";
import { readAccess, readActivitySet, readOpened } from "./frames.ts";

/** The server said no. `code` as in the server's table of errors. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, body: string) {
    const code = text(parseJson(body), "code") ?? "";
    super(`${status} ${code}`);
    this.name = "Refused";
    this.status = status;
    this.code = code;
  }

  /** Worth another try with the same content. */
  get passing(): boolean {
    return this.status === 403 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

const DEADLINE_MS = 15_000;

async function ask(url: string, options: { method?: "POST"; token?: string; body?: unknown }): Promise<unknown> {
  const response = await fetch(url, {
    method: options.method ?? "GET",
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(DEADLINE_MS),
    headers: {
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...(options.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const body = await response.text();
  if (!response.ok) throw new Refused(response.status, body);
  return parseJson(body);
}

function whole<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the answer is not of the expected shape");
  return value;
}

const conversations = (origin: string): string => `${origin}/v3/directline/conversations`;
const oneConversation = (origin: string, access: WidgetAccess): string =>
  `${conversations(origin)}/${encodeURIComponent(access.conversationId)}`;

function since(watermark: string | undefined): string {
  return watermark === undefined ? "" : `?watermark=${encodeURIComponent(watermark)}`;
}

/** Opens a conversation, or with `conversationId` and its old token goes on with one. A signed identity is tied to it. */
export async function enter(
  origin: string,
  body: { locale: string; identityToken?: string; conversationId?: string; token?: string },
): Promise<WidgetAccess> {
  return whole(readAccess(await ask(`${origin}/api/widget/session`, { method: "POST", body })));
}

export async function startConversation(origin: string, access: WidgetAccess, locale: string): Promise<OpenedConversation> {
  return whole(readOpened(await ask(conversations(origin), { method: "POST", token: access.token, body: { locale } })));
}

export async function reconnect(origin: string, access: WidgetAccess, watermark: string | undefined): Promise<OpenedConversation> {
  return whole(readOpened(await ask(oneConversation(origin, access) + since(watermark), { token: access.token })));
}

export async function activitiesSince(origin: string, access: WidgetAccess, watermark: string | undefined): Promise<ActivitySet> {
  return whole(readActivitySet(await ask(`${oneConversation(origin, access)}/activities${since(watermark)}`, { token: access.token })));
}

export async function refreshToken(origin: string, access: WidgetAccess): Promise<string> {
  return whole(text(await ask(`${origin}/v3/directline/tokens/refresh`, { method: "POST", token: access.token }), "token"));
}

export interface Message {
  readonly clientActivityID: string;
  readonly text: string;
  readonly locale: string;
}

function activityOf(message: Message): unknown {
  const { clientActivityID, text: said, locale } = message;
  return {
    type: "message",
    from: { id: "customer", role: "user" },
    text: said,
    textFormat: "plain",
    locale,
    channelData: { clientActivityID },
  };
}

export async function postMessage(origin: string, access: WidgetAccess, message: Message): Promise<void> {
  await ask(`${oneConversation(origin, access)}/activities`, { method: "POST", token: access.token, body: activityOf(message) });
}

/** A file with its activity. By XMLHttpRequest, because fetch does not tell how much has left. @param onProgress share sent, 0..1 */
export function uploadFile(
  origin: string,
  access: WidgetAccess,
  message: Message,
  file: File,
  onProgress: (share: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append(
      "activity",
      new Blob([JSON.stringify(activityOf(message))], { type: "application/vnd.microsoft.activity" }),
      "activity.json",
    );
    form.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", `${oneConversation(origin, access)}/upload?userId=customer`);
    request.setRequestHeader("authorization", `Bearer ${access.token}`);
    request.timeout = 120_000;
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    };
    request.onload = () =>
      request.status >= 200 && request.status < 300 ? resolve() : reject(new Refused(request.status, request.responseText));
    request.onerror = () => reject(new Error("no answer"));
    request.ontimeout = () => reject(new Error("no answer in time"));
    request.send(form);
  });
}
