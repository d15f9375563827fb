/** What a pasted receipt adds to what was understood: values to look things up by, and facts under their own names. */
import type { Entity, EntityType, Understanding } from "../../intents/index.ts";
import type { Fact } from "../conversation/conversation.ts";
import type { Instant } from "../policy/words.ts";
import type { Hearing } from "./hearing.ts";
import type { Receipt } from "./receipt.ts";

/** Values on a receipt and the entity they are. The merchant's number is, on most platforms, the shop's own order number. */
const ENTITY_OF: readonly (readonly [keyof Receipt, EntityType])[] = [
  ["amount", "amount"],
  ["time", "time"],
  ["channel", "channel"],
  ["serial", "payment_serial"],
  ["merchantOrder", "order_number"],
];

/** A finding of that confidence came from a receipt's own label. */
const CONFIDENCE = 0.99;

/** @param understanding of the words around the receipt */
export function withReceiptRead(understanding: Understanding, receipt: Receipt | undefined): Understanding {
  if (!receipt) return understanding;
  const read = ENTITY_OF.flatMap(([field, type]): Entity[] => {
    const value = receipt[field];
    // Whoever names his order in his own words means that one.
    const isNamed = type === "order_number" && understanding.entities.some((entity) => entity.type === type);
    return value === undefined || isNamed ? [] : [{ type, value, span: [0, 1], confidence: CONFIDENCE }];
  });
  return { ...understanding, entities: [...understanding.entities, ...read] };
}

/** The facts of a receipt, the two numbers told apart; a receipt without a word about it asks nothing yet. */
export function withReceiptHeard(hearing: Hearing, receipt: Receipt | undefined, at: Instant): Hearing {
  if (!receipt) return hearing;
  const merchant = receipt.merchantOrder;
  const named = merchant === undefined ? [] : [{ name: "merchant_order", value: merchant }];
  const payee = receipt.payee === undefined ? [] : [{ name: "payee", value: receipt.payee }];
  const isNamedOrder = (fact: Fact): boolean => fact.name === "order_number" && fact.value === merchant;
  const facts = [
    ...hearing.facts.filter((fact) => !isNamedOrder(fact)),
    ...[...named, ...payee].map((fact): Fact => ({ ...fact, source: "customer", at })),
  ];
  const isAlone = receipt.rest.trim() === "" && !hearing.answered && !hearing.continues;
  return isAlone ? { ...hearing, facts, intents: ["order_status"], notUnderstood: false, receiptAlone: true } : { ...hearing, facts };
}
