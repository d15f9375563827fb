import { describe, expect, it } from "vitest";
import { type Meaning, meaning } from "../decide/fixtures/heard.ts";
import type { Activity } from "./activity.ts";
import { isComplete, joinFragments } from "./fragments.ts";

function pending(...pieces: (string | Partial<Activity>)[]): Activity[] {
  return pieces.map((piece, index) => ({
    id: `a${index}`,
    type: "message",
    timestamp: "2026-11-20T12:41:00.000Z",
    from: { id: "dl_1", role: "user" },
    conversation: { id: "c" },
    channelId: "directline",
    ...(typeof piece === "string" ? { text: piece } : piece),
  }));
}

describe("joinFragments", () => {
  it("keeps the pieces apart and in order, without the empty ones", () => {
    expect(joinFragments(["我昨天", " 充的那个 ", "", "还没到"])).toBe("我昨天\n充的那个\n还没到");
    expect(joinFragments(["the thing", "I paid for"])).toBe("the thing\nI paid for");
    expect(joinFragments(["", "  "])).toBe("");
    expect(joinFragments([])).toBe("");
  });
});

describe("isComplete", () => {
  const unsure: Meaning = { unsure: ["order_status", "invoice"] };
  it.each<readonly [what: string, pieces: (string | Partial<Activity>)[], given: Meaning, asked: boolean, complete: boolean]>([
    ["a few unclear words wait for the rest", ["我昨天"], {}, false, false],
    ["so do words that could be two things", ["充的那个"], unsure, false, false],
    ["a sure request is answered at once", ["查余额"], { intents: ["balance_check"] }, false, true],
    ["a sentence that ends is, understood or not", ["这个怎么弄？"], unsure, false, true],
    ["also in English", ["how does this thing go?"], {}, false, true],
    ["the end of the last piece counts", ["我想问一下。", "就是那个"], unsure, false, false],
    ["what follows an open question is its answer", ["昨天晚上"], unsure, true, true],
    ["a long message is no fragment", ["事情是这样的".repeat(7)], {}, false, true],
    ["a file is", [{ attachments: [{ contentType: "image/png", name: "a.png" }] }], {}, false, true],
    ["a button's value is", [{ text: "那个", value: "x" }], {}, false, true],
    ["an event is", [{ type: "event", name: "left" }], {}, false, true],
  ])("%s", (_, pieces, given, asked, complete) => {
    expect(isComplete(pending(...pieces), meaning(given), asked)).toBe(complete);
  });
  const problem: Meaning = { intents: ["paid_not_delivered"] };
  it.each<readonly [what: string, text: string, given: Meaning, asked: boolean, complete: boolean]>([
    ["the short first line of a problem waits for its facts", "我充的东西没收到", problem, false, false],
    ["also in English", "I never got my top-up order thing", problem, false, false],
    ["not when it ends like a sentence", "我充的东西没收到。", problem, false, true],
    ["not when it is long", "我昨天下午三点用微信充的两百块钱的东西到现在都没收到", problem, false, true],
    ["not when a question is open", "没收到", problem, true, true],
    ["not when somebody is angry", "没收到", { ...problem, mood: "angry" }, false, true],
  ])("%s", (_, text, given, asked, complete) => {
    expect(isComplete(pending(text), meaning(given), asked, true)).toBe(complete);
  });
});
