import { expect, it } from "vitest";
import { type Conversation, newConversationState } from "./conversation.ts";
import { createMemory } from "./memory.ts";

const at = "2026-11-20T12:00:00.000Z";
const conversation = (id: string, version = 1): Conversation => ({
  id,
  channel: "directline",
  userId: "dl_1",
  state: newConversationState("zh"),
  version,
  createdAt: at,
  updatedAt: at,
});

it("keeps the newest of each conversation, and forgets who was silent longest", () => {
  const memory = createMemory(2);
  memory.keep(conversation("a"));
  memory.keep(conversation("b"));
  memory.keep(conversation("a", 2));
  memory.keep(conversation("c"));
  expect(["a", "b", "c"].map((id) => memory.get(id)?.version)).toEqual([2, undefined, 1]);
  memory.forget("a");
  expect(memory.get("a")).toBeUndefined();
});
