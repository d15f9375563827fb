import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FlowPlace } from "../conversation/conversation.ts";
import { aConversation, fact, meaning, policy } from "./fixtures/heard.ts";
import { type FlowMove, flowMove, flowStart, placeAfter, progress } from "./flow.ts";

const at = (id: string, step: string, more: Partial<FlowPlace> = {}): FlowPlace => ({ id, step, ...more });
const move = (text: string, flow?: FlowPlace, language: "zh" | "en" = "zh"): FlowMove | undefined =>
  flowMove(text, [], aConversation({ language, ...(flow ? { flow } : {}) }), policy);
const signedIn = { identity: { customerId: "u1001" } };

describe("a guided flow", () => {
  it("begins at the step for what was asked, at its first step otherwise, and not with another article", () => {
    const begin = (article: string) => flowStart("topup_guide", article, [], aConversation(), policy);
    expect(begin("top-up")).toEqual({ flow: "topup", step: "channel" });
    expect(begin("top-up-wechat")).toEqual({ flow: "topup", step: "wechat" });
    expect(begin("top-up-usdt")).toBeUndefined();
    expect(flowStart("invoice", "invoice", [], aConversation(), policy)).toBeUndefined();
  });
  it("passes over a step whose condition does not hold", () => {
    const begin = (change = {}) => flowStart("withdrawal_guide", "withdraw", [], aConversation({}, change), policy)?.step;
    expect(begin()).toBe("sign_in");
    expect(begin(signedIn)).toBe("verified");
  });
  it.each([
    ["支付宝", "alipay"],
    ["微信", "wechat"],
    ["Bank card", "card"],
  ])("takes the choice “%s”, in either language and in other words", (text, step) => {
    expect(move(text, at("topup", "channel"))).toEqual({ flow: "topup", step });
  });
  it.each(["下一步", "好了", "next", "done", "ok", "继续"])("goes on with “%s”, and over a menu only by a choice", (text) => {
    expect(move(text, at("topup", "alipay"))).toEqual({ flow: "topup", step: "alipay_pay" });
    expect(move(text, at("topup", "result"))).toEqual({ flow: "topup", step: "end" });
    expect(move(text, at("topup", "channel"))).toBeUndefined();
  });
  it("goes back the way it came", () => {
    expect(move("上一步", at("topup", "alipay_pay", { before: ["channel", "alipay"] }))).toEqual({ flow: "topup", step: "alipay" });
    expect(move("back", at("topup", "channel"))).toEqual({ flow: "topup", step: "channel" });
  });
  it.each(["发票怎么开", "转人工", "还是不行", "我充值没到账", ""])("is not about “%s”", (text) => {
    expect(move(text, at("topup", "alipay"))).toBeUndefined();
  });
  it("that was left goes on only when he says so, where it was", () => {
    const left = at("topup", "alipay_pay", { paused: true });
    expect(move("继续：怎么充值", left)).toEqual({ flow: "topup", step: "alipay_pay" });
    expect(move("接着刚才的", left)).toEqual({ flow: "topup", step: "alipay_pay" });
    expect(move("Back to: Topping up", left, "en")).toEqual({ flow: "topup", step: "alipay_pay" });
    expect(move("好了", left)).toBeUndefined();
    expect(move("继续")).toBeUndefined();
  });
  it("counts the steps since the last choice", () => {
    const topup = policy.flows.find(({ id }) => id === "topup");
    if (!topup) throw new Error("no flow topup");
    expect(progress(topup, at("topup", "channel"))).toBeUndefined();
    expect(progress(topup, at("topup", "alipay", { before: ["channel"] }))).toEqual({ place: 1, of: 3 });
    expect(progress(topup, at("topup", "result", { before: ["channel", "alipay", "alipay_pay"] }))).toEqual({ place: 3, of: 3 });
  });
  it("stands at a step of its own after any words whatever, and can always be gone on with", () => {
    const words = policy.flows.flatMap((flow) => flow.steps.flatMap(({ choices }) => choices?.map(({ text }) => text.zh) ?? []));
    const say = fc.oneof(fc.constantFrom(...words, "下一步", "上一步", "从头", "继续", "发票怎么开"), fc.string({ maxLength: 8 }));
    const flow = fc.constantFrom(...policy.flows);
    fc.assert(
      fc.property(flow, fc.array(say, { maxLength: 25 }), fc.boolean(), (begun, said, isSigned) => {
        let place: FlowPlace | undefined = at(begun.id, begun.steps[0]?.id ?? "");
        for (const text of said) {
          const conversation = aConversation(
            { ...(place ? { flow: place } : {}), facts: [fact("channel", "alipay")] },
            isSigned ? signedIn : {},
          );
          const moved = flowMove(text, meaning().entities, conversation, policy);
          if (!moved) continue;
          place = placeAfter(moved, place);
          if (!place) return;
          const standing = policy.flows.find(({ id }) => id === place?.id)?.steps.map(({ id }) => id);
          expect(standing).toContain(place.step);
          expect(place.before?.length ?? 0).toBeLessThanOrEqual(20);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("the flows that ship", () => {
  it("lead through what the product promises", () => {
    expect(policy.flows.map(({ id }) => id).sort()).toEqual([
      "licence",
      "password",
      "real_name",
      "rebind",
      "redeem",
      "stolen",
      "topup",
      "withdraw",
    ]);
  });
  it("ask nobody for a code, a password or a document in the chat", () => {
    for (const flow of policy.flows)
      for (const { say } of flow.steps) {
        expect(say.zh).not.toMatch(/把(?:验证码|密码|身份证)[^，。]{0,6}(?:发|告诉)(?:给)?我/u);
        expect(say.en).not.toMatch(/send (?:me|us) (?:your |the )?(?:password|code|id)\b/iu);
      }
  });
});
