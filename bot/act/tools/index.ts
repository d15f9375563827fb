/** The account tools by the names that `intents/catalog/*.yaml` gives them. */
import type { Tool } from "../tool.ts";
import { accountBalance } from "./account-balance.ts";
import { accountTransactions } from "./account-transactions.ts";
import { orderKeys } from "./order-keys.ts";
import { orderStatus } from "./order-status.ts";
import { orderTrace } from "./order-trace.ts";
import { refundStatus } from "./refund-status.ts";
import { withdrawalStatus } from "./withdrawal-status.ts";

export const TOOLS: ReadonlyMap<string, Tool> = new Map([
  ["account.balance", accountBalance],
  ["account.transactions", accountTransactions],
  ["order.status", orderStatus],
  ["order.trace", orderTrace],
  ["order.keys", orderKeys],
  ["withdrawal.status", withdrawalStatus],
  ["refund.status", refundStatus],
]);
