/**
 * One connection that listens for grown conversation logs. NOTIFY is lost while it is away, so after each reconnect everything must be
 * looked at again. Once a second it asks the server whether it still listens: that notices a connection that broke without a word, and
 * behind a pooler that drops LISTEN it becomes a poll.
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Connection, clientConfig } from "./database.ts";

const CHANNEL = "jietong_log";
const CHECK_MS = 1_000;
const ANSWER_MS = 3_000;
const LONGEST_PAUSE_MS = 1_000;

export interface LogListener {
  /** Begins; resolves at the first LISTEN. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param heard called with a conversation's id, or with undefined: look again at everything.
 * @param isOwn whether a server process is this node's: what it announces is known here already
 * @param onTrouble told each time the connection was lost.
 */
export function logListener(
  connection: Connection,
  heard: (conversationId: string | undefined) => void,
  isOwn: (processId: number) => boolean,
  onTrouble: (error: Error) => void,
): LogListener {
  const stopped = new AbortController();
  let client: pg.Client | undefined;
  let living = Promise.resolve();

  async function open(): Promise<pg.Client> {
    const fresh = new pg.Client({ ...clientConfig(connection), query_timeout: ANSWER_MS });
    fresh.on("error", () => {}); // the check notices
    fresh.on("notification", ({ channel, payload, processId }) => {
      if (channel === CHANNEL && payload !== undefined && !isOwn(processId)) heard(payload);
    });
    try {
      await fresh.connect();
      await fresh.query(`listen ${CHANNEL}`);
      return fresh;
    } catch (error) {
      await close(fresh);
      throw error;
    }
  }

  async function close(old: pg.Client): Promise<void> {
    // `end` waits for a server that may hang.
    await Promise.race([old.end().catch(() => {}), sleep(ANSWER_MS, undefined, { ref: false })]);
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal: stopped.signal, ref: false }).catch(() => {});

  /** Returns when the connection is of no use any more. */
  async function keep(current: pg.Client): Promise<void> {
    const lost = new AbortController();
    current.once("end", () => lost.abort());
    const either = AbortSignal.any([stopped.signal, lost.signal]);
    while (!stopped.signal.aborted) {
      await sleep(CHECK_MS, undefined, { signal: either, ref: false }).catch(() => {});
      if (stopped.signal.aborted) return;
      if (lost.signal.aborted) throw new Error("The listening connection was closed.");
      const { rows } = await current.query<{ channel: string }>("select pg_listening_channels() as channel");
      if (rows.some(({ channel }) => channel === CHANNEL)) continue;
      await current.query(`listen ${CHANNEL}`);
      heard(undefined);
    }
  }

  async function live(): Promise<void> {
    let pauseMs = 20;
    while (!stopped.signal.aborted) {
      try {
        if (client === undefined) {
          client = await open();
          pauseMs = 20;
          heard(undefined);
        }
        await keep(client);
      } catch (error) {
        if (!stopped.signal.aborted) onTrouble(error instanceof Error ? error : new Error(String(error)));
        if (client) await close(client);
        client = undefined;
        await pause(pauseMs);
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      }
    }
  }

  return {
    async start() {
      client = await open();
      living = live();
    },
    async stop() {
      stopped.abort();
      await living;
      if (client) await close(client);
    },
  };
}
