import { Activity as SdkActivity } from "@microsoft/agents-activity";
import { CloudAdapter, MessageFactory } from "@microsoft/agents-hosting";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Activity } from "../ports/channel.ts";
import { createTurnPipeline, type TurnMiddleware } from "./agents-pipeline.ts";

const incoming: Activity = {
  id: "in-1",
  type: "message",
  timestamp: "2026-11-20T12:00:00.000Z",
  from: { id: "dl_user", role: "user" },
  conversation: { id: "conv-1" },
  channelId: "directline",
  text: "怎么用支付宝充值",
  locale: "zh-CN",
};

function reply(id: string, more: Partial<Activity> = {}): Activity {
  return {
    id,
    type: "message",
    timestamp: "2026-11-20T12:00:01.000Z",
    from: { id: "jietong", name: "接通", role: "bot" },
    conversation: { id: "conv-1" },
    channelId: "directline",
    text: "您好",
    ...more,
  };
}

afterEach(() => vi.unstubAllEnvs());

describe("a turn through the SDK", () => {
  it("gives back what was sent, in order, and sends nothing itself", async () => {
    const out = await createTurnPipeline().run(incoming, async (send) => {
      await send(reply("a"));
      await send(reply("b", { text: "第二句" }));
    });
    expect(out.map((one) => [one.id, one.text, one.replyToId])).toEqual([
      ["a", "您好", "in-1"],
      ["b", "第二句", "in-1"],
    ]);
  });

  it("keeps id, sender and everything else of our activity as it was", async () => {
    const full = reply("a", {
      textFormat: "markdown",
      inputHint: "expectingInput",
      locale: "zh-CN",
      attachments: [{ contentType: "image/png", contentUrl: "f1", name: "凭证.png" }],
      suggestedActions: { to: ["dl_user"], actions: [{ type: "imBack", title: "查余额", value: "查余额" }] },
      channelData: { jietong: { turn: "t1", decision: "answer", queue: { position: 3, low: 60, high: 120 } } },
    });
    const [out] = await createTurnPipeline().run(incoming, (send) => send(full));
    expect(out).toEqual({ ...full, replyToId: "in-1" });
  });

  it("hands the handler's error on instead of telling the customer about it", async () => {
    const run = createTurnPipeline().run(incoming, async (send) => {
      await send(reply("a"));
      throw new Error("broken");
    });
    await expect(run).rejects.toThrow("broken");
  });

  it("runs two turns beside each other without mixing their replies", async () => {
    const pipeline = createTurnPipeline();
    const turn = (id: string) =>
      pipeline.run({ ...incoming, id, conversation: { id } }, async (send) => {
        await send(reply(`${id}-1`));
        await new Promise((resolve) => setTimeout(resolve, 5));
        await send(reply(`${id}-2`));
      });
    const [first, second] = await Promise.all([turn("x"), turn("y")]);
    expect(first?.map((one) => `${one.id} ${one.conversation.id}`)).toEqual(["x-1 x", "x-2 x"]);
    expect(second?.map((one) => `${one.id} ${one.conversation.id}`)).toEqual(["y-1 y", "y-2 y"]);
  });

  it("runs middleware around the turn, which may change, add or drop", async () => {
    const order: string[] = [];
    const middleware: TurnMiddleware = async (context, next) => {
      order.push(`before ${context.activity.text}`);
      context.onSendActivities(async (_context, activities, send) => {
        for (const activity of activities) activity.text = `[${activity.text}]`;
        return await send();
      });
      await next();
      await context.sendActivity("added");
      await context.sendTraceActivity("trace", {});
      order.push("after");
    };
    const out = await createTurnPipeline({ middleware: [middleware], bot: { id: "desk", name: "Desk" } }).run(incoming, (send) =>
      send(reply("a")),
    );
    expect(order).toEqual(["before 怎么用支付宝充值", "after"]);
    expect(out.map((one) => [one.id, one.text, one.from.id])).toEqual([
      ["a", "[您好]", "jietong"],
      ["in-1|2", "[added]", "desk"],
    ]);
  });

  it("needs no Azure registration in production, where the SDK's own adapter does", async () => {
    vi.stubEnv("NODE_ENV", "production");
    expect(() => new CloudAdapter()).toThrow(/ClientId/i);
    const out = await createTurnPipeline().run(incoming, (send) => send(reply("a")));
    expect(out).toHaveLength(1);
  });
});

describe("where the SDK's JSON differs from the protocol", () => {
  it("1: channelId comes out under its own name", async () => {
    expect(JSON.stringify(SdkActivity.fromObject(incoming))).toContain('"_channelId"');
    const [out] = await createTurnPipeline().run(incoming, (send) => send(reply("a")));
    expect(out?.channelId).toBe("directline");
    expect(JSON.stringify(out)).not.toContain("_channelId");
  });

  it("2: unknown keys of the conversation are dropped, our own survive in channelData", async () => {
    const odd = { ...incoming, conversation: { id: "conv-1", secretKey: "x" } };
    const [out] = await createTurnPipeline().run(odd, (send) =>
      send(reply("a", { channelData: { clientActivityID: "c1", deep: { a: [1] } } })),
    );
    expect(out?.conversation).toEqual({ id: "conv-1" });
    expect(out?.channelData).toEqual({ clientActivityID: "c1", deep: { a: [1] } });
  });

  it("3: suggested actions keep the `to` they must have", async () => {
    const actions = { to: ["dl_user"], actions: [{ type: "imBack" as const, title: "转人工", value: "转人工" }] };
    const [out] = await createTurnPipeline().run(incoming, (send) => send(reply("a", { suggestedActions: actions })));
    expect(out?.suggestedActions).toEqual(actions);
    const without = { ...reply("a"), suggestedActions: { actions: actions.actions } };
    expect(() => SdkActivity.fromObject(without)).toThrow(/to/);
  });

  it("4: a button whose value is not a string is refused, not sent to break Web Chat", async () => {
    const made = MessageFactory.suggestedActions(["查余额"]);
    expect(typeof made.suggestedActions?.actions[0]?.value).toBe("object");
    const middleware: TurnMiddleware = async (context, next) => {
      await next();
      await context.sendActivity(
        Object.assign(made, { suggestedActions: { to: ["dl_user"], actions: made.suggestedActions?.actions ?? [] } }),
      );
    };
    await expect(createTurnPipeline({ middleware: [middleware] }).run(incoming, async () => {})).rejects.toThrow(/value/);
  });

  it("5: a nonsense timestamp or type never comes out", async () => {
    expect(() => SdkActivity.fromObject({ ...incoming, timestamp: "not a date", type: "xxxxxxxxxx" })).not.toThrow();
    await expect(createTurnPipeline().run(incoming, (send) => send(reply("a", { timestamp: "not a date" })))).rejects.toThrow();
    const middleware: TurnMiddleware = async (context, next) => {
      await next();
      await context.sendActivity(SdkActivity.fromObject({ type: "xxxxxxxxxx", text: "x" }));
    };
    expect(await createTurnPipeline({ middleware: [middleware] }).run(incoming, async () => {})).toEqual([]);
  });

  it("empty strings, which the SDK refuses, are left out", async () => {
    const [out] = await createTurnPipeline().run({ ...incoming, text: "" }, (send) => send(reply("a", { text: "" })));
    expect(out).not.toHaveProperty("text");
  });
});
