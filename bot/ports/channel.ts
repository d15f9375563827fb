/**
 * What a channel needs from the desk, and nothing more: to open a conversation, to hand a message in, to read the log and to hear when it grew.
 * A channel verifies and parses on its side; it holds no rule of the business.
 */
import type { Activity, JietongChannelData, LoggedActivity } from "../conversation/activity.ts";
import type { Conversation, Identity } from "../conversation/conversation.ts";
import type { StoredFile } from "./store.ts";

/** A channel may import ports only: these are the words it needs from further inside. */
export type { Activity, Conversation, Identity, JietongChannelData, LoggedActivity, StoredFile };

/** A message as a channel hands it in, before it has a place in the log. */
export interface Incoming {
  readonly type: "message" | "event" | "typing";
  readonly text?: string;
  readonly value?: unknown;
  readonly name?: string;
  readonly locale?: string;
  readonly attachments?: readonly { readonly fileId: string; readonly name: string; readonly contentType: string; readonly size: number }[];
  /** The client's own id of the message: a repeat is the same turn. */
  readonly externalId?: string;
  /** Kept with the activity, so that the client recognises its own. */
  readonly channelData?: Readonly<Record<string, unknown>>;
}

export interface Inbox {
  /** Opens a conversation and greets. */
  open(options: { channel: string; userId: string; locale?: string; identity?: Identity }): Promise<Conversation>;
  find(conversationId: string): Promise<Conversation | undefined>;
  /**
   * Ties a signed identity to an anonymous conversation (the customer signed in meanwhile); the same identity again is fine.
   * @returns false when the conversation belongs to another customer: open a new one. @throws Problem `conversation_unknown`.
   */
  identify(conversationId: string, identity: Identity): Promise<boolean>;
  /** Stores the message, then lets a turn be taken. Resolves when it is stored, not when it is answered. @throws Problem `conversation_unknown`, `message_too_long`, `too_many_messages`. */
  receive(conversationId: string, incoming: Incoming): Promise<{ id: string; seq: number; repeated: boolean }>;
  log(conversationId: string, after: number, limit: number): Promise<readonly LoggedActivity[]>;
  /** Calls back whenever the conversation's log may have grown; with what was added where that is known. @returns stop listening. */
  follow(conversationId: string, listener: (added?: readonly LoggedActivity[]) => void): () => void;
  /**
   * @returns its id. In the log an attachment's `contentUrl` is this bare id: each channel turns it into an address its own client may fetch, so that
   * no address with a token in it is ever stored.
   */
  saveFile(file: Omit<StoredFile, "id">): Promise<string>;
  /** Removes files whose message was refused, or was a repeat. A file that a stored message names stays. */
  dropFiles(ids: readonly string[]): Promise<void>;
  file(id: string): Promise<StoredFile | undefined>;
}

/**
 * The turn as the channel's framework runs it: middleware around `handler`, what it sends collected and given back, not sent.
 * They reach the customer only after the turn is committed.
 */
export interface TurnPipeline {
  run(incoming: Activity, handler: (send: (activity: Activity) => Promise<void>) => Promise<void>): Promise<readonly Activity[]>;
}
