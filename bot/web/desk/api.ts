/** The desk's requests (`/api/v1`). Each throws `DeskProblem` for a problem answer, and `TypeError` or `DOMException` when there is none. */
import { isRecord, listOf, parseJson, text } from "../parts/check.ts";
import type {
  AgentState,
  ClaimedCase,
  DeskAgent,
  DeskCallback,
  DeskCase,
  DeskSignIn,
  DeskSummary,
  DialledCase,
  Disposition,
  Handling,
  Lease,
  Priority,
  QueuedCase,
  QueueLine,
  TimelineEvent,
  TranscriptLine,
} from "../wire-format.ts";

export class DeskProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, body: unknown) {
    super(text(body, "detail") ?? text(body, "title") ?? `${status}`);
    this.name = "DeskProblem";
    this.status = status;
    this.code = text(body, "code") ?? "";
  }
}

export interface TranscriptPage {
  readonly items: readonly TranscriptLine[];
  readonly nextCursor?: string;
}

/** What the desk changes of a case by hand. */
export interface CaseEdit {
  readonly priority?: Priority;
  readonly reason?: string;
  readonly skill?: string;
  readonly note?: string;
}

type Body = Readonly<Record<string, unknown>>;

/** One desk's line to the server. */
export class DeskApi {
  /** Milliseconds the server's clock is ahead of ours; deadlines are counted on its clock. */
  skew = 0;
  token: string | undefined;

  async signIn(user: string, password: string): Promise<DeskSignIn> {
    const body = await this.#ask("POST", "/desk/sign-in", { user, password });
    const [token, agent] = [text(body, "token"), isRecord(body) ? body.agent : undefined];
    if (token === undefined || !isAgent(agent)) throw unexpected();
    this.token = token;
    return { token, agent };
  }

  /** Who is signed in, and what he holds: a reloaded desk finds its call again. */
  async me(): Promise<{ agent: DeskAgent; held: readonly ClaimedCase[] }> {
    const body = await this.#ask("GET", "/desk/me");
    const agent = isRecord(body) ? body.agent : undefined;
    if (!isAgent(agent)) throw unexpected();
    return { agent, held: listOf(body, "held", isClaimed) };
  }

  async setState(agentId: string, state: AgentState): Promise<DeskAgent> {
    const body = await this.#ask("PUT", `/agents/${encodeURIComponent(agentId)}/state`, { state });
    if (!isAgent(body)) throw unexpected();
    return body;
  }

  async queues(): Promise<readonly QueueLine[]> {
    return listOf(await this.#ask("GET", "/queues"), "items", isQueueLine);
  }

  async waiting(): Promise<readonly QueuedCase[]> {
    return listOf(await this.#ask("GET", "/entries?state=waiting&limit=100"), "items", isQueued);
  }

  /** @param key the same for every try of one press of the button. @returns undefined when there is nothing to take. */
  async claim(key: string): Promise<ClaimedCase | undefined> {
    const body = await this.#ask("POST", "/queues/claim", {}, { "idempotency-key": key });
    return isClaimed(body) ? body : undefined;
  }

  renew(entryId: string, fence: number): Promise<Lease | undefined> {
    return this.#entry(entryId, "renew", { fence });
  }

  accept(entryId: string, fence: number): Promise<Lease | undefined> {
    return this.#entry(entryId, "accept", { fence });
  }

  release(entryId: string, fence: number): Promise<unknown> {
    return this.#entry(entryId, "release", { fence });
  }

  complete(entryId: string, fence: number, disposition: Disposition, note: string): Promise<unknown> {
    return this.#entry(entryId, "complete", { fence, disposition, ...(note === "" ? {} : { note }) });
  }

  transfer(
    entryId: string,
    fence: number,
    to: { readonly skill: string; readonly language?: string; readonly note: string },
  ): Promise<unknown> {
    return this.#entry(entryId, "transfer", { fence, ...to });
  }

  async case(id: string): Promise<DeskCase> {
    const body = await this.#ask("GET", `/cases/${encodeURIComponent(id)}`);
    if (!isCase(body)) throw unexpected();
    return body;
  }

  /** Cases by what a customer can say: code, order number, end of the phone number, name. Newest first. */
  async search(words: string): Promise<readonly DeskCase[]> {
    return listOf(await this.#ask("GET", `/cases?${new URLSearchParams({ q: words, limit: "20" })}`), "items", isCase);
  }

  /** @param version the one the change is based on */
  async change(id: string, change: CaseEdit, version: number): Promise<DeskCase> {
    const body = await this.#ask("PATCH", `/cases/${encodeURIComponent(id)}`, { ...change }, { "if-match": `"${version}"` });
    if (!isCase(body)) throw unexpected();
    return body;
  }

  /** @param page `order`, and `cursor` or `after`; by default the oldest come first */
  async transcript(caseId: string, page: Readonly<Record<string, string>> = {}): Promise<TranscriptPage> {
    const body = await this.#ask("GET", `/cases/${encodeURIComponent(caseId)}/transcript?${new URLSearchParams(page)}`);
    const nextCursor = text(body, "nextCursor");
    return { items: listOf(body, "items", isLine), ...(nextCursor === undefined ? {} : { nextCursor }) };
  }

  /** Who answers the customer now. */
  async handling(conversationId: string): Promise<Handling> {
    return handlingIn(await this.#ask("GET", `/conversations/${encodeURIComponent(conversationId)}`));
  }

  async takeOver(conversationId: string): Promise<Handling> {
    return handlingIn(await this.#ask("POST", `/conversations/${encodeURIComponent(conversationId)}/takeover`, {}));
  }

  async handBack(conversationId: string): Promise<Handling> {
    return handlingIn(await this.#ask("POST", `/conversations/${encodeURIComponent(conversationId)}/handback`, {}));
  }

  /** @param key the same for every try of one press of the button */
  speak(conversationId: string, words: string, key: string): Promise<unknown> {
    const path = `/conversations/${encodeURIComponent(conversationId)}/messages`;
    return this.#ask("POST", path, { text: words }, { "idempotency-key": key });
  }

  async timeline(caseId: string): Promise<readonly TimelineEvent[]> {
    return listOf(await this.#ask("GET", `/cases/${encodeURIComponent(caseId)}/timeline`), "items", isEvent);
  }

  async callbacks(filter: Readonly<Record<string, string>>): Promise<readonly DeskCallback[]> {
    return listOf(await this.#ask("GET", `/callbacks?${new URLSearchParams(filter)}`), "items", isCallback);
  }

  /** Takes the callback and its case into the agent's hands; nobody else can dial meanwhile. */
  dial(id: string): Promise<DialledCase> {
    return this.#dialled(id, "dial");
  }

  answered(id: string): Promise<DialledCase> {
    return this.#dialled(id, "answered");
  }

  async missed(id: string): Promise<DeskCallback> {
    const body = await this.#ask("POST", `/callbacks/${encodeURIComponent(id)}/missed`, {});
    if (!isCallback(body)) throw unexpected();
    return body;
  }

  cancelCallback(id: string): Promise<unknown> {
    return this.#ask("POST", `/callbacks/${encodeURIComponent(id)}/cancel`, {});
  }

  async #dialled(id: string, action: "dial" | "answered"): Promise<DialledCase> {
    const body = await this.#ask("POST", `/callbacks/${encodeURIComponent(id)}/${action}`, {});
    if (!isClaimed(body) || !("callback" in body) || !isCallback(body.callback)) throw unexpected();
    const { entry, case: one, lease, callback } = body;
    return { entry, case: one, lease, callback };
  }

  /** The brief in the agent's language. */
  async summary(caseId: string, language: string): Promise<DeskSummary> {
    const body = await this.#ask("GET", `/cases/${encodeURIComponent(caseId)}/summary?language=${language}`);
    if (!isSummary(body)) throw unexpected();
    return body;
  }

  async file(caseId: string, fileId: string): Promise<Blob> {
    const response = await this.#send("GET", `/cases/${encodeURIComponent(caseId)}/files/${encodeURIComponent(fileId)}`);
    return response.blob();
  }

  async #entry(id: string, action: string, body: Body): Promise<Lease | undefined> {
    const answer = await this.#ask("POST", `/entries/${encodeURIComponent(id)}/${action}`, body);
    const lease = isRecord(answer) ? answer.lease : undefined;
    return isLease(lease) ? lease : undefined;
  }

  async #ask(method: string, path: string, body?: Body, headers?: Readonly<Record<string, string>>): Promise<unknown> {
    return parseJson(await (await this.#send(method, path, body, headers)).text());
  }

  async #send(method: string, path: string, body?: Body, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const response = await fetch(`/api/v1${path}`, {
      method,
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(10_000),
      headers: {
        ...headers,
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const theirs = Date.parse(response.headers.get("date") ?? "");
    // The header counts whole seconds: less than two is no skew.
    if (!Number.isNaN(theirs)) this.skew = Math.abs(theirs - Date.now()) > 2000 ? theirs - Date.now() : 0;
    if (!response.ok) throw new DeskProblem(response.status, parseJson(await response.text()));
    return response;
  }
}

function unexpected(): Error {
  return new DeskProblem(502, { code: "unexpected_answer", title: "The server's answer is not of the expected shape." });
}

function handlingIn(body: unknown): Handling {
  const handler = text(body, "handler");
  if (handler !== "bot" && handler !== "agent") throw unexpected();
  const agent = isRecord(body) ? body.agent : undefined;
  const [id, name] = [text(agent, "id"), text(agent, "name")];
  return { handler, ...(id !== undefined && name !== undefined ? { agent: { id, name } } : {}) };
}

function isAgent(value: unknown): value is DeskAgent {
  return isRecord(value) && typeof value.id === "string" && typeof value.name === "string" && typeof value.state === "string";
}

function isCase(value: unknown): value is DeskCase {
  return (
    isRecord(value) &&
    typeof value.id === "string" &&
    typeof value.code === "string" &&
    isRecord(value.summary) &&
    isRecord(value.customer) &&
    isRecord(value.mood) &&
    Array.isArray(value.facts) &&
    Array.isArray(value.missing) &&
    Array.isArray(value.reasons)
  );
}

function isQueued(value: unknown): value is QueuedCase {
  return (
    isRecord(value) &&
    isRecord(value.entry) &&
    typeof value.entry.id === "string" &&
    typeof value.entry.dueAt === "string" &&
    isCase(value.case)
  );
}

function isLease(value: unknown): value is Lease {
  return isRecord(value) && typeof value.until === "string" && typeof value.fence === "number";
}

function isClaimed(value: unknown): value is ClaimedCase {
  return isQueued(value) && "lease" in value && isLease(value.lease);
}

function isCallback(value: unknown): value is DeskCallback {
  return (
    isRecord(value) &&
    typeof value.id === "string" &&
    typeof value.caseId === "string" &&
    typeof value.state === "string" &&
    typeof value.dueBy === "string" &&
    isRecord(value.codes)
  );
}

function isSummary(value: unknown): value is DeskSummary {
  return (
    isRecord(value) &&
    typeof value.wants === "string" &&
    typeof value.text === "string" &&
    Array.isArray(value.tried) &&
    Array.isArray(value.promised) &&
    Array.isArray(value.flags)
  );
}

function isQueueLine(value: unknown): value is QueueLine {
  return isRecord(value) && typeof value.skill === "string" && typeof value.waiting === "number";
}

function isLine(value: unknown): value is TranscriptLine {
  return isRecord(value) && typeof value.text === "string" && typeof value.speaker === "string" && typeof value.at === "string";
}

function isEvent(value: unknown): value is TimelineEvent {
  return isRecord(value) && typeof value.type === "string" && typeof value.at === "string";
}
