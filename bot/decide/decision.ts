/** What the bot does about a turn, always with its reasons. */
import type { Modifier, Priority, Skill } from "../policy/words.ts";

export interface Reason {
  /** Stable id: a rule of `routing.yaml` or a name from `decide.ts`. */
  readonly rule: string;
  /** A sentence a person can read, in the customer's language. */
  readonly text: string;
}

/** Where an escalated case goes. */
export interface Routing {
  readonly priority: Priority;
  readonly skill: Skill;
  readonly modifiers: readonly Modifier[];
  readonly rule: string;
}

/** How one request of the message is dealt with. */
export type Step =
  | { readonly do: "article"; readonly intent: string; readonly article: string }
  | { readonly do: "tool"; readonly intent: string; readonly tool: string; readonly orderNo?: string }
  | { readonly do: "reply"; readonly intent: string; readonly reply: string }
  | { readonly do: "sign_in"; readonly intent: string; readonly or?: "tell" }
  | { readonly do: "ask"; readonly intent: string; readonly slot: string }
  | { readonly do: "flow"; readonly intent: string; readonly flow: string; readonly step: string }
  | { readonly do: "choose"; readonly intents: readonly string[] }
  | { readonly do: "offer_person" };

export interface Decision {
  readonly kind: "answer" | "ask" | "escalate";
  readonly reasons: readonly Reason[];
  readonly steps: readonly Step[];
  readonly routing?: Routing;
  /** The intent the case is about. */
  readonly intent: string;
}
