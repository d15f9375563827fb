/**
 * What Microsoft's own client, `botframework-directlinejs`, must be able to do against a server of ours. Runs against the channel alone
 * (`direct-line.client.test.ts`) and against the whole desk: give it a way to start a server, and it talks to it over real sockets.
 */
import { createServer } from "node:net";
import { ConnectionStatus, DirectLine } from "botframework-directlinejs";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { FetchXmlHttpRequest } from "./fixtures/xml-http-request.ts";
import { createTokens } from "./tokens.ts";

export interface ServerUnderTest {
  /** E.g. `http://127.0.0.1:41234`. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface ContractOptions {
  /** Starts the server on `port`. Started again with the same port after a stop, it must have kept its store and its keys. */
  start(port: number): Promise<ServerUnderTest>;
  /** The key it signs its conversation tokens with, to make an expired one. */
  readonly secretKey: Uint8Array;
  /** A message the bot answers with at least one message. */
  readonly question?: string;
}

type SeenActivity = {
  id?: string;
  type: string;
  text?: string;
  from: { id: string; role?: string };
  replyToId?: string;
  channelData?: unknown;
  attachments?: unknown;
};

/** One client with what it has seen. Reconnects after 3 s, its shortest. */
export class Client {
  readonly seen: SeenActivity[] = [];
  readonly states: ConnectionStatus[] = [];
  readonly direct: DirectLine;
  readonly userId: string;
  readonly #subscriptions: { unsubscribe(): void }[];

  constructor(options: { url: string; token: string; conversationId?: string; watermark?: string; webSocket?: boolean }) {
    this.userId = userOf(options.token);
    const settings = {
      domain: `${options.url}/v3/directline`,
      token: options.token,
      webSocket: options.webSocket ?? true,
      pollingInterval: 200,
      random: () => 0,
      ...(options.conversationId === undefined ? {} : { conversationId: options.conversationId }),
      ...(options.watermark === undefined ? {} : { watermark: options.watermark }),
    };
    this.direct = new DirectLine(settings);
    this.#subscriptions = [
      this.direct.activity$.subscribe(
        (activity) => this.seen.push(JSON.parse(JSON.stringify(activity))),
        () => {},
      ),
      this.direct.connectionStatus$.subscribe(
        (status) => this.states.push(status),
        () => {},
      ),
    ];
  }

  /** @returns the id the server gave it, or "retry" when the client says so. */
  send(text: string, clientActivityID: string): Promise<string> {
    const activity = {
      type: "message" as const,
      text,
      from: { id: "forged" },
      channelData: { clientActivityID, jietong: { decision: "escalate" } },
    };
    return this.#post(activity);
  }

  sendFile(name: string, contentUrl: string, contentType: string): Promise<string> {
    return this.#post({ type: "message", text: "截图", from: { id: this.userId }, attachments: [{ contentType, contentUrl, name }] });
  }

  #post(activity: Parameters<DirectLine["postActivity"]>[0]): Promise<string> {
    return new Promise((resolve, reject) => this.direct.postActivity(activity).subscribe(resolve, reject));
  }

  botMessages(): SeenActivity[] {
    return this.seen.filter((one) => one.type === "message" && one.from.id !== this.userId);
  }

  /** Activities with a place in the log; typing has none. */
  ids(): string[] {
    return this.seen.filter((one) => one.type !== "typing").map((one) => one.id ?? "");
  }

  close(): void {
    this.direct.end();
    for (const one of this.#subscriptions) one.unsubscribe();
  }
}

export async function openConversation(url: string): Promise<{ conversationId: string; token: string }> {
  const answer = await fetch(`${url}/api/widget/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"locale":"zh-CN"}',
  });
  expect(answer.status).toBe(201);
  const body: unknown = await answer.json();
  expect(body).toMatchObject({ conversationId: expect.any(String), token: expect.any(String), expiresIn: 3600 });
  return { conversationId: String(Reflect.get(Object(body), "conversationId")), token: String(Reflect.get(Object(body), "token")) };
}

export async function until(what: string, condition: () => boolean, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Waited ${milliseconds} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function userOf(token: string): string {
  return String(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")).user);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** Registers the suite. */
export function directLineContract(name: string, options: ContractOptions): void {
  const question = options.question ?? "怎么用支付宝充值";
  describe(`${name}: botframework-directlinejs`, () => {
    let server: ServerUnderTest | undefined;
    const clients: Client[] = [];
    const start = async (port = 0) => {
      server = await options.start(port);
      return server;
    };
    const connect = (settings: ConstructorParameters<typeof Client>[0]) => {
      const client = new Client(settings);
      clients.push(client);
      return client;
    };

    beforeAll(() => {
      Object.assign(globalThis, { XMLHttpRequest: FetchXmlHttpRequest });
    });
    afterEach(async () => {
      for (const client of clients.splice(0)) client.close();
      await server?.stop();
      server = undefined;
    });

    it("sends and receives over a WebSocket; its own message comes back under the same id, from the token's user, with its channelData", async () => {
      const { url } = await start();
      const client = connect({ url, ...(await openConversation(url)) });
      const id = await client.send(question, "c-1");
      await until("echo and answer", () => client.ids().includes(id) && client.botMessages().some((one) => one.replyToId === id));
      const echo = client.seen.find((one) => one.id === id);
      expect(echo).toMatchObject({
        type: "message",
        text: question,
        from: { id: client.userId, role: "user" },
        channelData: { clientActivityID: "c-1" },
      });
      expect(echo?.channelData).not.toHaveProperty("jietong");
      expect(client.states.at(-1)).toBe(ConnectionStatus.Online);
      expect(new Set(client.ids()).size).toBe(client.ids().length);
    });

    it("gets the same by polling", async () => {
      const { url } = await start();
      const client = connect({ url, ...(await openConversation(url)), webSocket: false });
      const id = await client.send(question, "c-1");
      await until("answer by polling", () => client.botMessages().some((one) => one.replyToId === id));
      expect(new Set(client.ids()).size).toBe(client.ids().length);
    });

    it("a message posted twice is one message", async () => {
      const { url } = await start();
      const client = connect({ url, ...(await openConversation(url)) });
      const first = await client.send(question, "same");
      const second = await client.send(question, "same");
      expect(second).toBe(first);
      await until("answer", () => client.botMessages().some((one) => one.replyToId === first));
      expect(client.seen.filter((one) => one.text === question && one.from.id === client.userId)).toHaveLength(1);
    });

    it("a page that was reloaded gets the whole conversation once; with a watermark only the rest", async () => {
      const { url } = await start();
      const access = await openConversation(url);
      const before = connect({ url, ...access });
      const id = await before.send(question, "c-1");
      await until("answer", () => before.botMessages().some((one) => one.replyToId === id));
      before.close();
      const after = connect({ url, ...access });
      await until("history", () => after.ids().length >= before.ids().length);
      expect(after.ids()).toEqual(before.ids());
      const rest = connect({ url, ...access, watermark: String(before.ids().length) });
      const next = await rest.send("谢谢", "c-2");
      await until("echo", () => rest.ids().includes(next));
      expect(rest.ids()).not.toContain(id);
    });

    it("goes on after a server restart on the same port, without loss and without repeating", async () => {
      const port = await freePort();
      const { url, stop } = await start(port);
      const client = connect({ url, ...(await openConversation(url)) });
      const first = await client.send(question, "c-1");
      await until("first answer", () => client.botMessages().some((one) => one.replyToId === first));
      await stop();
      await start(port);
      const second = await client.send(question, "c-2");
      expect(second).not.toBe("retry");
      await until("second answer", () => client.botMessages().some((one) => one.replyToId === second), 25_000);
      expect(client.ids().filter((id) => id === first || id === second)).toEqual([first, second]);
      expect(new Set(client.ids()).size).toBe(client.ids().length);
    }, 40_000);

    it("hears of an expired token by the 403 it waits for, and says so", async () => {
      const { url } = await start();
      const { conversationId, token } = await openConversation(url);
      const client = connect({ url, token, conversationId });
      await client.send(question, "c-1");
      const past = createTokens(options.secretKey, { now: () => Date.now() - 2 * 3600 * 1000 }, { next: () => "late", random: () => 0 });
      client.direct.reconnect({ conversationId, token: await past.issue("conversation", conversationId, client.userId) });
      expect(await client.send("还在吗", "c-2")).toBe("retry");
      expect(client.states).toContain(ConnectionStatus.ExpiredToken);
    });

    it("uploads a picture that comes back under an address only this conversation's token opens", async () => {
      const { url } = await start();
      const access = await openConversation(url);
      const client = connect({ url, ...access });
      const source = `data:image/png;base64,${PNG.toString("base64")}`;
      const id = await client.sendFile("凭证.png", source, "image/png");
      await until("echo of the upload", () => client.ids().includes(id));
      const echo = client.seen.find((one) => one.id === id);
      expect(echo?.attachments).toMatchObject([
        { contentType: "image/png", name: "凭证.png", contentUrl: expect.stringContaining("/files/") },
      ]);
      const address = JSON.stringify(echo?.attachments).match(/"contentUrl":"([^"]+)"/)?.[1] ?? "";
      const file = await fetch(address);
      expect(Buffer.from(await file.arrayBuffer()).equals(PNG)).toBe(true);
      expect(file.headers.get("x-content-type-options")).toBe("nosniff");
      expect(file.headers.get("content-security-policy")).toMatch(/sandbox/);
      expect((await fetch(address.split("?")[0] ?? "")).status).toBe(401);
      const stranger = await openConversation(url);
      const theirs = await fetch(address.split("?")[0] ?? "", { headers: { authorization: `Bearer ${stranger.token}` } });
      expect(theirs.status).toBe(403);
    });
  });
}
