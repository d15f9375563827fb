/** Runs one scenario against a running desk and says what was not as written. */
import type { DemoPlatform } from "../bot/demo-platform/demo-platform.ts";
import { type Customer, openCustomer, type SeenActivity } from "./customer.ts";
import type { Scenario, ScenarioCase } from "./scenario.ts";

export interface DeskUnderTest {
  readonly url: string;
  readonly apiKey: string;
  readonly identitySecret: string;
  readonly now: () => number;
  /** Moves the desk's clock; absent where it is the real one. */
  readonly advance?: (ms: number) => void;
  /** Stops the desk and starts it anew over the same data; absent where it cannot be. */
  readonly restart?: () => Promise<{ readonly url: string; readonly demo?: DemoPlatform | undefined }>;
  /** The demo platform, for scenarios in which something happens there. */
  readonly demo?: DemoPlatform | undefined;
  readonly customers: readonly { readonly id: string; readonly name: string; readonly phone?: string; readonly tier: string }[];
}

/** How a scenario went. */
export interface Played {
  /** Every difference, in words; empty when the conversation went as written. */
  readonly faults: readonly string[];
  /** Facts the desk asked for, in that order. */
  readonly asked: readonly string[];
  /** Of them, those that had been told before, or declined. */
  readonly askedAgain: readonly string[];
  readonly cases: number;
}

/** A customer of the demo platform, signed in as it would; without an id somebody unknown. @throws for an id that the demo does not have */
export function enter(desk: DeskUnderTest, language: Scenario["language"], customerId: string | undefined): Promise<Customer> {
  const person = desk.customers.find(({ id }) => id === customerId);
  if (customerId !== undefined && !person) throw new Error(`no demo customer ${customerId}`);
  const claims = person && {
    sub: person.id,
    name: person.name,
    tier: person.tier,
    ...(person.phone === undefined ? {} : { phone: person.phone }),
  };
  return openCustomer(desk.url, {
    locale: language === "zh" ? "zh-CN" : "en-US",
    ...(claims ? { signIn: { secret: desk.identitySecret, now: desk.now(), claims } } : {}),
  });
}

export async function runScenario(scenario: Scenario, given: DeskUnderTest): Promise<Played> {
  let desk = given;
  const { run, language } = scenario;
  const faults: string[] = [];
  const questions = createQuestions();
  if (run.customer !== undefined && !desk.customers.some(({ id }) => id === run.customer))
    return { faults: [`no demo customer ${run.customer}`], asked: [], askedAgain: [], cases: 0 };
  const customer = await enter(desk, language, run.customer);
  const heard: string[] = [];
  for (const [index, turn] of run.turns.entries()) {
    if (turn.platform) {
      const { order, ...change } = turn.platform;
      const given = Object.entries(change).filter(([, value]) => value !== undefined);
      desk.demo?.changeOrder(order, { ...Object.fromEntries(given), ...endOf(turn.platform.state, desk.now()) });
    }
    if (turn.restart && desk.restart) {
      const { url, demo } = await desk.restart();
      desk = { ...desk, url, demo };
      customer.follow(url);
    }
    if (turn.wait !== undefined) desk.advance?.(turn.wait * 60_000);
    if (turn.platform_fails !== undefined) desk.demo?.setFault("error", { times: turn.platform_fails });
    const words = Array.isArray(turn.send) ? turn.send.join("\n") : turn.send;
    if (words !== undefined) await questions.told(words, turn.tells, desk);
    const replies = await (turn.attach !== undefined
      ? customer.attach(turn.attach, words)
      : turn.send === undefined
        ? customer.hears()
        : customer.say(turn.send));
    const asked = replies.flatMap((reply) => reply.channelData?.jietong?.asks ?? []);
    questions.asked(asked);
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
    for (const piece of turn.button) if (!holds(buttons, piece)) faults.push(`${at}: "${piece}" stands on no button: ${short(buttons)}`);
    if (turn.asks !== undefined && (asked.join(", ") || "nothing") !== turn.asks)
      faults.push(`${at}: asked for ${asked.join(", ") || "nothing"}, not ${turn.asks}`);
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
  const { all, again } = questions.soFar();
  for (const slot of again) faults.push(`asked for ${slot}, which was told or declined before`);
  return { faults, asked: all, askedAgain: again, cases: items.length };
}

/** Kinds of values in a text, and the facts they are. Either number of a payment stands for the other. */
const SLOTS_OF: Readonly<Record<string, readonly string[]>> = {
  order_number: ["order_number"],
  payment_serial: ["payment_serial", "order_number"],
  amount: ["amount"],
  time: ["time"],
  channel: ["channel"],
  withdrawal_number: ["withdrawal_number"],
};
const DECLINES = /^(?:跳过|不知道|不记得了?|skip|i don't know|no idea)$/iu;

/** What the customer has told so far, by what the desk itself finds in his words and by what the scenario says is in them. */
function createQuestions() {
  const known = new Set<string>();
  const all: string[] = [];
  const again: string[] = [];
  return {
    told: async (text: string, tells: readonly string[], desk: DeskUnderTest): Promise<void> => {
      const last = all.at(-1);
      if (last !== undefined && DECLINES.test(text.trim())) known.add(last);
      for (const slot of tells) known.add(slot);
      const response = await fetch(`${desk.url}/api/v1/understand`, {
        method: "POST",
        headers: { authorization: `Bearer ${desk.apiKey}`, "content-type": "application/json" },
        body: JSON.stringify({ text }),
      });
      if (!response.ok) throw new Error(`/understand: ${response.status}`);
      const { entities } = (await response.json()) as { entities: readonly { readonly type: string }[] };
      for (const { type } of entities) for (const slot of SLOTS_OF[type] ?? []) known.add(slot);
    },
    asked: (slots: readonly string[]): void => {
      all.push(...slots);
      again.push(...slots.filter((slot) => known.has(slot)));
    },
    soFar: () => ({ all, again }),
  };
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
  readonly mood: { readonly label: string; readonly trend: string };
  readonly missing: readonly string[];
  readonly facts: readonly { readonly name: string; readonly value: string; readonly was?: string }[];
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
  compare("trend", found.mood.trend, expected.trend);
  for (const piece of expected.summary_never)
    if (holds(found.summary.text, piece)) faults.push(`the summary has "${piece}": ${found.summary.text}`);
  for (const [name, was] of Object.entries(expected.corrected))
    if (!found.facts.some((fact) => fact.name === name && fact.was === was))
      faults.push(`the correction of ${name} from ${was} is not kept`);
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
