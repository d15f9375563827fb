import { describe, expect, it } from "vitest";
import type { JietongChannelData, WireActivity } from "../wire-format.ts";
import { type ChatLog, EMPTY_LOG, mark, type Outgoing, putOut, receive, speakerOf, suggestions } from "./chat-log.ts";

const AT = Date.parse("2026-11-20T12:00:00Z");

function bot(id: string, text: string, jietong: JietongChannelData = {}): WireActivity {
  return { id, type: "message", text, timestamp: "2026-11-20T12:00:00Z", from: { id: "jietong", role: "bot" }, channelData: { jietong } };
}

function echo(id: string, clientActivityID: string, text: string): WireActivity {
  return { id, type: "message", text, from: { id: "dl_1", role: "user" }, channelData: { clientActivityID } };
}

function going(id: string, text: string): Outgoing {
  return { id, text, at: AT, state: "sending" };
}

const shownTexts = (log: ChatLog): (string | undefined)[] => [...log.confirmed, ...log.outgoing].map(({ text }) => text);

describe("the widget's log", () => {
  it("shows nothing twice when the stream replays after a reconnect", () => {
    const once = receive(EMPTY_LOG, { activities: [bot("1", "a"), bot("2", "b")], watermark: "2" }, AT);
    const twice = receive(once, { activities: [bot("1", "a"), bot("2", "b"), bot("3", "c")], watermark: "3" }, AT);
    expect(shownTexts(twice)).toEqual(["a", "b", "c"]);
    expect(twice.watermark).toBe("3");
    expect(receive(twice, { activities: [bot("3", "c"), bot("3", "c")] }, AT).watermark).toBe("3");
  });

  it("puts the echo in the place of what was on its way, in the server's order", () => {
    let log = putOut(putOut(EMPTY_LOG, going("x", "one")), going("y", "two"));
    log = receive(log, { activities: [bot("1", "hello"), echo("2", "x", "one")], watermark: "2" }, AT);
    expect(shownTexts(log)).toEqual(["hello", "one", "two"]);
    expect(log.outgoing.map(({ id }) => id)).toEqual(["y"]);
  });

  it("shows the server's words for the customer's own message: secrets are masked there", () => {
    const log = receive(putOut(EMPTY_LOG, going("x", "JTDM-7K2P")), { activities: [echo("1", "x", "JTDM-****")] }, AT);
    expect(shownTexts(log)).toEqual(["JTDM-****"]);
  });

  it("moves a retried message to the end and keeps its id", () => {
    const failed = mark(putOut(putOut(EMPTY_LOG, going("x", "one")), going("y", "two")), "x", { state: "failed" });
    const again = putOut(failed, { ...going("x", "one") });
    expect(again.outgoing.map(({ id, state }) => [id, state])).toEqual([
      ["y", "sending"],
      ["x", "sending"],
    ]);
  });

  it("does not bring back a message that was echoed while its answer was late", () => {
    const log = receive(putOut(EMPTY_LOG, going("x", "one")), { activities: [echo("1", "x", "one")] }, AT);
    expect(mark(log, "x", { state: "failed" }).outgoing).toEqual([]);
  });

  it("takes a place in line from an event, shows no message for it, and keeps what the card knew", () => {
    const joined = receive(
      EMPTY_LOG,
      {
        activities: [bot("1", "排上了", { caseCode: "48213377", about: "没到账", queue: { position: 3, low: 480, high: 720 } })],
        watermark: "1",
      },
      AT,
    );
    const told = { caseCode: "48213377", queue: { position: 4, because: "others_first" as const } };
    const place: WireActivity = {
      id: "p1",
      type: "event",
      timestamp: "2026-11-20T12:05:00Z",
      from: { role: "bot" },
      channelData: { jietong: told },
    };
    const later = receive(joined, { activities: [place], watermark: "1" }, AT);
    expect(shownTexts(later)).toEqual(["排上了"]);
    expect(later.card).toEqual({
      code: "48213377",
      about: "没到账",
      state: "waiting",
      queue: { position: 4, because: "others_first" },
      toldAt: Date.parse("2026-11-20T12:05:00Z"),
    });
    // A call that was lost: the card waits again.
    const taken = receive(later, { activities: [bot("2", "专员已接手", { caseCode: "48213377", caseState: "connected" })] }, AT);
    expect(taken.card?.state).toBe("connected");
    const lost = bot("3", "连接断了", { caseCode: "48213377", caseState: "waiting", queue: { position: 1 } });
    expect(receive(taken, { activities: [lost] }, AT).card).toMatchObject({ state: "waiting", queue: { position: 1 } });
  });

  it("knows who speaks", () => {
    expect(speakerOf(bot("1", "a"))).toBe("bot");
    expect(speakerOf(bot("1", "a", { speaker: "agent" }))).toBe("agent");
    expect(speakerOf(echo("1", "x", "a"))).toBe("customer");
    expect(speakerOf({ id: "1", type: "message", channelData: { clientActivityID: "x" } })).toBe("customer");
    expect(speakerOf({ id: "1", type: "message" })).toBe("bot");
  });

  it("offers the buttons of the last answer until the customer says something", () => {
    const actions = [{ type: "imBack" as const, title: "跳过", value: "跳过" }];
    const log = receive(EMPTY_LOG, { activities: [{ ...bot("1", "打哪个号码？"), suggestedActions: { actions } }] }, AT);
    expect(suggestions(log)).toEqual(actions);
    expect(suggestions(putOut(log, going("x", "跳过")))).toEqual([]);
    expect(suggestions(receive(log, { activities: [echo("2", "x", "跳过")] }, AT))).toEqual([]);
    expect(suggestions(receive(log, { activities: [bot("2", "好")] }, AT))).toEqual([]);
  });

  it("shows typing until something is said", () => {
    const typing = receive(EMPTY_LOG, { activities: [{ id: "t", type: "typing", from: { role: "bot" } }] }, AT);
    expect(typing.typingAt).toBe(AT);
    expect(receive(typing, { activities: [bot("1", "a")] }, AT).typingAt).toBeUndefined();
    expect(receive(EMPTY_LOG, { activities: [{ id: "t", type: "typing", from: { role: "user" } }] }, AT).typingAt).toBeUndefined();
  });
});

describe("the case card", () => {
  const told = (id: string, jietong: JietongChannelData, timestamp = "2026-11-20T12:00:00Z"): WireActivity => ({
    ...bot(id, "", jietong),
    timestamp,
  });

  it("comes with the code, keeps what later notices leave out, and takes the newer place", () => {
    let log = receive(
      EMPTY_LOG,
      { activities: [told("1", { caseCode: "40721186", about: "订单", queue: { position: 4, low: 480, high: 720 } })] },
      AT,
    );
    expect(log.card).toMatchObject({ code: "40721186", state: "waiting", queue: { position: 4 }, toldAt: AT });
    log = receive(log, { activities: [bot("2", "还在排队", { queue: { position: 3 } })] }, AT);
    expect(log.card).toMatchObject({ code: "40721186", about: "订单", queue: { position: 3 } });
    expect(log.card?.queue).not.toHaveProperty("low");
  });

  it("is updated by events that say nothing in the conversation", () => {
    const log = receive(EMPTY_LOG, { activities: [{ ...told("1", { caseCode: "40721186", queue: { position: 2 } }), type: "event" }] }, AT);
    expect(log.confirmed).toEqual([]);
    expect(log.card?.queue?.position).toBe(2);
  });

  it("says when an agent has it, goes when it is done, and starts afresh for another case", () => {
    const waiting = receive(EMPTY_LOG, { activities: [told("1", { caseCode: "40721186", about: "a", queue: { position: 1 } })] }, AT);
    expect(receive(waiting, { activities: [told("2", { speaker: "agent" })] }, AT).card?.state).toBe("connected");
    expect(receive(waiting, { activities: [told("2", { caseState: "done" })] }, AT).card).toBeUndefined();
    expect(receive(waiting, { activities: [told("2", { caseCode: "11112222" })] }, AT).card).toEqual({
      code: "11112222",
      state: "waiting",
      toldAt: AT,
    });
  });
});
