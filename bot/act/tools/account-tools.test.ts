import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buttons, factsOf, keepsToTheContract, openToolDesk, reply, START, type ToolDesk } from "./tools.contract.ts";

const DAY = 86_400_000;
let desk: ToolDesk;
beforeAll(async () => {
  desk = await openToolDesk();
});
afterAll(() => desk.demo.stop());

describe("account.balance", () => {
  keepsToTheContract(() => desk, "account.balance", "balance_check");

  test("the platform's own figure", async () => {
    expect(reply(await desk.ask("account.balance", "u1001", { intent: "balance_check" }))).toBe(
      "您的账户余额是 268.50 元（20:41 查到的）。",
    );
    expect(reply(await desk.ask("account.balance", "u1002", { intent: "balance_check", language: "en" }))).toBe(
      "Your balance is ¥1,204.00 (as of 20:41).",
    );
    expect(reply(await desk.ask("account.balance", "u1003", { intent: "balance_check" }))).toContain("0.00 元");
  });
});

describe("account.transactions", () => {
  keepsToTheContract(() => desk, "account.transactions", "transaction_history");
  keepsToTheContract(() => desk, "account.transactions", "payment_problem");

  test("the last five as a list", async () => {
    const found = await desk.ask("account.transactions", "u1001", { intent: "transaction_history" });
    const lines = reply(found)
      .split("\n")
      .filter((line) => line.startsWith("- "));
    expect(lines).toHaveLength(5);
    expect(lines[0]).toBe("- 20:37 · 购买 · 30.00 元 · 微信支付 · KM1001-B");
    expect(lines[4]).toBe("- 11月18日 18:41 · 购买 · 25.00 元 · 微信支付 · KM1001-D");
  });

  test("charged twice: names both, with signal and facts", async () => {
    const found = await desk.ask("account.transactions", "u1002", {
      intent: "payment_problem",
      language: "en",
      text: "I was charged twice",
    });
    expect(found).toMatchObject({ verdict: "real_problem", signals: ["charged_wrongly"], amount: { amount: "699.00", currency: "CNY" } });
    expect(reply(found)).toBe(
      "Found it: ¥699.00 was taken twice by bank card, at 19:06 (PAY1002-W) and again at 19:08 (PAY1002-X). The second one belongs to no order.",
    );
    expect(factsOf(found)).toEqual({
      payment_serial: "PAY1002-X",
      amount: "699.00 CNY",
      time: "2026-11-20T11:08:00.000Z",
      channel: "bank_card",
    });
  });

  test("named by serial, by amount, or by another amount", async () => {
    const serial = await desk.ask("account.transactions", "u1002", {
      intent: "payment_problem",
      said: [["payment_serial", "PAY1002-X", "PAY1002-X"]],
    });
    expect(serial.verdict).toBe("real_problem");
    const amount = await desk.ask("account.transactions", "u1002", { intent: "payment_problem", said: [["amount", "699 CNY", "699"]] });
    expect(amount.verdict).toBe("real_problem");
    const other = await desk.ask("account.transactions", "u1002", { intent: "payment_problem", said: [["amount", "50.00 CNY", "50"]] });
    expect(other).toMatchObject({ verdict: "answered", needs: "payment_serial" });
    expect(other.signals).toBeUndefined();
  });

  test("nothing wrong: the last payments and a question", async () => {
    const found = await desk.ask("account.transactions", "u1001", { intent: "payment_problem", text: "重复扣款了" });
    expect(found).toMatchObject({ verdict: "answered" });
    expect(reply(found)).toContain("是其中一笔吗");
    expect(reply(found)).not.toContain("提现");
  });

  test("nothing at all", async () => {
    expect((await desk.ask("account.transactions", "u1003", { intent: "transaction_history" })).verdict).toBe("nothing");
    expect((await desk.ask("account.transactions", "u1003", { intent: "payment_problem" })).verdict).toBe("nothing");
  });
});

describe("withdrawal.status", () => {
  const intent = "withdrawal_delayed";
  keepsToTheContract(() => desk, "withdrawal.status", intent);
  keepsToTheContract(() => desk, "withdrawal.status", intent, [["withdrawal_number", "W1001-1", "W1001-1"]]);

  test("five working days: a real problem, with facts", async () => {
    const found = await desk.ask("withdrawal.status", "u1001", { intent });
    expect(found).toMatchObject({ verdict: "real_problem", amount: { amount: "200.00", currency: "CNY" } });
    expect(reply(found)).toBe(
      "查到了：提现 W1001-1，200.00 元（收款账户尾号 0321），11月13日 20:41 提交，按 1–3 个工作日最晚 11月18日 20:41 该到，现在仍在处理，超时了。",
    );
    expect(factsOf(found)).toEqual({
      withdrawal_number: "W1001-1",
      amount: "200.00 CNY",
      time: "2026-11-13T12:41:00.000Z",
      receiving_account: "0321",
    });
  });

  test("three working days over a weekend are normal", async () => {
    // Submitted Friday the 13th; Wednesday the 18th at the same time is the third working day.
    const due = START - 2 * DAY;
    expect((await desk.ask("withdrawal.status", "u1001", { intent, now: due })).verdict).toBe("normal");
    expect((await desk.ask("withdrawal.status", "u1001", { intent, now: due + 1000 })).verdict).toBe("real_problem");
  });

  test("paid and failed are told; somebody else's is as unknown as none", async () => {
    expect(reply(await desk.ask("withdrawal.status", "u1004", { intent }))).toContain("已经打款");
    expect(reply(await desk.ask("withdrawal.status", "u1002", { intent, language: "en" }))).toContain("back in your balance");
    const told = async (value: string): Promise<string> => {
      const found = await desk.ask("withdrawal.status", "u1002", { intent, said: [["withdrawal_number", value, value]] });
      expect(found).toMatchObject({ verdict: "not_found", needs: "withdrawal_number", facts: [] });
      return reply(found).replaceAll(value, "X");
    };
    expect(await told("W1001-1")).toBe(await told("W9999-9"));
  });

  test("none at all: nothing", async () => {
    expect((await desk.ask("withdrawal.status", "u1003", { intent })).verdict).toBe("nothing");
  });
});

describe("refund.status", () => {
  const intent = "refund_status";
  keepsToTheContract(() => desk, "refund.status", intent);

  test("refunded: when, how much, where to, by when", async () => {
    const found = await desk.ask("refund.status", "u1001", { intent });
    expect(reply(found)).toBe("订单 KM1001-D 的 25.00 元 在 11月18日 20:41 已退到微信支付。一般 1–7 个工作日到，最晚 11月27日 20:41。");
    expect(found.verdict).toBe("answered");
  });

  test("past seven working days it says where to look and offers a person", async () => {
    const found = await desk.ask("refund.status", "u1001", { intent, now: START + 10 * DAY });
    expect(reply(found)).toContain("该到账");
    expect(buttons(found)).toEqual(["转人工"]);
  });

  test.each([
    ["u1004", "KM1004-A", "争议"],
    ["u1001", "KM1001-A", "还在处理中"],
    ["u1002", "KM1002-C", "没有充成功"],
    ["u1001", "KM1001-C", "没有退款记录"],
  ] as const)("%s %s: not refunded, and why", async (customer, orderNo, words) => {
    const found = await desk.ask("refund.status", customer, { intent, said: [["order_number", orderNo, orderNo]] });
    expect(found.verdict).toBe("answered");
    expect(reply(found)).toContain(words);
  });

  test("nothing said: what waits for a refund, or nothing", async () => {
    expect(reply(await desk.ask("refund.status", "u1004", { intent }))).toContain("争议");
    expect((await desk.ask("refund.status", "u1003", { intent })).verdict).toBe("nothing");
  });
});
