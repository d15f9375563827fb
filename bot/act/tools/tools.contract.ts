/** What every account tool has to keep, whatever it looks up; and a desk with the demo platform behind it, to try them at. */
import { expect, test } from "vitest";
import type { Entity, EntityType } from "../../../intents/index.ts";
import { accountPlatform } from "../../adapters/account-platform-http.ts";
import { newConversationState } from "../../conversation/conversation.ts";
import type { Finding } from "../../decide/finding.ts";
import { type DemoPlatform, startDemoPlatform } from "../../demo-platform/demo-platform.ts";
import { loadPolicy } from "../../policy/load-policy.ts";
import type { Policy } from "../../policy/policy.ts";
import type { Language } from "../../policy/words.ts";
import { TOOLS } from "./index.ts";

/** Friday 20 November 2026, 20:41 in China. */
export const START = Date.parse("2026-11-20T12:41:00Z");
export const MINUTE = 60_000;
const KEY = "tools-test-key";

/** An entity as said in the text (`[type, value, piece of the text]`), or remembered from an earlier turn (no piece). */
export type Said = readonly [type: EntityType, value: string, piece?: string];

export interface Asked {
  readonly intent: string;
  readonly text?: string;
  readonly said?: readonly Said[];
  readonly language?: Language;
  readonly now?: number;
  readonly keyOffered?: string;
}

export interface ToolDesk {
  readonly demo: DemoPlatform;
  readonly policy: Policy;
  ask(tool: string, customerId: string, asked: Asked): Promise<Finding>;
}

export async function openToolDesk(): Promise<ToolDesk> {
  let now = START;
  const demo = await startDemoPlatform({ key: KEY, now: () => now, startedAt: START });
  const platform = accountPlatform({ url: demo.url, key: KEY, timeoutMs: 300 });
  const policy = loadPolicy("bot/policy");
  const ask: ToolDesk["ask"] = async (name, customerId, asked) => {
    const tool = TOOLS.get(name);
    if (!tool) throw new Error(`no tool ${name}`);
    const { language = "zh", said = [], keyOffered } = asked;
    const text = asked.text ?? said.map(([, value, piece]) => piece ?? value).join(" ");
    now = asked.now ?? START;
    const at = new Date(now).toISOString();
    const state = { ...newConversationState(language), ...(keyOffered === undefined ? {} : { keyOffered }) };
    const conversation = {
      id: "c1",
      channel: "directline",
      userId: "web",
      identity: { customerId },
      state,
      version: 1,
      createdAt: at,
      updatedAt: at,
    };
    const entities = said.map(([type, value, piece]): Entity => {
      const from = piece === undefined ? 0 : Math.max(0, text.indexOf(piece));
      return { type, value, span: [from, from + (piece?.length ?? 0)], confidence: 1 };
    });
    const found = await tool({ intent: asked.intent, customerId, language, entities, text, conversation, now }, { platform, policy });
    keepsManners(found);
    return found;
  };
  return { demo, policy, ask };
}

/** True of every finding: it says something, promises nothing vague, and every fact is the platform's. */
function keepsManners({ replies, facts, outcome, verdict, needs, recheck, intent }: Finding): void {
  expect(replies).toHaveLength(1);
  for (const { text, actions = [] } of replies) {
    expect(text).not.toMatch(/[!！]|尽快|稍后|undefined|NaN|Invalid|\{|\}/u);
    expect(actions.length).toBeLessThanOrEqual(4);
  }
  expect(outcome).not.toBe("");
  for (const fact of facts) expect(fact).toMatchObject({ source: "platform", at: expect.stringMatching(/^\d{4}-.*Z$/u) });
  if (verdict === "several" || verdict === "not_found") expect(needs).toBeDefined();
  if (recheck) expect(recheck).toMatchObject({ intent, afterMs: expect.any(Number) });
  expect(verdict === "normal" && recheck ? recheck.afterMs >= 5 * MINUTE : true).toBe(true);
}

export function reply({ replies }: Finding): string {
  return replies[0]?.text ?? "";
}

export function buttons({ replies }: Finding): readonly string[] {
  return replies[0]?.actions ?? [];
}

export function factsOf({ facts }: Finding): Record<string, string> {
  return Object.fromEntries(facts.map(({ name, value }) => [name, value]));
}

/** Every fault of the platform is told in words, in both languages, and claims nothing about the queue. */
export function keepsToTheContract(desk: () => ToolDesk, tool: string, intent: string, given: readonly Said[] = []): void {
  test.each(["slow", "error", "malformed", "reset"] as const)(`${tool}: platform ${"%s"} → down, in words`, async (fault) => {
    for (const language of ["zh", "en"] as const) {
      desk().demo.setFault(fault, { times: 20, delayMs: 2000 });
      const found = await desk().ask(tool, "u1001", { intent, language, said: given });
      desk().demo.setFault("none");
      expect(found.verdict).toBe("down");
      expect(reply(found)).not.toMatch(/排队|转给|in line|passed/u);
      expect(reply(found)).toMatch(language === "zh" ? /\p{Script=Han}/u : /^[ -~]+$/u);
      expect(found.facts).toEqual([]);
    }
  });
}
