import { expect, it } from "vitest";
import type { LoggedActivity } from "./activity.ts";
import { createSecretShelf } from "./secret-shelf.ts";

const logged = (id: string): LoggedActivity => ({
  seq: 1,
  activity: {
    id,
    type: "message",
    timestamp: "2026-11-20T12:00:00.000Z",
    from: { id: "jietong" },
    conversation: { id: "c" },
    channelId: "directline",
    text: "JTDM-••••",
  },
});

it("shows the full text for ten minutes and the masked one ever after", () => {
  const shelf = createSecretShelf();
  shelf.put("a1", "JTDM-7K2P-Q9XW-4M3Z", 0);
  expect(shelf.reveal([logged("a1"), logged("a2")], 1000).map(({ activity }) => activity.text)).toEqual([
    "JTDM-7K2P-Q9XW-4M3Z",
    "JTDM-••••",
  ]);
  expect(shelf.reveal([logged("a1")], 600_001)[0]?.activity.text).toBe("JTDM-••••");
});

it("forgets what has run out when something new comes", () => {
  const shelf = createSecretShelf();
  shelf.put("old", "secret", 0);
  shelf.put("new", "other", 700_000);
  expect(shelf.reveal([logged("old")], 100)[0]?.activity.text).toBe("JTDM-••••");
});
