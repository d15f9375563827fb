import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const schema = z.record(
  z.string(),
  z.strictObject({ at_least: z.number().optional(), at_most: z.number().optional(), of: z.int().positive().optional() }),
);

/** What must hold, by measure. */
export type Bars = z.output<typeof schema>;

/** @throws when the file does not fit the form */
export function readBars(path: string): Bars {
  return schema.parse(parse(readFileSync(path, "utf8")));
}
