/**
 * What the demo platform knows at its start: orders in every state, payments that add up to the balance, keys, withdrawals.
 * The ids and figures of the first orders of each customer are fixed by the contract; the others fill the states that would be missing.
 */
import type { CardKey, Order, Transaction, Withdrawal } from "../ports/account-platform.ts";
import { DAY, earlierToday, HOUR, iso, MINUTE, workingDaysBefore } from "./demo-time.ts";

export interface DemoData {
  /** Newest first, all customers. */
  readonly orders: readonly Order[];
  readonly keys: readonly CardKey[];
  /** Newest first. */
  readonly transactions: readonly (Transaction & { readonly customerId: string })[];
  readonly withdrawals: readonly Withdrawal[];
}

const cny = (amount: string): { amount: string; currency: string } => ({ amount, currency: "CNY" });

/** @param start milliseconds since the epoch; every time is relative to it */
export function demoData(start: number): DemoData {
  const ago = (ms: number): string => iso(start - ms);
  const firstCharge = earlierToday(start, 95);
  const secondCharge = firstCharge + 2 * MINUTE < start ? firstCharge + 2 * MINUTE : (firstCharge + start) / 2;

  const orders: Order[] = [
    {
      orderNo: "KM1001-B",
      customerId: "u1001",
      kind: "phone_credit",
      product: "话费充值 30 元",
      amount: cny("30.00"),
      state: "processing",
      channel: "wechat",
      paymentSerial: "2026WX0001001B",
      targetAccount: "13800001001",
      paidAt: ago(4 * MINUTE),
    },
    {
      orderNo: "KM1001-A",
      customerId: "u1001",
      kind: "direct_topup",
      product: "游戏点券",
      amount: cny("500.00"),
      state: "processing",
      channel: "alipay",
      paymentSerial: "2026ALI0001001A",
      targetAccount: "lx_8866",
      paidAt: ago(3 * HOUR),
    },
    {
      orderNo: "KM1001-C",
      customerId: "u1001",
      kind: "card_key",
      product: "游戏点卡",
      amount: cny("100.00"),
      state: "delivered",
      channel: "balance",
      paidAt: ago(DAY + MINUTE),
      deliveredAt: ago(DAY),
    },
    {
      orderNo: "KM1001-D",
      customerId: "u1001",
      kind: "membership",
      product: "视频会员月卡",
      amount: cny("25.00"),
      state: "refunded",
      channel: "wechat",
      paymentSerial: "2026WX0001001D",
      targetAccount: "13800001001",
      paidAt: ago(2 * DAY + 2 * HOUR),
      refundedAt: ago(2 * DAY),
    },
    {
      orderNo: "KM1001-E",
      customerId: "u1001",
      kind: "phone_credit",
      product: "话费充值 50 元",
      amount: cny("50.00"),
      state: "unpaid",
      targetAccount: "13800001001",
    },
    {
      orderNo: "KM1001-G",
      customerId: "u1001",
      kind: "direct_topup",
      product: "游戏点券",
      amount: cny("31.50"),
      state: "delivered",
      channel: "balance",
      targetAccount: "lx_8866",
      paidAt: ago(12 * DAY),
      deliveredAt: ago(12 * DAY - 9 * MINUTE),
    },
    {
      orderNo: "KM1001-F",
      customerId: "u1001",
      kind: "direct_topup",
      product: "游戏点券",
      amount: cny("10.00"),
      state: "cancelled",
      targetAccount: "lx_8866",
    },
    {
      orderNo: "KM1002-B",
      customerId: "u1002",
      kind: "direct_topup",
      product: "Game points, season pack",
      amount: cny("699.00"),
      state: "delivered",
      channel: "bank_card",
      paymentSerial: "PAY1002-W",
      targetAccount: "alex_t",
      paidAt: iso(firstCharge),
      deliveredAt: iso((firstCharge + start) / 2),
    },
    {
      orderNo: "KM1002-C",
      customerId: "u1002",
      kind: "direct_topup",
      product: "Game points",
      amount: cny("60.00"),
      state: "failed",
      channel: "paypal",
      paymentSerial: "PP1002000C",
      targetAccount: "alex_t",
      paidAt: ago(3 * DAY),
    },
    {
      orderNo: "KM1002-A",
      customerId: "u1002",
      kind: "software_licence",
      product: "Software licence",
      amount: cny("699.00"),
      state: "delivered",
      channel: "bank_card",
      paymentSerial: "PAY1002-A",
      paidAt: ago(7 * DAY + MINUTE),
      deliveredAt: ago(7 * DAY),
    },
    {
      orderNo: "KM1002-D",
      customerId: "u1002",
      kind: "phone_credit",
      product: "Phone credit",
      amount: cny("45.00"),
      state: "cancelled",
      targetAccount: "+6580001002",
    },
    {
      orderNo: "KM1002-E",
      customerId: "u1002",
      kind: "direct_topup",
      product: "Game points",
      amount: cny("796.00"),
      state: "delivered",
      channel: "balance",
      targetAccount: "alex_t",
      paidAt: ago(21 * DAY),
      deliveredAt: ago(21 * DAY - 14 * MINUTE),
    },
    {
      orderNo: "KM1004-A",
      customerId: "u1004",
      kind: "trade",
      product: "游戏道具（卖家交易）",
      amount: cny("8000.00"),
      state: "disputed",
      channel: "bank_card",
      paymentSerial: "2026UP0001004A",
      targetAccount: "chenwei_04",
      paidAt: ago(2 * DAY),
    },
    {
      orderNo: "KM1004-B",
      customerId: "u1004",
      kind: "direct_topup",
      product: "游戏点券",
      amount: cny("64.80"),
      state: "delivered",
      channel: "balance",
      targetAccount: "chenwei_04",
      paidAt: ago(9 * DAY),
      deliveredAt: ago(9 * DAY - 11 * MINUTE),
    },
  ];

  const withdrawals: Withdrawal[] = [
    {
      id: "W1001-1",
      customerId: "u1001",
      amount: cny("200.00"),
      state: "submitted",
      submittedAt: iso(workingDaysBefore(start, 5)),
      account: "****0321",
    },
    {
      id: "W1002-1",
      customerId: "u1002",
      amount: cny("150.00"),
      state: "failed",
      submittedAt: iso(workingDaysBefore(start, 8)),
      account: "****7788",
    },
    {
      id: "W1004-1",
      customerId: "u1004",
      amount: cny("20.00"),
      state: "paid",
      submittedAt: iso(workingDaysBefore(start, 12)),
      account: "****5150",
    },
  ];

  const payments = orders.flatMap((order) => {
    if (!order.paidAt) return [];
    const kind = order.channel === "bank_card" ? "card_payment" : "purchase";
    const channel = order.channel === undefined ? {} : { channel: order.channel };
    const { customerId, orderNo, amount } = order;
    const paid = {
      customerId,
      id: order.paymentSerial ?? `B${orderNo.slice(2)}`,
      at: order.paidAt,
      kind,
      amount,
      orderNo,
      ...channel,
    } as const;
    if (!order.refundedAt) return [paid];
    return [paid, { customerId, id: `R${orderNo.slice(2)}`, at: order.refundedAt, kind: "refund", amount, orderNo, ...channel } as const];
  });
  const transactions = [
    ...payments,
    { customerId: "u1001", id: "T1001-1", at: ago(30 * DAY), kind: "topup", amount: cny("600.00"), channel: "alipay" } as const,
    {
      customerId: "u1002",
      id: "PAY1002-X",
      at: iso(secondCharge),
      kind: "card_payment",
      amount: cny("699.00"),
      channel: "bank_card",
    } as const,
    { customerId: "u1002", id: "T1002-1", at: ago(40 * DAY), kind: "topup", amount: cny("2000.00"), channel: "bank_card" } as const,
    {
      customerId: "u1002",
      id: "RW1002-1",
      at: iso(workingDaysBefore(start, 6)),
      kind: "refund",
      amount: cny("150.00"),
      channel: "balance",
    } as const,
    { customerId: "u1004", id: "T1004-1", at: ago(35 * DAY), kind: "topup", amount: cny("120.00"), channel: "wechat" } as const,
    ...withdrawals.map(
      ({ customerId, id, amount, submittedAt }) =>
        ({ customerId, id, at: submittedAt, kind: "withdrawal", amount, channel: "balance" }) as const,
    ),
  ].sort((a, b) => b.at.localeCompare(a.at));

  return {
    orders,
    keys: [
      { orderNo: "KM1001-C", key: "JTDM-7K2P-Q9XW-4M3Z", revealedBefore: false },
      { orderNo: "KM1002-A", key: "JTDL-55TR-8YHN-2QAZ", revealedBefore: true },
    ],
    transactions,
    withdrawals,
  };
}
