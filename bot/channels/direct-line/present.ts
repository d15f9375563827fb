/**
 * Who has a chat open on this node, by a socket or by asking for the log again and again, and what is shown there without being kept: typing,
 * a new place in line.
 */
import type { Activity } from "../../ports/channel.ts";
import type { Streams } from "./stream.ts";

/** A client that polls has gone when it has not asked for so long. */
const POLLS_WITHIN_MS = 30_000;

export class Present {
  readonly #streams: Streams;
  readonly #now: () => number;
  /** When it last asked, and the newest thing to be shown at its next asking. */
  readonly #polls = new Map<string, { at: number; held?: Activity }>();

  constructor(streams: Streams, now: () => number) {
    this.#streams = streams;
    this.#now = now;
  }

  get conversations(): readonly string[] {
    const since = this.#now() - POLLS_WITHIN_MS;
    for (const [id, { at }] of this.#polls) if (at < since) this.#polls.delete(id);
    return [...new Set([...this.#streams.conversations, ...this.#polls.keys()])];
  }

  show(activity: Activity): void {
    const { id } = activity.conversation;
    this.#streams.transient(id, activity);
    const poll = this.#polls.get(id);
    if (poll && !this.#streams.has(id)) this.#polls.set(id, { ...poll, held: activity });
  }

  /** The client asks for the log. @returns what else to show it, once */
  polled(conversationId: string): readonly Activity[] {
    const held = this.#polls.get(conversationId)?.held;
    this.#polls.set(conversationId, { at: this.#now() });
    return held ? [held] : [];
  }
}
