import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policy } from "../decide/fixtures/heard.ts";
import { retell } from "./retell.ts";
import { sayMoney, sayTime } from "./speak.ts";

const NOW = Date.parse("2026-11-20T20:30:00+08:00");

describe("a stored sentence in the other language", () => {
  it("keeps its values, said as the other language says them", () => {
    const said = policy.say("promise.recheck", "zh", { time: sayTime(NOW - 86_400_000, NOW, policy.timeZone, "zh"), orderNo: "KM1001-A" });
    expect(retell(said, "zh", "en", policy)).toBe("Look at order KM1001-A again at 19 Nov 20:30 and report");
    expect(retell("已告知前面还有 3 位，预计 8–12 分钟（20:41 前后）", "zh", "en", policy)).toBe(
      "Told: 3 ahead of you, about 8–12 minutes (around 20:41)",
    );
  });

  it("tells anew what stands in a sentence and is a sentence itself", () => {
    expect(retell("已告知下一位就是您，未给时间", "zh", "en", policy)).toBe("Told: you are next, no time given");
  });

  it("names titles anew where they are known", () => {
    const said = policy.say("outcome.article", "en", { title: "How to pay" });
    expect(retell(said, "en", "zh", policy, (name) => (name === "How to pay" ? "怎么付款" : undefined))).toBe("给出说明《怎么付款》");
    expect(retell(said, "en", "zh", policy)).toBe("给出说明《How to pay》");
  });

  it("tells several sentences one after the other", () => {
    const both = (language: "zh" | "en"): string =>
      ["outcome.not_understood", "outcome.sign_in"].map((key) => policy.say(key, language)).join(language === "zh" ? "。" : ". ");
    expect(retell(`${both("zh")}`, "zh", "en", policy)).toBeUndefined();
    const money = sayMoney({ amount: "268.50", currency: "CNY" }, "zh");
    const two = `${policy.say("tool.account.balance.is", "zh", { money, time: "20:30" })}${policy.say("tool.account.transactions.nothing", "zh")}`;
    expect(retell(two, "zh", "en", policy)).toBe("Your balance is ¥268.50 (as of 20:30). There are no entries in your account yet.");
  });

  it("leaves alone what nobody here said", () => {
    expect(retell("客户在电话里说他下周出差", "zh", "en", policy)).toBeUndefined();
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => retell(`§${text}§`, "zh", "en", policy) === undefined));
  });

  it("goes there and back for every sentence of what was tried and promised", () => {
    const keys = policy.replyKeys.filter((key) => /^(?:outcome|promise)\./u.test(key));
    expect(keys.length).toBeGreaterThan(15);
    for (const key of keys) {
      const values = new Proxy<Record<string, string>>({}, { get: (_, name) => `V${String(name)}9` });
      const [zh, en] = [policy.say(key, "zh", values), policy.say(key, "en", values)];
      expect(retell(zh, "zh", "en", policy), key).toBe(en);
      expect(retell(en, "en", "zh", policy), key).toBe(zh);
    }
  });
});
