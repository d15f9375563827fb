/** Scenarios: conversations named as sentences, as the YAML files hold them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** `a | b` in a piece means: one of them. */
const pieces = z.array(z.union([z.string(), z.number()]).transform(String)).default([]);

/** What becomes of an order on the platform, before the turn's words are sent. */
const orderChangeSchema = z.strictObject({
  order: z.string(),
  state: z.enum(["unpaid", "processing", "delivered", "failed", "refunded", "disputed", "cancelled"]).optional(),
  product: z.string().optional(),
  /** The supplier's remark in the trace. */
  note: z.string().optional(),
});

const turnSchema = z
  .strictObject({
    /** The desk stops and starts again before. */
    restart: z.literal(true).optional(),
    /** A picture of that name comes with the message. */
    attach: z.string().optional(),
    /** Facts these words hold, by the names of `intake.yaml`: the desk must not ask for them afterwards. */
    tells: pieces,
    /** The one fact the desk asks for in this turn, or `nothing`. */
    asks: z.string().optional(),
    /** Texts that must each stand on a button. */
    button: pieces,
    /** One message, or fragments sent one after the other without waiting. Without it the customer only waits for what the bot says by itself. */
    send: z.union([z.string(), z.array(z.string()).min(2)]).optional(),
    /** Minutes that pass before, on the desk's clock. */
    wait: z.number().positive().optional(),
    platform: orderChangeSchema.optional(),
    /** How many of the platform's next answers are errors. */
    platform_fails: z.int().positive().optional(),
    decision: z.enum(["answer", "ask", "escalate"]).optional(),
    says: pieces,
    never: pieces,
    /** Id of an article that must be among the sources. */
    source: z.string().optional(),
    /** Texts that must stand on no button. */
    no_button: pieces,
  })
  .refine(
    (turn) => turn.send !== undefined || turn.wait !== undefined || turn.attach !== undefined,
    "a turn has `send`, `attach` or `wait`",
  );

const caseSchema = z.union([
  z.literal("none"),
  z.strictObject({
    priority: z.enum(["critical", "high", "normal", "low"]).optional(),
    skill: z.string().optional(),
    intent: z.string().optional(),
    status: z.string().optional(),
    mood: z.string().optional(),
    modifiers: z.array(z.string()).optional(),
    summary: pieces,
    missing_not: z.array(z.string()).default([]),
    facts: z.record(z.string(), z.string()).default({}),
    /** What the customer had said of these before he corrected it. */
    corrected: z.record(z.string(), z.string()).default({}),
    trend: z.enum(["rising", "steady", "falling"]).optional(),
    /** Pieces that must not stand in the summary. */
    summary_never: pieces,
  }),
]);

const runSchema = z.strictObject({
  customer: z.string().optional(),
  /** The desk's clock when it begins, Asia/Shanghai. */
  at: z
    .string()
    .regex(/^\d\d:\d\d$/)
    .default("20:30"),
  turns: z.array(turnSchema).min(1),
  case: caseSchema.optional(),
  /** Texts that must be nowhere: not in the replies, the transcript, the summary, the case or the conversation's log. */
  secret: z.array(z.string()).default([]),
});

const fileSchema = z.array(z.strictObject({ name: z.string().min(10), zh: runSchema, en: runSchema }));

export type ScenarioRun = z.output<typeof runSchema>;
export type ScenarioCase = z.output<typeof caseSchema>;

export interface Scenario {
  readonly name: string;
  readonly language: "zh" | "en";
  readonly run: ScenarioRun;
}

/** @throws when a file does not fit the form, naming it */
export function readScenarios(dir: string): Scenario[] {
  const files = readdirSync(dir)
    .filter((name) => name.endsWith(".yaml"))
    .sort();
  return files.flatMap((file) => {
    const parsed = fileSchema.safeParse(parse(readFileSync(join(dir, file), "utf8")));
    if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
    // A `case` of one language goes for the other where it is not given: the rules know no language.
    return parsed.data.flatMap(({ name, zh, en }) => [
      { name, language: "zh" as const, run: zh },
      { name, language: "en" as const, run: en },
    ]);
  });
}
