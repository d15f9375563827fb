/** What every store must do; run against each kind of server by `store.test.ts`. */
import { callbacksContract } from "./contract/callbacks.contract.ts";
import { casesContract } from "./contract/cases.contract.ts";
import { conversationsContract } from "./contract/conversations.contract.ts";
import { deskContract } from "./contract/desk.contract.ts";
import type { DeskUnderTest } from "./contract/desk-under-test.ts";
import { interleavingsContract } from "./contract/interleavings.contract.ts";
import { preferencesContract } from "./contract/preferences.contract.ts";
import { queueContract } from "./contract/queue.contract.ts";

export function storeContract(desk: DeskUnderTest): void {
  conversationsContract(desk);
  casesContract(desk);
  queueContract(desk);
  preferencesContract(desk);
  callbacksContract(desk);
  interleavingsContract(desk);
  deskContract(desk);
}
