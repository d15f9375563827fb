/**
 * Conversations as this node left them, so that the next message need not read them again. It may be behind the store (another node took a
 * turn, a timer reported): whoever uses it compares the version with what the store says when a message is stored.
 */
import type { Conversation } from "./conversation.ts";

/** A state takes some kilobytes. */
const MOST = 500;

export interface Memory {
  get(id: string): Conversation | undefined;
  keep(conversation: Conversation): void;
  forget(id: string): void;
}

/** @param most conversations that are kept; who was silent longest is forgotten first */
export function createMemory(most = MOST): Memory {
  const kept = new Map<string, Conversation>();
  return {
    get: (id) => kept.get(id),
    keep: (conversation) => {
      kept.delete(conversation.id);
      kept.set(conversation.id, conversation);
      const [eldest] = kept.keys();
      if (kept.size > most && eldest !== undefined) kept.delete(eldest);
    },
    forget: (id) => void kept.delete(id),
  };
}
