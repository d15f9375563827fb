import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOne } from "../operator-file.ts";
import { fold } from "../text/normalise.ts";
import { loadEntityRules } from "./entity-rules.ts";
import { EntityExtractor } from "./extract-entities.ts";

const { rules, faults } = loadEntityRules(readOne(new URL("../entities.yaml", import.meta.url).pathname));
const extractor = new EntityExtractor(rules);
/** Friday 20 November 2026, 20:30 in Shanghai. */
const now = new Date("2026-11-20T12:30:00Z");
const find = (text: string, zone?: string): string[] =>
  extractor.extract(fold(text), now, zone).map(({ type, value }) => `${type}=${value}`);

describe("EntityExtractor", () => {
  it("reads the operator's rules without faults", () => expect(faults).toEqual([]));

  it.each([
    ["KM1001-A 到哪了", "order_number=KM1001-A"],
    ["km1001-a", "order_number=KM1001-A"],
    ["订单20261120000000451207没到", "order_number=20261120000000451207"],
    ["流水号 2026ALI0001001A", "payment_serial=2026ALI0001001A"],
    ["2026112022001412345678901234", "payment_serial=2026112022001412345678901234"],
    ["4200002345202611201234567890", "payment_serial=4200002345202611201234567890"],
    ["提现 W1001-1 没到", "withdrawal_number=W1001-1"],
    ["个案码 4072 1186", "case_code=40721186"],
    ["我的卡密是JTDM-7K2P-Q9XW-4M3Z用不了", "card_key=JTDM-7K2P-Q9XW-4M3Z"],
    ["验证码是482913", "one_time_code=482913"],
    ["my code is 482913", "one_time_code=482913"],
    ["密码是abc12345", "password=abc12345"],
    ["卡 4111 1111 1111 1111", "bank_card=4111111111111111"],
    ["身份证11010519491231002X", "id_number=11010519491231002X"],
    ["call me on 13800001001", "phone=+8613800001001"],
    ["my phone is +65 8123 4567", "phone=+6581234567"],
    ["400-000-1243是你们的吗", "phone=+864000001243"],
    ["https://sh0p.example/x 是官网吗", "link=https://sh0p.example/x"],
    ["账号 lx_8866", "account=lx_8866"],
    ["UID:800000123", "account=800000123"],
    ["充了三百五", "amount=350.00 CNY"],
    ["充了500没到", "amount=500.00 CNY"],
    ["转了1w", "amount=10000.00 CNY"],
    ["花了3块5", "amount=3.50 CNY"],
    ["paid $20.50", "amount=20.50 USD"],
    ["RM 50", "amount=50.00 MYR"],
    ["NT$300", "amount=300.00 TWD"],
    ["昨晚十点半", "time=2026-11-19T22:30:00+08:00"],
    ["半小时前", "time=2026-11-20T20:00:00+08:00"],
    ["3小时前", "time=2026-11-20T17:30:00+08:00"],
    ["上周五充的", "time=2026-11-13"],
    ["11月18号下午两点", "time=2026-11-18T14:00:00+08:00"],
    ["yesterday 9pm", "time=2026-11-19T21:00:00+08:00"],
    ["2 hours ago", "time=2026-11-20T18:30:00+08:00"],
    ["用支付宝付的", "channel=alipay"],
  ])("%s", (text, wanted) => expect(find(text)).toContain(wanted));

  it.each([
    "密码是什么",
    "my password is wrong",
    "一起玩一块走",
    "万一没到怎么办",
    "转人工",
    "3点券",
    "千万别充",
    "第二次了",
    "account is frozen",
  ])("finds nothing in “%s”", (text) => expect(find(text)).toEqual([]));

  it("uses the customer's zone", () => expect(find("昨晚十点半", "America/New_York")).toEqual(["time=2026-11-19T22:30:00-05:00"]));

  it("points into the customer's own text and never overlaps, whatever the text", () => {
    const unit = fc.constantFrom(..."充值没到账昨晚十点半三百五万一块元号周五前年月0123456789-:./@#$¥ABKMW abcdeXx，。！？\n\u200b５①");
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit, maxLength: 120 }), fc.string({ unit: "binary", maxLength: 200 })), (text) => {
        let last = 0;
        for (const { span, value } of extractor.extract(fold(text), now)) {
          expect(span[0]).toBeGreaterThanOrEqual(last);
          expect(span[1]).toBeGreaterThan(span[0]);
          expect(span[1]).toBeLessThanOrEqual(text.length);
          expect(value).not.toBe("");
          last = span[1];
        }
      }),
      { numRuns: 400 },
    );
  });

  it("stays quick on long odd texts", () => {
    for (const piece of ["1234 ", "一二三四", "a.b.c.", "https://", "充了三百", "1:2:3 ", "+1 234 ", "A1-"]) {
      const text = piece.repeat(Math.floor(4_000 / piece.length));
      const started = performance.now();
      extractor.extract(fold(text), now);
      expect(performance.now() - started).toBeLessThan(1_500);
    }
  });
});
