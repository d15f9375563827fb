/**
 * The live side: one WebSocket per stream token that is sent the conversation's log from a watermark on, in order, without gaps. What the
 * client sends (an empty frame every 20 s) is ignored.
 */
import type { WebSocket } from "@fastify/websocket";
import type { Activity, Inbox, LoggedActivity } from "../../ports/channel.ts";
import type { Log } from "../../ports/log.ts";
import type { Render } from "./activity-out.ts";
import type { TokenClaims } from "./tokens.ts";

const PAGE = 100;
const PING_MS = 30_000;

/** RFC 6455 close codes (and the registered 1012): 1011 our fault, 1012 restarting; the client comes back by itself after both. */
const CLOSE_ERROR = 1011;
const CLOSE_RESTART = 1012;

interface LiveStream {
  /** Sends something that is not in the log; the watermark stays. */
  transient(activity: Activity): void;
}

export class Streams {
  readonly #byConversation = new Map<string, Set<LiveStream>>();
  readonly #openTokens = new Set<string>();

  /** Whether a socket is already open with this token: a client that lost count opens another on the old address and would be sent all again. */
  taken(tokenId: string): boolean {
    return this.#openTokens.has(tokenId);
  }

  transient(conversationId: string, activity: Activity): void {
    for (const stream of this.#byConversation.get(conversationId) ?? []) stream.transient(activity);
  }

  has(conversationId: string): boolean {
    return this.#byConversation.has(conversationId);
  }

  /** Conversations with an open socket on this node. */
  get conversations(): Iterable<string> {
    return this.#byConversation.keys();
  }

  get open(): number {
    return this.#openTokens.size;
  }

  /** Serves `socket` until it closes. @param after log number to begin after; 0 replays all. */
  serve(socket: WebSocket, claims: TokenClaims, after: number, inbox: Inbox, render: Render, log: Log): void {
    const { conversationId, tokenId } = claims;
    let seen = after;
    /** Something is in the log that was not handed over. */
    let behind = true;
    /** What was handed over and not yet sent. */
    let handed: LoggedActivity[] = [];
    let busy = false;
    let alive = true;

    const send = (frame: string) =>
      new Promise<void>((resolve, reject) => {
        socket.send(frame, (error) => (error ? reject(error) : resolve()));
      });

    // One reader at a time; whatever grows meanwhile is read by the same loop. Waiting for each frame to leave keeps a slow client from
    // filling our memory.
    const catchUp = async () => {
      if (busy) return;
      busy = true;
      try {
        while ((behind || handed.length > 0) && socket.readyState === socket.OPEN) {
          const next = handed.filter(({ seq }) => seq > seen).sort((left, right) => left.seq - right.seq);
          handed = [];
          const isWhole = next.every(({ seq }, index) => seq === seen + 1 + index);
          let logged: readonly LoggedActivity[] = next;
          if (behind || !isWhole) {
            behind = false;
            logged = await inbox.log(conversationId, seen, PAGE);
            behind ||= logged.length === PAGE;
          }
          if (logged.length === 0) continue;
          const group = await render(logged, seen);
          seen = logged.at(-1)?.seq ?? seen;
          if (group.activities.length > 0) await send(JSON.stringify(group));
        }
      } catch (error) {
        if (socket.readyState === socket.OPEN) {
          log.warn({ conversationId, error: error instanceof Error ? error.name : "unknown" }, "stream ended, the client will come back");
          socket.close(CLOSE_ERROR);
        }
      } finally {
        busy = false;
      }
    };

    const grew = (added?: readonly LoggedActivity[]) => {
      if (added === undefined || handed.length > PAGE) behind = true;
      else handed.push(...added);
      void catchUp();
    };

    const live: LiveStream = {
      transient(activity) {
        if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ activities: [activity], watermark: String(seen) }), () => {});
      },
    };
    const group = this.#byConversation.get(conversationId) ?? new Set();
    this.#byConversation.set(conversationId, group.add(live));
    this.#openTokens.add(tokenId);

    const stop = inbox.follow(conversationId, grew);
    const ping = setInterval(() => {
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
    }, PING_MS);
    socket.on("pong", () => {
      alive = true;
    });
    // A listener, so that frames are read and dropped.
    socket.on("message", () => {
      alive = true;
    });
    socket.on("close", () => {
      clearInterval(ping);
      stop();
      this.#openTokens.delete(tokenId);
      group.delete(live);
      if (group.size === 0) this.#byConversation.delete(conversationId);
    });
    void catchUp();
  }
}

/** Asks every client to come back later, then hangs up on those that do not answer. For `@fastify/websocket`'s `preClose`. */
export function closeSockets(clients: Iterable<WebSocket>, graceMs = 1000): void {
  const all = [...clients];
  for (const client of all) client.close(CLOSE_RESTART);
  setTimeout(() => {
    for (const client of all) client.terminate();
  }, graceMs).unref();
}
