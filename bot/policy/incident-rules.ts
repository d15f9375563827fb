/** The operator's rules for incidents: when many like cases are one event. */
import { existsSync } from "node:fs";
import { z } from "zod";
import { DataFault, readYaml } from "./read-yaml.ts";

export interface IncidentRule {
  readonly id: string;
  readonly by: "product" | "channel" | "supplier";
  readonly cases: number;
  readonly minutes: number;
  /** Of the usual rate. */
  readonly times: number;
  readonly intents: readonly string[];
}

export interface IncidentRules {
  readonly baselineDays: number;
  readonly rules: readonly IncidentRule[];
}

const schema = z.strictObject({
  baseline_days: z.int().min(1).max(60),
  rules: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z][a-z0-9-]*$/),
      by: z.enum(["product", "channel", "supplier"]),
      cases: z.int().min(2),
      minutes: z.int().min(1).max(1440),
      times: z.number().min(1),
      intents: z.array(z.string().min(1)).min(1),
    }),
  ),
});

/**
 * A folder without the file opens none by rule.
 * @throws DataFault with file, line and the valid keys
 */
export function readIncidentRules(path: string, shown: string): IncidentRules {
  if (!existsSync(path)) return { baselineDays: 7, rules: [] };
  const { data, at } = readYaml(path, schema, shown);
  const ids = data.rules.map(({ id }) => id);
  const faults = ids.flatMap((id, index) => (ids.indexOf(id) === index ? [] : [`${at("rules", index, "id")} id "${id}" is used twice`]));
  if (faults.length > 0) throw new DataFault(faults);
  return { baselineDays: data.baseline_days, rules: data.rules };
}
