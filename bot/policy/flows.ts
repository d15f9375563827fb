/** Guided flows: how-tos led step by step, as the operator writes them in `flows/*.yaml`. Read once, checked, frozen. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Bilingual } from "./policy.ts";
import { DataFault, readYaml } from "./read-yaml.ts";

/** All given keys must hold. A key other than `signed_in` is a fact or a value said: `channel: [alipay]`. */
export interface FlowWhen {
  readonly signed_in?: boolean | undefined;
  readonly [fact: string]: readonly string[] | boolean | undefined;
}

export interface FlowChoice {
  readonly text: Bilingual;
  readonly go: string;
  /** Words that choose it besides the button's own. */
  readonly words?: Readonly<Record<"zh" | "en", readonly string[]>> | undefined;
}

export interface FlowStep {
  readonly id: string;
  readonly say: Bilingual;
  /** Shown only then; otherwise the flow goes on behind it. */
  readonly when?: FlowWhen | undefined;
  /** Article behind the step, shown as its source. Default: the flow's. */
  readonly article?: string | undefined;
  readonly choices?: readonly FlowChoice[] | undefined;
  /** The step after it; `end` ends the flow. Default: the next in the file. */
  readonly next?: string | undefined;
}

export interface Flow {
  readonly id: string;
  /** Requests it answers, when the article found is one of its own. */
  readonly intents: readonly string[];
  /** Words that begin it, as they stand on a button. */
  readonly words?: Readonly<Record<"zh" | "en", readonly string[]>> | undefined;
  /** Then they begin it only for a customer who has one of these problems. */
  readonly only_after?: readonly string[] | undefined;
  readonly title: Bilingual;
  readonly article: string;
  readonly steps: readonly FlowStep[];
}

const bilingual = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const words = z.strictObject({ zh: z.array(z.string().min(1)), en: z.array(z.string().min(1)) });
const name = z.string().regex(/^[a-z][a-z0-9_]*$/, "must be lower case letters, digits and _");
const when = z.record(name, z.union([z.array(z.string().min(1)), z.boolean()]));
/** One screen of the chat on a phone. Characters. */
const MOST = { zh: 260, en: 560 };
const said = bilingual.refine(
  ({ zh, en }) => [...zh].length <= MOST.zh && en.length <= MOST.en,
  `a step is one screen: at most ${MOST.zh} characters in zh, ${MOST.en} in en`,
);
const schema = z.strictObject({
  id: name,
  intents: z.array(z.string().min(1)),
  words: words.optional(),
  only_after: z.array(name).min(1).optional(),
  title: bilingual,
  article: z.string().min(1),
  steps: z
    .array(
      z.strictObject({
        id: name,
        say: said,
        when: when.optional(),
        article: z.string().min(1).optional(),
        choices: z
          .array(z.strictObject({ text: bilingual, go: name, words: words.optional() }))
          .min(1)
          .max(6)
          .optional(),
        next: name.optional(),
      }),
    )
    .min(1)
    .max(40),
});

/**
 * @param dir the operator's policy folder; without a `flows` folder in it there are none, and articles answer instead
 * @throws DataFault naming file and line of every fault
 */
export function readFlows(dir: string): readonly Flow[] {
  const faults: string[] = [];
  const flows: Flow[] = [];
  for (const file of flowFiles(dir)) {
    try {
      const { data, at } = readYaml(join(dir, "flows", file), schema, `flows/${file}`);
      faults.push(...stepFaults(data, at));
      for (const other of flows) {
        if (other.id === data.id) faults.push(`${at("id")} flow "${data.id}" is defined twice`);
        for (const intent of data.intents.filter((one) => other.intents.includes(one)))
          faults.push(`${at("intents")} intent "${intent}" already begins flow "${other.id}"`);
      }
      flows.push(data);
    } catch (error) {
      if (!(error instanceof DataFault)) throw error;
      faults.push(...error.faults);
    }
  }
  if (faults.length > 0) throw new DataFault(faults);
  return flows;
}

/** Every step named exists, none is there twice, and each can be reached from the first. */
function stepFaults(flow: Flow, at: (...keys: readonly (string | number)[]) => string): string[] {
  const faults: string[] = [];
  const ids = flow.steps.map(({ id }) => id);
  const known = `known steps: ${ids.join(", ")}, end`;
  for (const [index, step] of flow.steps.entries()) {
    if (step.id === "end") faults.push(`${at("steps", index, "id")} "end" is the end of a flow and no step`);
    if (ids.indexOf(step.id) !== index) faults.push(`${at("steps", index, "id")} step "${step.id}" is there twice`);
    if (step.next !== undefined && step.next !== "end" && !ids.includes(step.next))
      faults.push(`${at("steps", index, "next")} unknown step "${step.next}"; ${known}`);
    for (const [place, choice] of (step.choices ?? []).entries())
      if (choice.go !== "end" && !ids.includes(choice.go))
        faults.push(`${at("steps", index, "choices", place, "go")} unknown step "${choice.go}"; ${known}`);
  }
  // A step with an article of its own can be begun with: the customer asked for just that.
  const reached = new Set([ids[0], ...flow.steps.flatMap(({ id, article }) => (article === undefined ? [] : [id]))]);
  for (let size = 0; size !== reached.size; ) {
    size = reached.size;
    for (const [index, step] of flow.steps.entries()) {
      if (!reached.has(step.id)) continue;
      for (const { go } of step.choices ?? []) reached.add(go);
      if (step.next !== undefined) reached.add(step.next);
      // Passed over when its condition does not hold.
      const following = ids[index + 1];
      if (following !== undefined && (step.when || (step.next === undefined && !step.choices))) reached.add(following);
    }
  }
  for (const [index, id] of ids.entries())
    if (!reached.has(id)) faults.push(`${at("steps", index, "id")} step "${id}" can never be reached`);
  return faults;
}

function flowFiles(dir: string): string[] {
  try {
    return readdirSync(join(dir, "flows"))
      .filter((file) => file.endsWith(".yaml"))
      .sort();
  } catch {
    return [];
  }
}
