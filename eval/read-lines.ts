/** Reads JSON lines, one object a line; a broken line names its place. */
import { readFileSync } from "node:fs";
import type { z } from "zod";

export function readLines<S extends z.ZodType>(path: string, schema: S): z.output<S>[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line, index) => {
      if (line.trim() === "") return [];
      try {
        return [schema.parse(JSON.parse(line))];
      } catch (error) {
        throw new Error(`${path}:${index + 1}: ${error instanceof Error ? error.message : error}`);
      }
    });
}
