/** The words the whole desk shares. One word per thing; order is made from them in one place (`PRIORITIES`). */
import type { Language } from "../../intents/index.ts";

export type { Language };

/** Most pressing first. Smaller index = served first. */
export const PRIORITIES = ["critical", "high", "normal", "low"] as const;
export type Priority = (typeof PRIORITIES)[number];

export const SKILLS = ["orders", "payments", "accounts", "disputes", "fraud", "general"] as const;
export type Skill = (typeof SKILLS)[number];

export const MODIFIERS = ["senior", "calming", "last_agent"] as const;
export type Modifier = (typeof MODIFIERS)[number];

/** Money as the contract has it: a decimal string, never a float. */
export interface Money {
  readonly amount: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** ISO 8601 UTC, e.g. `2026-11-20T12:30:00.000Z`. */
export type Instant = string;
