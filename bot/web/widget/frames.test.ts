import { describe, expect, it } from "vitest";
import { keep } from "../parts/browser.ts";
import { EMPTY_LOG } from "./chat-log.ts";
import { fileFault } from "./files.ts";
import { backOff, readAccess, readFrame, readOpened, subjectOf } from "./frames.ts";
import { recall, remember } from "./memory.ts";

describe("what comes over the wire", () => {
  it("reads a frame, and takes a watermark as number or string", () => {
    expect(readFrame('{"activities":[{"id":"1","type":"message","text":"好"}],"watermark":"7"}')).toEqual({
      activities: [{ id: "1", type: "message", text: "好" }],
      watermark: "7",
    });
    expect(readFrame('{"activities":[],"watermark":7}')?.watermark).toBe("7");
  });

  it.each(["", "not json", "null", "[]", '"x"'])("is not moved by %j", (frame) => {
    expect(readFrame(frame)).toBeUndefined();
  });

  it("leaves out what is no activity", () => {
    expect(readFrame('{"activities":[null,1,{"id":1,"type":"message"},{"id":"2","type":"typing"}]}')).toEqual({
      activities: [{ id: "2", type: "typing" }],
    });
    expect(readFrame('{"activities":"x"}')).toEqual({ activities: [] });
    expect(readFrame(new ArrayBuffer(2))).toBeUndefined();
  });

  it("reads the answers of session, start and reconnect", () => {
    expect(readAccess({ conversationId: "c", token: "t", expiresIn: 3600 })).toEqual({ conversationId: "c", token: "t", expiresIn: 3600 });
    expect(readAccess({ conversationId: "c" })).toBeUndefined();
    expect(readOpened({ conversationId: "c", token: "t", expires_in: 1, streamUrl: "wss://x" })).toEqual({
      conversationId: "c",
      token: "t",
      streamUrl: "wss://x",
    });
    expect(readOpened("x")).toBeUndefined();
  });

  it("reads the customer of an identity token, and nothing from anything else", () => {
    const token = `h.${btoa(JSON.stringify({ sub: "u1001" })).replace(/=+$/u, "")}.s`;
    expect(subjectOf(token)).toBe("u1001");
    for (const broken of [undefined, "", "a.b", "a.%%%.c", `a.${btoa("[]")}.c`]) expect(subjectOf(broken)).toBeUndefined();
  });
});

describe("waiting before the next try", () => {
  it("doubles from one second to fifteen and never less than one", () => {
    expect([0, 1, 2, 3, 4, 50].map((attempt) => backOff(attempt, 0))).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
    expect(backOff(0, 0.999)).toBe(1000);
    expect(backOff(9, 0.999)).toBeGreaterThan(11_000);
  });
});

describe("what survives a reload", () => {
  const access = { conversationId: "c", token: "t" };

  it("keeps the conversation and the words that had not left, with their ids", () => {
    const outgoing = [
      { id: "x", text: "没到账", at: 1, state: "failed" as const },
      { id: "y", text: "", at: 2, state: "sending" as const },
      { id: "z", text: "太长", at: 3, state: "failed" as const, refusal: "message_too_long" },
    ];
    expect(recall(remember({ access, subject: "u1001", outgoing }))).toEqual({
      access,
      subject: "u1001",
      outgoing: [{ id: "x", text: "没到账", at: 1, state: "sending" }],
    });
    expect(recall(remember({ access, outgoing: EMPTY_LOG.outgoing }))).toEqual({ access, outgoing: [] });
  });

  it.each([undefined, "", "{", "[]", '{"conversationId":"c"}'])("starts anew from %j", (kept) => {
    expect(recall(kept)).toBeUndefined();
  });

  it("lives as long as the page where storage is refused", () => {
    const refused = keep("k", () => {
      throw new DOMException("denied", "SecurityError");
    });
    expect(refused.read()).toBeUndefined();
    refused.write("v");
    expect(refused.read()).toBe("v");
    refused.write(undefined);
    expect(refused.read()).toBeUndefined();
  });
});

describe("files", () => {
  it("takes pictures, PDF and text up to 10 MB", () => {
    expect(fileFault({ type: "image/png", size: 1 })).toBeUndefined();
    expect(fileFault({ type: "application/pdf", size: 10 * 1024 * 1024 })).toBeUndefined();
    expect(fileFault({ type: "image/png", size: 10 * 1024 * 1024 + 1 })).toBe("fileTooBig");
    expect(fileFault({ type: "image/svg+xml", size: 1 })).toBe("fileKind");
    expect(fileFault({ type: "", size: 1 })).toBe("fileKind");
  });
});
