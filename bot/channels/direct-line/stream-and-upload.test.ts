import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Problem } from "../../errors.ts";
import { openConversation, until } from "./direct-line.contract.ts";
import { type BareHost, startBareHost } from "./fixtures/bare-host.ts";
import { call } from "./fixtures/call.ts";

let host: BareHost;
let now = Date.UTC(2026, 10, 20, 12);

beforeEach(async () => {
  now = Date.UTC(2026, 10, 20, 12);
  host = await startBareHost({ clock: { now: () => now } });
});
afterEach(() => host.stop());

describe("the stream", () => {
  const connect = async (conversationId: string, token: string, watermark = "") => {
    const { body } = await call(host, "GET", `/v3/directline/conversations/${conversationId}?watermark=${watermark}`, { token });
    return body.streamUrl ?? "";
  };
  const listen = (address: string) => {
    const socket = new WebSocket(address);
    const frames: { activities: { id: string; type: string }[]; watermark: string }[] = [];
    const state = { status: 0, closed: 0 };
    socket.on("message", (data) => frames.push(JSON.parse(String(data))));
    socket.on("unexpected-response", (_request, answer) => {
      state.status = answer.statusCode ?? -1;
    });
    socket.on("close", (code) => {
      state.closed = code;
    });
    socket.on("error", () => {});
    return { socket, frames, state };
  };

  it("shows typing under an id of its own without moving the watermark; empty frames are ignored", async () => {
    const { conversationId, token } = await openConversation(host.url);
    const { socket, frames } = listen(await connect(conversationId, token));
    await until("greeting", () => frames.length === 1);
    socket.send("");
    host.directLine.typing(conversationId);
    host.directLine.typing(conversationId);
    await until("typing", () => frames.length === 3);
    expect(frames.map((one) => one.watermark)).toEqual(["1", "1", "1"]);
    expect(new Set(frames.flatMap((one) => one.activities.map((activity) => activity.id))).size).toBe(3);
    host.inbox.say(conversationId, "还在");
    await until("next", () => frames.at(-1)?.watermark === "2");
    socket.close();
    await until("no follower", () => host.inbox.followers(conversationId) === 0 && host.directLine.sockets() === 0);
  });

  it("sends a long log in order and whole", async () => {
    const { conversationId, token } = await openConversation(host.url);
    for (let n = 0; n < 350; n += 1) host.inbox.say(conversationId, `第${n}句`);
    const { frames, socket } = listen(await connect(conversationId, token, "1"));
    await until("all", () => frames.at(-1)?.watermark === "351");
    const wanted = host.inbox.logs
      .get(conversationId)
      ?.slice(1)
      .map((one) => one.activity.id);
    expect(frames.flatMap((one) => one.activities.map((activity) => activity.id))).toEqual(wanted);
    socket.close();
  });

  it("sends what it is handed without reading it again, and reads where something is missing", async () => {
    const { conversationId, token } = await openConversation(host.url);
    const { frames, socket } = listen(await connect(conversationId, token));
    await until("greeting", () => frames.length === 1);
    const { reads } = host.inbox;
    host.inbox.silent = true;
    const [one, two, three, four, five] = ["一", "二", "三", "四", "五"].map((text) => host.inbox.say(conversationId, text));
    if (!one || !two || !three || !four || !five) throw new Error("five were said");
    const sent = () => frames.flatMap(({ activities }) => activities.map(({ id }) => id)).slice(1);
    host.inbox.tell(conversationId, [one]);
    host.inbox.tell(conversationId, [one, two]);
    await until("two", () => sent().length === 2);
    host.inbox.tell(conversationId, [two]);
    expect(host.inbox.reads).toBe(reads);
    host.inbox.tell(conversationId, [four]);
    await until("all", () => sent().length === 5);
    host.inbox.tell(conversationId, [three]);
    host.inbox.tell(conversationId, [five]);
    const six = host.inbox.say(conversationId, "六");
    host.inbox.tell(conversationId, [six]);
    await until("six", () => sent().length === 6);
    expect(sent()).toEqual([one, two, three, four, five, six].map(({ activity }) => activity.id));
    expect(host.inbox.reads).toBe(reads + 1);
    expect(frames.at(-1)?.watermark).toBe("7");
    socket.close();
  });

  it("sends everything once and in order, however it is told", async () => {
    const { conversationId, token } = await openConversation(host.url);
    const { frames, socket } = listen(await connect(conversationId, token));
    await until("greeting", () => frames.length === 1);
    host.inbox.silent = true;
    // A fixed shuffle: which are handed over, which only announced, and in which order.
    const said = Array.from({ length: 60 }, (_, index) => host.inbox.say(conversationId, `第${index}句`));
    for (let step = 0; step < 60; step += 1) {
      const at = (step * 37) % 60;
      host.inbox.tell(conversationId, step % 7 === 0 ? undefined : said.slice(at, at + 1 + (step % 3)));
      if (step % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await until("all", () => frames.at(-1)?.watermark === "61");
    expect(frames.flatMap(({ activities }) => activities.map(({ id }) => id)).slice(1)).toEqual(said.map(({ activity }) => activity.id));
    socket.close();
  });

  it("opens once for each token, within a minute, with a stream token", async () => {
    const { conversationId, token } = await openConversation(host.url);
    const address = await connect(conversationId, token);
    const first = listen(address);
    await until("first", () => first.frames.length === 1);
    const second = listen(address);
    await until("second refused", () => second.state.status === 409);
    const wrongKind = listen(address.replace(/t=.*/, `t=${token}`));
    await until("wrong kind refused", () => wrongKind.state.status === 401);
    const late = await connect(conversationId, token);
    now += 61_000;
    const third = listen(late);
    await until("late refused", () => third.state.status === 403);
    const other = await openConversation(host.url);
    const foreign = listen((await connect(other.conversationId, other.token)).replace(other.conversationId, conversationId));
    await until("foreign refused", () => foreign.state.status === 403);
    first.socket.close();
  });

  it("closes so that the client comes back when the store does not answer or the server stops", async () => {
    const { conversationId, token } = await openConversation(host.url);
    const first = listen(await connect(conversationId, token));
    await until("open", () => first.frames.length === 1);
    host.inbox.broken = true;
    host.inbox.say(conversationId, "x");
    await until("closed for our fault", () => first.state.closed === 1011);
    host.inbox.broken = false;
    const second = listen(await connect(conversationId, token));
    await until("open again", () => second.frames.length === 1);
    await host.stop();
    await until("closed for a restart", () => second.state.closed === 1012);
  });
});

describe("upload", () => {
  const upload = async (conversationId: string, token: string, parts: [string, Blob, string][]) => {
    const form = new FormData();
    for (const [name, blob, filename] of parts) form.append(name, blob, filename);
    const answer = await fetch(`${host.url}/v3/directline/conversations/${conversationId}/upload?userId=x`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
    const body: unknown = await answer.json();
    return { status: answer.status, code: Reflect.get(Object(body), "code") };
  };
  const png = (size = 100) =>
    new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), new Uint8Array(size)], { type: "image/png" });
  const activity = (value: unknown) => new Blob([JSON.stringify(value)], { type: "application/vnd.microsoft.activity" });

  it("keeps the files under the type their bytes show, with a clean name", async () => {
    const { conversationId, token } = await openConversation(host.url);
    const gbk = new Blob([new Uint8Array([0xc4, 0xe3, 0xba, 0xc3])], { type: "text/plain" });
    const parts: [string, Blob, string][] = [
      ["activity", activity({ type: "message", text: "截图", attachments: [{ contentUrl: "http://evil.example/x" }] }), "blob"],
      ["file", new Blob([png()], { type: "text/html" }), "../../凭证\u202e.png"],
      ["file", gbk, "说明.txt"],
    ];
    expect((await upload(conversationId, token, parts)).status).toBe(200);
    expect([...host.inbox.files.values()].map((file) => [file.name, file.contentType])).toEqual([
      ["凭证.png", "image/png"],
      ["说明.txt", "text/plain; charset=gb18030"],
    ]);
    const logged = host.inbox.logs.get(conversationId)?.[1]?.activity;
    expect(logged?.attachments?.map((one) => one.contentUrl)).toEqual([
      expect.stringMatching(/^file-\d+$/),
      expect.stringMatching(/^file-\d+$/),
    ]);
  });

  it("refuses other kinds, too much, too many, and a broken activity", async () => {
    const { conversationId, token } = await openConversation(host.url);
    const message = activity({ type: "message" });
    const html = new Blob(["<script>alert(1)</script>"], { type: "text/html" });
    expect(await upload(conversationId, token, [["file", html, "a.html"]])).toEqual({ status: 415, code: "media_type_unsupported" });
    expect(await upload(conversationId, token, [["file", new Blob([""], { type: "image/png" }), "a.png"]])).toEqual({
      status: 400,
      code: "bad_request",
    });
    expect((await upload(conversationId, token, [["file", png(10 * 1024 * 1024), "a.png"]])).status).toBe(413);
    const six = Array.from({ length: 6 }, (_, n): [string, Blob, string] => ["file", png(), `${n}.png`]);
    expect((await upload(conversationId, token, [["activity", message, "blob"], ...six])).status).toBe(413);
    expect(
      (await upload(conversationId, token, [["activity", new Blob(["{"], { type: "application/vnd.microsoft.activity" }), "blob"]])).code,
    ).toBe("json_invalid");
    expect(
      (
        await upload(conversationId, token, [
          ["activity", activity({ type: "message", text: "长".repeat(4001) }), "blob"],
          ["file", png(), "a.png"],
        ])
      ).code,
    ).toBe("message_too_long");
    expect(host.inbox.received).toEqual([]);
    // Nothing is left of what was refused half-way.
    expect(host.inbox.files.size).toBe(0);
    const json = await call(host, "POST", `/v3/directline/conversations/${conversationId}/upload`, { token, body: {} });
    expect([json.status, json.body.code]).toEqual([415, "media_type_unsupported"]);
  });

  it("keeps nothing twice of a message sent again, and nothing at all of one that is refused once it is read", async () => {
    const { conversationId, token } = await openConversation(host.url);
    const message = activity({ type: "message", channelData: { clientActivityID: "c-1" } });
    const parts: [string, Blob, string][] = [
      ["activity", message, "blob"],
      ["file", png(), "a.png"],
      ["file", png(), "b.png"],
    ];
    for (const _ of [1, 2]) expect((await upload(conversationId, token, parts)).status).toBe(200);
    expect(host.inbox.files.size).toBe(2);
    host.inbox.receive = async () => {
      throw new Problem("too_many_messages");
    };
    expect((await upload(conversationId, token, parts.slice(1))).code).toBe("too_many_messages");
    expect(host.inbox.files.size).toBe(2);
  });
});

describe("what is shown without being kept", () => {
  it("reaches sockets at once and a client that polls at its next asking, once; nobody else counts as present", async () => {
    const [socket, poller, gone] = [await openConversation(host.url), await openConversation(host.url), await openConversation(host.url)];
    const { body } = await call(host, "GET", `/v3/directline/conversations/${socket.conversationId}?watermark=1`, { token: socket.token });
    const live = new WebSocket(String(body.streamUrl));
    const seen: string[] = [];
    live.on("message", (data) => seen.push(String(data)));
    await until(
      "the socket is open",
      () => live.readyState === WebSocket.OPEN && host.directLine.present().includes(socket.conversationId),
    );
    const poll = async () =>
      (await call(host, "GET", `/v3/directline/conversations/${poller.conversationId}/activities?watermark=1`, { token: poller.token }))
        .body;
    expect((await poll()).activities).toEqual([]);
    expect(host.directLine.present().toSorted()).toEqual([socket.conversationId, poller.conversationId].toSorted());

    for (const { conversationId } of [socket, poller, gone])
      host.directLine.tell(conversationId, { caseCode: "48213377", queue: { position: 3 } });
    host.directLine.tell(poller.conversationId, { caseCode: "48213377", queue: { position: 2 } });
    await until("the place is shown", () => seen.length > 0);
    expect(JSON.parse(seen[0] ?? "")).toMatchObject({
      activities: [{ type: "event", name: "queue.place", channelData: { jietong: { queue: { position: 3 } } } }],
      watermark: "1",
    });
    // The newest place, and the watermark where it was.
    expect(await poll()).toMatchObject({
      activities: [{ type: "event", channelData: { jietong: { queue: { position: 2 } } } }],
      watermark: "1",
    });
    expect((await poll()).activities).toEqual([]);
    expect(host.inbox.logs.get(poller.conversationId)).toHaveLength(1);
    live.close();
    now += 31_000;
    await until("nobody is present", () => !host.directLine.present().includes(socket.conversationId));
    expect(host.directLine.present()).toEqual([]);
  });
});
