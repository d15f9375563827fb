/** Looks up what the requests of a turn need, before anything is decided. The only place in a turn where the platform is asked. */
import type { Entity, EntityType, Understanding } from "../../intents/index.ts";
import type { Conversation, Fact } from "../conversation/conversation.ts";
import type { Finding } from "../decide/finding.ts";
import type { Hearing } from "../decide/hearing.ts";
import { MOST_ORDERS, ordersNamed } from "../decide/orders-named.ts";
import { DESK_TOOLS } from "./desk-tools.ts";
import { freeze } from "./freeze.ts";
import { aboutOrder, joinOrders, PER_ORDER } from "./several-orders.ts";
import { TOOLS } from "./tools/index.ts";
import type { TurnWorld } from "./world.ts";

/** Facts of earlier turns that a tool may use as if they had been said now. */
const REMEMBERED: readonly string[] = ["order_number", "payment_serial", "withdrawal_number", "amount", "channel"] satisfies EntityType[];

/** "Neither has arrived": about all that could be meant. */
const SAYS_ALL =
  /(?:两|2|二|三|3)(?:笔|个|单|条).{0,4}(?:都|全)|都(?:没|还没|不)(?:到|有到|收到|发)|\b(?:both|neither|all (?:of them|my orders))\b/iu;

export async function lookUp(
  world: TurnWorld,
  conversation: Conversation,
  understanding: Understanding,
  hearing: Hearing,
  text: string,
): Promise<readonly Finding[]> {
  // The next step of a guide needs nothing looked up.
  if (hearing.flow) return [];
  const now = world.clock.now();
  const entities = [...understanding.entities, ...remembered(conversation.state.facts, understanding.entities)];
  const findings: Finding[] = [];
  // A search has found the answer already.
  if (hearing.article !== undefined) return findings;
  for (const intent of hearing.intents) {
    const name = world.recogniser.catalogue.get(intent)?.answer.tool;
    if (intent === "account_stolen") findings.push(await freeze(world, conversation, now));
    if (!name) continue;
    const deskTool = DESK_TOOLS.get(name);
    if (deskTool) {
      findings.push(await deskTool({ intent, conversation, text, now }, world));
      continue;
    }
    const tool = TOOLS.get(name);
    if (!tool) throw new Error(`intent ${intent} names the unknown tool ${name}`);
    if (!conversation.identity) {
      findings.push({
        intent,
        tool: name,
        verdict: "sign_in",
        replies: [],
        facts: [],
        outcome: world.policy.say("outcome.sign_in", conversation.state.language),
      });
      continue;
    }
    const { language } = conversation.state;
    const request = {
      intent,
      customerId: conversation.identity.customerId,
      language,
      text,
      conversation,
      now,
      ...(hearing.among ? { among: hearing.among } : {}),
    };
    const box = { platform: world.platform, policy: world.policy };
    let orders = PER_ORDER.has(name) ? (hearing.orders ?? ordersNamed(understanding.entities, text)) : [];
    if (orders.length < 2) {
      const finding = await tool({ ...request, entities }, box);
      const all = finding.verdict === "several" && SAYS_ALL.test(text) ? (finding.choices ?? []).map(({ value }) => value) : [];
      if (all.length < 2 || all.length > MOST_ORDERS || !PER_ORDER.has(name)) {
        findings.push(finding);
        continue;
      }
      // Asked which of them, he has answered already: all of them.
      orders = all;
    }
    const first = orders.slice(0, MOST_ORDERS);
    const each = await Promise.all(first.map((orderNo) => tool({ ...request, entities: aboutOrder(entities, orderNo) }, box)));
    findings.push(...joinOrders(each, first, orders.slice(MOST_ORDERS), language, world.policy));
  }
  return findings;
}

function remembered(facts: readonly Fact[], said: readonly Entity[]): Entity[] {
  return facts
    .map((fact) => (fact.name === "merchant_order" ? { ...fact, name: "order_number" } : fact))
    .filter((fact) => REMEMBERED.includes(fact.name) && fact.source === "customer" && !said.some((entity) => entity.type === fact.name))
    .map((fact) => ({ type: fact.name as EntityType, value: fact.value, span: [0, 0], confidence: 0.5 }));
}
