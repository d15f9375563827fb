/**
 * A card key in full, for an agent who has to read it: fetched from the platform, kept nowhere here. What a customer pastes is masked before it
 * is stored, so there is no original of that to be shown.
 */
import type { TurnWorld } from "../act/world.ts";
import { Problem } from "../errors.ts";
import { mask } from "../guard/mask.ts";
import type { Caller, RevealedKeys, RevealRequest } from "../http/services.ts";
import { auditor } from "./audit.ts";

const MOST_KEYS = 20;

/**
 * The audit record is written before the answer is given: without it nothing is shown.
 * @throws Problem `case_unknown`; `forbidden` to keys, and to agents who do not hold the case; `order_unknown` for an order that is not the
 * signed customer's own or has no key; `platform_unavailable`
 */
export async function reveal(world: TurnWorld, caseId: string, { orderNo, reason }: RevealRequest, by: Caller): Promise<RevealedKeys> {
  const { store, platform, clock } = world;
  const audit = auditor(() => clock.now());
  const found = await store.cases.get(caseId);
  if (!found) throw new Problem("case_unknown");
  await mayReveal(world, caseId, by);
  const { customer } = found;
  // Whose identity the platform has not signed has no order that could be shown.
  if (!customer.verified || customer.id === undefined) throw new Problem("order_unknown");
  const order = await platform.order(orderNo);
  if (!order.ok && order.fault !== "not_found") throw new Problem("platform_unavailable");
  if (!order.ok || order.value.customerId !== customer.id) throw new Problem("order_unknown");
  const keys = await platform.keys(orderNo);
  if (!keys.ok && keys.fault !== "not_found") throw new Problem("platform_unavailable");
  if (!keys.ok || keys.value.length === 0) throw new Problem("order_unknown");
  await audit(store, by, "case.reveal", caseId, { orderNo, reason: mask(reason).text, keys: keys.value.length });
  return { orderNo, keys: keys.value.slice(0, MOST_KEYS).map(({ key, revealedBefore }) => ({ key, revealedBefore })) };
}

/** A person, and one who has to do with the case: the agent who holds it, or a supervisor. */
async function mayReveal({ store }: TurnWorld, caseId: string, by: Caller): Promise<void> {
  if (by.kind !== "agent") throw new Problem("forbidden", "Keys are shown to people at the desk, not to programs.");
  if (by.role === "supervisor") return;
  const entry = await store.queue.openFor(caseId);
  if (entry?.agentId !== by.agentId) throw new Problem("forbidden", "Claim the case first: a key is shown to the agent who holds it.");
}
