import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isIdNumber, mask, passesLuhn } from "./mask.ts";

describe("mask", () => {
  it.each([
    ["我的卡密 JTDM-7K2P-Q9XW-4M3Z 用不了", "card_key", "7K2P"],
    ["key: jtdl-55tr-8yhn-2qaz is invalid", "card_key", "8yhn"],
    ["激活码是 A7F3K9Q2M5X8", "card_key", "K9Q2"],
    ["JTDM 7K2P Q9XW 4M3Z", "card_key", "Q9XW"],
    ["验证码 483920", "one_time_code", "483920"],
    ["my verification code is 7731", "one_time_code", "7731"],
    ["OTP: 552013 did not work", "one_time_code", "552013"],
    ["483920 是我的验证码", "one_time_code", "483920"],
    ["密码是abc12345", "password", "abc12345"],
    ["my password is hunter2!", "password", "hunter2!"],
    ["卡号 4111 1111 1111 1111", "bank_card", "4111 1111 1111"],
    ["6222021234567890128", "bank_card", "62220212345678"],
    ["身份证 11010519491231002X", "id_number", "11010519491231002X"],
    ["ＪＴＤＭ－７Ｋ２Ｐ－Ｑ９ＸＷ－４Ｍ３Ｚ", "card_key", "７Ｋ２Ｐ"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MTAwMSJ9.abcdefghijkl", "token", "eyJzdWIi"],
  ])("hides the secret in %j", (text, kind, secret) => {
    const masked = mask(text);
    expect(masked.found).toContain(kind);
    expect(masked.text).not.toContain(secret);
  });

  it.each([
    "订单 KM1001-A 充了500还没到",
    "支付流水号 2026ALI0001001A",
    "支付宝交易号 2026112022001400001234567890",
    "订单号 20261120123456789012",
    "收不到验证码",
    "忘记密码了怎么办",
    "my password is wrong",
    "手机号 13800001001 充了 300",
    "个案码 4072 1186",
    "made for 2025 games",
    "https://shop.example/orders/abc123def456ghi789",
    "the code is expired",
    "打 400-000-1234",
  ])("leaves %j alone", (text) => {
    expect(mask(text)).toEqual({ text, found: [] });
  });

  it("keeps the start of a key and the end of a card, which the desk needs", () => {
    expect(mask("JTDM-7K2P-Q9XW-4M3Z").text).toBe("JTDM-••••");
    expect(mask("4111111111111111").text).toBe("••••1111");
  });

  it("masks several secrets of one text and is idempotent on anything", () => {
    const once = mask("key JTDM-7K2P-Q9XW-4M3Z 验证码 483920");
    expect(once.found).toEqual(["card_key", "one_time_code"]);
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const first = mask(text).text;
        expect(mask(first).text).toBe(first);
      }),
    );
  });

  it("never lets a generated key through, whatever stands around it", () => {
    const group = fc.stringMatching(/^[A-Z0-9]{4}$/);
    fc.assert(
      fc.property(
        fc.constantFrom("", "卡密：", "my key "),
        group,
        group,
        group,
        fc.constantFrom("", " 用不了", ", it fails", " says it was already used", " KM1002-A", "\n2nd line"),
        (before, a, b, c, after) => {
          const key = `JT7D-${a}-${b}-${c}`;
          expect(mask(before + key + after).text).not.toContain(`${a}-${b}`);
        },
      ),
    );
  });
});

describe("check digits", () => {
  it("knows right from wrong", () => {
    expect(passesLuhn("4111111111111111")).toBe(true);
    expect(passesLuhn("4111111111111112")).toBe(false);
    expect(isIdNumber("11010519491231002X")).toBe(true);
    expect(isIdNumber("110105194912310021")).toBe(false);
  });
});
