import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadPolicy } from "./load-policy.ts";
import { DataFault } from "./read-yaml.ts";

const SHIPPED = "bot/policy";
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "jietong-policy-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

type Change = readonly [file: string, from: string | RegExp, to: string];

/** The faults of the shipped files after these changes; fails when a change finds nothing to change. */
function faultsAfter(...changes: readonly Change[]): readonly string[] {
  for (const name of ["routing.yaml", "queues.yaml", "intake.yaml", "contacts.yaml", "replies"])
    cpSync(join(SHIPPED, name), join(dir, name), { recursive: true });
  for (const [file, from, to] of changes) {
    const path = join(dir, file);
    const text = readFileSync(path, "utf8");
    const changed = text.replace(from, () => to);
    expect(changed, `nothing to change in ${file}`).not.toBe(text);
    writeFileSync(path, changed);
  }
  try {
    loadPolicy(dir);
    return [];
  } catch (error) {
    if (error instanceof DataFault) return error.faults;
    throw error;
  }
}

/** `file:line:col` of the n-th occurrence of a text in a shipped file, counted without the YAML reader. */
function placeOf(file: string, text: string, within: string = ""): string {
  const whole = readFileSync(join(SHIPPED, file), "utf8");
  const from = whole.indexOf(within);
  const before = whole.slice(0, whole.indexOf(text, from)).split("\n");
  return `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

it("reads the shipped files", () => {
  expect(faultsAfter()).toEqual([]);
  const policy = loadPolicy(SHIPPED);
  expect(policy.rules.at(-1)?.when).toEqual({});
  expect(policy.skillFor("withdrawal_delayed")).toBe("payments");
  expect(policy.skillFor("anything_else")).toBe("general");
  expect(policy.targetMs).toEqual({ critical: 60_000, high: 180_000, normal: 600_000, low: 900_000 });
  expect(policy.phoneHours).toEqual({ opens: 540, closes: 1440 });
  expect(policy.inCny({ amount: "100.00", currency: "USD" })).toBe(700);
  expect(policy.inCny({ amount: "100.00", currency: "XAU" })).toBeUndefined();
});

it("changes nothing after it was read", () => {
  const policy = loadPolicy(SHIPPED);
  expect(Object.isFrozen(policy)).toBe(true);
});

const PLANTS: readonly (readonly [what: string, change: Change, place: string, says: readonly string[]])[] = [
  [
    "an unknown key",
    ["routing.yaml", "then: { priority: critical, skill: fraud", "then: { prioritty: critical, skill: fraud"],
    placeOf("routing.yaml", "priority: critical"),
    ['unknown key "prioritty"', "known keys: priority, skill, modifiers"],
  ],
  [
    "an unknown key at the top",
    ["queues.yaml", "case_code_days: 30", "case_code_dayz: 30"],
    placeOf("queues.yaml", "case_code_days"),
    ['unknown key "case_code_dayz"', "known keys: targets, credits, written_answer_hours"],
  ],
  [
    "an unknown skill",
    ["routing.yaml", "  disputes: [", "  dispute: ["],
    placeOf("routing.yaml", "disputes: ["),
    ["dispute", "orders", "payments", "accounts", "disputes", "fraud", "general"],
  ],
  [
    "a priority that does not exist",
    ["routing.yaml", "priority: critical", "priority: urgent"],
    placeOf("routing.yaml", "critical"),
    ["rules.0.then.priority", '"critical"', '"low"'],
  ],
  [
    "an unknown slot",
    ["intake.yaml", "wrong_topup: { first: [order_number]", "wrong_topup: { first: [order_nr]"],
    placeOf("intake.yaml", "order_number", "wrong_topup"),
    ['unknown slot "order_nr"', "known slots: order_number, payment_serial"],
  ],
  [
    "an unknown slot for the phone",
    ["intake.yaml", "\nphone: [phone]", "\nphone: [telephone]"],
    placeOf("intake.yaml", "phone]", "\nphone:"),
    ['unknown slot "telephone"', "known slots: "],
  ],
  [
    "a catch-all that does not stand last",
    ["routing.yaml", "when: { tier: [vip] }", "when: {}"],
    placeOf("routing.yaml", "{ tier: [vip] }"),
    ['rule "vip"', "can never be reached", "put it last"],
  ],
  [
    "a last rule that does not catch everything",
    ["routing.yaml", "when: {}", "when: { tier: [none] }"],
    placeOf("routing.yaml", "{}", "id: everything-else"),
    ['rule "everything-else"', "the last rule must catch everything"],
  ],
  [
    "an unknown signal",
    ["routing.yaml", "when: { signal: money_leaving }", "when: { signal: money_going }"],
    placeOf("routing.yaml", "{ signal: money_leaving }"),
    ['unknown signal "money_going"', "known signals: money_leaving, loss_happened"],
  ],
  [
    "a pattern that does not compile",
    ["routing.yaml", /\n {4}zh:\n {6}- '\/[^\n]*/u, "\n    zh:\n      - '/(钱|余额/'"],
    placeOf("routing.yaml", "'/", "  money_leaving:"),
    ["/(钱|余额/ is not a regular expression"],
  ],
  [
    "an example that hits another rule",
    ["routing.yaml", 'example: { text: "扣了两次款"', 'example: { text: "付不了款"'],
    placeOf("routing.yaml", '{ text: "扣了两次款"'),
    ['rule "charged-wrongly"', '"付不了款"', 'hits rule "unsolved-problem" instead'],
  ],
  [
    "a rule nothing can reach: an earlier one takes all of its turns",
    ["routing.yaml", "when: { intent: [fraud_report], signal: loss_happened }", "when: { intent: [fraud_report] }"],
    placeOf("routing.yaml", '{ text: "有人冒充'),
    ['rule "fraud-without-loss"', 'hits rule "fraud-with-loss" instead'],
  ],
  [
    "a rule's id used twice",
    ["routing.yaml", "id: account-frozen", "id: angry"],
    placeOf("routing.yaml", "account-frozen"),
    ['id "angry" is used twice'],
  ],
  [
    "a reply without one language",
    ["replies/core.yaml", /\n {2}en: "You're welcome[^\n]*/u, ""],
    placeOf("replies/core.yaml", 'zh: "不客气'),
    ["thanks.en"],
  ],
  [
    "placeholders that differ",
    ["replies/core.yaml", "{name}，您好", "您好"],
    placeOf("replies/core.yaml", "greeting_named"),
    ["greeting_named: placeholders differ: zh none, en {name}"],
  ],
  [
    "a word that promises nothing",
    ["replies/core.yaml", "不客气。", "不客气，稍后再说。"],
    placeOf("replies/core.yaml", "thanks"),
    ['thanks: "稍后" is not said here', "clock time"],
  ],
  [
    "an exclamation mark",
    ["replies/core.yaml", "You're welcome.", "You're welcome!"],
    placeOf("replies/core.yaml", "thanks"),
    ['thanks: "!" is not said here'],
  ],
  [
    "a key that stands in two files",
    ["replies/tools.yaml", /^/u, 'greeting: { zh: "好", en: "Hi" }\n'],
    "replies/tools.yaml:1:1",
    ["greeting: this key stands in another file too"],
  ],
  [
    "a time zone that does not exist",
    ["queues.yaml", "Asia/Shanghai", "Asia/Shangai"],
    placeOf("queues.yaml", "Asia/Shanghai"),
    ["hours.time_zone", "IANA"],
  ],
  [
    "a clock time that does not exist",
    ["queues.yaml", '"24:00"', '"24:30"'],
    placeOf("queues.yaml", '"24:00"'),
    ["hours.phone.closes", "24:00 at the latest"],
  ],
];

it.each(PLANTS)("names the place of %s", (_, change, place, says) => {
  const faults = faultsAfter(change);
  const found = faults.find((fault) => fault.startsWith(`${place} `) && says.every((piece) => fault.includes(piece)));
  expect(found, `${place} ${says.join(" … ")}\n  in:\n${faults.join("\n")}`).toBeDefined();
});

it("does not take braces that are no placeholder for text", () => {
  const faults = faultsAfter(["replies/core.yaml", "不客气。", "不客气 {case_code}。"]);
  expect(faults).toEqual([expect.stringMatching(/^replies\/core\.yaml:\d+:1 thanks: "\{case_code\}" is no placeholder/u)]);
});

it("reports one fault for a file that is no YAML, not the many that follow from it", () => {
  expect(faultsAfter(["routing.yaml", "rules:", "rules: ["])).toEqual([expect.stringMatching(/^routing\.yaml:\d+:\d+ \S/u)]);
});

it("reports the faults of all files at once", () => {
  const faults = faultsAfter(
    ["routing.yaml", "priority: critical", "priority: urgent"],
    ["queues.yaml", "critical: 60", "critical: soon"],
    ["intake.yaml", "free_text: true", "free_txt: true"],
    ["contacts.yaml", "kind: phone", "kind: fax"],
    ["replies/core.yaml", "不客气。", "不客气！"],
    ["replies/tools.yaml", "en: ", "english: "],
  );
  for (const file of ["routing", "queues", "intake", "contacts", "replies/core", "replies/tools"])
    expect(faults).toContainEqual(expect.stringMatching(new RegExp(`^${file}\\.yaml:\\d+:\\d+ `, "u")));
});

it("says which file is missing", () => {
  faultsAfter();
  rmSync(join(dir, "queues.yaml"));
  rmSync(join(dir, "replies"), { recursive: true });
  expect(() => loadPolicy(dir)).toThrow(DataFault);
  expect(() => loadPolicy(dir)).toThrow(/queues\.yaml:1:1 cannot be read.*replies:1:1 cannot be read/su);
});

it("says every sentence in both languages once its values are given, and refuses to say half of one", () => {
  const policy = loadPolicy(SHIPPED);
  const values = new Proxy({}, { get: () => "7" });
  for (const key of policy.replyKeys)
    for (const language of ["zh", "en"] as const) expect(policy.say(key, language, values), key).not.toMatch(/[{}]|^$/u);
  expect(() => policy.say("greeting_named", "zh")).toThrow("greeting_named needs {name}");
  expect(() => policy.say("no_such_reply", "zh")).toThrow("no_such_reply");
});
