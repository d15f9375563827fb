import fc from "fast-check";
import { beforeEach, describe, expect, it, test } from "vitest";
import type { Activity, JietongChannelData } from "../conversation/activity.ts";
import { createSecretShelf } from "../conversation/secret-shelf.ts";
import { loadPolicy } from "../policy/load-policy.ts";
import type { ConversationRepository, Store, TurnRecord } from "../ports/store.ts";
import { guardShelf, guardStore } from "./guarded-store.ts";
import { createOutgoingGuard, type Known } from "./outgoing.ts";

const policy = loadPolicy("bot/policy");
const lines: { fields: Record<string, unknown>; message: string }[] = [];
const log = {
  info: () => {},
  error: () => {},
  warn: (fields: Record<string, unknown>, message: string) => void lines.push({ fields, message }),
};
const guard = createOutgoingGuard(policy, log);
beforeEach(() => {
  lines.length = 0;
});

const AT = "2026-11-20T12:41:00.000Z";
const said = (text: string, more: Partial<Activity> = {}, jietong: JietongChannelData = {}): Activity => ({
  id: "act_1",
  type: "message",
  timestamp: AT,
  from: { id: "jietong", role: "bot" },
  conversation: { id: "conv_1" },
  channelId: "directline",
  locale: "zh-CN",
  text,
  channelData: { jietong },
  ...more,
});
const nobody = async (): Promise<Known | undefined> => undefined;
const customer =
  (facts: readonly [string, string, "customer" | "platform"][], phone = "+8613800001001") =>
  async (): Promise<Known> => ({
    identity: { customerId: "u1", phone },
    state: { facts: facts.map(([name, value, source]) => ({ name, value, source, at: AT })) },
  });

describe("what the register does not vouch for is taken out before it is stored", () => {
  it.each([
    ["请拨打客服热线 400-888-9999 办理。", "888"],
    ["请致电订单部 400-888-9999 处理", "888"],
    ["加客服微信 kefu_8899 处理", "kefu"],
    ["加 V：kefu8899", "kefu8899"],
    ["联系 QQ 87654321 退款", "8765"],
    ["Telegram @kefu_8899", "kefu_8899"],
    ["telegram: kefu8899", "kefu8899"],
    ["WhatsApp 号 kefu8899", "kefu8899"],
    ["点 https://refund-help.com/x 领取", "refund-help"],
    ["见 t.me/kefu8899", "t.me"],
    ["写信到 help@refund-help.com", "refund-help"],
    ["热线是 ４００－０００－１２４３", "１２４３"],
    ["热线 四零零 八八八 九九九九", "八八八"],
    ["热线 4OO-OOO-1234", "4OO"],
    ["官网 https://shоp.example", "shоp"],
    ["客服手机 139 1234 5678", "5678"],
  ])("%s", async (text, gone) => {
    const result = await guard.activity(said(text), nobody);
    expect(result.text).not.toContain(gone);
    expect(result.text).toContain("（已略去）");
    expect(result.text).toContain("只用官方热线 400-000-1234");
    expect(lines).toHaveLength(1);
    expect(lines[0]?.fields).toMatchObject({ conversation: "conv_1", activity: "act_1" });
    // The alert itself names nobody's number.
    expect(JSON.stringify(lines)).not.toContain(gone);
  });

  it("in English too, in the middle of a sentence that stays", async () => {
    const result = await guard.activity(said("Call +1 202 555 0100 about order KM1001-A.", { locale: "en" }), nobody);
    expect(result.text).toBe(
      "Call (left out) about order KM1001-A.\n\nA contact that isn't in our official register was left out above; please don't look for it. To reach us, use only the Official hotline 400-000-1234.",
    );
  });

  it("in texts of any length", async () => {
    const result = await guard.activity(said(`${"好的。".repeat(2000)}请拨打 400-888-9999${"，好的".repeat(2000)}`), nobody);
    expect(result.text).not.toContain("400-888-9999");
    expect(result.text?.match(/已略去/gu)).toHaveLength(1);
  });

  it("on buttons, in titles of sources and cards: a button with one is not shown", async () => {
    const actions = ["转人工", "打 400-888-9999"].map((title) => ({ type: "imBack" as const, title, value: title }));
    const result = await guard.activity(
      said(
        "请选择：",
        {
          suggestedActions: { to: ["c"], actions: [...actions, { type: "call", title: "打热线", value: "tel:4008889999" }] },
          attachments: [{ contentType: "application/vnd.microsoft.card.hero", content: { title: "加QQ 87654321", text: "好" } }],
        },
        { about: "退款 · 加微信 kefu_8899", sources: [{ title: "见 refund-help.com", id: "x" }], caseCode: "40721186" },
      ),
      nobody,
    );
    expect(result.suggestedActions?.actions.map(({ title }) => title)).toEqual(["转人工"]);
    expect(JSON.stringify(result)).not.toMatch(/8765|kefu|refund-help|4008889999/u);
    expect(result.channelData?.jietong).toMatchObject({ about: "退款 · 加微信 （已略去）", caseCode: "40721186" });
  });
});

describe("what may be said", () => {
  it.each([
    "查到了：订单 KM1001-A，500.00 元，17:32 已付款，超过了正常的 30 分钟。个案码 4072 1186，打电话时按这个码。",
    "You're in line, 3 ahead, about 8–12 minutes (around 20:41). Case code 4072 1186: key it in if you call.",
    "- 11月20日 17:32 · 消费 · 500.00 元 · 支付宝 · KM1001-A\n- 20:01 · 消费 · 30.00 元 · 微信支付 · 2026WX0001001B",
    "流水号 2026112022001400001234567890，订单号 4001234567，订单 13800001001，提现 W1001-1",
    "热线 400-000-1234，网站 https://shop.example/orders/KM1001-A，公众号 jietong-demo，QQ 10000000；报警 110，反诈 96110。",
    "我们会打 138****1001。充到 lx_8866。",
    "卡密 JTDM-•••• 已发出，2026-11-20 20:41 前有效。",
  ])("%s", async (text) => {
    const activity = said(text);
    expect(await guard.activity(activity, nobody)).toBe(activity);
    expect(lines).toEqual([]);
  });

  it("every sentence of the shop's own", async () => {
    for (const key of policy.replyKeys)
      for (const language of ["zh", "en"] as const) {
        const names = [...rawText(key, language).matchAll(/\{([a-zA-Z]+)\}/gu)].flatMap((match) => match[1] ?? []);
        const text = policy.say(key, language, Object.fromEntries(names.map((name) => [name, "7"])));
        expect(await guard.activity(said(text), nobody), key).toMatchObject({ text });
      }
    expect(lines).toEqual([]);
  });

  it("the customer's own number and account, however written, and nobody else's", async () => {
    const known = customer([
      ["account", "13900002222", "platform"],
      ["phone", "13700003333", "customer"],
    ]);
    for (const text of ["我们会打 138 0000 1001", "已充到 13900002222", "记下了：+86 137-0000-3333"])
      expect((await guard.activity(said(text), known)).text).toBe(text);
    expect((await guard.activity(said("请打 13700004444"), known)).text).not.toContain("4444");
    expect(lines).toHaveLength(1);
  });

  it("a hotline does not become the customer's own because he says so", async () => {
    const known = customer([["phone", "400-888-9999", "customer"]]);
    expect((await guard.activity(said("请打热线 400-888-9999"), known)).text).not.toContain("9999");
  });

  it("what a warning quotes; the mark goes no further", async () => {
    const result = await guard.activity(said("400-000-1243 不是我们的", {}, { quotes: ["400-000-1243"], turn: "t" }), nobody);
    expect(result.text).toBe("400-000-1243 不是我们的");
    expect(result.channelData?.jietong).toEqual({ turn: "t" });
    const mixed = await guard.activity(said("400-000-1243 不是我们的，请打 400-000-1244", {}, { quotes: ["400-000-1243"] }), nobody);
    expect(mixed.text).toMatch(/^400-000-1243 不是我们的，请打 （已略去）/u);
  });
});

test("random contacts never get through, wherever they stand and whatever stands around them", async () => {
  const digits = fc.stringMatching(/^[2-8]\d{6}$/u);
  const contact = fc.oneof(
    digits.map((rest) => `400-${rest.slice(0, 3)}-${rest.slice(3)}`),
    fc.stringMatching(/^1[3-9]\d{9}$/u),
    digits.map((rest) => `QQ ${rest}9`),
    fc.stringMatching(/^[a-z]{4,9}_\d{2,4}$/u).map((id) => `微信号：${id}`),
    fc.stringMatching(/^[a-z]{4,9}\d{2}$/u).map((id) => `@${id}`),
    fc.stringMatching(/^[a-z]{4,12}$/u).map((name) => `https://${name}.com/pay`),
  );
  const around = fc.constantFrom(
    ["", ""],
    ["请拨打 ", " 处理"],
    ["订单 KM1001-A 已退款，联系 ", "，2026-11-20 20:41 前有效"],
    ["Please use ", " now."],
  );
  await fc.assert(
    fc.asyncProperty(contact, around, async (value, [before, after]) => {
      const text = `${before}${value}${after}`;
      const core = value.replace(/^(?:QQ |微信号：|https:\/\/)/u, "").replace(/\/pay$/u, "");
      fc.pre(!["400-000-1234", "400-000-1243"].includes(core));
      expect((await guard.activity(said(text), nobody)).text).not.toContain(core);
    }),
    { numRuns: 500 },
  );
});

it("what is allowed is allowed by itself, and not as a part of something longer", async () => {
  const quoted = (text: string) => guard.activity(said(text, {}, { quotes: ["400-000-1243"] }), nobody);
  expect((await quoted("400-000-12435 是我们的热线")).text).not.toContain("12435");
  expect((await quoted("9400-000-1243 是我们的热线")).text).not.toContain("9400");
  expect((await quoted("400-000-1243.evil.com")).text).not.toContain("evil");
  expect((await quoted("举报 400-000-1243，或 400-000-1243。")).text).toBe("举报 400-000-1243，或 400-000-1243。");
});

describe("the guarded store", () => {
  const written: Activity[] = [];
  let asked = 0;
  const conversation = { id: "conv_1", identity: { customerId: "u1", phone: "+8613800001001" }, state: { facts: [] } };
  const conversations = {
    append: async (_id: string, activity: Activity) => {
      written.push(activity);
      return { seq: 1, id: activity.id, repeated: false };
    },
    commitTurn: async (_turn: TurnRecord, _state: unknown, _version: number, replies: readonly Activity[]) => {
      written.push(...replies);
      return replies.map((_, index) => index + 1);
    },
    get: async () => {
      asked += 1;
      return conversation;
    },
  } as unknown as ConversationRepository;
  const bare = { conversations } as unknown as Store;
  const store = guardStore({ ...bare, transaction: (work) => work({ ...bare }) }, guard);
  beforeEach(() => {
    written.length = 0;
    asked = 0;
  });

  it("checks what is appended and what a turn commits, in a transaction and out of it, and nothing the customer writes", async () => {
    const bad = said("请拨打 400-888-9999");
    await store.conversations.append("conv_1", bad, { awaitsTurn: false });
    await store.transaction((inside) => inside.conversations.append("conv_1", bad, { awaitsTurn: false }));
    const turn = { conversationId: "conv_1" } as TurnRecord;
    await store.conversations.commitTurn(turn, { facts: [] } as never, 1, [bad, said("您好")]);
    await store.transaction((inside) => inside.conversations.commitTurn(turn, { facts: [] } as never, 1, [bad]));
    expect(written).toHaveLength(5);
    expect(JSON.stringify(written)).not.toContain("400-888-9999");
    expect(lines).toHaveLength(4);
    written.length = 0;
    await store.conversations.append("conv_1", { ...bad, from: { id: "c", role: "user" } }, { awaitsTurn: true });
    expect(written[0]?.text).toBe("请拨打 400-888-9999");
  });

  it("asks the store about the customer only when something was found", async () => {
    await store.conversations.append("conv_1", said("您好"), { awaitsTurn: false });
    expect(asked).toBe(0);
    await store.conversations.append("conv_1", said("我们会打 13800001001"), { awaitsTurn: false });
    expect([asked, written[1]?.text]).toEqual([1, "我们会打 13800001001"]);
  });

  it("guards the shelf without touching a key of digits", () => {
    const shelf = guardShelf(createSecretShelf(), guard);
    shelf.put("act_1", "订单 X（加QQ 87654321）的完整卡密：\n\n`1234 5678 9012`", 0);
    const [shown] = shelf.reveal([{ seq: 1, activity: said("遮住的") }], 1);
    expect(shown?.activity.text).toContain("`1234 5678 9012`");
    expect(shown?.activity.text).not.toContain("87654321");
  });
});

/** The sentence with its placeholders, as the file has it. */
function rawText(key: string, language: "zh" | "en"): string {
  const values = new Proxy({}, { get: (_, name) => (typeof name === "string" ? `{${name}}` : undefined) });
  return policy.say(key, language, values);
}
