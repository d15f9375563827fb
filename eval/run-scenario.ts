/** Runs one scenario against a running desk and says what was not as written. */
import type { DemoPlatform } from "../bot/demo-platform/demo-platform.ts";
import { openCustomer, type SeenActivity } from "./customer.ts";
import type { Scenario, ScenarioCase } from "./scenario.ts";

export interface DeskUnderTest {
  readonly url: string;
  readonly apiKey: string;
  readonly identitySecret: string;
  readonly now: () => number;
  /** Moves the desk's clock; absent where it is the real one. */
  readonly advance?: (ms: number) => void;
  /** The demo platform, for scenarios in which something happens there. */
  readonly demo?: DemoPlatform | undefined;
  readonly customers: readonly { readonly id: string; readonly name: string; readonly phone?: string; readonly tier: string }[];
}

/** @returns every difference, in words; empty when the conversation went as written */
export async function runScenario(scenario: Scenario, desk: DeskUnderTest): Promise<readonly string[]> {
  const { run, language } = scenario;
  const faults: string[] = [];
  const person = desk.customers.find((candidate) => candidate.id === run.customer);
  if (run.customer !== undefined && !person) return [`no demo customer ${run.customer}`];
  const customer = await openCustomer(desk.url, {
    locale: language === "zh" ? "zh-CN" : "en-US",
    ...(person
      ? {
          signIn: {
            secret: desk.identitySecret,
            now: desk.now(),
            claims: {
              sub: person.id,
              name: person.name,
              tier: person.tier,
              ...(person.phone === undefined ? {} : { phone: person.phone }),
            },
          },
        }
      : {}),
  });
  const heard: string[] = [];
  for (const [index, turn] of run.turns.entries()) {
    if (turn.platform) {
      const { order, ...change } = turn.platform;
      const given = Object.entries(change).filter(([, value]) => value !== undefined);
      desk.demo?.changeOrder(order, { ...Object.fromEntries(given), ...endOf(turn.platform.state, desk.now()) });
    }
    if (turn.wait !== undefined) desk.advance?.(turn.wait * 60_000);
    if (turn.platform_fails !== undefined) desk.demo?.setFault("error", { times: turn.platform_fails });
    const replies = await (turn.send === undefined ? customer.hears() : customer.say(turn.send));
    desk.demo?.setFault("none");
    const text = replies.map((reply) => reply.text ?? "").join("\n");
    heard.push(text);
    const at = `turn ${index + 1}`;
    const decision = replies.at(-1)?.channelData?.jietong?.decision;
    if (turn.decision !== undefined && decision !== turn.decision)
      faults.push(`${at}: decided "${decision}", not "${turn.decision}": ${short(text)}`);
    for (const piece of turn.says) if (!holds(text, piece)) faults.push(`${at}: "${piece}" was not said: ${short(text)}`);
    for (const piece of turn.never) if (holds(text, piece)) faults.push(`${at}: "${piece}" was said: ${short(text)}`);
    const buttons = replies.flatMap((reply) => reply.suggestedActions?.actions.map(({ title }) => title) ?? []).join("\n");
    for (const piece of turn.no_button) if (holds(buttons, piece)) faults.push(`${at}: "${piece}" stands on a button: ${short(buttons)}`);
    if (turn.source !== undefined && !sources(replies).includes(turn.source))
      faults.push(`${at}: source ${turn.source} not shown, but ${sources(replies).join(", ") || "none"}`);
  }
  const api = async (path: string): Promise<unknown> => {
    const response = await fetch(`${desk.url}/api/v1${path}`, { headers: { authorization: `Bearer ${desk.apiKey}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const { items } = (await api(`/cases?conversationId=${customer.conversationId}`)) as { items: readonly SeenCase[] };
  if (run.case !== undefined) faults.push(...caseFaults(run.case, items));
  if (run.secret.length > 0) {
    const transcripts = await Promise.all(items.map((item) => api(`/cases/${item.id}/transcript`)));
    const everything = JSON.stringify([await customer.log(), items, transcripts, heard]);
    for (const secret of run.secret) if (everything.includes(secret)) faults.push(`the secret "${secret}" was kept or shown`);
  }
  return faults;
}

function endOf(state: string | undefined, now: number): { deliveredAt?: string; refundedAt?: string } {
  const at = new Date(now).toISOString();
  return state === "delivered" ? { deliveredAt: at } : state === "refunded" ? { refundedAt: at } : {};
}

interface SeenCase {
  readonly id: string;
  readonly status: string;
  readonly priority: string;
  readonly skill: string;
  readonly intent: string;
  readonly modifiers: readonly string[];
  readonly mood: { readonly label: string };
  readonly missing: readonly string[];
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly summary: { readonly text: string };
}

function caseFaults(expected: ScenarioCase, items: readonly SeenCase[]): string[] {
  if (expected === "none") return items.length === 0 ? [] : [`a case was opened: ${items[0]?.intent} ${items[0]?.priority}`];
  const [found, ...others] = items;
  if (!found) return ["no case was opened"];
  const faults = others.length > 0 ? [`${items.length} cases were opened for one conversation`] : [];
  const compare = (what: string, got: string, wanted: string | undefined): void => {
    if (wanted !== undefined && got !== wanted) faults.push(`case ${what}: ${got}, not ${wanted}`);
  };
  compare("priority", found.priority, expected.priority);
  compare("skill", found.skill, expected.skill);
  compare("intent", found.intent, expected.intent);
  compare("status", found.status, expected.status);
  compare("mood", found.mood.label, expected.mood);
  for (const modifier of expected.modifiers ?? [])
    if (!found.modifiers.includes(modifier)) faults.push(`case modifiers: ${found.modifiers.join(", ") || "none"}, not ${modifier}`);
  for (const piece of expected.summary)
    if (!holds(found.summary.text, piece)) faults.push(`the summary lacks "${piece}": ${found.summary.text}`);
  for (const slot of expected.missing_not) if (found.missing.includes(slot)) faults.push(`the case still lacks ${slot}`);
  for (const [name, value] of Object.entries(expected.facts)) {
    const values = found.facts.filter((fact) => fact.name === name).map((fact) => fact.value);
    if (!values.includes(value)) faults.push(`fact ${name}: ${values.join(", ") || "unknown"}, not ${value}`);
  }
  return faults;
}

function sources(replies: readonly SeenActivity[]): string[] {
  return replies.flatMap((reply) => reply.channelData?.jietong?.sources?.flatMap((source) => source.id ?? []) ?? []);
}

function holds(text: string, piece: string): boolean {
  const lower = text.toLowerCase();
  return piece.split(" | ").some((one) => lower.includes(one.toLowerCase()));
}

function short(text: string): string {
  return text.replace(/\s+/gu, " ").slice(0, 240);
}
