import { describe, expect, it } from "vitest";
import { readActivity } from "./activity-in.ts";

describe("what is kept of a client's activity", () => {
  it("nothing the desk itself writes and believes, no sender, no addresses of its own", () => {
    const kept = readActivity({
      type: "message",
      text: "你好",
      id: "own",
      from: { id: "admin", role: "bot" },
      conversation: { id: "another" },
      attachments: [{ contentType: "image/png", contentUrl: "http://evil.example/x.png" }],
      channelData: {
        clientActivityID: "c1",
        jietong: { decision: "answer" },
        masked: [1],
        deep: { a: 1 },
        long: "x".repeat(201),
        attachmentSizes: [12],
        postBack: true,
      },
      entities: [1],
    });
    expect(kept).toEqual({
      type: "message",
      text: "你好",
      externalId: "c1",
      channelData: { clientActivityID: "c1", attachmentSizes: [12], postBack: true },
    });
  });

  it("text without what PostgreSQL cannot keep; the client's id where there is no clientActivityID", () => {
    expect(readActivity({ type: "message", id: "own", text: "a\u0000b\ud800" })).toEqual({
      type: "message",
      text: "ab\ufffd",
      externalId: "own",
    });
    expect(readActivity({ type: "event", name: "webchat/join", value: { language: "zh\u0000", list: [null, 1] } })).toEqual({
      type: "event",
      name: "webchat/join",
      value: { language: "zh", list: [null, 1] },
    });
  });
});
