import { describe, expect, test } from "vitest";
import { loadPolicy } from "../policy/load-policy.ts";
import { contactsIn, unknownContacts } from "./guard-contacts.ts";

const policy = loadPolicy("bot/policy");
const values = (text: string, allowed: readonly string[] = []): string[] =>
  unknownContacts(text, policy.contacts, allowed).map(({ value }) => value);

describe("unknownContacts", () => {
  test.each([
    "查到了：订单 KM1001-A，500.00 元，17:32 已付款，现在仍在处理，超过了正常的 30 分钟。",
    "已为您排队，前面还有 3 位，预计 8–12 分钟（20:41 前后）。个案码 4072 1186，打电话时按这个码，不用再说一遍。",
    "You're in line, 3 ahead, about 8–12 minutes (around 20:41). Case code 4072 1186: key it in if you call.",
    "等候已到 15 分钟，改由我们打给您，20:58 前会响。来电显示 400-000-1234，专员会先报“青山”。",
    "流水号 2026ALI0001001A，付款 PAY1002-X，订单号 20261120174100012345，提现 W1001-1。",
    "请打 96110 或 12315；遇到危险打 110。",
    "官网 https://shop.example/help，公众号 jietong-demo，QQ 10000000。",
    "您的余额是 1,204.00 元（20:41 查到的）。Your balance is ¥1,204.00.",
    "卡密 JTDM-••••-••••-4M3Z 已发出。",
    "11月13日 20:41 提交，最晚 2026-11-18 20:41；充到 lx_8866。",
    "12000 点券，10000 积分，95000 coins",
    "Please wait. Then log in again. See e.g. README.md or node.js v2.0.1.",
  ])("nothing to object to: %s", (text) => {
    expect(values(text)).toEqual([]);
  });

  test.each([
    ["请拨打 400-888-9999。", "400-888-9999"],
    ["Call +1 202 555 0100 now.", "+1 202 555 0100"],
    ["加客服微信 kefu_8899 处理", "kefu_8899"],
    ["QQ 87654321", "87654321"],
    ["打开 https://evil.com/refund", "https://evil.com/refund"],
    ["见 refund-help.com", "refund-help.com"],
    ["发邮件到 help@evil.com", "help@evil.com"],
    ["我们的热线是 400-000-1243", "400-000-1243"],
    ["拨打 95588", "95588"],
    ["客服手机 13912345678", "13912345678"],
    ["官网 sh0p.example", "https://sh0p.example"],
  ])("%s", (text, value) => {
    expect(values(text)).toEqual([value]);
  });

  test("the customer's own number may be said, in any writing, and no other", () => {
    for (const text of ["我们会打 13800001001", "我们会打 138 0000 1001", "we'll ring +86 138-0000-1001"]) {
      expect(values(text)).not.toEqual([]);
      expect(values(text, ["+8613800001001"]), text).toEqual([]);
    }
    expect(values("我们会打 13800001002", ["+8613800001001"])).toEqual(["13800001002"]);
  });
});

describe("contactsIn", () => {
  test("lists phone numbers, links, WeChat and QQ ids", () => {
    expect(contactsIn("电话 400-123-4567，QQ 12345678，微信号 kefu_1，官网 www.abc.com，邮箱 a@b.com，订单 KM1001-A")).toEqual([
      { kind: "site", value: "www.abc.com" },
      { kind: "email", value: "a@b.com" },
      { kind: "wechat", value: "kefu_1" },
      { kind: "phone", value: "400-123-4567" },
      { kind: "qq", value: "12345678" },
    ]);
    expect(contactsIn("没有联系方式")).toEqual([]);
  });
});
