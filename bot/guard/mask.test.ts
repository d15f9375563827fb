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
    ["验证码：483 920", "one_time_code", "483 920"],
    ["验证码四八三九二零", "one_time_code", "四八三九"],
    ["【接通】您的验证码为483920，5分钟内有效", "one_time_code", "483920"],
    ["４８３９２０（登录验证码）", "one_time_code", "４８３９"],
    ["the otp was G-483920", "one_time_code", "483920"],
    ["我的登录密码abc12345", "password", "abc12345"],
    ["密码 hunter22", "password", "hunter22"],
    ["支付密码我设的是 952733", "password", "952733"],
    ["the password I used was hunter22", "password", "hunter22"],
    ["PIN: 8812", "password", "8812"],
    ["visa4111111111111111", "bank_card", "41111111"],
    ["卡号4111.1111.1111.1111到账", "bank_card", "1111.1111"],
    ["card 4111\u00a01111\u00a01111\u00a01111", "bank_card", "4111\u00a01111"],
    ["卡号 𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏", "bank_card", "𝟒𝟏𝟏𝟏"],
    ["cvv 123", "bank_card", "123"],
    ["身份证 110105 19491231 002x", "id_number", "19491231"],
    ["JTDM-7K2\u200bP-Q9XW-4M3Z", "card_key", "Q9XW"],
    ["JTDM—7K2P—Q9XW—4M3Z", "card_key", "Q9XW"],
    ["Authorization: Bearer abcdef0123456789abcdef01", "token", "abcdef0123"],
    ["api key is jt_0123456789abcdefABCD", "token", "0123456789"],
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
    "my case code is 4072 1186",
    "错误代码 10023, error code 40312",
    "country code 0086",
    "验证码 60 秒后重发，充了 5000 元",
    "验证码5分钟内有效",
    "密码至少 8 位，不要用 123",
    "my password reset link expired",
    "充到 lx_8866，500.00 元，2026-11-20 17:32 付的",
    "订单 20261120174100012345，流水 2026112022001400",
    "QQ 10000000，个案 4072 1186",
    "PAY1002-X 和 KM1002-A 重复扣款 699.00",
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

describe("random secrets in random words", () => {
  const numbers = (length: number) =>
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(""));
  const withCheckDigit = (digits: string): string => [..."0123456789"].map((last) => digits + last).find(passesLuhn) ?? digits;
  const card = fc
    .tuple(fc.constantFrom("4", "51", "62", "6222", "37"), fc.integer({ min: 15, max: 18 }))
    .chain(([head, length]) => numbers(length - head.length).map((rest) => withCheckDigit(head + rest)));
  const idNumber = fc
    .tuple(
      fc.integer({ min: 110000, max: 659000 }),
      fc.integer({ min: 1950, max: 2009 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 28 }),
      numbers(3),
    )
    .map(([place, year, month, day, serial]) => {
      const body = `${place}${year}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}${serial}`;
      return [..."0123456789X"].map((last) => body + last).find(isIdNumber) ?? "";
    })
    .filter((id) => id !== "");
  const group = fc.stringMatching(/^[A-Z][0-9A-Z]{2}[0-9]$/u);
  const key = fc.array(group, { minLength: 3, maxLength: 5 });
  const code = fc.integer({ min: 4, max: 8 }).chain(numbers);
  const password = fc.stringMatching(/^[A-Za-z]{3,8}[0-9]{2,6}[A-Za-z0-9]{1,6}$/u);
  const token = fc.stringMatching(/^[A-Za-z0-9]{20,40}$/u).map((rest) => `sk-${rest}7`);

  const wide = (text: string): string => text.replace(/[!-~]/gu, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
  const bold = (text: string): string => text.replace(/\d/gu, (digit) => String.fromCodePoint(0x1d7ce + Number(digit)));
  const joined = (text: string): string => [...text].join("\u200b");
  const dress = fc.constantFrom<(text: string) => string>((text) => text, wide, bold, joined);
  const inFours = (digits: string, gap: string): string => (digits.match(/.{1,4}/gu) ?? []).join(gap);
  const gap = fc.constantFrom("", " ", "-", "\u00a0");
  /** What stands before and after: sentence, receipt, nothing. Never a letter or digit that would belong to the secret. */
  const around = fc.constantFrom(
    ["", ""],
    ["订单KM1001-A，500.00元，", "，帮我看看"],
    ["收到的是\n", "\n还有别的吗"],
    ["I typed ", " , nothing happened"],
    ["（", "）"],
    ["2026-11-20 17:32 付的，", " 不行"],
  );
  const said: fc.Arbitrary<{ written: string; core: string }> = fc.oneof(
    fc
      .tuple(card, gap, dress)
      .map(([digits, between, wear]) => ({ written: `卡号 ${wear(inFours(digits, between))}`, core: digits.slice(0, -4) })),
    fc.tuple(idNumber, dress).map(([id, wear]) => ({ written: wear(id), core: id })),
    fc
      .tuple(key, fc.constantFrom("-", "_", "."), dress)
      .map(([groups, dash, wear]) => ({ written: wear(groups.join(dash)), core: groups.slice(1).join("") })),
    fc
      .tuple(code, fc.constantFrom("验证码", "验证码：", "短信验证码是 ", "OTP ", "my verification code is "), dress)
      .map(([digits, word, wear]) => ({ written: word + wear(digits), core: digits })),
    fc
      .tuple(password, fc.constantFrom("密码", "密码：", "登录密码是 ", "my password is ", "pwd="))
      .map(([word, before]) => ({ written: before + word, core: word })),
    token.map((value) => ({ written: value, core: value })),
  );
  /** Letters and digits as they read, nothing between. */
  const read = (text: string): string => text.normalize("NFKC").replace(/[^A-Za-z0-9]/gu, "");

  it("are never in what is kept, nor any six characters of them", () => {
    fc.assert(
      fc.property(said, around, ({ written, core }, [before, after]) => {
        const { text, found } = mask(`${before}${written}${after}`);
        expect(found.length, text).toBeGreaterThan(0);
        const rest = read(text.replace(before ?? "", "").replace(after ?? "", ""));
        for (let place = 0; place + 6 <= core.length; place += 1) expect(rest, text).not.toContain(core.slice(place, place + 6));
        if (core.length < 6) expect(rest).not.toContain(core);
        expect(mask(text).text).toBe(text);
      }),
      { numRuns: 3000 },
    );
  });

  it("order numbers, amounts, times and case codes beside them survive", () => {
    const plain = fc.oneof(
      fc.integer({ min: 1000, max: 9999 }).map((number) => `订单 KM${number}-A`),
      fc.integer({ min: 1, max: 99_999 }).map((amount) => `${amount}.50 元`),
      fc.integer({ min: 1000, max: 9999 }).map((number) => `个案码 4072 ${number}`),
      fc.constantFrom("2026-11-20 17:32", "流水号 2026ALI0001001A", "https://shop.example/orders/1", "13800001001", "余额 268.50"),
    );
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 4 }), (pieces) => {
        const text = pieces.join("，");
        expect(mask(text)).toEqual({ text, found: [] });
      }),
      { numRuns: 1000 },
    );
  });
});
