/** One socket, from its opening to its end. */
import type { ActivitySet } from "../wire-format.ts";
import { readFrame } from "./frames.ts";

const KEEP_ALIVE_MS = 20_000;

export interface StreamEars {
  onOpen(): void;
  onFrame(set: ActivitySet): void;
  /** Every 20 seconds while it is open. */
  onBeat(): void;
}

export interface Stream {
  /** Resolves when the socket has closed, with whether it had opened. */
  readonly ended: Promise<boolean>;
  close(): void;
}

/** @returns undefined when the page's policy forbids sockets */
export function openStream(streamUrl: string, origin: string, ears: StreamEars): Stream | undefined {
  let socket: WebSocket;
  try {
    socket = new WebSocket(new URL(streamUrl, origin.replace(/^http/u, "ws")));
  } catch {
    return undefined;
  }
  let heard = false;
  const beat = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) socket.send("");
    ears.onBeat();
  }, KEEP_ALIVE_MS);
  socket.onopen = () => {
    heard = true;
    ears.onOpen();
  };
  socket.onmessage = (event) => {
    const set = readFrame(event.data);
    if (set) ears.onFrame(set);
  };
  const ended = new Promise<boolean>((resolve) => {
    socket.onclose = () => {
      clearInterval(beat);
      resolve(heard);
    };
  });
  return { ended, close: () => socket.close() };
}
