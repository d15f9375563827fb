/** Reads and checks the operator's policy files: `routing.yaml queues.yaml roster.yaml incidents.yaml intake.yaml contacts.yaml replies/*.yaml`. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readFlows } from "./flows.ts";
import { readIncidentRules } from "./incident-rules.ts";
import { matches, type RoutingSubject } from "./match-rule.ts";
import type { Policy, RoutingRule } from "./policy.ts";
import { DataFault, readYaml } from "./read-yaml.ts";
import { readReplies } from "./replies.ts";
import { readRoster } from "./roster.ts";
import { compileSignals } from "./signals.ts";
import { MODIFIERS, PRIORITIES, SKILLS, type Skill } from "./words.ts";

const bilingual = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const names = z.array(z.string().min(1));

const routingSchema = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z][a-z0-9-]*$/),
        text: bilingual,
        when: z.strictObject({
          intent: names.optional(),
          signal: z.string().optional(),
          mood: z.array(z.enum(["calm", "annoyed", "angry"])).optional(),
          annoyed_turns: z.int().min(1).optional(),
          amount_from: z.number().positive().optional(),
          contacts_from: z.int().min(2).optional(),
          tier: names.optional(),
        }),
        // biome-ignore lint/suspicious/noThenProperty: `then` is the operator's word in the file, never awaited.
        then: z.strictObject({
          priority: z.enum(PRIORITIES),
          skill: z.enum([...SKILLS, "by_intent"]),
          modifiers: z.array(z.enum(MODIFIERS)).default([]),
        }),
        escalates: z.boolean().default(false),
        example: z.strictObject({
          text: z.string(),
          intent: z.string(),
          mood: z.string().optional(),
          annoyed: z.int().optional(),
          amount: z.number().optional(),
          contacts: z.int().optional(),
          tier: z.string().optional(),
        }),
      }),
    )
    .min(1),
  skills: z.partialRecord(z.enum(SKILLS), names),
  signals: z.record(z.string(), z.strictObject({ zh: names, en: names })),
  approximate_cny: z.record(z.string().length(3), z.number().positive()),
});

const clockTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "must be a clock time like 09:00, 24:00 at the latest");
const share = z.number().min(0).max(1);
const queuesSchema = z.strictObject({
  targets: z.strictObject({
    critical: z.number().positive(),
    high: z.number().positive(),
    normal: z.number().positive(),
    low: z.number().positive(),
  }),
  credits: z.strictObject({ vip: share, upset: share, per_earlier_contact: share, at_most: share }),
  written_answer_hours: z.number().positive(),
  lease: z.strictObject({ seconds: z.number().min(5), heartbeat: z.number().min(1) }),
  estimate: z.strictObject({
    assumed_handle_seconds: z.number().positive(),
    shortest_range_seconds: z.number().positive(),
    hide_above_seconds: z.number().positive(),
    hide_wider_seconds: z.number().positive(),
  }),
  promise: z.strictObject({
    hold: z.number().positive(),
    callback: z.number().positive(),
    warn_after: z.number().positive(),
    dial: z.number().min(0),
    reserve: z.number().min(0),
    share: z.number().min(0.5).max(1),
    draws: z.int().min(10).max(500),
  }),
  preference: z.strictObject({
    critical: z.number().min(0).max(60),
    high: z.number().min(0).max(120),
    normal: z.number().min(0).max(300),
    low: z.number().min(0).max(300),
  }),
  stand_in: z.strictObject({
    critical_before: z.number().min(0),
    promise_before: z.number().min(0),
    overflow_promise_before: z.number().min(0),
    skills: z.partialRecord(z.enum(SKILLS), z.array(z.enum(SKILLS))),
  }),
  callbacks: z.strictObject({
    dial_lease: z.number().min(15),
    retry_gaps: z.array(z.number().positive()).max(10),
    give_up_minutes: z.number().positive(),
    slot_minutes: z.int().min(5).max(240),
    slot_share: share,
    days_ahead: z.int().min(1).max(31),
  }),
  case_code_days: z.number().positive(),
  hours: z.strictObject({
    time_zone: z.string().refine(isTimeZone, "must be an IANA time zone like Asia/Shanghai"),
    phone: z.strictObject({ opens: clockTime, closes: clockTime }),
  }),
});

const intakeSchema = z.strictObject({
  problems: z.record(z.string(), z.strictObject({ first: names.default([]), facts: names })),
  phone: names,
  slots: z.record(
    z.string(),
    z.strictObject({
      name: bilingual,
      ask: bilingual,
      entities: names.default([]),
      choices: z.strictObject({ zh: names, en: names }).optional(),
      free_text: z.boolean().default(false),
      attachment: z.boolean().default(false),
    }),
  ),
});

const contact = z.strictObject({ kind: z.enum(["phone", "site", "wechat", "qq"]), value: z.string().min(2), name: bilingual });
const contactsSchema = z.strictObject({
  official: z.array(contact).min(1),
  reported_scam: z.array(contact),
  public: z.array(contact),
  warning_articles: names.default([]),
});

/**
 * @param dir folder with the operator's files (`JIETONG_CONFIG`)
 * @throws DataFault naming every fault found, with file, line and the valid keys
 */
export function loadPolicy(dir: string): Policy {
  const faults: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DataFault)) throw error;
      faults.push(...error.faults);
      return undefined;
    }
  };
  const routingFile = attempt(() => readYaml(join(dir, "routing.yaml"), routingSchema, "routing.yaml"));
  const queuesFile = attempt(() => readYaml(join(dir, "queues.yaml"), queuesSchema, "queues.yaml"));
  const intakeFile = attempt(() => readYaml(join(dir, "intake.yaml"), intakeSchema, "intake.yaml"));
  const contactsFile = attempt(() => readYaml(join(dir, "contacts.yaml"), contactsSchema, "contacts.yaml"));
  const incidents = attempt(() => readIncidentRules(join(dir, "incidents.yaml"), "incidents.yaml"));
  const roster = attempt(() => readRoster(join(dir, "roster.yaml"), "roster.yaml"));
  const replies = attempt(() => readReplies(replyFiles(dir)));
  const flows = attempt(() => readFlows(dir));
  const signals = routingFile && attempt(() => compileSignals(routingFile.data.signals, routingFile.at));
  if (!routingFile || !queuesFile || !intakeFile || !contactsFile || !replies || !roster || !incidents || !flows || !signals)
    throw new DataFault(faults);
  const [routing, queues, intake, contacts] = [routingFile.data, queuesFile.data, intakeFile.data, contactsFile.data];

  const skillByIntent = new Map<string, Skill>();
  for (const skill of SKILLS) for (const intent of routing.skills[skill] ?? []) skillByIntent.set(intent, skill);

  const checkSlots = (slots: readonly string[], ...keys: readonly string[]): void => {
    for (const [index, slot] of slots.entries())
      if (!intake.slots[slot])
        faults.push(`${intakeFile.at(...keys, index)} unknown slot "${slot}"; known slots: ${Object.keys(intake.slots).join(", ")}`);
  };
  for (const [name, problem] of Object.entries(intake.problems)) {
    checkSlots(problem.first, "problems", name, "first");
    checkSlots(problem.facts, "problems", name, "facts");
  }
  checkSlots(intake.phone, "phone");
  const ids = routing.rules.map((rule) => rule.id);
  for (const [index, id] of ids.entries())
    if (ids.indexOf(id) !== index) faults.push(`${routingFile.at("rules", index, "id")} id "${id}" is used twice`);

  const policy: Policy = {
    rules: routing.rules satisfies readonly RoutingRule[],
    skillFor: (intent) => skillByIntent.get(intent) ?? "general",
    signal: (name, text) => signals.test(name, text),
    signals: Object.keys(routing.signals),
    inCny: (money) => {
      const rate = routing.approximate_cny[money.currency];
      return rate === undefined ? undefined : Number(money.amount) * rate;
    },
    intakeFor: (intent) => intake.problems[intent] ?? { first: [], facts: [] },
    phoneFacts: intake.phone,
    slot: (name) => {
      const slot = intake.slots[name];
      if (!slot) throw new Error(`unknown slot ${name}`);
      return slot;
    },
    slotNames: Object.keys(intake.slots),
    targetMs: {
      critical: queues.targets.critical * 1000,
      high: queues.targets.high * 1000,
      normal: queues.targets.normal * 1000,
      low: queues.targets.low * 1000,
    },
    credits: {
      vip: queues.credits.vip,
      upset: queues.credits.upset,
      perEarlierContact: queues.credits.per_earlier_contact,
      atMost: queues.credits.at_most,
    },
    writtenAnswerHours: queues.written_answer_hours,
    lease: { ms: queues.lease.seconds * 1000, heartbeatMs: queues.lease.heartbeat * 1000 },
    estimate: {
      assumedHandleSeconds: queues.estimate.assumed_handle_seconds,
      shortestRangeSeconds: queues.estimate.shortest_range_seconds,
      hideAboveSeconds: queues.estimate.hide_above_seconds,
      hideWiderSeconds: queues.estimate.hide_wider_seconds,
    },
    promise: {
      holdMs: queues.promise.hold * 1000,
      callbackMs: queues.promise.callback * 1000,
      warnAfterMs: queues.promise.warn_after * 1000,
      dialMs: queues.promise.dial * 1000,
      reserveMs: queues.promise.reserve * 1000,
      share: queues.promise.share,
      draws: queues.promise.draws,
    },
    preference: {
      yieldMs: {
        critical: queues.preference.critical * 1000,
        high: queues.preference.high * 1000,
        normal: queues.preference.normal * 1000,
        low: queues.preference.low * 1000,
      },
      standIns: queues.stand_in.skills,
      criticalMs: queues.stand_in.critical_before * 1000,
      promiseMs: queues.stand_in.promise_before * 1000,
      overflowPromiseMs: queues.stand_in.overflow_promise_before * 1000,
    },
    callbacks: {
      dialLeaseMs: queues.callbacks.dial_lease * 1000,
      retryGapsMs: queues.callbacks.retry_gaps.map((gap) => gap * 1000),
      giveUpMs: queues.callbacks.give_up_minutes * 60_000,
      slotMs: queues.callbacks.slot_minutes * 60_000,
      slotShare: queues.callbacks.slot_share,
      daysAhead: queues.callbacks.days_ahead,
    },
    roster,
    incidents,
    caseCodeDays: queues.case_code_days,
    timeZone: queues.hours.time_zone,
    phoneHours: { opens: minutes(queues.hours.phone.opens), closes: minutes(queues.hours.phone.closes) },
    contacts: {
      official: contacts.official,
      reportedScam: contacts.reported_scam,
      public: contacts.public,
      warningArticles: contacts.warning_articles,
    },
    flows,
    say: replies.say,
    replyKeys: replies.keys,
  };
  faults.push(...routingFaults(policy, routingFile.at));
  if (faults.length > 0) throw new DataFault(faults);
  return Object.freeze(policy);
}

/** The catch-all stands last and nowhere else, every signal exists, and every example hits its own rule: so every rule can be reached. */
function routingFaults(policy: Policy, at: (...keys: readonly (string | number)[]) => string): string[] {
  const faults: string[] = [];
  const last = policy.rules.at(-1);
  for (const [index, rule] of policy.rules.entries()) {
    const fault = (key: "when" | "example", text: string): void => {
      faults.push(`${at("rules", index, key)} rule "${rule.id}": ${text}`);
    };
    const isCatchAll = Object.values(rule.when).every((condition) => condition === undefined);
    if (isCatchAll && rule !== last) fault("when", "matches everything, so the rules after it can never be reached; put it last");
    if (rule === last && !isCatchAll) fault("when", "the last rule must catch everything (`when: {}`)");
    if (rule.when.signal !== undefined && !policy.signals.includes(rule.when.signal))
      fault("when", `unknown signal "${rule.when.signal}"; known signals: ${policy.signals.join(", ")}`);
    const { example } = rule;
    const subject: RoutingSubject = {
      intent: example.intent,
      text: example.text,
      mood: example.mood ?? "calm",
      annoyedTurns: example.annoyed ?? 0,
      amountCny: example.amount,
      contacts: example.contacts ?? 1,
      tier: example.tier,
      signals: [],
    };
    const hit = policy.rules.find((candidate) => matches(policy, candidate, subject));
    if (hit?.id !== rule.id) fault("example", `its example "${example.text}" hits ${hit ? `rule "${hit.id}" instead` : "no rule"}`);
  }
  return faults;
}

function replyFiles(dir: string): { path: string; shown: string }[] {
  try {
    const names = readdirSync(join(dir, "replies")).filter((name) => name.endsWith(".yaml"));
    return names.sort().map((name) => ({ path: join(dir, "replies", name), shown: `replies/${name}` }));
  } catch (error) {
    throw new DataFault([`replies:1:1 cannot be read: ${error instanceof Error ? error.message : error}`]);
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function minutes(clock: string): number {
  const [hours = "0", mins = "0"] = clock.split(":");
  return Number(hours) * 60 + Number(mins);
}
