import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOW } from "./fixtures/heard.ts";
import { type Receipt, readReceipt } from "./receipt.ts";

const ZONE = "Asia/Shanghai";
const read = (text: string): Receipt | undefined => readReceipt(text, NOW, ZONE);

interface Paid {
  readonly amount: string;
  readonly at: string;
  readonly merchant: string;
  readonly serial: string;
  readonly payee: string;
}

/** How each channel prints a payment: in lines of label and value, label above value, or in one run when the lines were lost. */
const LAYOUTS: Readonly<Record<string, { readonly channel: string; print(paid: Paid): string }>> = {
  "Alipay, a line each": {
    channel: "alipay",
    print: ({ amount, at, merchant, serial, payee }) =>
      `${payee}\n-${amount}\n交易成功\n创建时间  ${at}\n付款方式  招商银行(8866)\n商品说明  游戏点券\n收款方全称  ${payee}\n订单号  ${serial}\n商户订单号  ${merchant}`,
  },
  "Alipay, the amount labelled": {
    channel: "alipay",
    print: ({ amount, at, merchant, serial, payee }) =>
      `支付宝\n创建时间：${at}\n订单号：${serial}\n商户订单号：${merchant}\n收款方：${payee}\n付款金额：${amount}元`,
  },
  "WeChat, label above value": {
    channel: "wechat",
    print: ({ amount, at, merchant, serial, payee }) =>
      `支付成功\n-${amount}\n当前状态\n支付成功\n支付时间\n${at}\n商户全称\n${payee}\n收单机构\n财付通支付科技有限公司\n支付方式\n零钱\n交易单号\n${serial}\n商户单号\n${merchant}`,
  },
  "WeChat, the lines lost": {
    channel: "wechat",
    print: ({ amount, at, merchant, serial, payee }) =>
      `实付金额 ¥${amount} 支付时间 ${at} 商户全称 ${payee} 支付方式 零钱 交易单号 ${serial} 商户单号 ${merchant}`,
  },
  "WeChat in English": {
    channel: "wechat",
    print: ({ amount, at, merchant, serial, payee }) =>
      `Amount: ¥${amount}\nMerchant: ${payee}\nPayment time: ${at}\nPayment method: Balance\nTransaction ID: ${serial}\nMerchant order no.: ${merchant}`,
  },
};

const digits = (length: number) => fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: length, maxLength: length });
const two = (value: number): string => String(value).padStart(2, "0");
const paidBy = (channel: string): fc.Arbitrary<Paid & { iso: string }> =>
  fc
    .record({
      cents: fc.integer({ min: 1, max: 99_999_999 }),
      day: fc.integer({ min: 1, max: 20 }),
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.integer({ min: 0, max: 59 }),
      second: fc.integer({ min: 0, max: 59 }),
      tail: digits(24),
      merchant: fc.oneof(
        fc.constantFrom("KM1001-A", "KM20260001-Z"),
        digits(22),
        digits(10).map((end) => `KM1001A${end}`),
      ),
      payee: fc.constantFrom("接通数码", "接通数码科技有限公司", "Jietong Shop"),
      form: fc.constantFrom("dash", "han"),
    })
    .map(({ cents, day, hour, minute, second, tail, merchant, payee, form }) => {
      const clock = `${two(hour)}:${two(minute)}:${two(second)}`;
      return {
        amount: (cents / 100).toFixed(2),
        at: form === "dash" ? `2026-11-${two(day)} ${clock}` : `2026年11月${two(day)}日 ${clock}`,
        iso: `2026-11-${two(day)}T${clock}+08:00`,
        merchant,
        serial: channel === "wechat" ? `4200${tail}` : `20261120${tail.slice(0, 20)}`,
        payee,
      };
    });

describe("a pasted receipt", () => {
  it.each(Object.entries(LAYOUTS))("%s: every value under its own name, whatever they are", (_, { channel, print }) => {
    fc.assert(
      fc.property(paidBy(channel), fc.constantFrom("", "充了三小时没到账\n", "this never arrived\n"), (paid, words) => {
        const text = words + print(paid);
        const receipt = read(text);
        expect(receipt).toMatchObject({
          amount: `${paid.amount} CNY`,
          time: paid.iso,
          channel,
          merchantOrder: paid.merchant,
          serial: paid.serial,
          payee: paid.payee,
        });
        // Words stay, at their place; no number of the receipt is left to be read as something else.
        expect(receipt?.rest).toHaveLength(text.length);
        expect(receipt?.rest.startsWith(words)).toBe(true);
        expect(receipt?.rest.slice(words.length)).not.toMatch(/\d/u);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    [
      "【招商银行】您账户8866于11月20日17:28在财付通-接通数码快捷支付500.00元，余额1234.56。这钱扣了，游戏没到账",
      "500.00 CNY",
      "17:28:00",
      "wechat",
    ],
    ["您尾号8866的储蓄卡11月20日17时28分支付宝消费支出人民币500.00元,活期余额1234.56元。[建设银行]", "500.00 CNY", "17:28:00", "alipay"],
    ["【工商银行】您尾号8866卡11月20日17:28支出(消费接通数码)1,500元，余额11,234.56元。", "1500.00 CNY", "17:28:00", "bank_card"],
    [
      "Your card ending 8866 was charged USD 69.90 at JIETONG on 20 Nov 2026 5:28 PM. Avail bal USD 1,234.56.",
      "69.90 USD",
      "17:28:00",
      "bank_card",
    ],
  ])("a bank's message: what was paid, never what is left: %s", (text, amount, clock, channel) => {
    const receipt = read(text);
    expect(receipt).toMatchObject({ amount, time: `2026-11-20T${clock}+08:00`, channel });
    expect(receipt?.rest).not.toMatch(/1,?234|8866/u);
  });
  it("keeps the words beside a bank's message", () => {
    expect(read("【招商银行】您账户8866于11月20日17:28在财付通快捷支付500.00元，余额12.56。这钱扣了，游戏没到账")?.rest.trim()).toBe(
      "。这钱扣了，游戏没到账",
    );
  });
  it("takes a day without its year for the last such day", () => {
    expect(read("【招商银行】您账户8866于12月30日17:28快捷支付500.00元")?.time).toBe("2025-12-30T17:28:00+08:00");
  });

  it.each([
    "我充值的500没到账",
    "订单号KM1001-A 金额500没到账",
    "订单号是多少 金额是多少",
    "付款时间17:30 金额500 支付方式支付宝 没到账",
    "我的银行卡尾号8866怎么绑定",
    "支付宝余额还有1234.56元",
    "the amount was 500 and the status says paid",
    "hello",
    "",
  ])("is not seen in: %s", (text) => {
    expect(read(text)).toBeUndefined();
  });
  it("reads any text without fault, and never changes its length", () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 30, unit: "binary" }),
      fc.constantFrom(
        "商户单号",
        "交易单号 ",
        "\n",
        "支付时间",
        "2026-11-20 17:28",
        "尾号8866",
        "支出",
        "500.00元",
        "余额",
        "-500",
        "99月99日 99:99",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join("");
        const receipt = read(text);
        if (receipt) expect(receipt.rest).toHaveLength(text.length);
      }),
      { numRuns: 400 },
    );
  });
  it("takes time that grows with the text and not faster", () => {
    const text = "商户单号 1 交易单号 - 支付时间 2026 余额1,1,1, 尾号 支出 ".repeat(100).slice(0, 4000);
    expect(() => read(text)).not.toThrow();
  });
});
