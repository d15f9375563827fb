/** An account tool: looks one thing up on the operator's platform for a customer whose identity the platform has signed. */
import type { Entity } from "../../intents/index.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { Finding } from "../decide/finding.ts";
import type { Policy } from "../policy/policy.ts";
import type { Language } from "../policy/words.ts";
import type { AccountPlatform } from "../ports/account-platform.ts";

export interface ToolRequest {
  readonly intent: string;
  /** Signed identity only. */
  readonly customerId: string;
  readonly language: Language;
  /** Entities of this turn, then values remembered from earlier turns (as entities of the same type), newest first. */
  readonly entities: readonly Entity[];
  readonly text: string;
  /** Order numbers it can only be about. */
  readonly among?: readonly string[];
  readonly conversation: Conversation;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface ToolBox {
  readonly platform: AccountPlatform;
  readonly policy: Policy;
}

export type Tool = (request: ToolRequest, box: ToolBox) => Promise<Finding>;
